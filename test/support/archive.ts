import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const block = 512;

/**
 * Unpacks a tar archive compressed by Brotli (`pack.mjs` makes them) into a folder. Brotli looks back 16 MB, so the same weights in
 * two formats take the room of one; and every Node reads it without a package.
 */
export function unpack(archive: string, folder: string): void {
  const tar = brotliDecompressSync(readFileSync(archive));
  for (let at = 0; tar[at] !== 0 && at < tar.length; ) {
    const header = tar.subarray(at, at + block);
    const name = textIn(header.subarray(0, 100));
    const size = Number.parseInt(textIn(header.subarray(124, 136)), 8);
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, tar.subarray(at + block, at + block + size));
    at += block + Math.ceil(size / block) * block;
  }
}

function textIn(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end < 0 ? field.length : end).trim();
}
