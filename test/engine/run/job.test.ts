import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { beginJob, resumeJob } from '../../../src-main/engine/run/job.ts';
import { configWith } from '../../../src-main/recipe/settings.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const group = (comment: string) => ({
  texts: ['ä', comment].map((text) => ({ post: 'post', comment: text })),
  pairs: [{ first: 0, second: 1, target: 1 }],
});
const lines = (groups: readonly object[]): string => groups.map((one) => `${JSON.stringify(one)}\n`).join('');
const places = { device: 'cpu', modelFolder: '' } as const;

test('what a training learns from is read from the disk each time, whatever its lines are, and never held', async () => {
  const runFolder = temporaryFolder();
  // Longer than what is read at once, and with letters of two bytes where a piece ends.
  const groups = [group('a'), group('ä'.repeat(1 << 20)), group(`x${'ä'.repeat(1 << 19)}`), group('b')];
  writeFileSync(join(runFolder, 'train.jsonl'), lines(groups).trimEnd());
  writeFileSync(join(runFolder, 'validation.jsonl'), lines([group('c')]));
  const { data } = await beginJob({
    ...{ type: 'train', kind: 'reward', method: 'gpt', config: configWith('reward', {}), base: null },
    ...places,
    runFolder,
  });
  const read = [...data.train];
  expect(read.map(({ texts }) => texts)).toEqual(groups.map(({ texts }) => texts));
  expect([...data.validation]).toEqual([group('c')]);
  // Pairs are many and alike, and one object does for all of them.
  expect(read[0]!.pairs[0]).toBe(read[3]!.pairs[0]);
  expect(read[0]!.pairs).toBe(read[3]!.pairs);
  writeFileSync(join(runFolder, 'train.jsonl'), lines([group('changed')]));
  expect([...data.train]).toEqual([group('changed')]);
});

test('a run without its data has nothing to go on from', async () => {
  const runFolder = temporaryFolder();
  writeFileSync(
    join(runFolder, 'request.json'),
    JSON.stringify({ kind: 'reward', method: 'gpt', config: {}, base: null }),
  );
  writeFileSync(join(runFolder, 'validation.jsonl'), '');
  await expect(resumeJob({ type: 'resume', runFolder, ...places })).rejects.toMatchObject({ code: 'not-found' });
});
