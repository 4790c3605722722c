import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';

/**
 * Writes a new file. When this ends, however it ends, nothing is written there any more: a stream that broke off may still be about to make
 * the file, in a folder that whoever began it takes for its own.
 */
export async function fill(
  path: string,
  pour: (target: Writable) => Promise<void>,
  { flush = false }: { readonly flush?: boolean } = {},
): Promise<void> {
  const target = createWriteStream(path, { flags: 'wx', flush });
  const closed = new Promise<void>((resolve) => void target.once('close', resolve));
  // What it fails of is told by whoever pours.
  target.on('error', () => {});
  try {
    await pour(target);
  } finally {
    target.destroy();
    await closed;
  }
}
