import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MessageChannel as NodeChannel, type MessagePort as NodePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { api } from '../../../src-main/contract/api.ts';
import type { FileOffer, TakenFile } from '../../../src-main/contract/files.ts';
import { build, needsBuild } from '../../../src-main/doors/start/building.ts';
import { createElectron, type FakeElectron, FakePort, preventable } from '../../support/fake-electron.ts';
import { heldByOther } from '../../support/held-by-other.ts';
import { rows, type Scratch, scratchFolder } from '../../support/run-cli.ts';

/** The built main process on a stand-in of Electron: the real application, store and pages; the tests' engine. */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = 'tiebreak://app/';
type Client = ContractRouterClient<typeof api>;

const importNatively = createRequire(import.meta.url)('../../support/native-import.cjs') as (
  path: string,
  electron: object,
) => Promise<void>;
const runMain = (): Promise<void> => importNatively(join(root, 'out/main/main.js'), fake.electron);

let fake: FakeElectron;
let scratch: Scratch;
let home: string;
let ports: NodePort[] = [];
const before = { argv: process.argv, listeners: new Map<NodeJS.Signals, NodeJS.SignalsListener[]>() };

beforeAll(() => {
  if (needsBuild(root)) build(root);
});
beforeEach(() => {
  scratch = scratchFolder();
  home = join(scratch.folder, 'home');
  vi.stubEnv('TIEBREAK_CONFIG', join(scratch.folder, 'config'));
  vi.stubEnv('TIEBREAK_PROJECTS', join(scratch.folder, 'projects'));
  fake = createElectron();
  ports = [];
  process.argv = ['electron', 'main.js', '--home', home, '--remote-debugging-port=0'];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) before.listeners.set(signal, process.listeners(signal));
});
afterEach(async () => {
  // Ends the application in its own way, so that its lock and store are let go.
  const [window] = fake.windows;
  if (window && !fake.state.quit && fake.state.exitCode === null) {
    fake.state.answerQuestion = async () => ({ response: 0 });
    window.close();
    await expect.poll(() => fake.state.quit).toBe(true);
  }
  for (const port of ports) port.close();
  for (const engine of fake.engines) engine.kill('SIGKILL');
  process.argv = before.argv;
  vi.unstubAllEnvs();
  for (const [signal, listeners] of before.listeners) {
    for (const listener of process.listeners(signal)) {
      if (!listeners.includes(listener)) process.off(signal, listener);
    }
  }
  scratch.remove();
});

/** Runs the main process up to its window. */
async function start(): Promise<FakeElectron['windows'][number]> {
  await runMain();
  await expect.poll(() => fake.windows[0]?.did ?? fake.state.errorBoxes).toContain('show');
  expect(fake.state.errorBoxes).toEqual([]);
  return fake.windows[0]!;
}

type Sender = { readonly sender: unknown; readonly senderFrame: { readonly url: string } | null };

/** Sends a port as the preload script does. Gives the page's end and whether it was taken. */
function sendPort(from: Sender): { readonly client: Client; readonly taken: () => boolean; readonly port: FakePort } {
  const { port1, port2 } = new NodeChannel();
  ports.push(port1);
  const port = new FakePort(port2);
  fake.electron.ipcMain.emit('tiebreak:port', { ...from, ports: [port] });
  const link = new RPCLink({ port: port1 as unknown as globalThis.MessagePort });
  return { client: createORPCClient(link), taken: () => !port.closed, port };
}

const pageOf = (window: FakeElectron['windows'][number]): Sender => ({
  sender: window.webContents,
  senderFrame: window.webContents.mainFrame,
});

test('the window has a sandbox and an isolated page, and nothing of Node', async () => {
  const window = await start();
  expect(window.options.webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    devTools: false,
  });
  expect(existsSync(window.options.webPreferences.preload as string)).toBe(true);
  expect(fake.state.sandbox).toBe(true);
  expect(window.options.show).toBe(false);
  expect(window.did).toEqual([`load ${page} 200`, 'show']);
  expect(fake.state.schemes).toEqual([
    { scheme: 'tiebreak', privileges: expect.not.objectContaining({ bypassCSP: true }) },
  ]);
});

