/** Tokenizers as they are published beside encoders of the BERT family, read by the library of those who publish them. */

import { Tokenizer } from '@huggingface/tokenizers';
import { correctNormalizers } from './exact-normalizers.ts';

/** Token ids with their marks. Those from `second` on are of the second text; there are none where a text is read alone. */
type Marked = { readonly ids: Int32Array; readonly second: number; readonly cut: boolean };

/** A pair with what was cut of either text. */
type MarkedPair = Marked & { readonly firstCut: boolean; readonly secondCut: boolean };

export type MarkedTokenizer = {
  /** A text's ids without marks, uncut. */
  readonly encode: (text: string) => Int32Array;
  /** One text between its marks, at most `positions` ids; cut at its end. */
  readonly single: (text: Int32Array, positions: number) => Marked;
  /** Two texts in one sequence, at most `positions` ids: the longer one is cut first, at its end. */
  readonly pair: (first: Int32Array, second: Int32Array, positions: number) => MarkedPair;
  /** One more than the highest id. */
  readonly size: number;
  /** What was read: tokenizer.json and tokenizer_config.json. */
  readonly files: { readonly tokenizer: unknown; readonly config: unknown };
  /** The id of what the vocabulary does not know; null where it knows everything. */
  readonly unknown: number | null;
};

/** What stands around texts: ids, and the places of the first and second text among them. */
type Template = readonly (number | 'A' | 'B')[];

/**
 * @param json what tokenizer.json holds; what it says of cutting and filling up is left aside
 * @param config what tokenizer_config.json holds
 * @returns null where it is none of a kind that is known, or puts no marks around texts
 */
export function parseMarkedTokenizer(json: unknown, config: unknown): MarkedTokenizer | null {
  if (!hasPossibleIds(json)) return null;
  let tokenizer: Tokenizer;
  let templates: { readonly single: Template; readonly pair: Template };
  try {
    tokenizer = new Tokenizer(json as object, (config ?? {}) as object);
    correctNormalizers(tokenizer, json);
    templates = { single: templateOf(tokenizer, ['A']), pair: templateOf(tokenizer, ['A', 'B']) };
  } catch {
    return null;
  }
  const told = tellsSegments(tokenizer, json);
  const room = (template: Template): number => template.filter((part) => typeof part === 'number').length;
  const { single, pair } = templates;
  const unknown = (json as { model?: { unk_token?: unknown; unk_id?: unknown } }).model;
  return {
    size: sizeOf(tokenizer),
    files: { tokenizer: json, config: config ?? {} },
    encode: (text) => Int32Array.from(tokenizer.encode(text, { add_special_tokens: false }).ids),
    single(text, positions) {
      const most = Math.max(0, positions - room(single));
      const { ids, second } = fill(single, text.subarray(0, most), none);
      return { ids, second, cut: text.length > most };
    },
    pair(first, second, positions) {
      const [a, b] = longestFirst(first.length, second.length, Math.max(0, positions - room(pair)));
      const filled = fill(pair, first.subarray(0, a), second.subarray(0, b));
      const [firstCut, secondCut] = [a < first.length, b < second.length];
      return {
        ids: filled.ids,
        second: told ? filled.second : filled.ids.length,
        cut: firstCut || secondCut,
        firstCut,
        secondCut,
      };
    },
    unknown:
      typeof unknown?.unk_token === 'string'
        ? (tokenizer.token_to_id(unknown.unk_token) ?? null)
        : typeof unknown?.unk_id === 'number'
          ? unknown.unk_id
          : null,
  };
}

/** The library makes a list up to the highest id: one that is out of all measure takes it for ever. */
function hasPossibleIds(json: unknown): boolean {
  const { model, added_tokens: added } = (json ?? {}) as {
    readonly model?: { readonly vocab?: unknown } | null;
    readonly added_tokens?: unknown;
  };
  const vocabulary = model?.vocab;
  const isPossible = (id: unknown): boolean => Number.isSafeInteger(id) && Number(id) >= 0 && Number(id) <= mostId;
  // A unigram's vocabulary is a list, whose places are its ids.
  const ofVocabulary =
    typeof vocabulary !== 'object' || vocabulary === null || Array.isArray(vocabulary) ? [] : Object.values(vocabulary);
  const ofAdded = Array.isArray(added) ? added.map((token) => (token as { readonly id?: unknown } | null)?.id) : [];
  return ofVocabulary.every(isPossible) && ofAdded.every(isPossible);
}

/** One more than the highest id there is. */
function sizeOf(tokenizer: Tokenizer): number {
  let size = 0;
  for (const id of tokenizer.get_vocab(true).values()) size = Math.max(size, id + 1);
  return size;
}

const none = new Int32Array(0);
/** Far above any vocabulary that is known. */
const mostId = 10_000_000;

/**
 * How the tokenizer puts its marks, seen from what it makes of empty texts: the library offers no way to ask it.
 */
function templateOf(tokenizer: Tokenizer, texts: readonly ['A'] | readonly ['A', 'B']): Template {
  // A text that is one token whatever stands around it, and no mark.
  const probe = 'a';
  const [id] = tokenizer.encode(probe, { add_special_tokens: false }).ids;
  const whole = tokenizer.encode(probe, {
    add_special_tokens: true,
    ...(texts.length === 2 ? { text_pair: probe } : {}),
  }).ids;
  let at = 0;
  const template = whole.map((one: number) => (one === id && at < texts.length ? texts[at++]! : one));
  if (id === undefined || at < texts.length || template.length === texts.length) throw new TypeError('No marks');
  return template;
}

/**
 * Whether the second text of a pair is told from the first: RoBERTa's and XLM-R's tokenizers leave both in one segment. Of RoBERTa's the
 * library thinks otherwise than the Rust one.
 */
function tellsSegments(tokenizer: Tokenizer, json: unknown): boolean {
  if ((json as { post_processor?: { type?: unknown } }).post_processor?.type === 'RobertaProcessing') return false;
  const options = { text_pair: 'a', add_special_tokens: true, return_token_type_ids: true } as const;
  return tokenizer.encode('a', options).token_type_ids.includes(1);
}

function fill(template: Template, a: Int32Array, b: Int32Array): { readonly ids: Int32Array; readonly second: number } {
  const parts = template.map((part) => (typeof part === 'number' ? [part] : part === 'A' ? a : b));
  const ids = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let [at, second] = [0, ids.length];
  for (const [i, part] of parts.entries()) {
    if (template[i] === 'B') second = at;
    ids.set(part, at);
    at += part.length;
  }
  return { ids, second };
}

/** What stays of two texts in so many places, as the Rust library of tokenizers cuts them ('longest first'). */
function longestFirst(first: number, second: number, most: number): readonly [number, number] {
  if (first + second <= most) return [first, second];
  const short = Math.min(first, second);
  const kept = Math.min(short, Math.floor(most / 2));
  return first > second ? [most - kept, kept] : [kept, most - kept];
}
