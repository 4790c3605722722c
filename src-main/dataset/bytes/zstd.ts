import { once } from 'node:events';
import { Readable } from 'node:stream';
import { constants, createZstdDecompress } from 'node:zlib';

/** Dumps are packed with windows of up to 2 GB: the memory is taken only where a frame asks for it. */
const windowLog = 31;

/** What zstd packed, frame by frame: Node's own stream ends with the first, and dumps that were packed in parts have many. */
export async function* unpackZstd(packed: Readable, chunkSize: number): AsyncGenerator<Buffer> {
  const source = (packed as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let rest = await source.next();
  while (!rest.done) {
    // What was handed to this frame, of which its end may leave some for the next.
    let handed: Buffer = Buffer.alloc(0);
    let before = 0;
    const unpack = createZstdDecompress({ chunkSize, params: { [constants.ZSTD_d_windowLogMax]: windowLog } });
    const first = rest.value;
    const feeder = Readable.from(
      (async function* () {
        handed = first;
        yield first;
        for (let next = await source.next(); !next.done; next = await source.next()) {
          const used = unpack.bytesWritten - before;
          handed = Buffer.concat([handed.subarray(used), next.value]);
          before += used;
          yield next.value;
        }
      })(),
      { objectMode: false, highWaterMark: chunkSize },
    );
    feeder.on('error', (error) => unpack.destroy(error));
    for await (const piece of feeder.pipe(unpack) as AsyncIterable<Buffer>) yield piece;
    const { bytesWritten } = unpack;
    if (!feeder.closed) {
      feeder.destroy();
      await once(feeder, 'close');
    }
    const left = handed.subarray(bytesWritten - before);
    rest = left.length > 0 ? { done: false, value: left } : await source.next();
  }
}