test('its page goes nowhere, opens nothing, and is granted nothing', async () => {
  const window = await start();
  const other = new EventEmitter();
  // Whatever else is ever made is held to the same.
  const late = Object.assign(other, { setWindowOpenHandler: (handler: unknown) => Object.assign(other, { handler }) });
  fake.electron.app.emit('web-contents-created', {}, late);
  for (const contents of [window.webContents, late]) {
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
      const happening = preventable();
      contents.emit(event, happening, 'https://example.org/');
      expect(happening.prevented, event).toBe(true);
    }
  }
  expect(window.webContents.openHandler!({ url: 'https://example.org/' })).toEqual({ action: 'deny' });
  const { request, check, device } = fake.state.permission;
  for (const name of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal']) {
    const granted = vi.fn();
    request!(window.webContents, name, granted);
    expect(granted.mock.calls).toEqual([[false]]);
  }
  expect([check!(), device!()]).toEqual([false, false]);
  const download = preventable();
  fake.session.emit('will-download', download);
  expect(download.prevented).toBe(true);
});

test('a page that has crashed comes back', async () => {
  const window = await start();
  window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  await expect.poll(() => window.did.filter((each) => each.startsWith('load'))).toHaveLength(2);
});

test('the scheme serves the built pages under the policy, and nothing else', async () => {
  await start();
  const answer = await fake.load(page);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
  expect(await answer.text()).toBe(readFileSync(join(root, 'out/renderer/index.html'), 'utf8'));
  for (const path of [
    'index.html',
    '../main/main.js',
    '%2e%2e/main/main.js',
    'files/aaaaaaaaaaaaaaaaaaaaaaaa',
    'rpc',
  ]) {
    expect((await fake.load(page + path)).status, path).toBe(404);
  }
  for (const url of ['tiebreak://other/', 'tiebreak://app.evil.example/', 'tiebreak://app:1/']) {
    expect((await fake.load(url)).status, url).toBe(404);
  }
});

test('a file that is dropped on the page comes in by its content', async () => {
  await start();
  const init = { method: 'POST', body: 'content', duplex: 'half' } as RequestInit;
  const taken = (await (await fake.load(`${page}files?name=%C3%A9.jsonl`, init)).json()) as TakenFile;
  expect(taken).toMatchObject({ name: 'é.jsonl', bytes: 7 });
  expect(await (await fake.load(`${page}files/${taken.handle}`)).text()).toBe('content');
});

test('calls are taken from the page of the window alone', async () => {
  const window = await start();
  const { mainFrame } = window.webContents;
  const strangers: Sender[] = [
    { sender: {}, senderFrame: mainFrame },
    { sender: window.webContents, senderFrame: { url: page } },
    { sender: window.webContents, senderFrame: null },
  ];
  for (const stranger of strangers) {
    const { port } = sendPort(stranger);
    await expect.poll(() => port.closed).toBe(true);
  }
  for (const url of ['https://example.org/', 'tiebreak://other/', 'tiebreak://app.evil.example/', 'about:blank', '']) {
    mainFrame.url = url;
    const { port } = sendPort(pageOf(window));
    await expect.poll(() => port.closed, { message: url }).toBe(true);
  }
  mainFrame.url = `${page}#/train`;
  const { client, taken } = sendPort(pageOf(window));
  expect(await client.app.info()).toMatchObject({ door: 'window', home });
  expect(taken()).toBe(true);
  // A message without a port is nothing.
  fake.electron.ipcMain.emit('tiebreak:port', { ...pageOf(window), ports: [] });
  expect(await client.app.info()).toMatchObject({ door: 'window' });
});

test('a page that is loaded again brings a new port, and the old one ends', async () => {
  const window = await start();
  const first = sendPort(pageOf(window));
  await first.client.app.info();
  const second = sendPort(pageOf(window));
  expect(await second.client.app.info()).toMatchObject({ door: 'window' });
  await expect.poll(() => first.port.closed).toBe(true);
});

