import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli } from '../../support/run-cli.ts';
import type { Draw } from '../fuzz/draw.ts';
import { filesBelow, rowsIn } from '../kills/look.ts';
import { wrongWith } from '../kills/sound.ts';
import type { Fault } from './fault.ts';

/** Bytes here and there that are not what they were. */
function damage(draw: Draw, path: string): void {
  const bytes = readFileSync(path);
  for (let left = 1 + draw.below(4); left > 0; left--) {
    const at = draw.below(bytes.length);
    const length = draw.one([1, 1, 8, 300, 4096]);
    for (let i = at; i < Math.min(bytes.length, at + length); i++) bytes[i] = draw.below(256);
  }
  writeFileSync(path, draw.chance(0.15) ? bytes.subarray(0, draw.below(bytes.length)) : bytes);
}

/** Drivers of graphics cards chat on standard error too, with places in their own sources. */
const ofPrograms = /should not have happened|TypeError|RangeError|\n\s+at .+\.[cm]?[jt]s:\d+:\d+/;

/** Bytes of the database at random. */
export const damagedDatabase: Fault = {
  expected:
    'Every command says in a sentence what is wrong, or reads what can be read; recover makes a sound database, or says why there is none.',
  rounds: 20,
  run: async ({ folder, draw, begin }) => {
    await begin('answering');
    const home = join(folder, 'case', 'home');
    damage(draw, join(home, 'tiebreak.sqlite'));
    const wrong: string[] = [];
    for (const command of [['doctor'], ['stats'], ['recover'], ['doctor']] as const) {
      const { code, out, err } = await cli(home, ...command);
      if (code !== 0 && code !== 1) wrong.push(`${command.join(' ')} ended with ${code}: ${err}`);
      if (ofPrograms.test(out + err)) wrong.push(`${command.join(' ')} says: ${err.slice(0, 800)}`);
      if (command[0] === 'recover' && code === 1 && !/sound|can't be read|nothing|no database/i.test(err))
        wrong.push(`recover does nothing: ${err}`);
      if (command[0] === 'recover' && code === 0)
        wrong.push(...(await wrongWith(home)), ...rowsIn(home, 'PRAGMA foreign_key_check').map(String));
    }
    return wrong;
  },
};

/** Bytes of a model's files at random. */
export const damagedModel: Fault = {
  expected: 'The model is refused by name with a sentence, and never gives other rewards.',
  rounds: 60,
  run: async ({ folder, draw, begin }) => {
    await begin('answering');
    const home = join(folder, 'case', 'home');
    const models = filesBelow(home).filter((path) => path.startsWith('models/') && !path.endsWith('/'));
    const path = join(home, draw.one(models));
    const before = readFileSync(path);
    damage(draw, path);
    if (before.equals(readFileSync(path))) return [];
    const [found, ...more] = await wrongWith(home);
    if (found === undefined) return [`${path} was damaged, and nobody noticed.`];
    const plain = found.replace(/^The model in \S+ can't be used: /, '');
    return plain === found || more.length > 0 || ofPrograms.test(plain) || !/^[A-Z/].*\.$/s.test(plain)
      ? [[found, ...more].join(' ')]
      : [];
  },
};
