import type { ExportedFile } from '../../checkpoint/exported-file.ts';
import { safetensorsHeader } from '../../checkpoint/safetensors.ts';
import type { TensorPieces } from '../../checkpoint/tensor-pieces.ts';

/** Tensors as a safetensors file on its way out: one is in memory at a time. */
export function safetensorsFile(name: string, tensors: ReadonlyMap<string, TensorPieces>): ExportedFile {
  const header = safetensorsHeader(tensors);
  return {
    name,
    bytes: [...tensors.values()].reduce((sum, { bytes }) => sum + bytes, header.length),
    async *content() {
      yield header;
      for (const { pieces } of tensors.values()) yield* pieces();
    },
  };
}
