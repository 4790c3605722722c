/**
 * node test/packaging/try-portable.ts dist/tiebreak-VERSION-linux-x64.tar.gz
 *
 * The archive as a person uses it: unpacked into an empty folder that is then read-only, with an empty home and no Node on the path, all of them
 * with spaces and letters beyond ASCII in their names. Started as a double click starts it; in Chromium a file is imported and pairs are answered by keys; a quick
 * training, a ranking and its export; closed, started again, and used in the terminal, on a project as well. A line for each; ends with 1 where one fails.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { addressOfOpenDoor } from '../../src-main/doors/browser/word.ts';
import { chromiumPath } from '../support/chromium.ts';
import { scriptOf } from '../support/desktop-file.ts';
import { connect, done } from '../support/started-door.ts';

const archive = process.argv[2];
if (archive === undefined) throw new Error('Usage: node test/packaging/try-portable.ts ARCHIVE');
const scratch = mkdtempSync(join(tmpdir(), 'tiebreak-portable-'));
const [place, home] = ['Neuer Ordner für 100%', 'Zuhause von Jürgen'].map((name) => join(scratch, name)) as [
  string,
  string,
];
for (const folder of [place, home]) mkdirSync(folder);
const data = join(home, '.local/share/tiebreak');
// A person's tools, but no Node among them.
const tools = join(scratch, 'tools');
mkdirSync(tools);
for (const name of readdirSync('/usr/bin')) {
  if (!/^(node|nodejs|npm|npx)$/.test(name)) symlinkSync(join('/usr/bin', name), join(tools, name));
}
// And a browser that writes down what it is asked to open.
const asked = join(scratch, 'asked');
const browser = join(scratch, 'browser');
writeFileSync(browser, `#!/bin/sh\nprintf '%s\\n' "$1" >> '${asked}'\n`, { mode: 0o755 });
const env = { PATH: tools, HOME: home, BROWSER: browser };

/** A process group, as in a terminal. */
const inTerminalOfItsOwn = {
  cwd: home,
  env,
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
} as const satisfies SpawnOptions;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const started: ChildProcess[] = [];
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
async function step<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const since = performance.now();
  const result = await work();
  say(`${name}: ${seconds(since)}`);
  return result;
}

try {
  await step('unpacked', () => {
    const { status } = spawnSync('tar', ['-xzf', resolve(archive)], { cwd: place, stdio: 'inherit' });
    assert.equal(status, 0, 'tar failed');
  });
  const folder = join(place, readdirSync(place)[0]!);
  spawnSync('chmod', ['-R', 'a-w', folder]);
  await use(folder);
} finally {
  for (const { pid } of started) if (pid !== undefined) endGroup(pid, 'SIGKILL');
  spawnSync('chmod', ['-R', 'u+w', scratch]);
  rmSync(scratch, { recursive: true, force: true });
}

async function use(folder: string): Promise<void> {
  const desktopFile = join(folder, 'Tiebreak.desktop');
  const first = await step('from the double click to the address', () => clicked(desktopFile, desktopFile));
  const shown = await chromium.launch({ executablePath: chromiumPath()!, args: ['--no-sandbox'] });
  const page = await shown.newPage();
  await step('to the first page', async () => {
    await page.goto(first.address);
    await page.getByRole('heading').first().waitFor();
  });
  await step('a CSV file, imported in Chromium', () => importInPage(page));
  await step('12 pairs, answered by keys', () => answerByKeys(page));

  const { client, close } = await connect({ newAddress: async () => (await addressOfOpenDoor(data))! });
  assert.equal((await client.answers.recent({})).answers.length, 12);
  await step('quick training', async () =>
    done(client, await client.train.start({ method: 'quick', context: 'none' })),
  );
  await step('ranking and its export', async () => {
    const task = await done(client, await client.rankings.export({ format: 'csv' }));
    assert(task.kind === 'export' && task.result!.rows === 160);
  });
  close();

  // A second click opens the same app. Xfce hands the address of the file over, and not its path.
  await step('started twice: the same app, opened once more', async () => {
    const [code] = (await once(click(desktopFile, pathToFileURL(desktopFile).href), 'exit')) as [number | null];
    const addresses = readFileSync(asked, 'utf8').trim().split('\n');
    assert.equal(code, 0);
    assert.equal(addresses.length, 2);
    assert.equal(new Set(addresses.map((each) => new URL(each).origin)).size, 1);
  });
  await step('the terminal is closed, and all of it ends', () => closed(first.child));

  const again = await step('started again', () => clicked(desktopFile, desktopFile));
  await step('the tab of the last time goes on', async () => {
    await page.reload();
    await page.getByRole('heading').first().waitFor();
    assert.equal(new URL(page.url()).origin, new URL(again.address).origin);
  });
  await shown.close();
  await closed(again.child);

  await step('the terminal command', () => inTerminal(folder));
  await step('a project, opened by its name', async () => {
    const child = spawn(join(folder, 'tiebreak'), ['--project', 'Zweites Café', '--no-open'], inTerminalOfItsOwn);
    await addressOf(child);
    await closed(child);
  });
  say(`left in the home: ${readdirSync(home, { recursive: true }).length} files and folders`);
}

