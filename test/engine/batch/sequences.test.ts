import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src-main/common/random.ts';
import { createSequences, openSequences } from '../../../src-main/engine/batch/sequences.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** Sequences of no token, of some, and of more than a piece. */
function drawn(count: number): Int32Array[] {
  const random = createRandom(1);
  return Array.from({ length: count }, (_, i) =>
    Int32Array.from({ length: i % 7 === 0 ? 0 : Math.floor(random() * 40) }, () => Math.floor(random() * 50_000)),
  );
}

test.each([
  ['all in memory', 1_000_000],
  ['some in the file from the hundredth token on', 100],
  ['all but the last piece in the file', 0],
])('what was added is read again, %s', (_, held) => {
  const path = join(temporaryFolder(), 'a.tokens');
  const sequences = createSequences(path, { held, piece: 16 });
  const all = drawn(200);
  expect(all.map(sequences.add)).toEqual(all.map((_, i) => i));
  const tokens = all.flatMap((one) => [...one]);
  expect([sequences.count, sequences.tokens]).toEqual([200, tokens.length]);
  for (const number of [199, ...all.keys()]) {
    expect(sequences.lengthOf(number)).toBe(all[number]!.length);
    expect(sequences.read(number)).toEqual(all[number]);
  }
  for (const [from, to] of [
    [0, tokens.length],
    [0, 0],
    [tokens.length - 20, tokens.length],
    [95, 110],
    [tokens.length, tokens.length],
  ] as const) {
    expect([...sequences.slice(from, to)]).toEqual(tokens.slice(from, to));
  }
  // More of them may come at any time.
  sequences.add(Int32Array.of(7));
  expect(sequences.read(200)).toEqual(Int32Array.of(7));
  sequences.close();
  expect(existsSync(path)).toBe(false);
});

test('nothing of it stays on the disk, though it is never closed; a disk that takes nothing is said', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'inputs.tokens');
  writeFileSync(path, 'of a run that was killed on another system');
  const sequences = openSequences(folder, { held: 0, piece: 4 }).sequences('inputs');
  for (let i = 0; i < 10; i++) sequences.add(Int32Array.of(1, 2, 3));
  expect([...sequences.slice(0, 5)]).toEqual([1, 2, 3, 1, 2]);
  // Windows may keep it until it is closed.
  if (process.platform !== 'win32') expect(existsSync(path)).toBe(false);

  const nowhere = createSequences(join(folder, 'missing', 'a.tokens'), { held: 0, piece: 4 });
  const add = () => nowhere.add(new Int32Array(5));
  expect(add).toThrow(/can't be written, because the folder .*missing is not there/);
});
