import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../src-main/disk/folder.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('a folder is made with those above it, and one that is there stays', () => {
  const folder = join(temporaryFolder(), 'a', 'b', 'c');
  makeFolder(folder);
  makeFolder(folder);
  expect(existsSync(folder)).toBe(true);
});

test.runIf(process.platform === 'linux')('where nothing can be made, that is said and not tried for ever', () => {
  expect(() => makeFolder('/proc/tiebreak/home')).toThrow(/ENOENT|EACCES|EPERM/);
});
