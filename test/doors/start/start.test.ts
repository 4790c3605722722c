import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, type TestContext, test } from 'vitest';
import { openApp } from '../../../src-main/app.ts';
import { build, needsBuild } from '../../../src-main/doors/start/building.ts';
import { electronProgram } from '../../../src-main/doors/start/electron-runtime.ts';
import { startEngine } from '../../../src-main/engine-host/engine-host.ts';
import { scratchFolder } from '../../support/run-cli.ts';
import { enter } from '../../support/started-door.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const running = new Set<ChildProcess>();

beforeAll(() => {
  if (needsBuild(root)) build(root);
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
afterAll(() => scratch.remove());

type Started = {
  readonly child: ChildProcess;
  /** The address, as soon as it stands on a line of its own; null where the program ended without one. */
  readonly address: Promise<string | null>;
  readonly ended: Promise<number | null>;
  readonly said: () => { readonly out: string; readonly err: string };
};

/** Starts the program as `npm start` does. */
function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(
    process.execPath,
    ['src-main/doors/start/launch.cjs', 'src-main/doors/start/start.ts', '--home', home, ...args],
    {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  running.add(child);
  let [out, err] = ['', ''];
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const address = new Promise<string | null>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const found = /^http:\S+$/m.exec(out)?.[0];
      if (found) resolve(found);
    });
    void ended.then(() => resolve(null));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return { child, address, ended, said: () => ({ out, err }) };
}

test('it serves the built pages until it is interrupted, and then leaves nothing behind', async () => {
  const { child, address, ended, said } = start(['--browser', '--no-open']);
  const url = await address;
  expect(url, said().err).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?key=[\w-]{43}$/);
  const page = await (await fetch(url!)).text();
  const parts = [...page.matchAll(/(?:src|href)="(\.?\/[^"]+)"/g)].map(([, path]) => path!);
  expect(parts.length).toBeGreaterThan(0);
  for (const path of parts) {
    const part = await fetch(new URL(path, url!));
    expect(part.status, path).toBe(200);
    await part.arrayBuffer();
  }
  // The policy allows neither scripts nor styles in the page itself.
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
  expect(existsSync(join(home, 'tiebreak.lock'))).toBe(true);

  // A second start gives the address of the first, with a key of its own.
  const second = start(['--no-open', '--port', '99']);
  const again = await second.address;
  expect([await second.ended, second.said().err]).toEqual([0, '']);
  expect(new URL(again!).origin).toBe(new URL(url!).origin);
  expect(again).not.toBe(url);
  expect(second.said().out).toMatch(/^It goes on as it was started: --port changed nothing\.$/m);
  for (const address of [url!, again!]) expect(await enter(address)).toMatch(/^[\w-]{43}$/);
  await expect(enter(url!)).rejects.toThrow('address that Tiebreak printed');
  child.kill('SIGINT');
  expect(await ended, said().err).toBe(0);
  expect(said().err).toBe('Stopping. Press Ctrl-C again to stop at once.\n');
  expect(readdirSync(home).sort()).toEqual(['logs', 'sessions.json', 'tiebreak.sqlite', 'writing.lock']);
  await expect(fetch(url!)).rejects.toThrow();
});

test('a second start beside something else than a browser door says in one sentence that it runs', async () => {
  const app = openApp({ home, alone: true });
  try {
    const { address, ended, said } = start(['--no-open']);
    expect(await address).toBe(null);
    expect(await ended).toBe(1);
    expect(said().err).toMatch(
      new RegExp(`^Tiebreak is open on this data folder already \\(process ${process.pid}\\)`),
    );
    expect(said().err.trim().split('\n')).toHaveLength(1);
  } finally {
    await app.close();
  }
});

