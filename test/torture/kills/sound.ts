import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import { holdModels } from '../../../src-main/engine/score/held-models.ts';
import { foldersOfModels } from '../../../src-main/store/copy.ts';
import { problemsOf } from '../../../src-main/store/health.ts';
import { listModels } from '../../../src-main/store/models.ts';
import { closeStore, openForReading } from '../../../src-main/store/open.ts';
import { listRuns } from '../../../src-main/store/runs.ts';
import { filesBelow, sumOf } from './look.ts';

/** Models that were seen to score, by the sums of their files: the same model need not be opened for every case. */
const seen = new Set<string>();
const scored = ['A kite in the wind', ''] as const;

/** What is wrong with a data folder that nobody has open: its database, and its models, each of which must open and give rewards. */
export async function wrongWith(home: string): Promise<readonly string[]> {
  const store = openForReading(join(home, 'tiebreak.sqlite'));
  try {
    const problems = problemsOf(store, { thorough: true }).map((problem) => `The database: ${problem}.`);
    const models = listModels(store);
    const broken = await Promise.all(models.map(({ folder }) => whyNotScoring(join(home, folder))));
    // A model that was whole before its run could be ended waits for the run to be gone on with, and so may what was written of it: it goes
    // once the app is open for longer than a moment.
    const planned = listRuns(store).flatMap(({ status, config }) =>
      status === 'done' ? [] : ['', '.partial'].map((end) => `models/${String(config.model)}${end}/`),
    );
    // Those in the trash keep theirs.
    const folders = new Set([...foldersOfModels(store).map(({ folder }) => `${folder}/`), ...planned]);
    const loose = filesBelow(home).filter((path) => /^models\/[^/]+\/$/.test(path) && !folders.has(path));
    return [...problems, ...broken.flat(), ...loose.map((path) => `${path} is of no model.`)];
  } finally {
    closeStore(store);
  }
}

async function whyNotScoring(folder: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return [`The folder ${folder} of a model is not there.`];
  const sums = filesBelow(folder)
    .filter((path) => !path.endsWith('/'))
    .map((path) => sumOf(join(folder, path)))
    .join();
  if (seen.has(sums)) return [];
  try {
    const texts = scored.map((comment) => ({ post: 'A post', comment }));
    const { rewards } = await holdModels().score(
      { type: 'score', modelFolder: folder, device: 'cpu', texts },
      async () => createOnnxRuntime('cpu'),
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    if (!rewards.every(Number.isFinite)) return [`The model in ${folder} gives no rewards.`];
    seen.add(sums);
    return [];
  } catch (error) {
    return [`The model in ${folder} can't be used: ${(error as Error).message}`];
  }
}

/** Names in a data folder, without what differs from time to time: numbers, handles, and days. */
const plain = (path: string): string =>
  path
    .replace(/before-restore-[\d-]+/, 'before-restore')
    .replace(/^backups\/\d{4}-[\d-]+/, 'backups/day')
    .replace(/(before-restore\/tiebreak\.sqlite|before-restore\/models)(\.\d+)?/, '$1');

/** What may stay of work that was broken off: its run, until somebody goes on with it or deletes it. */
const mayStay = /^(runs\/|tiebreak\.sqlite-(wal|shm)$|before-restore\/|tiebreak\.lock$|devices\.json$)/;

/** What a crash left behind for good: files that are not there where nothing was broken off. */
export function leftIn(folder: string, usual: readonly string[]): readonly string[] {
  const known = new Set(usual);
  return filesBelow(folder)
    .map(plain)
    .filter((path) => !known.has(path) && !mayStay.test(path))
    .map((path) => `${path} was left behind.`);
}

export const usualIn = (folder: string): readonly string[] => filesBelow(folder).map(plain);
