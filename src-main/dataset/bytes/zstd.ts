import type { Readable } from 'node:stream';
import { constants, createZstdDecompress, type ZstdDecompress } from 'node:zlib';

/** Dumps are packed with windows of up to 2 GB: the memory is taken only where a frame asks for it. */
const windowLog = 31;

/** What zstd packed, frame by frame: Node's own stream ends with the first, and dumps that were packed in parts have many. */
export async function* unpackZstd(packed: Readable, chunkSize: number): AsyncGenerator<Buffer> {
  const source = (packed as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let first = await source.next();
  while (!first.done) {
    const unpack = createZstdDecompress({ chunkSize, params: { [constants.ZSTD_d_windowLogMax]: windowLog } });
    const feeding = feed(unpack, first.value, source);
    for await (const piece of unpack as AsyncIterable<Buffer>) yield piece;
    const rest = await feeding;
    first = rest.length > 0 ? { done: false, value: rest } : await source.next();
  }
}

/** Hands over one piece after the other until the frame ends: what is left of the last belongs to the next frame. */
async function feed(unpack: ZstdDecompress, first: Buffer, source: AsyncIterator<Buffer>): Promise<Buffer> {
  let handed = 0;
  let piece: Buffer | null = first;
  while (piece !== null && !unpack.destroyed) {
    const current: Buffer = piece;
    await new Promise<void>((resolve) => {
      unpack.once('close', resolve);
      unpack.write(current, () => {
        unpack.off('close', resolve);
        resolve();
      });
    });
    handed += current.length;
    const left = handed - unpack.bytesWritten;
    if (left > 0 || unpack.readableEnded) {
      unpack.end();
      return current.subarray(current.length - Math.min(left, current.length));
    }
    try {
      const next = await source.next();
      piece = next.done ? null : next.value;
    } catch (error) {
      unpack.destroy(error as Error);
      return Buffer.alloc(0);
    }
  }
  unpack.end();
  return Buffer.alloc(0);
}
