import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device, TrainingConfig } from '../../src-main/contract/engine.ts';
import { type DataSet, dataSets, unpackDataSets } from './data-sets.ts';
import type { EpochFigures, EpochRequest } from './epoch-run.ts';
import { type Shape, writeFreshGpt2 } from './fresh-gpt2.ts';
import { type Column, type Contestant, inTurns, ours, printTable, pythonWith, theirs } from './yardstick.ts';

export type EpochOptions = {
  /** A Python with torch and trl. */
  readonly python: string | undefined;
  readonly data: readonly DataSet[];
  readonly shape: Shape;
  readonly posts: number;
  readonly turns: number;
  readonly device: Device;
  /** Settings of ours that are not its defaults. */
  readonly settings: Partial<TrainingConfig>;
};

/** Pairs of a step of the yardsticks. */
const pairsPerStep = 16;

/**
 * One epoch of a reward model on real rows beside TRL's RewardTrainer and a plain loop in PyTorch: the same rows and tokens, the same
 * starting weights (but for the head), each turn another seed. The loss afterwards is that of all pairs of the validation split.
 */
export async function measureEpochs({
  data,
  shape,
  posts,
  turns,
  device,
  settings,
  ...options
}: EpochOptions): Promise<void> {
  const modules = ['torch', 'transformers', 'tokenizers', 'trl', 'datasets', 'accelerate'];
  const packages = 'torch==2.13.0 trl==1.13.0 transformers datasets accelerate';
  const python = pythonWith(modules, options.python, packages);
  const home = mkdtempSync(join(tmpdir(), 'tiebreak-epoch-'));
  try {
    unpackDataSets(home);
    const baseOf = (seed: number): string => join(home, `base-${seed}`);
    for (let seed = 1; seed <= turns; seed++) await writeFreshGpt2(baseOf(seed), shape, seed, 'sft');
    const tokens = Number(shape.split(',').at(-1));
    for (const name of data) {
      const [rows, validation] = ['train', 'validation'].map((split) => join(home, name, `${split}.jsonl`)) as [
        string,
        string,
      ];
      const own = (seed: number): EpochRequest => ({
        ...{ rows, validation, posts, tokens, base: baseOf(seed), device },
        folder: mkdtempSync(join(home, 'run-')),
        settings: { ...settings, seed },
      });
      const contestants: Contestant<EpochFigures>[] = [
        { name: 'Tiebreak', run: (seed) => ours('epoch-run.ts', own(seed)) },
      ];
      if (python) {
        const most = ['--posts', `${posts}`];
        const batch = ['--batch', `${pairsPerStep}`, '--validation', validation];
        contestants.push({
          name: "TRL's RewardTrainer",
          run: (seed) =>
            theirs({ python, device }, 'trl_epoch.py', [
              rows,
              '--model',
              baseOf(seed),
              ...most,
              ...batch,
              '--seed',
              `${seed}`,
            ]),
        });
        // Of it no loss is asked: it is the same model, and only the loop is leaner.
        const config = shape.replace(/(\d+)$/, `$1,${2 * pairsPerStep},50257`);
        const tokenizer = ['--tokenizer', join(baseOf(1), 'tokenizer.json')];
        contestants.push({
          name: 'PyTorch, plain loop',
          run: (seed) =>
            theirs({ python, device }, 'torch_modern.py', [
              ...['--config', config, '--rows', rows, ...tokenizer, ...most, '--seed', `${seed}`],
            ]),
        });
      }
      const results = inTurns(turns, contestants);
      const { pairs, parameters } = results[0]!.runs[0]!;
      for (const one of results.slice(1).flatMap(({ runs }) => runs)) {
        if (one.pairs !== pairs || one.parameters !== parameters)
          throw new Error('Not the same rows, or not as large a model.');
      }
      printTable(
        `An epoch on ${dataSets[name]}: ${pairs} pairs of ${posts} posts at most; width, layers, heads, tokens ${shape}: ${(parameters / 1e6).toFixed(1)} million parameters`,
        results,
        ({ seconds, cpuSeconds }) => ({ clock: seconds, processor: cpuSeconds }),
        columns,
      );
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const columns: readonly Column<EpochFigures>[] = [
  { title: 'seconds', of: ([best]) => best!.seconds.toFixed(2) },
  { title: 'all turns', of: (runs) => runs.map(({ seconds }) => seconds.toFixed(1)).join(', ') },
  { title: 'processor s', of: (runs) => Math.min(...runs.map(({ cpuSeconds }) => cpuSeconds)).toFixed(1) },
  { title: 'steps', of: ([best]) => `${best!.steps}` },
  {
    title: 'loss on validation',
    of: (runs) =>
      meanOf(
        runs.map(({ validationLoss }) => validationLoss),
        4,
      ),
  },
  {
    title: 'in the right order',
    of: (runs) =>
      meanOf(
        runs.map(({ validationAccuracy }) => validationAccuracy),
        3,
      ),
  },
];

/** Mean and standard deviation of what the turns, each with its seed, came to; nothing where nothing is known. */
function meanOf(values: readonly (number | undefined)[], digits: number): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return '';
  const mean = known.reduce((a, b) => a + b) / known.length;
  if (known.length === 1) return mean.toFixed(digits);
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return `${mean.toFixed(digits)} ± ${Math.sqrt(squares / (known.length - 1)).toFixed(digits)}`;
}
