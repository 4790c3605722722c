import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainStep } from '../step.ts';
import type { StepFigures } from '../training.ts';
import { ours } from '../yardstick.ts';
import { type Against, figuresFile, type Measured } from './figures.ts';
import { measured } from './measured.ts';
import { putAnswers, putRewards, writePosts } from './stores.ts';

/** Of each store so many comments wait for a reward when scoring is measured: all would take hours, and each takes as long. */
const scored = 500;
/** The same in all stores: what answers cost is measured by itself. */
const answers = 100;

/**
 * What each operation costs in stores of these sizes, by comments. Each runs in a process of its own, and each figure is kept as soon as it
 * is known; draw.ts makes table and plot of them.
 */
export async function measureStores(sizes: readonly number[]): Promise<void> {
  for (const comments of sizes) {
    await inFolder(async (home) => {
      const keep = (operation: string, of: Omit<Measured, 'operation' | 'against' | 'size'>): void =>
        kept({ operation, against: 'comments', size: comments, ...of });
      const file = join(home, 'posts.jsonl');
      writePosts(file, comments);
      keep('import', await measured('import', home, file));
      rmSync(file);
      keep('store on disk', { storeMB: Math.round(statSync(join(home, 'tiebreak.sqlite')).size / 1e6) });
      putAnswers(home, comments, comments / 5 / answers);
      for (const name of ['pair', 'search', 'training', 'quick']) keep(name, await measured(name, home));
      putRewards(home, 'quick-1', comments, scored);
      const others = ['scoring', 'ranking', 'evaluation', 'export-csv', 'export-pairs', 'statistics', 'backup'];
      for (const name of others) keep(name, await measured(name, home));
    });
  }
}

/** What answers cost: so many of them in a store of so many comments. */
export async function measureAnswers(comments: number, counts: readonly number[]): Promise<void> {
  for (const answers of counts) {
    await inFolder(async (home) => {
      const file = join(home, 'posts.jsonl');
      writePosts(file, comments);
      await measured('import', home, file);
      putAnswers(home, comments, comments / 5 / answers);
      for (const operation of ['pair', 'quick'])
        kept({ operation, against: 'answers', size: answers, ...(await measured(operation, home)) });
    });
  }
}

/** What a step of a training costs by the tokens of its inputs, and by the parameters of its model. */
export function measureSteps(): void {
  const steps = 2;
  const step = (against: Against, size: number, config: string): void => {
    const figures = ours<StepFigures>('training.ts', { ...plainStep, config, steps });
    if (!figures) throw new Error('The step could not be measured.');
    const { ms, cpuMs, peakMB } = figures;
    const cost = { seconds: ms / 1000, processorSeconds: cpuMs / 1000, mainMB: 0, engineMB: peakMB };
    kept({ operation: 'step', against, size, ...cost });
  };
  for (const tokens of [32, 64, 128, 256]) step('tokens', tokens, `256,4,4,${tokens},16,8192`);
  for (const width of [64, 128, 256, 512]) {
    // Four layers of 12 x width², and the words.
    step('parameters', 4 * 12 * width ** 2 + 8192 * width, `${width},4,${width / 64},128,16,8192`);
  }
}

function kept(figure: Measured): void {
  appendFileSync(figuresFile, `${JSON.stringify(figure)}\n`);
  console.log(JSON.stringify(figure));
}

async function inFolder(work: (home: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-growth-'));
  const home = join(folder, 'home');
  mkdirSync(home);
  try {
    await work(home);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
