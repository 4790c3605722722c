import { asText } from '../as-text.ts';
import { isEntry, isSaid, unpacked } from './entries.ts';

/** A message of a conversation. speaker: 'Human', 'Assistant', 'System' or what the file calls them. */
export type Message = { readonly speaker: string; readonly text: unknown };

const speakers: Readonly<Record<string, string>> = {
  user: 'Human',
  human: 'Human',
  prompter: 'Human',
  assistant: 'Assistant',
  gpt: 'Assistant',
  chatgpt: 'Assistant',
  bot: 'Assistant',
  bard: 'Assistant',
  model: 'Assistant',
  ai: 'Assistant',
  system: 'System',
};

const speakerOf = (role: string): string => speakers[role.trim().toLowerCase()] ?? role;

/** What a message says, where it is put together of parts as well: [{"type": "text", "text": "..."}]. Other parts are named. */
function contentOf(content: unknown): unknown {
  if (isEntry(content)) return contentOf(content.text ?? content.content ?? content.parts);
  if (!Array.isArray(content)) return content;
  const parts = content.map((part: unknown) => {
    if (typeof part === 'string') return part;
    if (!isEntry(part)) return '';
    return typeof part.text === 'string' ? part.text : `[${asText(part.type ?? 'attachment')}]`;
  });
  return parts.filter((part) => part !== '').join('\n');
}

function messageOf(value: unknown, place: number): Message | null {
  // Lists of plain texts take turns, and who asks begins.
  if (typeof value === 'string') return { speaker: place % 2 === 0 ? 'Human' : 'Assistant', text: value };
  if (!isEntry(value)) return null;
  const role = value.role ?? value.from ?? value.speaker;
  const content = value.content ?? value.value ?? value.text ?? value.message;
  if (typeof role !== 'string') return null;
  return { speaker: speakerOf(role), text: contentOf(content) };
}

/**
 * The messages of a conversation: lists of {role, content} or of ShareGPT's {from, value}, also as JSON in a text; lists of texts that take turns.
 * Empty system messages are none. Null for anything else.
 */
export function messagesIn(value: unknown): readonly Message[] | null {
  const list = unpacked(value);
  if (isEntry(list)) {
    const one = messageOf(list, 0);
    return one === null ? messagesIn(list.messages ?? list.conversation ?? null) : [one];
  }
  if (!Array.isArray(list) || list.length === 0) return null;
  // A text that is a list of texts in JSON is no conversation for sure.
  if (typeof value === 'string' && list.some((one) => typeof one === 'string')) return null;
  const messages = list.map(messageOf);
  if (messages.some((message) => message === null)) return null;
  return (messages as Message[]).filter(({ speaker, text }) => speaker !== 'System' || isSaid(text));
}

/** A conversation as one text. One message of who asks is just its text; of more each is preceded by who speaks. */
export function conversationText(messages: readonly Message[]): unknown {
  if (messages.length === 0) return undefined;
  if (messages.length === 1 && messages[0]!.speaker !== 'System') return messages[0]!.text;
  return messages.map(({ speaker, text }) => `${speaker}: ${asText(text ?? '').trim()}`).join('\n\n');
}

/** What is said after a conversation: one message is its text, several are a conversation of their own. */
const tailText = (messages: readonly Message[]): unknown =>
  messages.length === 1 ? messages[0]!.text : conversationText(messages);

const same = (one: Message | undefined, other: Message | undefined): boolean =>
  one !== undefined && other !== undefined && one.speaker === other.speaker && one.text === other.text;

/** What two conversations share before they part, and what each says from there on. Null where they share nothing, or one ends there. */
export type Parted = { readonly shared: readonly Message[]; readonly left: unknown; readonly right: unknown };

export function partedBetween(left: readonly Message[], right: readonly Message[]): Parted {
  const most = Math.min(left.length, right.length) - 1;
  let count = 0;
  while (count < most && same(left[count], right[count])) count += 1;
  // An answer begins with who answers: what both answered alike on the way belongs to the conversation.
  return { shared: left.slice(0, count), left: tailText(left.slice(count)), right: tailText(right.slice(count)) };
}

const turn = /(?:^|\n)[ \t]*(Human|Assistant|User|System):[ \t]*/g;
const asks = /^\s*(?:Human|User|System):/;

/** Whether a text is a dialogue as HH-RLHF writes it. */
export const isDialogue = (text: unknown): text is string =>
  typeof text === 'string' && asks.test(text) && text.includes('Assistant:');

/** The text of a dialogue that waits for an answer: without the last 'Assistant:', and a single question without 'Human:'. Other values stay. */
export function promptText(value: unknown): unknown {
  const messages = messagesIn(value);
  if (messages !== null) return conversationText(messages);
  if (typeof value !== 'string' || !asks.test(value)) return value;
  const open = value
    .trim()
    .replace(/\n\s*Assistant:$/, '')
    .trim();
  const turns = [...open.matchAll(turn)];
  return turns.length === 1 && turns[0]![1] !== 'System' ? open.slice(turns[0]![0].length).trim() : open;
}

/** How many characters two texts share at their beginning. */
function sharedLength(left: string, right: string): number {
  const most = Math.min(left.length, right.length);
  let length = 0;
  while (length < most && left[length] === right[length]) length += 1;
  return length;
}

const marks = ['Assistant:', '<|assistant|>', '<|im_start|>assistant', '[/INST]', '### Response:', '### Assistant:'];

/** Two texts with one prompt before each: the prompt ends with the last mark of who answers that both share. Null without one. */
export function partedAtMark(left: string, right: string): { prompt: unknown; left: string; right: string } | null {
  const shared = left.slice(0, sharedLength(left, right));
  const ends = marks.map((mark) => [shared.lastIndexOf(mark), mark] as const).filter(([at]) => at > 0);
  if (ends.length === 0) return null;
  const [at, mark] = ends.reduce((last, one) =>
    one[0] > last[0] || (one[0] === last[0] && one[1].length > last[1].length) ? one : last,
  );
  const end = at + mark.length;
  return { prompt: promptText(left.slice(0, at)), left: left.slice(end).trim(), right: right.slice(end).trim() };
}

/**
 * Two texts that begin with the same prompt, without a mark: it ends with the last sentence or line that both share, or else with the last word.
 * Null where they share fewer than three words, which two answers may do by chance.
 */
export function partedByWords(left: string, right: string): { prompt: unknown; left: string; right: string } | null {
  const shared = left.slice(0, sharedLength(left, right));
  const sentence = [...shared.matchAll(/(?:[.?!:]["')\]]?\s+|\n+)/g)].at(-1);
  const word = /^[\s\S]*\s/.exec(shared)?.[0].length ?? 0;
  const end = sentence === undefined ? word : sentence.index + sentence[0].length;
  const prompt = left.slice(0, end).trim();
  if (prompt.split(/\s+/).length < 3) return null;
  return { prompt, left: left.slice(end).trim(), right: right.slice(end).trim() };
}
