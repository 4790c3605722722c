import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readModelFolder, writeModelFolder } from '../../src-main/checkpoint/model-folder.ts';
import { addModel } from '../../src-main/store/models.ts';
import { closeStore, openStore } from '../../src-main/store/open.ts';
import { gpt2Tokenizer } from '../../src-main/tokenizer/files.ts';
import { gpt2RewardFolder } from './fixtures.ts';

/** A data folder with PyTorch's small GPT-2 as the reward model `gpt2`, and without its head as the language model `gpt2-lm`. */
export async function homeWithGpt2(home: string): Promise<void> {
  const { config, tensors } = await readModelFolder(gpt2RewardFolder());
  const tokenizer = await gpt2Tokenizer();
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
