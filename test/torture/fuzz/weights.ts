import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openWeights } from '../../../src-main/checkpoint/open-weights.ts';
import { PickleRefused, readPickle } from '../../../src-main/checkpoint/pickle.ts';
import { readStateDict, tensorNames } from '../../../src-main/checkpoint/pytorch-tensors.ts';
import { TiebreakError } from '../../../src-main/contract/errors.ts';
import { importModel } from '../../../src-main/engine/model/import-model.ts';
import { op, tensor } from '../../support/make-pytorch.ts';
import type { Draw } from './draw.ts';
import { gpt2Config, unpackGpt2 } from './fixtures.ts';
import { mutatedBytes, mutatedJson } from './mutate.ts';
import type { Target } from './target.ts';

const hooks = { signal: new AbortController().signal, onProgress: () => undefined };

/** A small file of safetensors with a header of this. */
function safetensorsOf(header: unknown, bytes: number): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(bytes, 1)]);
}

const header = {
  __metadata__: { format: 'pt' },
  'a.weight': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
  b: { dtype: 'F16', shape: [4], data_offsets: [24, 32] },
};

/** Headers of safetensors that say what is not so. */
export const safetensors: Target = {
  open: async (folder) => {
    const path = join(folder, 'model.safetensors');
    return {
      give: async (draw) => {
        const whole = safetensorsOf(draw.chance(0.5) ? mutatedJson(draw, header) : header, 32);
        writeFileSync(path, draw.chance(0.6) ? mutatedBytes(draw, whole) : whole);
        for (const source of (await openWeights(path)).values()) await source.read();
      },
    };
  },
};

const pickled = (): Buffer =>
  op.pickle(
    op.dictionary([
      ['a.weight', tensor({ key: '0', size: [2, 3] })],
      ['b', tensor({ key: '1', type: 'Half', size: [4], stride: [1] })],
    ]),
  );

/** Every byte that means something in a pickle, and a few that don't. */
const codes = Buffer.from(
  '(.012FIJKLMNPQRSTUVXabcdehjglopqrstu)]}\x80\x81\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8e\x94\x95',
);

function someCodes(draw: Draw): Buffer {
  const parts = Array.from({ length: draw.below(60) }, () => {
    if (draw.chance(0.2)) return op.text(draw.one(['a', 'storage', '', 'x'.repeat(300)]));
    if (draw.chance(0.1))
      return op.name(
        draw.one(['collections', 'os', 'torch._utils']),
        draw.one(['OrderedDict', 'system', '_rebuild_tensor_v2']),
      );
    if (draw.chance(0.1)) return op.int(draw.one([0, -1, 2 ** 31 - 1]));
    return Buffer.from([draw.one([...codes])]);
  });
  return Buffer.concat([Buffer.from([0x80, 2]), ...parts, Buffer.from('.')]);
}

/** Pickles, which are read as data: nothing in them is run. */
export const pickles: Target = {
  open: async () => {
    const whole = pickled();
    return {
      give: async (draw) => {
        const bytes = draw.chance(0.5) ? mutatedBytes(draw, whole, someCodes(draw)) : someCodes(draw);
        try {
          readStateDict(readPickle(bytes, 0, tensorNames).value);
        } catch (error) {
          // The middle of a sentence, which whoever opens a file makes whole; anything else is no refusal.
          if (error instanceof PickleRefused) throw new TiebreakError('damaged', 'It is no model.', { cause: error });
          throw error;
        }
      },
    };
  },
};

/** A model of another program with its weights in either form, one of its files damaged: it comes in whole or not at all. */
export const models: Target = {
  open: async (folder) => {
    unpackGpt2(folder);
    const config = gpt2Config();
    const [weights, pytorch] = ['model.safetensors', 'pytorch_model.bin'].map((name) =>
      readFileSync(join(folder, name)),
    );
    const modelFolder = join(folder, 'made');
    return {
      give: async (draw) => {
        const [name, whole] = draw.one([
          ['model.safetensors', weights!],
          ['pytorch_model.bin', pytorch!],
        ] as const);
        const configPath = join(folder, 'config.json');
        writeFileSync(join(folder, name), draw.chance(0.6) ? mutatedBytes(draw, whole) : whole);
        writeFileSync(configPath, JSON.stringify(draw.chance(0.6) ? mutatedJson(draw, config) : config));
        try {
          await importModel(
            {
              type: 'import',
              label: 'theirs',
              weights: [join(folder, name)],
              config: draw.chance(0.9) ? configPath : null,
              tokenizer: [],
              beside: {},
              modelFolder,
            },
            hooks,
          );
        } finally {
          await rm(modelFolder, { recursive: true, force: true });
        }
      },
    };
  },
};
