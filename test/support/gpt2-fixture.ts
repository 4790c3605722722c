import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModelFolder, readModelFolder, writeModelFolder } from '../../src-main/checkpoint/model-folder.ts';
import { createNormal, createRandom } from '../../src-main/common/random.ts';
import { parameters } from '../../src-main/engine/model/gpt2.ts';
import { freshWeights, toModelConfig } from '../../src-main/engine/model/weights.ts';
import { addModel } from '../../src-main/store/models.ts';
import { closeStore, openStore } from '../../src-main/store/open.ts';
import type { Tokenizer } from '../../src-main/tokenizer/bpe.ts';
import { gpt2Tokenizer } from '../../src-main/tokenizer/files.ts';
import { trainTokenizer } from '../../src-main/tokenizer/train.ts';
import { gpt2RewardFolder } from './fixtures.ts';
import { rows } from './run-cli.ts';

/** A data folder with PyTorch's small GPT-2 as the reward model `gpt2`, and without its head as the language model `gpt2-lm`. */
export async function homeWithGpt2(home: string): Promise<void> {
  await writeModels(home, await readModelFolder(gpt2RewardFolder()), await gpt2Tokenizer());
}

/** The same with weights of 3 MB as well, drawn by chance, and a vocabulary that is read in a moment. */
export async function homeWithFewWords(home: string): Promise<void> {
  const tokenizer = trainTokenizer([rows(0, 8)], 300);
  const { vocabularySize: vocabulary } = tokenizer;
  const config = { width: 176, layers: 2, heads: 2, positions: 512, vocabulary, epsilon: 1e-5 };
  const normal = createNormal(createRandom(1));
  await writeModels(
    home,
    { config: toModelConfig(config), tensors: freshWeights(parameters(config, true), normal) },
    tokenizer,
  );
}

type Weights = Pick<ModelFolder, 'config' | 'tensors'>;

async function writeModels(home: string, { config, tensors }: Weights, tokenizer: Tokenizer): Promise<void> {
  await mkdir(join(home, 'models'), { recursive: true });
  const store = openStore(join(home, 'tiebreak.sqlite'));
  for (const kind of ['reward', 'sft'] as const) {
    const name = kind === 'reward' ? 'gpt2' : 'gpt2-lm';
    const folder = `models/${name}`;
    const own = new Map([...tensors].filter(([tensor]) => kind === 'reward' || tensor !== 'v_head.weight'));
    await writeModelFolder(join(home, folder), {
      config,
      tokenizer,
      tensors: own,
      manifest: { kind, createdAt: '2024-01-01T00:00:00.000Z', trainingConfig: {}, result: {}, maxTokens: 512 },
    });
    addModel(store, { name, kind, folder, base: null, runId: null, metrics: {} });
  }
  closeStore(store);
}
