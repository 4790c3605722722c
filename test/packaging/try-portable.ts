/**
 * node test/packaging/try-portable.ts dist/tiebreak-VERSION-linux-x64.tar.gz
 *
 * The archive as a person uses it: unpacked into an empty folder that is then read-only, with an empty home and no Node on the path, started as
 * a double click starts it; in Chromium up to the first page; then the sample, a quick training, a ranking and an export. A line for each.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { addressOfOpenDoor } from '../../src-main/doors/browser/word.ts';
import { chromiumPath } from '../support/chromium.ts';
import { connect, done } from '../support/started-door.ts';

const archive = process.argv[2];
if (archive === undefined) throw new Error('Usage: node test/packaging/try-portable.ts ARCHIVE');
const scratch = mkdtempSync(join(tmpdir(), 'tiebreak-portable-'));
const [place, home] = ['place', 'home'].map((name) => join(scratch, name)) as [string, string];
for (const folder of [place, home]) mkdirSync(folder);
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

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const started: ChildProcess[] = [];
const begun = performance.now();
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
try {
  const { status } = spawnSync('tar', ['-xzf', resolve(archive)], { cwd: place, stdio: 'inherit' });
  if (status !== 0) throw new Error('tar failed');
  const folder = join(place, readdirSync(place)[0]!);
  spawnSync('chmod', ['-R', 'a-w', folder]);
  say(`unpacked in ${seconds(begun)}`);
  await use(folder);
} finally {
  for (const { pid } of started) if (pid !== undefined) endGroup(pid);
  spawnSync('chmod', ['-R', 'u+w', scratch]);
  rmSync(scratch, { recursive: true, force: true });
}

async function use(folder: string): Promise<void> {
  // Linux starts a desktop file by its line Exec, with the file's own path for %k.
  const exec = /^Exec=sh -c '(.*)' sh %k$/m.exec(readFileSync(join(folder, 'Tiebreak.desktop'), 'utf8'))![1]!;
  const data = join(home, '.local/share/tiebreak');
  const clicked = (): ChildProcess => {
    const child = spawn('/bin/sh', ['-c', exec, 'sh', join(folder, 'Tiebreak.desktop')], {
      cwd: home,
      env: { PATH: tools, HOME: home, BROWSER: browser },
      stdio: ['ignore', 'pipe', 'inherit'],
      // A process group of its own, as in a terminal.
      detached: true,
    });
    started.push(child);
    return child;
  };
  const start = performance.now();
  const child = clicked();
  const address = await new Promise<string>((found) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.startsWith('http:')) found(line);
    });
  });
  say(`from the double click to the address: ${seconds(start)}`);
  const shown = await chromium.launch({ executablePath: chromiumPath()!, args: ['--no-sandbox'] });
  const page = await shown.newPage();
  await page.goto(address);
  await page.getByRole('heading').first().waitFor();
  say(`to the first page (a browser that has to start included): ${seconds(start)}`);
  await shown.close();

  const newAddress = async (): Promise<string> => (await addressOfOpenDoor(data))!;
  const { client, close } = await connect({ newAddress });
  const step = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    const since = performance.now();
    await work();
    say(`${name}: ${seconds(since)}`);
  };
  await step('sample', async () => done(client, await client.data.importSample()));
  await step('quick training', async () =>
    done(client, await client.train.start({ method: 'quick', context: 'none' })),
  );
  await step('ranking and its export', async () => {
    const task = await done(client, await client.rankings.export({ format: 'csv', split: 'test' }));
    if (task.kind !== 'export' || task.result!.rows === 0) throw new Error('nothing was exported');
  });
  close();

  // A second click opens the same app.
  const [code] = (await once(clicked(), 'exit')) as [number | null];
  const addresses = readFileSync(asked, 'utf8').trim().split('\n');
  const origins = new Set(addresses.map((each) => new URL(each).origin));
  if (code !== 0 || origins.size !== 1 || addresses.length !== 2)
    throw new Error(`a second start: ${code}, ${addresses}`);
  say('started twice: the same app, opened once more');
  // The terminal is closed.
  process.kill(-child.pid!, 'SIGHUP');
  const [end] = (await once(child, 'exit')) as [number | null];
  say(`ended with ${end}; left in the home: ${readdirSync(home, { recursive: true }).length} files and folders`);
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
