/**
 * SentencePiece's table of characters, as tokenizer.json of XLM-R and its kin carries it ('Precompiled'): a double array trie
 * (darts-clone) of UTF-8 bytes, and behind it the texts that take the place of what is found, each ended by a zero.
 * The library of tokenizers makes NFKC of it, which differs: a joiner between emoji, or marks in an unusual order, give other pieces.
 */

/** Longer clusters of characters are looked up character by character, as the Rust library of tokenizers does. */
const longestCluster = 6;

/**
 * What the table makes of a text.
 * @param base64 the table as it stands in tokenizer.json
 * @returns null where it is no such table
 */
export function parseCharsmap(base64: string): ((text: string) => string) | null {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < 8) return null;
  const length = bytes.readUInt32LE(0);
  if (length === 0 || length % 4 !== 0 || 4 + length > bytes.length) return null;
  const trie = Uint32Array.from({ length: length / 4 }, (_, i) => bytes.readUInt32LE(4 + 4 * i));
  const texts = bytes.subarray(4 + length);
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
  const known = new Map<string, string>();
  const cluster = (text: string): string => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const whole = Buffer.byteLength(text) < longestCluster ? lookUp(trie, texts, text) : null;
    const made = whole ?? Array.from(text, (char) => lookUp(trie, texts, char) ?? char).join('');
    // A store's texts have few different clusters; those of a made-up file must not fill the memory.
    if (known.size < 100_000) known.set(text, made);
    return made;
  };
  return (text) => {
    let made = '';
    for (const { segment } of segmenter.segment(text)) made += cluster(segment);
    return made;
  };
}

/** What stands in the table for the shortest beginning of a text that is in it, which is how the Rust library reads it. */
function lookUp(trie: Uint32Array, texts: Buffer, text: string): string | null {
  const offset = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);
  let at = offset(trie[0]!);
  for (const byte of Buffer.from(text)) {
    if (byte === 0) return null;
    at ^= byte;
    const unit = trie[at];
    if (unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) return null;
    at ^= offset(unit);
    if ((unit & 0x100) === 0) continue;
    const from = trie[at]! & 0x7fffffff;
    const end = texts.indexOf(0, from);
    return texts.toString('utf8', from, end < 0 ? texts.length : end);
  }
  return null;
}
