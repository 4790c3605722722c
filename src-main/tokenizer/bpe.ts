import { TiebreakError } from '../contract/errors.ts';
import { byteOfCharacter, characterOfByte, wordPattern } from './bytes.ts';
import { createHeap } from './heap.ts';

/** A Hugging Face tokenizer.json, as far as byte-level BPE needs it; further fields are kept as they are. */
export type TokenizerFile = {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  readonly model: {
    readonly type: 'BPE';
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly (string | readonly [string, string])[];
  };
};

export type Tokenizer = {
  /** One more than the highest id. */
  readonly vocabularySize: number;
  readonly endId: number;
  /** Null where the vocabulary has no start token (GPT-2): its text is then ordinary text. */
  readonly startId: number | null;
  /** Length in bytes of the text of each id; 0 for special tokens. */
  readonly byteLengths: Int32Array;
  /** The ids of a text. Special tokens never come out of it: their names are ordinary text here. */
  encode(text: string): number[];
  /** The text of ids; special tokens are left out, invalid UTF-8 becomes U+FFFD. */
  decode(ids: Iterable<number>): string;
  /** What saveTokenizer writes. */
  readonly json: TokenizerFile;
};

export const startToken = '<|startoftext|>';
export const endToken = '<|endoftext|>';

/** Words are remembered up to this length (UTF-16 units) and number; then all are forgotten. */
const longestCachedWord = 48;
const cachedWords = 100_000;
/** Pairs and heap entries are packed into one number: high part times this, plus low part. */
const pack = 2 ** 32;

/**
 * A tokenizer from a parsed tokenizer.json with byte-level BPE.
 * @throws TiebreakError damaged where vocabulary and merges contradict each other or bytes or the end token are missing
 */
export function createTokenizer(json: TokenizerFile): Tokenizer {
  const special = new Map(json.added_tokens.map(({ content, id }) => [content, id]));
  const { vocab, merges } = json.model;
  const endId = special.get(endToken) ?? vocab[endToken];
  if (endId === undefined) throw damaged(`has no ${endToken} token`);
  const startId = special.get(startToken) ?? null;

  const idOf = new Map(Object.entries(vocab));
  let vocabularySize = 0;
  for (const id of [...idOf.values(), ...special.values()]) {
    if (!Number.isSafeInteger(id) || id < 0 || id > 10_000_000) {
      throw damaged(`has an impossible id (${JSON.stringify(id) ?? 'none'})`);
    }
    vocabularySize = Math.max(vocabularySize, id + 1);
  }
  const bytesOf: (Uint8Array | undefined)[] = new Array(vocabularySize);
  const byteLengths = new Int32Array(vocabularySize);
  for (const [token, id] of idOf) {
    if (special.has(token) || token === endToken) continue;
    const bytes = new Uint8Array(token.length);
    for (let i = 0; i < token.length; i++) {
      const byte = byteOfCharacter.get(token[i]!);
      if (byte === undefined) throw damaged(`has a token that is not byte-level text (id ${id})`);
      bytes[i] = byte;
    }
    bytesOf[id] = bytes;
    byteLengths[id] = bytes.length;
  }

  const idOfByte = Int32Array.from(characterOfByte, (character, byte) => {
    const id = idOf.get(character);
    if (id === undefined) throw damaged(`has no token for byte ${byte}`);
    return id;
  });
  const ranks = new Map<number, number>();
  const merged = new Int32Array(merges.length);
  for (const [rank, merge] of merges.entries()) {
    const [left, right] = typeof merge === 'string' ? merge.split(' ') : merge;
    const a = idOf.get(left ?? '');
    const b = idOf.get(right ?? '');
    const both = idOf.get(`${left}${right}`);
    if (a === undefined || b === undefined || both === undefined)
      throw damaged(`has a merge of unknown tokens (${rank})`);
    if (!ranks.has(a * pack + b)) ranks.set(a * pack + b, rank);
    merged[rank] = both;
  }

  const cache = new Map<string, readonly number[]>();
  const utf8 = new TextEncoder();

  function encodeWord(word: string): readonly number[] {
    const known = cache.get(word);
    if (known !== undefined) return known;
    const ids = mergeWord(
      Int32Array.from(utf8.encode(word), (byte) => idOfByte[byte]!),
      ranks,
      merged,
    );
    if (word.length <= longestCachedWord) {
      if (cache.size >= cachedWords) cache.clear();
      cache.set(word, ids);
    }
    return ids;
  }

  function encode(text: string): number[] {
    const ids: number[] = [];
    for (const word of text.match(wordPattern) ?? []) {
      for (const id of encodeWord(word)) ids.push(id);
    }
    return ids;
  }

  function decode(ids: Iterable<number>): string {
    return Buffer.concat([...ids].map((id) => bytesOf[id] ?? new Uint8Array(0))).toString('utf8');
  }

  return { vocabularySize, endId, startId, byteLengths, encode, decode, json };
}

/**
 * Merges the neighbouring pair of the lowest rank, the leftmost first, until none is left. n log n in the length of the
 * word, so that a megabyte without a space is no trap. Overwrites `ids`.
 */
function mergeWord(ids: Int32Array, ranks: ReadonlyMap<number, number>, merged: Int32Array): number[] {
  const length = ids.length;
  const next = Int32Array.from(ids, (_, i) => i + 1);
  const previous = Int32Array.from(ids, (_, i) => i - 1);
  const heap = createHeap((a, b) => a < b);
  const rankAt = (at: number): number | undefined => {
    const after = next[at]!;
    return after < length ? ranks.get(ids[at]! * pack + ids[after]!) : undefined;
  };
  const propose = (at: number): void => {
    const rank = rankAt(at);
    if (rank !== undefined) heap.push(rank * pack + at);
  };
  for (let at = 0; at + 1 < length; at++) propose(at);
  for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
    const rank = Math.floor(entry / pack);
    const at = entry % pack;
    if (ids[at] === -1 || rankAt(at) !== rank) continue;
    const gone = next[at]!;
    ids[at] = merged[rank]!;
    ids[gone] = -1;
    next[at] = next[gone]!;
    if (next[at]! < length) previous[next[at]!] = at;
    if (previous[at]! >= 0) propose(previous[at]!);
    propose(at);
  }
  const result: number[] = [];
  for (let at = 0; at < length; at = next[at]!) result.push(ids[at]!);
  return result;
}

function damaged(what: string): TiebreakError {
  return new TiebreakError('damaged', `The tokenizer can't be used: it ${what}. Take a complete copy of the model.`);
}
