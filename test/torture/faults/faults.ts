import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawOf } from '../fuzz/draw.ts';
import { openJournal, tableOf } from '../journal.ts';
import { makeStart } from '../kills/start.ts';
import { type Whole, wholeOf } from '../kills/whole.ts';
import type { WorkName } from '../kills/works.ts';
import { clock } from './clock.ts';
import { damagedDatabase, damagedModel } from './damage.ts';
import { diskFull } from './disk-full.ts';
import type { Fault, FaultCase } from './fault.ts';
import { folderGone } from './folder-gone.ts';
import { readOnly } from './read-only.ts';
import { twoInstances } from './two-instances.ts';

const faults: Readonly<Record<string, Fault>> = {
  'a full disk': diskFull,
  'a disk that is only read': readOnly,
  'the folder moved away': folderGone,
  'a jumping clock': clock,
  'two instances': twoInstances,
  'a damaged database': damagedDatabase,
  'a damaged model': damagedModel,
};

type Line = {
  readonly seed: number;
  readonly fault: string;
  readonly round: number;
  readonly wrong: readonly string[];
};

type FaultOptions = {
  readonly seed: number;
  readonly only?: string | undefined;
  /** One round of it alone. */
  readonly input?: number | undefined;
  readonly journal: string;
  readonly say: (text: string) => void;
};

/** Makes every kind of trouble, and tells what was not as expected. Gives the number of such cases. */
export async function trouble({ seed, only, input, journal: path, say }: FaultOptions): Promise<number> {
  const journal = openJournal<Line>(path);
  const names = Object.keys(faults).filter((name) => only === undefined || name === only);
  if (names.length === 0) throw new Error(`There is no trouble ${only}; these are: ${Object.keys(faults).join(', ')}.`);
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-faults-'));
  const wholes = new Map<WorkName, Whole>();
  const whole = async (name: WorkName): Promise<Whole> => {
    const made =
      wholes.get(name) ?? (await wholeOf(name, join(folder, 'start'), join(folder, name.replaceAll(' ', '-'))));
    wholes.set(name, made);
    return made;
  };
  const rows: (string | number)[][] = [];
  try {
    await makeStart(join(folder, 'start'));
    for (const name of names) {
      const fault = faults[name]!;
      const lacking = fault.lacking?.() ?? null;
      if (lacking !== null) {
        say(`${name}: left out, since ${lacking}.`);
        continue;
      }
      const done = new Set(
        journal.lines.filter((line) => line.seed === seed && line.fault === name).map(({ round }) => round),
      );
      const rounds =
        input === undefined
          ? Array.from({ length: fault.rounds }, (_, at) => at).filter((at) => !done.has(at))
          : [input];
      for (const round of rounds) {
        const wrong = await oneCase(fault, name, seed, round, join(folder, `case-${round}`), whole);
        journal.add({ seed, fault: name, round, wrong });
        for (const one of wrong)
          say(
            `${name}, round ${round}: ${one}\n  again: npm run torture -- faults --only '${name}' --seed ${seed} --input ${round}`,
          );
      }
      const lines = journal.lines.filter((line) => line.seed === seed && line.fault === name);
      rows.push([name, lines.length, lines.filter(({ wrong }) => wrong.length > 0).length, fault.expected]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(tableOf(['trouble', 'rounds', 'not as expected', 'what is expected'], rows));
  return rows.reduce((sum, [, , wrong]) => sum + Number(wrong), 0);
}

async function oneCase(
  fault: Fault,
  name: string,
  seed: number,
  round: number,
  folder: string,
  whole: FaultCase['whole'],
): Promise<readonly string[]> {
  mkdirSync(folder);
  const begin = async (work: WorkName): Promise<Whole> => {
    const found = await whole(work);
    cpSync(found.start, join(folder, 'case'), { recursive: true });
    return found;
  };
  try {
    return await fault.run({ folder, draw: drawOf(seed, name, round), whole, begin });
  } catch (error) {
    return [(error as Error).stack ?? String(error)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
