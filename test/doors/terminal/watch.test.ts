import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { opened, takeLock } from '../../../src-main/app/kernel/lock.ts';
import { type Command, cli, rows, scratchFolder, startCli } from '../../support/run-cli.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const folder = join(scratch.folder, 'nightly');
mkdirSync(folder);
afterAll(() => scratch.remove());

const running = new Set<Command>();
afterEach(() => {
  for (const { child } of running) child.kill('SIGKILL');
  running.clear();
});

/** Starts `import --watch`, which looks ten times a second. */
function watch(...args: string[]) {
  let said = '';
  const command = startCli(
    home,
    ['import', '--watch', folder, '--json', ...args],
    (text) => {
      said = text;
    },
    { TIEBREAK_WATCH_EVERY: '100' },
  );
  running.add(command);
  return {
    says: (sentence: RegExp) => expect.poll(() => said, { timeout: 30_000 }).toMatch(sentence),
    said: () => said,
    end: async () => {
      command.child.kill('SIGINT');
      const ended = await command.finished;
      running.delete(command);
      return ended;
    },
  };
}
const posts = async (): Promise<number> => {
  const { json } = await cli(home, 'stats', '--json');
  const { splits } = json() as { splits: Record<string, { posts: number }> };
  return Object.values(splits).reduce((sum, split) => sum + split.posts, 0);
};
const times = (text: string, part: string): number => text.split(part).length - 1;

test('what is there, what comes and what grows is imported, each state once, until Ctrl-C and over restarts', async () => {
  writeFileSync(join(folder, 'monday.jsonl'), rows(0, 3));
  writeFileSync(join(folder, 'README.md'), 'no data');
  const first = watch('--split', 'train');
  await first.says(/monday\.jsonl: 3 posts and 9 comments arrived\./);
  writeFileSync(join(folder, 'tuesday.jsonl'), rows(10, 2));
  await first.says(/tuesday\.jsonl: 2 posts and 6 comments arrived\./);
  appendFileSync(join(folder, 'monday.jsonl'), `\n${rows(3, 1)}`);
  await first.says(/monday\.jsonl: 1 post and 3 comments arrived\./);
  writeFileSync(join(folder, 'bad.jsonl'), '{"nothing": 1}');
  await first.says(/bad\.jsonl: .*can't be told/);
  const ended = await first.end();
  expect(ended.code, ended.err).toBe(0);
  const { files } = ended.json() as { files: { file: string; failed: boolean }[] };
  expect(files.map(({ file, failed }) => [file, failed])).toEqual([
    ['monday.jsonl', false],
    ['tuesday.jsonl', false],
    ['monday.jsonl', false],
    ['bad.jsonl', true],
  ]);
  expect(await posts()).toBe(6);

  const second = watch();
  await second.says(/Watching .*nightly until Ctrl-C is pressed/);
  writeFileSync(join(folder, 'wednesday.jsonl'), rows(20, 1));
  await second.says(/wednesday\.jsonl: 1 post/);
  const again = await second.end();
  expect((again.json() as { files: object[] }).files).toHaveLength(1);
});

test('a file that is being written is not read before it is whole', async () => {
  const watching = watch();
  await watching.says(/Watching/);
  const lines = rows(30, 12).split('\n');
  for (const line of lines) {
    appendFileSync(join(folder, 'growing.jsonl'), `${line}\n`);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  await watching.says(/growing\.jsonl: /);
  expect(watching.said()).toMatch(/growing\.jsonl: 12 posts and 36 comments arrived/);
  await watching.end();
});

test('a folder that is away is said once, and gone on with when it is back', async () => {
  const watching = watch();
  await watching.says(/Watching/);
  renameSync(folder, `${folder}-away`);
  await watching.says(/Waiting\. The folder .*nightly can't be read \(ENOENT\)/);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(times(watching.said(), 'ENOENT')).toBe(1);
  renameSync(`${folder}-away`, folder);
  writeFileSync(join(folder, 'thursday.jsonl'), rows(50, 1));
  await watching.says(/thursday\.jsonl: 1 post/);
  expect((await watching.end()).code).toBe(0);
});

test('while the app is open it waits, and goes on when it was closed', async () => {
  const watching = watch();
  await watching.says(/Watching/);
  const release = takeLock(home, opened);
  try {
    writeFileSync(join(folder, 'friday.jsonl'), rows(60, 1));
    await watching.says(/Waiting\. Tiebreak is open on this data folder already/);
    expect(watching.said()).not.toContain('friday.jsonl:');
  } finally {
    release();
  }
  await watching.says(/friday\.jsonl: 1 post/);
  expect((await watching.end()).code).toBe(0);
});

test('what can not be watched is refused', async () => {
  const none = await cli(home, 'import', '--watch', join(scratch.folder, 'none'));
  expect([none.code, none.err]).toEqual([1, expect.stringMatching(/can't be read \(ENOENT\)/)]);
  const both = await cli(home, 'import', 'a.jsonl', '--watch', folder);
  expect([both.code, both.err]).toEqual([1, expect.stringMatching(/takes no files beside it/)]);
  expect((await cli(home, 'import')).code).toBe(2);
});

test('a folder, and a bad file among others, which the exit code tells', async () => {
  const other = join(scratch.folder, 'other');
  rmSync(join(folder, 'bad.jsonl'));
  const whole = await cli(other, 'import', folder);
  expect(whole.code, whole.err).toBe(0);
  expect(whole.out).toMatch(/Left alone:\n.*README\.md: its name does not end as files with data do/);
  writeFileSync(join(folder, 'bad.jsonl'), '{"nothing": 1}');
  writeFileSync(join(folder, 'zuletzt.jsonl'), rows(90, 2));
  const part = await cli(other, 'import', folder, '--json');
  expect(part.code).toBe(1);
  expect(part.json()).toMatchObject({ posts: 2, failed: [{ file: join(folder, 'bad.jsonl') }] });
});
