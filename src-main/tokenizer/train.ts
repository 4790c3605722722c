import { createTokenizer, endToken, startToken, type Tokenizer } from './bpe.ts';
import { bytesInIdOrder, characterOfByte, wordPattern } from './bytes.ts';
import { tokenizerFile } from './files.ts';
import { createHeap } from './heap.ts';

/** Words longer than this (bytes) are noise: they count for nothing in training. */
const longestWord = 128;
/**
 * When there are more different words, the rarest are forgotten, as fastText's dictionary does it, so that memory stays bounded: numbers and names are
 * ever more, and a word takes a kilobyte or two while pairs are merged.
 */
const mostWords = 200_000;
/** So many stay at most: what is forgotten makes room for a while. */
const keptWords = 150_000;
const specials = [startToken, endToken] as const;
const pack = 2 ** 20;

/**
 * A byte-level BPE tokenizer from texts: 256 bytes, then the most frequent pairs merged one after the other, then the two
 * special tokens as the last ids. Ties go to the lower ids, so the same texts give the same tokenizer in any order.
 * Smaller than asked for where no pair occurs twice any more: read its vocabularySize.
 * @param vocabularySize from 258 to 2^20
 * @param onProgress how many tokens are known, of how many
 */
export function trainTokenizer(
  texts: Iterable<string>,
  vocabularySize: number,
  onProgress?: (done: number, total: number) => void,
): Tokenizer {
  if (!(vocabularySize >= 258 && vocabularySize <= pack)) throw new RangeError(`vocabularySize ${vocabularySize}`);
  const tokens = bytesInIdOrder.map((byte) => characterOfByte[byte]!);
  const pairs = createPairTable(toSymbols(countWords(texts)));
  const merges: string[] = [];
  const target = vocabularySize - specials.length;
  while (tokens.length < target) {
    const best = pairs.takeBest();
    if (best === null) break;
    const [left, right] = best;
    merges.push(`${tokens[left]} ${tokens[right]}`);
    tokens.push(`${tokens[left]}${tokens[right]}`);
    pairs.merge(left, right, tokens.length - 1);
    if (tokens.length % 256 === 0) onProgress?.(tokens.length, target);
  }
  onProgress?.(target, target);
  const vocabulary = Object.fromEntries([...tokens, ...specials].map((token, id) => [token, id]));
  return createTokenizer(tokenizerFile(vocabulary, merges, specials));
}

function countWords(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const word of text.match(wordPattern) ?? []) {
      const count = counts.get(word);
      // A new word is copied: what was cut out of a text would keep all of it.
      counts.set(count === undefined ? Buffer.from(word, 'utf16le').toString('utf16le') : word, (count ?? 0) + 1);
    }
    if (counts.size > mostWords) forgetRarest(counts);
  }
  return counts;
}

/** Of equally rare ones those that came first. */
function forgetRarest(counts: Map<string, number>): void {
  const limit = [...counts.values()].sort((a, b) => a - b)[counts.size - keptWords - 1]!;
  for (const [word, count] of counts) if (count < limit) counts.delete(word);
  for (const [word, count] of counts) {
    if (counts.size === keptWords) return;
    if (count === limit) counts.delete(word);
  }
}

type Word = { symbols: number[]; readonly count: number };

function toSymbols(counts: ReadonlyMap<string, number>): Word[] {
  const idOfByte = new Uint8Array(256);
  for (const [id, byte] of bytesInIdOrder.entries()) idOfByte[byte] = id;
  const utf8 = new TextEncoder();
  const words: Word[] = [];
  for (const [text, count] of counts) {
    const bytes = utf8.encode(text);
    if (bytes.length > 1 && bytes.length <= longestWord) {
      words.push({ symbols: Array.from(bytes, (byte) => idOfByte[byte]!), count });
    }
  }
  return words;
}

/** Where each pair of neighbouring symbols occurs, and how often; kept up to date as pairs are merged. */
function createPairTable(words: readonly Word[]) {
  const slotOf = new Map<number, number>();
  const keys: number[] = [];
  const counts: number[] = [];
  /** Words that hold the pair, or held it once. */
  const places: Set<number>[] = [];
  /** The count with which a pair lies in the heap. Counts of known pairs only fall, so an entry is checked when it is taken. */
  const counted: number[] = [];
  const heap = createHeap((a, b) => counted[a]! > counted[b]! || (counted[a] === counted[b] && keys[a]! < keys[b]!));

  function add(left: number, right: number, count: number, word: number): number {
    const key = left * pack + right;
    let slot = slotOf.get(key);
    if (slot === undefined) {
      slot = keys.length;
      slotOf.set(key, slot);
      keys.push(key);
      counts.push(0);
      places.push(new Set());
    }
    counts[slot]! += count;
    if (count > 0) places[slot]!.add(word);
    return slot;
  }

  function offer(from: number): void {
    for (let slot = from; slot < keys.length; slot++) {
      counted[slot] = counts[slot]!;
      heap.push(slot);
    }
  }

  for (const [at, { symbols, count }] of words.entries()) {
    for (let i = 0; i + 1 < symbols.length; i++) add(symbols[i]!, symbols[i + 1]!, count, at);
  }
  offer(0);

  /** The pair that occurs most often, at least twice; null where there is none. */
  function takeBest(): readonly [number, number] | null {
    for (let slot = heap.pop(); slot !== undefined; slot = heap.pop()) {
      const count = counts[slot]!;
      if (count === counted[slot]) return count < 2 ? null : [Math.floor(keys[slot]! / pack), keys[slot]! % pack];
      counted[slot] = count;
      if (count >= 2) heap.push(slot);
    }
    return null;
  }

  function merge(left: number, right: number, id: number): void {
    const known = keys.length;
    const slot = slotOf.get(left * pack + right)!;
    for (const at of places[slot]!) {
      const word = words[at]!;
      const { symbols, count } = word;
      const shorter: number[] = [];
      for (let i = 0; i < symbols.length; i++) {
        const here = i + 1 < symbols.length && symbols[i] === left && symbols[i + 1] === right;
        shorter.push(here ? id : symbols[i]!);
        if (here) i++;
      }
      if (shorter.length === symbols.length) continue;
      for (let i = 0; i + 1 < symbols.length; i++) add(symbols[i]!, symbols[i + 1]!, -count, at);
      for (let i = 0; i + 1 < shorter.length; i++) add(shorter[i]!, shorter[i + 1]!, count, at);
      word.symbols = shorter;
    }
    places[slot]!.clear();
    offer(known);
  }

  return { takeBest, merge };
}
