import { elements, type TensorSource } from './tensor-file.ts';

/** A tensor on its way into a file: read when its turn comes, and given up piece by piece. */
export type TensorPieces = {
  readonly shape: readonly number[];
  /** Length of all pieces together: four bytes for each number. */
  readonly bytes: number;
  /** The numbers, row by row, as float32 in little endian. */
  readonly pieces: () => AsyncGenerator<Uint8Array>;
};

/** Small enough that a large tensor shows progress and can be cancelled. */
const pieceBytes = 4 * 2 ** 20;

export function piecesOf({ shape, read }: TensorSource): TensorPieces {
  return {
    shape,
    bytes: 4 * elements(shape),
    async *pieces() {
      const { buffer, byteOffset, byteLength } = await read();
      for (let done = 0; done < byteLength; done += pieceBytes) {
        yield new Uint8Array(buffer, byteOffset + done, Math.min(pieceBytes, byteLength - done));
      }
    },
  };
}
