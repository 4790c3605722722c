import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { TiebreakError } from '../contract/errors.ts';
import type { StoredTensor } from './safetensors.ts';

/** What we read of a model.json in TensorFlow.js's graph-model format: where the weights lie, not what is done with them. */
const manifest = z.object({
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string().regex(/^[\w.-]+$/)),
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(z.int().nonnegative()),
          dtype: z.enum(['float32', 'int32']),
          quantization: z.undefined().optional(),
        }),
      ),
    }),
  ),
});

const bytesPerElement = 4;

/**
 * Reads the float32 tensors of a TensorFlow.js graph model, by the names they have there.
 * @throws TiebreakError not-found; damaged where model.json is not what it should be or the shards are too short for it
 */
export async function readTfjsWeights(folder: string): Promise<Map<string, StoredTensor>> {
  const { weightsManifest } = await readManifest(join(folder, 'model.json'));
  const tensors = new Map<string, StoredTensor>();
  for (const { paths, weights } of weightsManifest) {
    const bytes = Buffer.concat(await Promise.all(paths.map((path) => readPart(join(folder, path)))));
    let at = 0;
    for (const { name, shape, dtype } of weights) {
      const end = at + bytesPerElement * shape.reduce((product, n) => product * n, 1);
      if (end > bytes.length) throw damaged(folder, `its weights end before ${name}`);
      // A copy: a Float32Array must begin at a multiple of four bytes.
      if (dtype === 'float32') tensors.set(name, { shape, data: toFloats(bytes.subarray(at, end)) });
      at = end;
    }
  }
  return tensors;
}

function toFloats(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

async function readManifest(path: string): Promise<z.infer<typeof manifest>> {
  const text = (await readPart(path)).toString('utf8');
  try {
    return manifest.parse(JSON.parse(text));
  } catch (error) {
    throw damaged(path, 'it is no description of a graph model that can be read here', error);
  }
}

async function readPart(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw new TiebreakError('not-found', `The weights ${path} can't be opened.`, { cause: error });
  });
}

function damaged(path: string, why: string, cause?: unknown): TiebreakError {
  return new TiebreakError('damaged', `The model ${path} is damaged: ${why}. Nothing was changed.`, { cause });
}