test('files chosen and saved in dialogs have a handle and a name, never a path', async () => {
  const window = await start();
  const { client } = sendPort(pageOf(window));
  expect(await client.files.choose({ purpose: 'comments' })).toEqual([]);
  const path = scratch.write('chosen.jsonl', rows(0, 2));
  fake.state.openDialog = { canceled: false, filePaths: [path] };
  const chosen = await client.files.choose({ purpose: 'comments' });
  expect(chosen).toEqual([
    { handle: expect.stringMatching(/^[\w-]{24}$/), name: 'chosen.jsonl', bytes: expect.any(Number) },
  ]);
  expect(JSON.stringify(chosen)).not.toContain(scratch.folder);
  await client.files.choose({ purpose: 'backup' });
  const several = fake.state.openAsked.map(({ properties }) => properties.includes('multiSelections'));
  expect(several).toEqual([true, true, false]);

  const folder = join(scratch.folder, 'gpt2');
  mkdirSync(folder);
  for (const name of ['config.json', 'model.safetensors', 'pytorch_model.bin', 'tokenizer.json', 'run.py']) {
    writeFileSync(join(folder, name), '');
  }
  fake.state.openDialog = { canceled: false, filePaths: [folder] };
  const model = await client.files.choose({ purpose: 'model-folder' });
  expect(fake.state.openAsked.at(-1)!.properties).toEqual(['openDirectory']);
  expect(model.map(({ name, folder: of }) => `${of}/${name}`)).toEqual([
    'gpt2/model.safetensors',
    'gpt2/config.json',
    'gpt2/tokenizer.json',
  ]);
  expect(JSON.stringify(model)).not.toContain(scratch.folder);

  const handle = chosen[0]!.handle;
  expect(await client.files.save({ handle })).toEqual({ saved: false });
  const target = join(scratch.folder, 'saved', 'copy.jsonl');
  fake.state.saveDialog = { canceled: false, filePath: target };
  await expect(client.files.save({ handle })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/can't be written, because the folder .* is not there.*choose another place\.$/),
  });
  mkdirSync(join(scratch.folder, 'saved'));
  writeFileSync(target, 'what was there before');
  expect(await client.files.save({ handle })).toEqual({ saved: true });
  expect(readFileSync(target, 'utf8')).toBe(rows(0, 2));
  expect(readdirSync(join(scratch.folder, 'saved'))).toEqual(['copy.jsonl']);
  await expect(client.files.save({ handle: 'a'.repeat(24) })).rejects.toMatchObject({ code: 'not-found' });
});

test('a second instance shows the first one and ends', async () => {
  const window = await start();
  expect(fake.state.paths.get('userData')).toBe(join(home, 'window'));
  window.minimised = true;
  fake.electron.app.emit('second-instance', {}, []);
  expect(window.minimised).toBe(false);
  expect(window.did.at(-1)).toBe('focus');

  const first = fake;
  fake = createElectron();
  fake.state.firstInstance = false;
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await runMain();
  expect(fake.state.exitCode).toBe(1);
  expect(said.mock.calls.map(([text]) => text)).toEqual([
    expect.stringMatching(/^Tiebreak is open on this data folder/),
  ]);
  said.mockRestore();
  await new Promise((resolve) => setImmediate(resolve));
  expect(fake.windows).toEqual([]);
  fake = first;
});

test('where it can not open the data, it says why and ends', async () => {
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'tiebreak.sqlite'), 'no database at all, but long enough to be one'.repeat(100));
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await runMain();
  await expect.poll(() => fake.state.exitCode).toBe(1);
  said.mockRestore();
  expect(fake.state.errorBoxes).toEqual([expect.stringMatching(/^[A-Z].*\.$/)]);
  expect(fake.windows).toEqual([]);
  expect(existsSync(join(home, 'tiebreak.lock'))).toBe(false);
});

test('the window opens where it last stood, as far as that is still on a display', async () => {
  const window = await start();
  expect(window.options).toMatchObject({ x: 320, y: 140, width: 1280, height: 800 });
  window.bounds = { x: 3000, y: -50, width: 1000, height: 3000 };
  window.maximised = true;
  window.close();
  await expect.poll(() => fake.state.quit).toBe(true);

  fake = createElectron();
  const again = await start();
  expect(again.options).toMatchObject({ x: 920, y: 0, width: 1000, height: 1080 });
  expect(again.maximised).toBe(true);
});

test('the menu has the usual entries, and asks the page for what the page does', async () => {
  const window = await start();
  type Item = { label?: string; role?: string; click?: () => void; submenu?: Item[] };
  const menu = fake.state.menu as Item[];
  const all = menu.flatMap(({ submenu }) => submenu ?? []);
  const labels = all.flatMap(({ label }) => label ?? []);
  expect(labels).toEqual(
    expect.arrayContaining(['Import…', 'Export…', 'Back Up Now…', 'Compare', 'Train', 'Rankings', 'Data', 'Models']),
  );
  const roles = [...menu, ...all].map(({ role }) => role);
  expect(roles).toEqual(expect.arrayContaining(['editMenu', 'zoomIn', 'zoomOut', 'resetZoom', 'togglefullscreen']));
  expect(roles).not.toContain('reload');
  expect(roles).not.toContain('toggleDevTools');
  all.find(({ label }) => label === 'Train')!.click!();
  expect(window.webContents.sent).toEqual([['tiebreak:command', 'train']]);
});

