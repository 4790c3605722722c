import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closeStore, openStore } from '../../src-main/store/open.ts';

/** Comments that a file has, about as many as a busy forum has in a year. */
const comments = 100_000;
const turns = 2;
const kinds = ['cupit', 'csv', 'reddit'] as const;
type Kind = (typeof kinds)[number];
type Figures = { readonly comments: number; readonly cpuSeconds: number; readonly peakMB: number };

/**
 * Imports of made-up files beside the same inserts by Python's json, csv and sqlite3 into the same tables, in turn, each in a process of its own.
 * Seconds are those of the processor, so that other work on the machine counts less.
 */
export function measureImport(): void {
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-import-'));
  const python = [process.env.TIEBREAK_PYTHON, 'python3'].find(
    (name) => name !== undefined && spawnSync(name, ['-c', 'import sqlite3']).status === 0,
  );
  try {
    for (const kind of kinds) {
      const file = join(folder, kind === 'csv' ? 'file.csv' : `${kind}.jsonl`);
      write(file, kind);
      const own: Figures[] = [];
      const theirs: Figures[] = [];
      for (let turn = 0; turn < turns; turn++) {
        const program = fileURLToPath(new URL('import-one.ts', import.meta.url));
        own.push(inOwnStore(folder, (store) => [process.execPath, program, file, store]));
        const script = fileURLToPath(new URL('import.py', import.meta.url));
        if (python) theirs.push(inOwnStore(folder, (store) => [python, script, kind, file, store]));
      }
      const [best, yardstick] = [fastest(own)!, fastest(theirs)];
      console.log(`\nImport, ${kind}: ${comments.toLocaleString('en')} comments in the file`);
      console.log(describe('Tiebreak', best));
      console.log(yardstick ? describe('Python', yardstick) : 'Python     not installed here');
      if (yardstick) console.log(`Ratio      ${(rate(best) / rate(yardstick)).toFixed(2)} times as fast`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inOwnStore(folder: string, command: (store: string) => readonly string[]): Figures {
  const home = mkdtempSync(join(folder, 'store-'));
  const store = join(home, 'tiebreak.sqlite');
  // The tables are there before either begins.
  closeStore(openStore(store));
  const [program, ...args] = command(store);
  const { status, stdout, stderr } = spawnSync(program!, args, { encoding: 'utf8' });
  rmSync(home, { recursive: true, force: true });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

/** Of comments that a file has, since what a site's file has of replies is read too. */
const rate = ({ cpuSeconds }: Figures): number => comments / cpuSeconds;

const fastest = (figures: readonly Figures[]): Figures | undefined =>
  figures.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)[0];

function describe(name: string, figures: Figures): string {
  const { cpuSeconds, peakMB, comments: came } = figures;
  const perSecond = Math.round(rate(figures)).toLocaleString('en');
  return `${name.padEnd(10)} ${perSecond} comments a second of the processor (${cpuSeconds.toFixed(2)} s, ${came.toLocaleString('en')} came in), ${peakMB} MB at most`;
}

function write(path: string, kind: Kind): void {
  const random = randomFrom(7);
  const file = openSync(path, 'w');
  try {
    if (kind === 'csv') writeSync(file, '"post_id","post","comment","votes"\n');
    for (let post = 0; post < comments / 5; post++) writeSync(file, linesOf(kind, post, random));
  } finally {
    closeSync(file);
  }
}

/** A post with five comments. Every other comment of Reddit answers the one before. */
function linesOf(kind: Kind, post: number, random: () => number): string {
  const text = textOf(30, random);
  const its = [0, 1, 2, 3, 4].map((place) => ({ text: `${textOf(35, random)} ${post}-${place}`, score: place }));
  if (kind === 'cupit') return `${JSON.stringify({ text: `${text} ${post}`, comments: its })}\n`;
  if (kind === 'csv') return its.map((c) => `"p${post}","${text} ${post}","${c.text}","${7 * c.score + 3}"\n`).join('');
  const link_id = `t3_${(500_000 + post).toString(36)}`;
  const idOf = (place: number): string => (1_000_000 + 5 * post + place).toString(36);
  return its
    .map(({ text: body }, place) => {
      const parent_id = place % 2 === 0 ? link_id : `t1_${idOf(place - 1)}`;
      const score = Math.floor(random() * random() * 500) - 3;
      const rest = { author: `u${Math.floor(random() * 5000)}`, created_utc: 1_500_000_000 + 5 * post + place };
      return `${JSON.stringify({ id: idOf(place), link_id, parent_id, body, score, subreddit: 'x', gilded: 0, ...rest })}\n`;
    })
    .join('');
}

const words =
  'the a of pump seal bread river kite lamp moss stone quiet green never always because little people think about which water garden'.split(
    ' ',
  );

function textOf(length: number, random: () => number): string {
  return Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(' ');
}

/** The same numbers in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}
