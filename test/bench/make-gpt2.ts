import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeModelFolder } from '../../src-main/checkpoint/model-folder.ts';
import { createNormal, createRandom } from '../../src-main/common/random.ts';
import { type Gpt2Config, parameters } from '../../src-main/engine/model/gpt2.ts';
import { freshWeights, toModelConfig } from '../../src-main/engine/model/weights.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import { closeStore, openStore } from '../../src-main/store/open.ts';
import { gpt2Tokenizer } from '../../src-main/tokenizer/files.ts';

export type Sizes = Pick<Gpt2Config, 'width' | 'layers' | 'heads' | 'positions'>;

/** Posts of each split, of five comments each. */
const posts = { train: 3, validation: 1, test: 1 } as const;

/**
 * Makes a folder `gpt2` in a new data folder that holds a GPT-2 of these sizes as Hugging Face keeps it, with random weights and
 * GPT-2's tokenizer, and fills the store with a few posts whose comments are longer than 128 tokens.
 */
export async function makeGpt2(home: string, sizes: Sizes): Promise<void> {
  const tokenizer = await gpt2Tokenizer();
  const config: Gpt2Config = { ...sizes, vocabulary: tokenizer.vocabularySize, epsilon: 1e-5 };
  const folder = join(home, 'gpt2');
  await writeModelFolder(folder, {
    config: toModelConfig(config),
    manifest: { kind: 'sft', createdAt: new Date(0).toISOString(), trainingConfig: {}, result: {}, maxTokens: 128 },
    tensors: freshWeights(parameters(config, false), createNormal(createRandom(1))),
    tokenizer,
  });
  // What is ours alone.
  rmSync(join(folder, 'manifest.json'));
  const store = openStore(join(home, 'tiebreak.sqlite'));
  try {
    const random = createRandom(2);
    const text = (words: number): string =>
      tokenizer.decode(Array.from({ length: words }, () => Math.floor(random() * 5000) + 300));
    for (const [split, count] of Object.entries(posts) as [keyof typeof posts, number][]) {
      for (let number = 0; number < count; number++) {
        const comments = Array.from({ length: 5 }, (_, rank) => ({ text: text(150), rank, votes: 5 - rank }));
        const key = `${split}-${number}`;
        addPost(
          store,
          { key, title: null, text: text(60), context: null, group: key, split, comments },
          { importId: null, line: null },
        );
      }
    }
  } finally {
    closeStore(store);
  }
}
