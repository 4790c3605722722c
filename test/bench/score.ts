import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device } from '../../src-main/contract/engine.ts';
import { type DataSet, dataSets, unpackDataSets } from './data-sets.ts';
import { type Shape, writeFreshGpt2 } from './fresh-gpt2.ts';
import type { ScoreFigures } from './score-run.ts';
import { type Column, type Contestant, inTurns, ours, printTable, pythonWith, theirs } from './yardstick.ts';

export type ScoreOptions = {
  /** A Python with torch. */
  readonly python: string | undefined;
  readonly data: readonly DataSet[];
  readonly shape: Shape;
  readonly texts: number;
  readonly turns: number;
  readonly device: Device;
};

/** Scorings in a process, of which the median counts. */
const runs = 3;
/** Comments that are scored in the original's way: each takes as long as the other. */
const fewTexts = 60;

/**
 * Scoring of real rows by the same model beside PyTorch: in batches of 32 padded to their longest, as they stand in the file and in the
 * order of their length, and one comment at a time padded to 512 as the original did. The rewards must be the same.
 */
export async function measureScores({ data, shape, texts, turns, device, ...options }: ScoreOptions): Promise<void> {
  const modules = ['torch', 'safetensors', 'tokenizers', 'numpy'];
  const python = pythonWith(modules, options.python, 'torch==2.13.0 safetensors tokenizers numpy');
  const home = mkdtempSync(join(tmpdir(), 'tiebreak-score-'));
  try {
    unpackDataSets(home);
    const model = join(home, 'model');
    await writeFreshGpt2(model, shape, 1, 'reward');
    for (const name of data) {
      const rows = join(home, name, 'train.jsonl');
      const out = (one: string): string => join(home, `${one}.rewards`);
      const request = { rows, texts, model, device, runs, out: out('ours') };
      const contestants: Contestant<ScoreFigures>[] = [{ name: 'Tiebreak', run: () => ours('score-run.ts', request) }];
      if (python) {
        const script = (count: number, ...args: string[]) =>
          theirs<ScoreFigures>({ python, device }, 'score_rows.py', [model, rows, '--texts', `${count}`, ...args]);
        const many = ['--runs', `${runs}`];
        contestants.push(
          { name: 'PyTorch, 32 as they come', run: () => script(texts, ...many, '--out', out('theirs')) },
          { name: 'PyTorch, 32 by length', run: () => script(texts, ...many, '--by-length') },
          {
            name: "the original's way",
            run: () => script(Math.min(fewTexts, texts), '--mode', 'score-seed', '--runs', '1'),
          },
        );
      }
      const results = inTurns(turns, contestants);
      const scored = results[0]!.runs[0]!.texts;
      printTable(
        `Scoring ${scored} comments of ${dataSets[name]}, width, layers, heads, tokens ${shape}`,
        results,
        ({ seconds, cpuSeconds, texts }) => ({ clock: seconds / texts, processor: cpuSeconds / texts }),
        columns,
      );
      if (results.length > 1) {
        console.log(`\nRewards at most ${farthest(out('ours'), out('theirs')).toExponential(1)} apart from PyTorch's.`);
      }
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const columns: readonly Column<ScoreFigures>[] = [
  { title: 'comments a second', of: ([best]) => best!.commentsPerSecond.toFixed(1) },
  {
    title: 'all turns',
    of: (all) => all.map(({ commentsPerSecond }) => commentsPerSecond.toFixed(0)).join(', '),
  },
];

/** The largest difference of two files of float32. */
export function farthest(one: string, other: string): number {
  const [a, b] = [one, other].map((path) => new Float32Array(Uint8Array.from(readFileSync(path)).buffer));
  if (a!.length !== b!.length) throw new Error('Not as many numbers.');
  return a!.reduce((most, value, i) => Math.max(most, Math.abs(value - b![i]!)), 0);
}
