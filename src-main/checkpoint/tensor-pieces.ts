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

/** Numbers that are in memory already. */
export const piecesIn = (shape: readonly number[], data: Float32Array): TensorPieces =>
  piecesOf({ shape, read: async () => data });

/**
 * One of several matrices that stand one beside the other along the last dimension, `turned` from [in, out] to [out, in] or as it is.
 */
export function turnedPart(
  tensor: TensorSource,
  { part, parts, turned }: { readonly part: number; readonly parts: number; readonly turned: boolean },
): TensorPieces {
  if (parts === 1 && !turned) return piecesOf(tensor);
  const columns = (tensor.shape.at(-1) ?? 0) / parts;
  const rows = elements(tensor.shape) / (columns * parts);
  return piecesOf({
    shape: turned ? [columns, rows] : [...tensor.shape.slice(0, -1), columns],
    async read() {
      const whole = await tensor.read();
      const own = new Float32Array(rows * columns);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          own[turned ? column * rows + row : row * columns + column] = whole[(row * parts + part) * columns + column]!;
        }
      }
      return own;
    },
  });
}
