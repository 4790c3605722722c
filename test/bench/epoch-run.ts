import { join } from 'node:path';
import { defaultConfig } from '../../src-main/common/default-config.ts';
import type { Device, TrainingConfig } from '../../src-main/contract/engine.ts';
import { openDevice } from '../../src-main/engine/device-choice.ts';
import { openModel } from '../../src-main/engine/score/open-model.ts';
import { train } from '../../src-main/engine/train/train.ts';
import { countRight, pairLoss } from '../../src-main/evaluation/accuracy.ts';
import { judgedPairs } from '../../src-main/evaluation/figures.ts';
import { loadTokenizer } from '../../src-main/tokenizer/files.ts';
import { encodeInput } from '../../src-main/tokenizer/input.ts';
import { readGroups } from './rows.ts';
import { clock, type Spent, spentHere } from './yardstick.ts';

export type EpochRequest = {
  /** CUP IT rows to learn from, of which the first posts, and to be measured on afterwards. */
  readonly rows: string;
  readonly validation: string;
  readonly posts: number;
  /** The model to begin with, and an empty folder. */
  readonly base: string;
  readonly folder: string;
  readonly tokens: number;
  readonly device: Device;
  readonly settings: Partial<TrainingConfig>;
};

export type EpochFigures = Spent & {
  readonly seconds: number;
  /** The processor's in the same time. */
  readonly cpuSeconds: number;
  readonly pairs: number;
  /** Tokens of the training's inputs, each once. */
  readonly tokens: number;
  readonly steps: number;
  readonly parameters: number;
  /** Mean of -log sigmoid(better - worse) over all pairs of the validation split, and the share in the right order; a yardstick may have none. */
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
};

/**
 * A process of its own: `epoch-run.ts REQUEST` (as JSON) trains one epoch as the app does and prints its figures. Seconds are those from
 * the compiling of the graphs to the end of the last step: the reading of the rows, the making of tokens and the writing of the model
 * are left out, as in the yardsticks. Memory is what it was at the end of the last step.
 */
async function measureEpoch({
  device,
  base,
  folder,
  tokens,
  settings,
  ...request
}: EpochRequest): Promise<EpochFigures> {
  const groups = readGroups(request.rows, request.posts);
  const { runtime } = await openDevice(device, 'training');
  const config = {
    ...defaultConfig('reward'),
    ...{ maxTokens: tokens, epochs: 1, keepBest: 0, checkpointEvery: 0 },
    ...settings,
  };
  const signal = new AbortController().signal;
  let begun = clock();
  let took = begun();
  let spent = spentHere();
  const job = {
    ...({ type: 'train', kind: 'reward', method: 'gpt', config, device, base, runFolder: folder } as const),
    modelFolder: join(folder, 'model'),
    // Nothing is looked at meanwhile.
    data: { train: groups, validation: [] },
  };
  const { steps, parameters } = await train(runtime, job, {
    signal,
    onProgress({ phase, done, total }) {
      if (phase === 'compile') begun = clock();
      if (phase !== 'train' || done < total) return;
      took = begun();
      spent = spentHere();
    },
  });

  const held = readGroups(request.validation);
  const model = await openModel(runtime, job.modelFolder);
  const texts = held.flatMap((group) => group.texts);
  const { rewards } = await model.score(
    { type: 'score', modelFolder: job.modelFolder, device, texts },
    { signal, onProgress: () => {} },
  );
  let from = 0;
  const judged = held.flatMap((group) => {
    const own = rewards.slice(from, from + group.texts.length);
    from += group.texts.length;
    return judgedPairs(group, [...own]);
  });
  const { right, of } = countRight(judged);
  const tokenizer = await loadTokenizer(base);
  const inputs = groups.flatMap((group) => group.texts.map((text) => encodeInput(tokenizer, text, tokens)));
  return {
    ...took,
    pairs: groups.reduce((sum, { pairs }) => sum + pairs.length, 0),
    tokens: inputs.reduce((sum, { ids }) => sum + ids.length, 0),
    steps,
    parameters,
    validationLoss: pairLoss(judged),
    validationAccuracy: right / of,
    ...spent,
    processorSeconds: spentHere().processorSeconds,
  };
}

try {
  console.log(JSON.stringify(await measureEpoch(JSON.parse(process.argv[2]!) as EpochRequest)));
  process.exit(0);
} catch (error) {
  console.error((error as Error).stack);
  process.exit(1);
}
