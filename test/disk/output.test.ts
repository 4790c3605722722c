import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeUnfinished } from '../../src-main/disk/unfinished.ts';
import { writeWholeFile, writeWholeFolder } from '../../src-main/disk/whole.ts';
import { temporaryFolder } from '../support/temporary.ts';

const content = (text: string) => (file: { writeFile: (text: string) => Promise<void> }) => file.writeFile(text);
const place = (home: string) => (path: string, replace: boolean) => ({ path, replace, home });

function twoFolders() {
  const [home, folder] = [temporaryFolder(), temporaryFolder()];
  return { home, folder, out: place(home) };
}

test('what is there is replaced only where that was asked for', async () => {
  const { folder, out } = twoFolders();
  const path = join(folder, 'out.txt');
  await writeWholeFile(out(path, false), content('first'));
  await expect(writeWholeFile(out(path, false), content('second'))).rejects.toMatchObject({
    code: 'bad-input',
    message: `${path} is there already. Nothing was written: choose another place, or replace it (--replace).`,
  });
  expect(readFileSync(path, 'utf8')).toBe('first');
  await writeWholeFile(out(path, true), content('second'));
  expect(readFileSync(path, 'utf8')).toBe('second');
  expect(readdirSync(folder)).toEqual(['out.txt']);
});

test('a file that comes while another is written for its place stays', async () => {
  const { folder, out } = twoFolders();
  const path = join(folder, 'out.txt');
  const writing = writeWholeFile(out(path, false), async (file) => {
    await file.writeFile('ours');
    writeFileSync(path, 'theirs');
  });
  await expect(writing).rejects.toThrow('is there already');
  expect(readFileSync(path, 'utf8')).toBe('theirs');
  expect(readdirSync(folder)).toEqual(['out.txt']);
});

test('nothing that is no plain file is replaced, asked or not', async () => {
  const { folder, out } = twoFolders();
  writeFileSync(join(folder, 'file'), 'theirs');
  mkdirSync(join(folder, 'folder'));
  symlinkSync(join(folder, 'file'), join(folder, 'link'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
  const before = readdirSync(folder);
  const names = ['folder', 'link', 'dangling', process.platform === 'win32' ? 'folder' : '/dev/null'];
  for (const name of names) {
    const writing = writeWholeFile(out(join(folder, name).replace(join(folder, '/dev'), '/dev'), true), content('x'));
    await expect(writing, name).rejects.toMatchObject({ code: 'bad-input' });
  }
  await expect(writeWholeFolder(out(join(folder, 'file'), true), async () => {})).rejects.toThrow('is a file');
  await expect(writeWholeFolder(out(join(folder, 'link'), true), async () => {})).rejects.toThrow('no plain folder');
  expect(readdirSync(folder)).toEqual(before);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('theirs');
});

test('nothing is written into the data folder, by whatever way it is named', async () => {
  const { home, folder, out } = twoFolders();
  writeFileSync(join(home, 'tiebreak.sqlite'), 'data');
  mkdirSync(join(home, 'models'));
  symlinkSync(home, join(folder, 'link'));
  symlinkSync(join(home, 'models'), join(folder, 'models'));
  const ways = [
    join(home, 'tiebreak.sqlite'),
    join(home, 'new.csv'),
    join(home, 'models', 'new.csv'),
    join(home, 'missing', 'new.csv'),
    join(folder, 'link', 'tiebreak.sqlite'),
    join(folder, 'link', 'models', 'x.csv'),
    join(folder, 'models', 'x.csv'),
    `${folder}/link/../link/new.csv`,
    join(home, '..', home.split('/').at(-1)!, 'tiebreak.sqlite'),
  ];
  for (const path of ways) {
    const writings = [
      () => writeWholeFile(out(path, true), content('x')),
      () => writeWholeFolder(out(path, true), async () => {}),
    ];
    for (const write of writings) await expect(write(), path).rejects.toThrow('in the data folder');
  }
  await expect(writeWholeFolder(out(home, true), async () => {})).rejects.toThrow('in the data folder');
  await expect(writeWholeFolder(out(join(home, '..'), true), async () => {})).rejects.toThrow('holds the data folder');
  expect(readdirSync(home)).toEqual(['models', 'tiebreak.sqlite']);
  expect(readFileSync(join(home, 'tiebreak.sqlite'), 'utf8')).toBe('data');
  // A second name of a file of the data folder is only a name: the file stays.
  linkSync(join(home, 'tiebreak.sqlite'), join(folder, 'second.csv'));
  await writeWholeFile(out(join(folder, 'second.csv'), true), content('x'));
  expect(readFileSync(join(home, 'tiebreak.sqlite'), 'utf8')).toBe('data');
});

test('what a killed program left beside a place is removed at the next start, and an ended one leaves nothing', async () => {
  const { home, folder } = twoFolders();
  const whole = JSON.stringify(join(import.meta.dirname, '../../src-main/disk/whole.ts'));
  const output = (name: string) => JSON.stringify({ path: join(folder, name), replace: true, home });
  const program = `
    import { writeWholeFile, writeWholeFolder } from ${whole};
    writeWholeFile(${output('out.csv')}, async (file) => { await file.writeFile('half'); await new Promise(() => {}); });
    writeWholeFolder(${output('made')}, async () => { process.stdout.write('writing'); await new Promise(() => {}); });
    process.stdin.on('data', () => process.exit(130));`;
  const run = async (end: (child: ReturnType<typeof spawn>) => void): Promise<void> => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout!, 'data');
    await expect.poll(() => readdirSync(folder).length).toBe(2);
    removeUnfinished(home);
    // It is still at work.
    expect(readdirSync(folder).length).toBe(2);
    end(child);
    await once(child, 'close');
  };
  await run((child) => child.stdin!.write('end'));
  expect(readdirSync(folder)).toEqual([]);
  await run((child) => child.kill('SIGKILL'));
  expect(readdirSync(folder).length).toBe(2);
  // Somebody's own file, which a note can't make ours.
  const theirs = join(folder, 'theirs.txt');
  writeFileSync(theirs, '');
  writeFileSync(join(home, 'outgoing', 'forged.json'), JSON.stringify({ pid: 0, partial: theirs, target: theirs }));
  removeUnfinished(home);
  expect(readdirSync(folder)).toEqual(['theirs.txt']);
  expect(readdirSync(join(home, 'outgoing'))).toEqual([]);
});