test('who works on the program has the tools for it', async () => {
  process.argv.push('--developing');
  const window = await start();
  expect(window.options.webPreferences.devTools).toBe(true);
  const menu = fake.state.menu as { label?: string; submenu?: { role?: string }[] }[];
  const roles = menu.find(({ label }) => label === 'View')?.submenu?.map(({ role }) => role);
  expect(roles).toEqual(expect.arrayContaining(['reload', 'toggleDevTools']));
});

test('what the build wrote beside the main process is found: the worker, the sample, the version', async () => {
  const window = await start();
  const { client } = sendPort(pageOf(window));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(await client.app.info()).toMatchObject({ version });
  const { task: bringing } = await client.data.importSample();
  expect(await ended(client, bringing)).toBe('done');
  const { task: counting } = await client.data.statistics();
  expect(await ended(client, counting)).toBe('done');

  // What it did stands in its log, without what the tasks were about.
  await client.app.openLogs();
  expect(fake.state.shown).toEqual([join(home, 'logs')]);
  const lines = readFileSync(join(home, 'logs/tiebreak.log'), 'utf8').trim().split('\n');
  const log = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(log[0]).toMatchObject({ level: 'info', event: 'started', tiebreak: version });
  expect(log).toContainEqual(
    expect.objectContaining({ event: 'task ended', kind: 'import', state: 'done', seconds: expect.any(Number) }),
  );
  const { text } = await client.app.details();
  expect(text).toContain(lines.at(-1));
  for (const word of ['captions', 'jsonl', home]) expect(text).not.toContain(word);
});

test('the window follows the theme that is set for the pages', async () => {
  const window = await start();
  const { client } = sendPort(pageOf(window));
  await client.settings.set({ theme: 'dark' });
  await expect.poll(() => fake.electron.nativeTheme.themeSource).toBe('dark');
  await client.settings.set({ theme: 'system' });
  await expect.poll(() => fake.electron.nativeTheme.themeSource).toBe('system');
});

/** Brings comments in and starts a training that takes a while. */
async function startTraining(client: Client): Promise<number> {
  const sent = await fake.load(`${page}files?name=rows.jsonl`, {
    method: 'POST',
    body: rows(0, 10),
    duplex: 'half',
  } as RequestInit);
  const { handle } = (await sent.json()) as FileOffer;
  await client.data.import({ files: [handle], split: 'train' });
  await ended(client, 1);
  const { task } = await client.train.start({ config: { epochs: 3000 }, context: 'none' });
  for await (const tasks of await client.tasks.watch()) {
    if (tasks.some(({ id, progress }) => id === task && progress !== null)) break;
  }
  return task;
}

async function ended(client: Client, task: number): Promise<string> {
  for await (const tasks of await client.tasks.watch()) {
    const found = tasks.find(({ id }) => id === task)!;
    if (found.state !== 'running') return found.state;
  }
  throw new Error('The list of tasks has ended');
}

test('closing while a training runs asks; the training goes on, or is stopped and can be resumed', async () => {
  const window = await start();
  const { client } = sendPort(pageOf(window));
  const task = await startTraining(client);
  expect(fake.state.engineEntry).toBe(join(root, 'out/main/engine.js'));
  expect(existsSync(fake.state.engineEntry!)).toBe(true);
  // The machine stays awake meanwhile.
  expect(fake.state.blockers.size).toBe(1);

  // Asked once, however often it is told to end.
  let decide: (answer: { response: number }) => void = () => {};
  fake.state.answerQuestion = () => new Promise((resolve) => (decide = resolve));
  expect(window.close()).toBe(false);
  expect(window.close()).toBe(false);
  fake.electron.app.quit();
  expect(fake.state.questions).toHaveLength(1);
  const [question] = fake.state.questions;
  expect(question!.message).toBe('Quit and stop the training?');
  expect(question!.buttons[question!.cancelId]).toBe('Go on');
  decide({ response: question!.cancelId });
  await turn();
  expect(await client.tasks.watch().then(async (tasks) => (await tasks.next()).value)).toEqual(
    expect.arrayContaining([expect.objectContaining({ id: task, state: 'running', cancelling: false })]),
  );

  fake.electron.app.quit();
  expect(fake.state.questions).toHaveLength(2);
  decide({ response: 0 });
  await expect.poll(() => fake.state.quit).toBe(true);
  await expect.poll(() => fake.state.blockers.size).toBe(0);
  expect(existsSync(join(home, 'tiebreak.lock'))).toBe(false);
  expect(fake.engines.every(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null)).toBe(true);

  fake = createElectron();
  const again = sendPort(pageOf(await start())).client;
  expect((await again.train.runs()).runs).toMatchObject([{ status: 'cancelled' }]);
});

