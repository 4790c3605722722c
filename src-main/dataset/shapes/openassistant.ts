import { asText } from '../as-text.ts';
import type { RawComment, RawFact } from '../facts.ts';
import { conversationText, type Message } from './conversation.ts';
import { type Entry, isEntry, isSaid, leftOut, noEntry, saidOnly, sure, unpacked } from './entries.ts';
import type { Shape } from './shape.ts';

/** OpenAssistant: trees of messages, or one message in each row. The assistant's replies to a prompt are ranked, 0 the best. */

const isTree = (row: Entry): boolean => {
  const prompt = unpacked(row.prompt);
  return 'message_tree_id' in row && isEntry(prompt) && 'replies' in prompt;
};
const isMessage = (row: Entry): boolean => 'message_id' in row && 'parent_id' in row && 'role' in row && 'text' in row;

const isPrompter = (message: Entry): boolean => message.role === 'prompter';
const isDeleted = (message: Entry): boolean =>
  message.deleted === true || asText(message.deleted).toLowerCase() === 'true';

const commentOf = (message: Entry): RawComment => ({
  text: message.text,
  ...saidOnly({
    id: message.message_id,
    place: message.rank,
    author: message.model_name ?? message.user_id,
    date: message.created_date,
  }),
  ...(isDeleted(message) ? { deleted: true } : {}),
});

const messageOf = (message: Entry): Message => ({
  speaker: isPrompter(message) ? 'Human' : 'Assistant',
  text: message.text,
});

const repliesTo = (message: Entry): readonly Entry[] =>
  Array.isArray(message.replies) ? message.replies.filter(isEntry) : [];

/** A prompt that answers an answer is part of the conversation above the next answers; its rank among its like is not kept. */
const prompterReply = (message: Entry) =>
  leftOut('reply', 'prompt-in-between', 'asks on, read as a part of the conversation and not compared', message.text);

/** The post of a prompt with the answers to it, and those of the prompts below. */
function factsBelow(prompt: Entry, before: readonly Message[], tree: unknown): readonly RawFact[] {
  const conversation = [...before, messageOf(prompt)];
  const replies = repliesTo(prompt);
  const answers = replies.filter((reply) => !isPrompter(reply));
  const post = {
    text: conversationText(conversation),
    ...saidOnly({ id: prompt.message_id, group: tree, author: prompt.user_id, date: prompt.created_date }),
  };
  const own: readonly RawFact[] =
    before.length > 0 && answers.length === 0
      ? []
      : [{ kind: 'post', post, comments: answers.map(commentOf), list: 'row' }];
  return [
    ...own,
    ...replies.filter(isPrompter).flatMap((reply) => [prompterReply(reply), ...below(reply, conversation, tree)]),
    ...answers.flatMap((answer) =>
      repliesTo(answer).flatMap((reply) => [
        prompterReply(reply),
        ...below(reply, [...conversation, messageOf(answer)], tree),
      ]),
    ),
  ];
}

/** Nothing is made of what stands below a message that was deleted. */
const below = (prompt: Entry, before: readonly Message[], tree: unknown): readonly RawFact[] =>
  isDeleted(prompt) ? deletedBelow(prompt) : factsBelow(prompt, before, tree);

const deletedBelow = (prompt: Entry): readonly RawFact[] =>
  repliesTo(prompt).flatMap((reply) => [
    leftOut('comment', 'prompt-deleted', 'answers a prompt that was deleted', reply.text),
    ...deletedBelow(reply),
  ]);

function factsOfTree(row: Entry): readonly RawFact[] {
  const prompt = unpacked(row.prompt);
  if (!isEntry(prompt)) return [leftOut('row', 'no-prompt', 'no prompt', row)];
  if (isDeleted(prompt)) {
    return [leftOut('row', 'prompt-deleted', 'the prompt was deleted', prompt.text), ...deletedBelow(prompt)];
  }
  return factsBelow(prompt, [], row.message_tree_id);
}

/** Rows of messages stand together by their trees: only the tree at hand is remembered. */
function messageReader(): (row: Entry) => readonly RawFact[] {
  let tree: unknown;
  let known = new Map<unknown, { readonly message: Entry; readonly parent: unknown }>();
  const before = (parent: unknown): readonly Message[] | null => {
    if (!isSaid(parent)) return [];
    const found = known.get(parent);
    const above = found === undefined ? null : before(found.parent);
    return found === undefined || above === null ? null : [...above, messageOf(found.message)];
  };
  return (row) => {
    if (row.message_tree_id !== tree || known.size > 100_000) known = new Map();
    tree = row.message_tree_id;
    const parent = row.parent_id;
    // The way up must end, whatever a file says.
    if (!known.has(row.message_id) && row.message_id !== parent) known.set(row.message_id, { message: row, parent });
    const group = saidOnly({ group: tree });
    if (!isPrompter(row)) return [{ kind: 'comment', post: parent, parent, comment: commentOf(row), ...group }];
    if (isDeleted(row))
      return [leftOut(isSaid(parent) ? 'reply' : 'row', 'prompt-deleted', 'prompts were deleted', row.text)];
    const above = before(parent);
    if (above === null) {
      return [
        leftOut(
          'reply',
          'conversation-unknown',
          'asks on in a conversation that is not in the file before it',
          row.text,
        ),
      ];
    }
    const post = {
      text: conversationText([...above, messageOf(row)]),
      ...saidOnly({ id: row.message_id, author: row.user_id, date: row.created_date }),
      ...group,
    };
    return [{ kind: 'post', post, comments: [], list: 'thread' }, ...(isSaid(parent) ? [prompterReply(row)] : [])];
  };
}

export const openassistant: Shape = {
  name: 'openassistant',
  title: 'OpenAssistant: trees of messages with ranked answers',
  fits: (sample) => Math.max(sure(sample, 1, isTree), sure(sample, 0.98, isMessage)),
  open: () => {
    const readMessage = messageReader();
    return (value) => {
      if (!isEntry(value)) return [noEntry(value)];
      return isMessage(value) ? readMessage(value) : factsOfTree(value);
    };
  },
};