/** What a desktop does at a double click: its line Exec, with the file's own place for %k. */
function click(desktopFile: string, itself: string): ChildProcess {
  const child = spawn('/bin/sh', ['-c', scriptOf(readFileSync(desktopFile, 'utf8')), 'sh', itself], inTerminalOfItsOwn);
  started.push(child);
  return child;
}

async function clicked(desktopFile: string, itself: string) {
  const child = click(desktopFile, itself);
  return { child, address: await addressOf(child) };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((found, fail) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.startsWith('http:')) found(line);
    });
    child.once('exit', (code) => fail(new Error(`It ended with ${code}.`)));
  });
}

/** Closing a terminal tells all that runs in it. */
async function closed({ pid }: ChildProcess): Promise<void> {
  endGroup(pid!, 'SIGHUP');
  for (const since = performance.now(); endGroup(pid!, 0); await wait(50))
    if (performance.now() - since > 20_000) throw new Error('It runs on after its terminal was closed.');
}

async function importInPage(page: Page): Promise<void> {
  const posts = Array.from({ length: 40 }, (_, i) => `Wie bäckt man Brot Nr. ${i}?`);
  const words = ['großartig', 'gut', 'mäßig', 'übel'];
  const lines = posts.flatMap((post, i) => words.map((word, at) => `"${post}",${word} in Fall ${i},${40 - 10 * at}`));
  const file = join(scratch, 'Beiträge aus dem Café.csv');
  writeFileSync(file, `title,comment,votes\n${lines.join('\n')}\n`);
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import comments' }).click();
  await (await choosing).setFiles(file);
  await page.getByRole('heading', { name: 'The whole file' }).waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('160 comments').first().waitFor();
}

async function answerByKeys(page: Page): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/#/`);
  for (let answered = 0; answered < 12; answered++) {
    await page
      .getByRole('heading', { name: /Wie bäckt man Brot/ })
      .first()
      .waitFor();
    await page.keyboard.press('a');
    await wait(400);
  }
}

/** The same program with a command behind it. */
function inTerminal(folder: string): void {
  const tiebreak = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(join(folder, 'tiebreak'), args, { cwd: home, env, encoding: 'utf8' });
    assert.equal(status, 0, `tiebreak ${args.join(' ')}: ${stderr}`);
    return stdout.trim().split('\n').at(-1)!;
  };
  const json = (...args: string[]) => JSON.parse(tiebreak(...args, '--json'));
  assert.match(tiebreak('--version'), /^\d+\.\d+\.\d+$/);
  assert.match(tiebreak('--help'), /./);
  assert.deepEqual(json('stats').totals.labels, 12);
  assert.equal(json('comments', 'find', 'groß').total, 40);
  assert.equal(json('rank', '--post', '1').posts[0].comments.length, 4);
  const made = join(home, 'Rangliste für alle.csv');
  json('export', made, '--format', 'csv');
  assert(existsSync(made));
  json('projects', 'new', 'Zweites Café');
  json('--project', 'Zweites Café', 'import', join(scratch, 'Beiträge aus dem Café.csv'));
  assert.equal(json('--project', 'Zweites Café', 'stats').totals.labels, 0);
  assert.equal(json('--project', 'Zweites Café', 'stats').totals.posts, 40);
  assert.equal(json('stats').totals.labels, 12);
  const { status, stderr } = spawnSync(join(folder, 'tiebreak'), ['--project', 'none', 'stats'], {
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stderr, /There is no project 'none'/);
}

/** Sends a signal to a process group; whether it was there. */
function endGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
