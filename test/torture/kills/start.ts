import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rows, sixWords } from '../../support/run-cli.ts';
import { rowsIn } from './look.ts';
import { openCase } from './open.ts';
import { tiny } from './work/training.ts';
import type { Work } from './work.ts';

/**
 * The folder in which every case begins: 48 posts whose comments are ranked, some answers, one small GPT that was trained here, and the vectors
 * of all texts, so that nothing is computed but what is asked for.
 */
export async function makeStart(folder: string): Promise<void> {
  for (const name of ['home', 'files', 'out']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'files', 'train.jsonl'), rows(0, 40, sixWords));
  writeFileSync(join(folder, 'files', 'validation.jsonl'), rows(100, 8, sixWords));
  writeFileSync(join(folder, 'files', 'more.jsonl'), rows(1000, 300));
  const at = openCase(folder, true);
  await at.app.import({ files: [join(folder, 'files', 'train.jsonl')], split: 'train' });
  await at.app.import({ files: [join(folder, 'files', 'validation.jsonl')], split: 'validation' });
  await at.app.train({ kind: 'reward', config: { ...tiny, epochs: 2 }, device: 'cpu', compare: false });
  await at.client.reports.add({ name: 'First', runs: [1] });
  // Each text of comments and posts is read in the background.
  const read = (): number =>
    (rowsIn(at.app.home, 'SELECT count(*) AS count FROM embeddings')[0] as { count: number }).count;
  for (let [before, now] = [-1, read()]; now === 0 || now !== before; [before, now] = [now, read()]) await sleep(2000);
  await at.app.close();
}

/** A folder in which cases of this work begin. */
export async function makeStartOf(work: Work, start: string, folder: string): Promise<void> {
  cpSync(start, folder, { recursive: true });
  if (!work.prepare) return;
  const at = openCase(folder, work.engine);
  await work.prepare(at);
  await at.app.close();
}
