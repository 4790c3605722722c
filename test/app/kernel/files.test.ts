import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createFiles } from '../../../src-main/app/kernel/files.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('a file that is made while all are removed for good is none, and that is said', async () => {
  const files = createFiles(temporaryFolder());
  const kept = await files.offer('before.csv', (path) => writeFile(path, 'a'));
  const made = files.offer('ranking.csv', async (path) => {
    await writeFile(path, 'a,b');
    files.forgetCopies();
  });
  await expect(made).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining('Something was deleted for good meanwhile'),
  });
  expect(() => files.find(kept.handle)).toThrow('This file is no longer there');
});
