import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../../src-main/common/random.ts';
import { openJournal, tableOf } from '../journal.ts';
import { runChild } from './run-child.ts';
import { makeStart } from './start.ts';
import { type Whole, wholeOf, wrongAfter } from './whole.ts';
import { type WorkName, works } from './works.ts';

type KillOptions = {
  readonly kills: number;
  readonly seed: number;
  readonly only?: string | undefined;
  /** One case of it alone. */
  readonly input?: number | undefined;
  readonly workers: number;
  readonly journal: string;
  readonly say: (text: string) => void;
};

type KillLine = {
  readonly seed: number;
  readonly work: string;
  readonly case: number;
  /** 'main:12', 'engine:3:half', or after so many ms. */
  readonly at: string | number;
  readonly killed: boolean;
  readonly told: number;
  readonly wrong: readonly string[];
};

/** Ends work again and again, at its operations and at random, and tells what was not as it should be after it. Gives the number of such cases. */
export async function kill(options: KillOptions): Promise<number> {
  const { seed, say } = options;
  const journal = openJournal<KillLine>(options.journal);
  const names = (Object.keys(works) as WorkName[]).filter(
    (name) => options.only === undefined || name === options.only,
  );
  if (names.length === 0)
    throw new Error(`There is no work ${options.only}; these are: ${Object.keys(works).join(', ')}.`);
  const shares = names.reduce((sum, name) => sum + works[name].share, 0);
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-kills-'));
  try {
    say('Making the folder that every case begins with, and each kind of work once without an end.');
    await makeStart(join(folder, 'start'));
    for (const name of names) {
      const count = Math.ceil((options.kills * works[name].share) / shares);
      const done = new Set(
        journal.lines.filter((line) => line.seed === seed && line.work === name).map((line) => line.case),
      );
      const cases =
        options.input === undefined
          ? Array.from({ length: count }, (_, at) => at).filter((at) => !done.has(at))
          : [options.input];
      if (cases.length === 0) continue;
      const whole = await wholeOf(name, join(folder, 'start'), join(folder, name.replaceAll(' ', '-')));
      say(
        `${name}: ${cases.length} kills among ${whole.operations.main + whole.operations.engine} operations and ${Math.round(whole.ms)} ms.`,
      );
      const next = cases.values();
      await Promise.all(
        Array.from({ length: options.workers }, async () => {
          for (const at of next) {
            const line = await oneKill(name, whole, seed, at, count);
            journal.add(line);
            for (const wrong of line.wrong)
              say(
                `${name}, case ${at} (killed at ${line.at}): ${wrong}\n  again: npm run torture -- kills --only '${name}' --seed ${seed} --kills ${options.kills} --input ${at}`,
              );
          }
        }),
      );
      rmSync(whole.start, { recursive: true, force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const rows = names.map((name): [string, number, number, number, number, number] => {
    const lines = journal.lines.filter((line) => line.seed === seed && line.work === name);
    const count = (holds: (line: KillLine) => boolean): number => lines.filter(holds).length;
    const told = lines.reduce((sum, line) => sum + line.told, 0);
    return [
      name,
      count(({ killed }) => killed),
      count(({ killed, at }) => killed && typeof at === 'string'),
      count(({ killed }) => !killed),
      told,
      count(({ wrong }) => wrong.length > 0),
    ];
  });
  const all = [1, 2, 3, 4, 5].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0));
  say(
    tableOf(
      ['work', 'kills', 'at an operation', 'came to its end first', 'told as done', 'not as it should be'],
      [...rows, ['all', ...all]],
    ),
  );
  return all[4]!;
}

/** Where a case ends: every other one at an operation, spread over all of them; the rest at any time. */
function endOf(whole: Whole, seed: number, at: number, count: number): string | number {
  const random = createRandom(seed, at);
  const { main, engine } = whole.operations;
  if (at % 2 === 1) return Math.round(random() * whole.ms * 1.02);
  const place = Math.min(main + engine - 1, Math.floor(((at + random() * 2) / Math.max(2, count)) * (main + engine)));
  const half = random() < 0.3 ? ':half' : '';
  return place < main ? `main:${place + 1}${half}` : `engine:${place - main + 1}${half}`;
}

async function oneKill(name: WorkName, whole: Whole, seed: number, at: number, count: number): Promise<KillLine> {
  const folder = `${whole.start}-${at}`;
  const end = endOf(whole, seed, at, count);
  const wrong: string[] = [];
  let [killed, told] = [false, 0];
  try {
    cpSync(whole.start, folder, { recursive: true });
    const ran = await runChild(name, folder, end);
    killed = ran.signal === 'SIGKILL' || (typeof end === 'string' && end.startsWith('engine') && ran.ended !== null);
    told = ran.told.length;
    // Where the engine ended, its work says so in a sentence.
    if (ran.signal === null && ran.code !== 0) wrong.push(`It ended with ${ran.code}: ${ran.complaints}`);
    if (typeof ran.ended === 'string' && !/^[A-Z].*\.$/s.test(ran.ended)) wrong.push(`No sentence: ${ran.ended}`);
    wrong.push(...(await wrongAfter(whole, folder, ran.told)));
  } catch (error) {
    wrong.push((error as Error).stack ?? String(error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { seed, work: name, case: at, at: end, killed, told, wrong: wrong.map((one) => one.slice(0, 2000)) };
}