test('a notice says that a long training has failed, unless the window is looked at; a click on it brings the window', async () => {
  const window = await start();
  const { client } = sendPort(pageOf(window));
  const end = async (): Promise<void> => {
    const task = await startTraining(client);
    // A training that has begun more than a minute ago, by the clock.
    vi.setSystemTime(Date.now() + 61_000);
    for (const engine of fake.engines) engine.kill('SIGKILL');
    await expect
      .poll(() =>
        client.tasks.watch().then(async (all) => (await all.next()).value?.find(({ id }) => id === task)?.state),
      )
      .toBe('failed');
  };
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    await end();
    expect(fake.state.notices).toEqual([]);
    window.focused = false;
    await end();
    await expect.poll(() => fake.state.notices.map(({ options }) => options.title)).toEqual(['A training has failed']);
    window.did.length = 0;
    fake.state.notices[0]!.emit('click');
    expect(window.did).toEqual(['show', 'focus']);
  } finally {
    vi.useRealTimers();
  }
});

test('Ctrl-C while the question stands ends all the same, whatever is answered then', async () => {
  const window = await start();
  const { client } = sendPort(pageOf(window));
  await startTraining(client);
  let decide: (answer: { response: number }) => void = () => {};
  fake.state.answerQuestion = () =>
    new Promise((resolve) => {
      decide = resolve;
    });
  window.close();
  expect(fake.state.questions).toHaveLength(1);
  const [interrupt] = process.listeners('SIGINT').filter((each) => !before.listeners.get('SIGINT')!.includes(each));
  interrupt!('SIGINT');
  decide({ response: 1 });
  await new Promise((resolve) => setImmediate(resolve));
  // Were it open again, this would ask once more.
  window.close();
  await expect.poll(() => fake.state.quit).toBe(true);
  expect(fake.state.questions).toHaveLength(1);
  expect(window.did.at(-1)).toBe('hide');
});

test('where nothing of weight is going on it closes without a question', async () => {
  const window = await start();
  window.close();
  await expect.poll(() => fake.state.quit).toBe(true);
  expect(fake.state.questions).toEqual([]);
  expect(readdirSync(home).sort()).toEqual(['logs', 'tiebreak.sqlite', 'window', 'writing.lock']);
});

test('Ctrl-C in the terminal stops everything in an orderly way, without a question', async () => {
  const window = await start();
  const { client } = sendPort(pageOf(window));
  await startTraining(client);
  const mine = process.listeners('SIGINT').filter((each) => !before.listeners.get('SIGINT')!.includes(each));
  expect(mine).toHaveLength(1);
  mine[0]!('SIGINT');
  await expect.poll(() => fake.state.quit).toBe(true);
  expect(fake.state.questions).toEqual([]);
});

test('another project is opened by a new start on its folder, once this one has ended, and only if it can be opened', async () => {
  const window = await start();
  const { client } = sendPort(pageOf(window));
  const { id } = await client.projects.add({ name: 'Second' });
  const place = (await client.projects.list()).projects.find((each) => each.id === id)!.place;
  const letGo = heldByOther(place, 'open');
  await expect(client.projects.open({ project: id })).rejects.toThrow('go on there, or close it first');
  letGo();
  expect(fake.state.quit).toBe(false);
  await client.projects.open({ project: id });
  await expect.poll(() => fake.state.quit).toBe(true);
  expect(fake.state.relaunched).toEqual(['main.js', '--remote-debugging-port=0', '--home', place]);
});
