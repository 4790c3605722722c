import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openCase } from './open.ts';
import { runChild } from './run-child.ts';
import { leftIn, usualIn, wrongWith } from './sound.ts';
import { makeStartOf } from './start.ts';
import type { Told, Work } from './work.ts';
import { type WorkName, works } from './works.ts';

/** What work comes to when nothing ends it: how many operations it takes, how long it takes, and what is there afterwards. */
export type Whole = {
  readonly work: Work;
  readonly start: string;
  readonly operations: { readonly main: number; readonly engine: number };
  readonly ms: number;
  readonly usual: readonly string[];
  readonly outcome: string;
};

/** The work from its beginning to its end, with its operations counted; and what is there after it was gone on with, as after a kill. */
export async function wholeOf(name: WorkName, start: string, folder: string): Promise<Whole> {
  const work: Work = works[name];
  await makeStartOf(work, start, folder);
  const place = `${folder}-whole`;
  const counts = `${folder}-counts`;
  cpSync(folder, place, { recursive: true });
  mkdirSync(counts);
  const { ended, ms, complaints } = await runChild(name, place, `count:${counts}`);
  if (ended !== null) throw new Error(`${name} does not come to its end: ${ended} ${complaints}`);
  const most = (role: string): number =>
    Math.max(
      0,
      ...readdirSync(counts)
        .filter((file) => file.startsWith(role))
        .map((file) => Number(readFileSync(join(counts, file), 'utf8'))),
    );
  const operations = { main: most('main'), engine: work.engine ? most('engine') : 0 };
  const at = openCase(place, work.engine);
  await work.goOn(at);
  const outcome = JSON.stringify(await work.outcome(at));
  await at.app.close();
  const usual = [...usualIn(join(place, 'home')), ...usualIn(join(place, 'out'))];
  for (const path of [place, counts]) rmSync(path, { recursive: true, force: true });
  return { work, start: folder, operations, ms, usual: [...usual, ...usualIn(join(folder, 'home'))], outcome };
}

/**
 * Opens a folder in which work was broken off, and says what is wrong: what was told as done and is not there, a database or a model that is not
 * sound, work that can't go on or comes to something else then, files left behind.
 */
export async function wrongAfter(
  { work, outcome, usual }: Whole,
  folder: string,
  told: readonly Told[],
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const home = join(folder, 'home');
  const opened = openCase(folder, work.engine);
  try {
    wrong.push(...(await work.missing(opened, told)));
  } finally {
    await opened.app.close();
  }
  wrong.push(...(await wrongWith(home)));
  const again = openCase(folder, work.engine);
  try {
    await work.goOn(again);
    if (JSON.stringify(await work.outcome(again)) !== outcome) {
      wrong.push('What came of it differs from what comes of work that nothing ended.');
    }
  } finally {
    await again.app.close();
  }
  wrong.push(...(await wrongWith(home)));
  for (const place of ['home', 'out']) wrong.push(...leftIn(join(folder, place), usual));
  return wrong;
}
