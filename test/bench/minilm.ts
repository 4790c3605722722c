import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultConfig } from '../../src-main/common/default-config.ts';
import { engineEnvironment } from '../../src-main/engine-host/environment.ts';
import { resource } from '../../src-main/root.ts';
import { type DataSet, dataSets, unpackDataSets } from './data-sets.ts';
import type { EpochFigures, MiniLmRequest, Spent, VectorFigures } from './minilm-run.ts';
import { farthest } from './score.ts';
import { pythonWith } from './yardstick.ts';

export type MiniLmOptions = {
  /** A Python with torch and sentence-transformers. */
  readonly python: string | undefined;
  readonly data: DataSet;
  readonly texts: number;
  readonly posts: number;
  readonly turns: number;
};

const folder = resource('encoders', 'all-MiniLM-L6-v2');
const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const yardsticks = { vectors: 'minilm_vectors.py', epoch: 'minilm_epoch.py' } as const;

/**
 * Vectors by all-MiniLM-L6-v2 beside sentence-transformers, and an epoch of fine-tuning on post and comment beside plain PyTorch, on
 * the same weights and rows: each in a process of its own, taking turns. Seconds of the clock, and of the processor, since the
 * clock of a busy machine tells how busy it is. PyTorch's waiting threads sleep, as ours do: beside other work it is far slower
 * where they spin.
 */
export function measureMiniLm({ data, texts, posts, turns, ...options }: MiniLmOptions): void {
  const modules = ['torch', 'sentence_transformers'];
  const python = pythonWith(modules, options.python, 'torch==2.13.0 sentence-transformers');
  const temporary = mkdtempSync(join(tmpdir(), 'tiebreak-minilm-'));
  try {
    unpackDataSets(temporary);
    const rows = join(temporary, data, 'train.jsonl');
    const out = ['ours', 'theirs'].map((name) => join(temporary, name)) as [string, string];
    const config = JSON.stringify(defaultConfig('reward', 'together'));
    const their = <T>(what: keyof typeof yardsticks, ...args: string[]): T | null =>
      python === null
        ? null
        : run(python, [script(yardsticks[what]), folder, rows, '--threads', `${availableParallelism()}`, ...args], {
            ...process.env,
            OMP_WAIT_POLICY: 'passive',
          });
    const vectors = inTurns<VectorFigures>(
      turns,
      () => ours({ what: 'vectors', folder, rows, texts, out: out[0] }),
      () => their('vectors', '--texts', `${texts}`, '--out', out[1]),
    );
    const [own] = vectors;
    console.log(`\nVectors of ${own.texts} comments of ${dataSets[data]} (${own.tokens} tokens)`);
    compare(vectors, 'sentence-transformers', (one) => `${(one.texts / one.seconds).toFixed(1)} comments a second`);
    if (vectors[1])
      console.log(`Farthest   ${farthest(out[0], out[1]).toExponential(1)} apart, of numbers in vectors of length 1`);

    const epoch = (alone: boolean): EpochFigures | null => ours({ what: 'epoch', folder, rows, posts, alone });
    const epochs = inTurns<EpochFigures>(
      turns,
      () => epoch(true),
      () => their('epoch', '--posts', `${posts}`, '--config', config),
    );
    console.log(`\nAn epoch on ${epochs[0].posts} posts, each a step of its own`);
    compare(epochs, 'PyTorch', lossOf);
    const packed = epoch(false)!;
    console.log(`The same in Tiebreak with its own batches, ${packed.steps} steps`);
    console.log(describe('Tiebreak', packed, lossOf(packed)));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

const lossOf = ({ loss, losses }: EpochFigures): string => {
  const last = losses.slice(-Math.max(1, Math.floor(losses.length / 4)));
  return `loss ${loss.toFixed(5)}, of the last quarter ${(last.reduce((a, b) => a + b) / last.length).toFixed(5)}`;
};

/** The fastest of either, by the processor's seconds: what else runs disturbs those least. */
function inTurns<T extends Spent>(turns: number, own: () => T | null, their: () => T | null): [T, T | null] {
  const found: [T[], T[]] = [[], []];
  for (let turn = 0; turn < turns; turn++) {
    for (const [i, measure] of [own, their].entries()) {
      const one = measure();
      if (one) found[i]!.push(one);
    }
  }
  const [best, baseline] = found.map((all) => all.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)[0]);
  if (!best) throw new Error('Nothing could be measured.');
  return [best, baseline ?? null];
}

function compare<T extends Spent>([best, baseline]: [T, T | null], name: string, says: (one: T) => string): void {
  console.log(describe('Tiebreak', best, says(best)));
  if (!baseline) return;
  console.log(describe(name, baseline, says(baseline)));
  const [clock, processor] = [baseline.seconds / best.seconds, baseline.cpuSeconds / best.cpuSeconds];
  const memory = best.peakMB / baseline.peakMB;
  console.log(
    `Ratio      ${clock.toFixed(2)} times as fast by the clock, ${processor.toFixed(2)} by the processor; ${memory.toFixed(2)} of the memory; ` +
      `other work: ${loadavg()[0]!.toFixed(1)} waiting on ${availableParallelism()} cores`,
  );
}

function describe(name: string, { seconds, cpuSeconds, peakMB }: Spent, says: string): string {
  return `${name.padEnd(10)} ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of the processor, ${peakMB} MB at most, ${says}`;
}

/** In a process with the engine's environment, so that time and memory are the engine's own. */
function ours<T>(request: MiniLmRequest): T | null {
  return run(process.execPath, [script('minilm-run.ts'), JSON.stringify(request)], engineEnvironment());
}

function run<T>(command: string, args: readonly string[], env: NodeJS.ProcessEnv): T | null {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env });
  if (status !== 0) {
    console.error(stderr);
    return null;
  }
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}
