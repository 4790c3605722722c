/** Gives one target its inputs, from one number to another, and says on standard output what came of them. Started by fuzz.ts. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawOf } from './draw.ts';
import { complaintAbout } from './judge.ts';
import { targets } from './targets.ts';

export type Found = { readonly input: number; readonly complaint: string };
/** What is said of many inputs at once. */
export type Said = {
  readonly upTo: number;
  readonly taken: number;
  readonly refused: number;
  readonly found: readonly Found[];
};

const [name, seed, from, to, progress] = process.argv.slice(2) as [string, string, string, string, string];
const target = await targets[name]!.load();

// What the application logs of defects is found by what it answers.
console.error = () => undefined;
const folder = mkdtempSync(join(tmpdir(), 'tiebreak-fuzz-'));
// The number of the input at hand, for whoever watches: an input that takes the process along, or never ends, is known by it.
const file = openSync(progress, 'w');
const at = Buffer.alloc(8);
const say = (said: Said): void => {
  process.stdout.write(`${JSON.stringify(said)}\n`);
};
let [taken, refused] = [0, 0];
let found: Found[] = [];
let lastSaid = performance.now();
let current = Number(from);
const uncaught = (error: unknown): void => {
  found.push({
    input: current,
    complaint: `thrown where nobody caught it: ${error instanceof Error ? error.stack : String(error)}`,
  });
};

const { give, close } = await target.open(folder);
process.on('uncaughtException', uncaught);
process.on('unhandledRejection', uncaught);
for (; current < Number(to); current++) {
  at.writeDoubleLE(current);
  writeSync(file, at, 0, 8, 0);
  try {
    await give(drawOf(Number(seed), name, current));
    taken += 1;
  } catch (error) {
    refused += 1;
    const complaint = complaintAbout(error);
    if (complaint !== null) found.push({ input: current, complaint });
  }
  if (performance.now() - lastSaid > 1000) {
    say({ upTo: current + 1, taken, refused, found });
    [taken, refused, found, lastSaid] = [0, 0, [], performance.now()];
  }
}
await close?.();
say({ upTo: Number(to), taken, refused, found });
closeSync(file);
rmSync(folder, { recursive: true, force: true });
process.exit();
