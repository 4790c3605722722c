import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readModelFolder, writeModelFolder } from '../../../../src-main/checkpoint/model-folder.ts';
import { addModel } from '../../../../src-main/store/models.ts';
import { closeStore, openStore } from '../../../../src-main/store/open.ts';
import { tokenizerFromGpt2 } from '../../../../src-main/tokenizer/files.ts';

const shared = fileURLToPath(new URL('../../../../../shared/', import.meta.url));

/** A reward that PyTorch computed with the fixture's model. */
export type ExpectedReward = {
  readonly prompt: string;
  readonly comment: string;
  readonly tokens: number;
  readonly reward: number;
};

export function expectedRewards(): readonly ExpectedReward[] {
  const lines = readFileSync(join(shared, 'fixtures/gpt2-reward/expected.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as ExpectedReward);
}

const gpt2Tokenizer = () =>
  tokenizerFromGpt2(join(shared, 'gpt2-tokenizer/vocab.json'), join(shared, 'gpt2-tokenizer/merges.txt'));

/** A data folder with PyTorch's small GPT-2 as the reward model `gpt2`, and without its head as the language model `gpt2-lm`. */
export async function homeWithGpt2(home: string): Promise<void> {
  const { config, tensors } = await readModelFolder(join(shared, 'fixtures/gpt2-reward'));
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
