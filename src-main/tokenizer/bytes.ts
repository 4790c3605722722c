/**
 * GPT-2 writes the 256 bytes as 256 printable characters, so that vocabularies are readable text: printable bytes stand for
 * themselves, the others follow from U+0100 on. The order of this table is the order of GPT-2's first 256 ids.
 */
function buildByteCharacters(): readonly string[] {
  const printable: number[] = [];
  for (const [from, to] of [
    [0x21, 0x7e],
    [0xa1, 0xac],
    [0xae, 0xff],
  ] as const) {
    for (let byte = from; byte <= to; byte++) printable.push(byte);
  }
  const characters = new Array<string>(256);
  for (const byte of printable) characters[byte] = String.fromCharCode(byte);
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) characters[byte] ??= String.fromCharCode(next++);
  return characters;
}

/** The character that stands for each byte, by byte. */
export const characterOfByte = buildByteCharacters();

/** The byte that each character stands for. */
export const byteOfCharacter: ReadonlyMap<string, number> = new Map(
  characterOfByte.map((character, byte) => [character, byte]),
);

/** The bytes in the order of GPT-2's ids: id 0 is "!". */
export const bytesInIdOrder: readonly number[] = [...byteOfCharacter]
  .toSorted(([a], [b]) => a.charCodeAt(0) - b.charCodeAt(0))
  .map(([, byte]) => byte);

/**
 * How GPT-2 divides text into words before merging; every character belongs to exactly one word. White space is Unicode's,
 * as in the original; JavaScript's own \s differs from it in U+0085 and U+FEFF.
 */
export const wordPattern =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