test('where no window can be opened, it says why in a sentence and opens the browser instead', async (context) => {
  needsLinux(context);
  const opened = scratch.write('opened', '');
  // What Linux calls to open an address.
  const opener = scratch.write('opener', `#!/bin/sh\necho "$1" > "${opened}"\n`);
  chmodSync(opener, 0o755);
  const env = { DISPLAY: '', WAYLAND_DISPLAY: '', BROWSER: opener };
  const { child, address, ended, said } = start([], env);
  const url = await address;
  expect(url, said().err).not.toBe(null);
  await expect.poll(() => readFileSync(opened, 'utf8')).toBe(`${url}\n`);
  expect(said().out).toMatch(/^Tiebreak opens in the browser, because [^.]+\.$/m);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

/** How other systems open a window or an address can't be pretended. */
function needsLinux(context: TestContext): void {
  if (process.platform !== 'linux') context.skip("only Linux's ways to open a window are tested");
}

/** A folder with a program in Electron's place. */
function electronThat(does: string): string {
  const folder = join(scratch.folder, 'dist');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'electron'), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
  return folder;
}

test('a window is opened where Electron is, and its end is the end', async (context) => {
  needsLinux(context);
  const seen = join(scratch.folder, 'arguments');
  const place = electronThat(`echo "$@" > "${seen}"; exit 3`);
  const { address, ended, said } = start([], { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: place });
  expect(await ended).toBe(3);
  expect(await address, said().out).toBe(null);
  expect(readFileSync(seen, 'utf8')).toBe(`${join(root, 'out/main/main.js')} --home ${home}\n`);
});

test('where Electron gives up at once, the browser opens', async (context) => {
  needsLinux(context);
  for (const does of ['exit 127', 'kill -TRAP $$']) {
    const env = { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: electronThat(does), BROWSER: '/bin/true' };
    const { child, address, ended, said } = start([], env);
    expect(await address, said().err).not.toBe(null);
    expect(said().out).toMatch(/^Tiebreak opens in the browser, because Electron could not open a window here \(/m);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  }
});

test("Electron's runtime is fetched once where it is missing, and a failure to is a reason", async () => {
  const fake = join(scratch.folder, 'project');
  const folder = join(fake, 'node_modules/electron');
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const env = { ...process.env, DISPLAY: ':0' };
  const said: string[] = [];
  const find = () => electronProgram(fake, (text) => said.push(text), env);

  expect(await find()).toEqual({ because: expect.stringContaining('not installed') });
  expect(said).toEqual([]);
  write('package.json', '{}');
  write('install.js', 'console.error("noise"); process.exit(1);');
  expect(await find()).toEqual({ because: expect.stringContaining('could not be fetched') });
  expect(said).toEqual([expect.stringMatching(/^Fetching Electron's runtime, once, for up to \d+ minutes\.$/)]);
  write(
    'install.js',
    `const fs = require('node:fs');
    fs.mkdirSync(__dirname + '/dist');
    fs.writeFileSync(__dirname + '/dist/there', '');
    fs.writeFileSync(__dirname + '/path.txt', 'there');`,
  );
  expect(await find()).toBe(join(folder, 'dist/there'));
  said.length = 0;
  expect(await find()).toBe(join(folder, 'dist/there'));
  expect(said).toEqual([]);
});

test('a build is needed where something is missing or older than its sources', () => {
  const project = join(scratch.folder, 'sources');
  const put = (path: string, minute: number): void => {
    mkdirSync(join(project, path, '..'), { recursive: true });
    writeFileSync(join(project, path), '');
    utimesSync(join(project, path), minute * 60, minute * 60);
  };
  put('src-main/a/b.ts', 1);
  put('src-renderer/App.vue', 2);
  expect(needsBuild(project)).toBe(true);
  put('out/main/main.js', 3);
  put('out/preload/preload.cjs', 3);
  expect(needsBuild(project)).toBe(true);
  put('out/renderer/index.html', 4);
  expect(needsBuild(project)).toBe(false);
  put('src-main/a/b.ts', 5);
  expect(needsBuild(project)).toBe(true);
});

test('a wrong option is a sentence', async () => {
  const { ended, said } = start(['--browser', '--port', 'many']);
  expect(await ended).toBe(1);
  expect(said().err).toMatch(/^--port takes a number up to 65535\. Usage: npm start/);
});

test('the built preload script is CommonJS and asks for nothing but Electron', () => {
  const code = readFileSync(join(root, 'out/preload/preload.cjs'), 'utf8');
  expect(readdirSync(join(root, 'out/preload'))).toEqual(['preload.cjs']);
  expect(code).not.toMatch(/^\s*(import|export)\b/m);
  expect([...code.matchAll(/\brequire\(([^)]*)\)/g)].map(([, name]) => name)).toEqual(['"electron"']);
  expect(code).not.toMatch(/\bimport\(|\beval\(|new Function/);
});

test('the built main process brings its own code and leaves packages and Node outside', () => {
  const folder = join(root, 'out/main');
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'));
  expect(files).toEqual(expect.arrayContaining(['main.js', 'engine.js', 'worker.js']));
  // Beside each other, so that what is looked for beside or two folders up is found.
  expect(readdirSync(folder, { recursive: true }).length).toBe(readdirSync(folder).length);
  for (const file of files) {
    const code = readFileSync(join(folder, file), 'utf8');
    for (const [, from, alone] of code.matchAll(
      /^(?:import|export) .*?from "([^".][^"]*)";$|^import "([^".][^"]*)";$/gm,
    )) {
      const name = from ?? alone;
      const packaged = Object.keys(dependencies).some((each) => name === each || name?.startsWith(`${each}/`));
      expect(name === 'electron' || isBuiltin(name!) || packaged, `${file}: ${name}`).toBe(true);
    }
  }
});

test('the built engine runs in a process of its own, and finds its device', async () => {
  const engine = startEngine({ entry: join(root, 'out/main/engine.js') });
  try {
    await expect(
      engine.request({ type: 'score', modelFolder: join(scratch.folder, 'none'), device: 'cpu', texts: [] }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^(not-found|damaged|bad-input)$/) });
  } finally {
    await engine.close();
  }
});
