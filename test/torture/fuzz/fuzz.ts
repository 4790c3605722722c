import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openJournal, tableOf } from '../journal.ts';
import { targets } from './targets.ts';
import type { Found, Said } from './worker.ts';

type FuzzOptions = {
  readonly inputs: number;
  readonly seed: number;
  /** One target alone. */
  readonly only?: string | undefined;
  /** One input of it alone. */
  readonly input?: number | undefined;
  readonly workers: number;
  readonly journal: string;
  readonly say: (text: string) => void;
};

type Line = { readonly seed: number; readonly target: string; readonly from: number } & Said;
type Stretch = { readonly target: string; readonly from: number; readonly to: number };

/** No input may take longer, whatever it is and whatever else the machine does. */
const mostSeconds = 60;
/** Of what a worker finds in a target, so much is told. */
const mostTold = 20;
const worker = fileURLToPath(new URL('worker.ts', import.meta.url));

/** Gives every target its share of the inputs, and tells what was not taken or refused as it should be. Gives the number of these. */
export async function fuzz(options: FuzzOptions): Promise<number> {
  const { inputs, seed, only, say } = options;
  const journal = openJournal<Line>(options.journal);
  const names = Object.keys(targets).filter((name) => only === undefined || name === only);
  if (names.length === 0) throw new Error(`There is no target ${only}; these are: ${Object.keys(targets).join(', ')}.`);
  const shares = names.map((name) => targets[name]!.share);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const queue = names.flatMap((target, at): Stretch[] => {
    if (options.input !== undefined) return [{ target, from: options.input, to: options.input + 1 }];
    const to = Math.ceil((inputs * shares[at]!) / whole);
    const from = Math.max(
      0,
      ...journal.lines.filter((line) => line.seed === seed && line.target === target).map(({ upTo }) => upTo),
    );
    return from < to ? [{ target, from, to }] : [];
  });
  const ofTarget = (name: string): readonly Line[] =>
    journal.lines.filter((line) => line.seed === seed && line.target === name);
  const told = new Map<string, number>();
  const add = (target: string, from: number, said: Said): void => {
    journal.add({ seed, target, from, ...said });
    for (const { input, complaint } of said.found) {
      const before = told.get(target) ?? 0;
      told.set(target, before + 1);
      if (before >= mostTold) continue;
      say(`${target}: input ${input}: ${complaint.slice(0, 600)}`);
      say(`  again: npm run torture -- fuzz --only ${target} --seed ${seed} --input ${input}`);
    }
  };
  await Promise.all(
    Array.from({ length: options.workers }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await give(next, seed, add);
    }),
  );
  const rows = names.map((name) => {
    const lines = ofTarget(name);
    const sum = (of: (line: Line) => number): number => lines.reduce((all, line) => all + of(line), 0);
    return [
      name,
      sum(({ taken, refused }) => taken + refused),
      sum(({ taken }) => taken),
      sum(({ refused }) => refused),
      sum(({ found }) => found.length),
    ];
  });
  const all = [1, 2, 3, 4].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0));
  say(tableOf(['what reads', 'inputs', 'taken', 'refused', 'defects'], [...rows, ['all', ...all]]));
  say(`Seed ${seed}; each input by itself is in ${journal.path}.`);
  return all[3]!;
}

/** Gives a stretch of inputs to a worker; to another one behind an input that ended it, or that did not end. */
async function give(
  stretch: Stretch,
  seed: number,
  add: (target: string, from: number, said: Said) => void,
): Promise<void> {
  const { target, to } = stretch;
  for (let { from } = stretch; from < to; ) {
    const progress = join(tmpdir(), `tiebreak-fuzz-${process.pid}-${target}.progress`);
    rmSync(progress, { force: true });
    const child = spawn(process.execPath, [...execArgv, worker, target, `${seed}`, `${from}`, `${to}`, progress], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complaints = '';
    child.stderr.on('data', (text: Buffer) => {
      complaints = (complaints + text).slice(-2000);
    });
    let slow = false;
    const stop = watch(progress, () => {
      slow = true;
      child.kill('SIGKILL');
    });
    for await (const line of createInterface({ input: child.stdout })) {
      // A fake engine prints as well.
      if (!line.startsWith('{"upTo"')) continue;
      const said = wholeLine(line);
      if (said === null) continue;
      add(target, from, said);
      from = said.upTo;
    }
    stop();
    const at = inputIn(progress) ?? from;
    rmSync(progress, { force: true });
    if (from >= to) return;
    const found: Found = {
      input: at,
      complaint: slow ? `took longer than ${mostSeconds} s` : `ended the process: ${complaints.trim()}`,
    };
    add(target, from, { upTo: at + 1, taken: at - from, refused: 1, found: [found] });
    from = at + 1;
  }
}

/** Null for the line in whose middle a process was ended: its inputs are given again. */
function wholeLine(line: string): Said | null {
  try {
    return JSON.parse(line) as Said;
  } catch {
    return null;
  }
}

const execArgv = process.features.typescript ? [] : ['--experimental-strip-types', '--no-warnings'];

/** Calls back where the number of the input at hand has not changed for too long. There is none while a target gets ready. */
function watch(progress: string, late: () => void): () => void {
  let [last, since] = [inputIn(progress), Date.now()];
  const timer = setInterval(() => {
    const now = inputIn(progress);
    if (now !== last) [last, since] = [now, Date.now()];
    else if (now !== null && Date.now() - since > mostSeconds * 1000) late();
  }, 1000);
  return () => clearInterval(timer);
}

function inputIn(progress: string): number | null {
  const bytes = existsSync(progress) ? readFileSync(progress) : Buffer.alloc(0);
  return bytes.length === 8 ? bytes.readDoubleLE() : null;
}
