import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IpcMainEvent, Session, WebContents } from 'electron';
import { beforeAll, expect, test, vi } from 'vitest';
import { electronFuses } from '../../../packaging/electron-builder.ts';
import { pagesIn } from '../../../src-main/doors/shared/assets.ts';
import { createSite } from '../../../src-main/doors/shared/site.ts';
import { build, needsBuild } from '../../../src-main/doors/start/building.ts';
import { confine, isFromPage, openWindow, scheme, secureSession } from '../../../src-main/doors/window/window.ts';
import { preventable } from '../../support/fake-electron.ts';

/**
 * Electron's security checklist (its documentation, *Security*), point by point by its numbers: on the window's own configuration, and on what
 * the build wrote.
 */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const built = (...path: string[]): string => readFileSync(join(root, 'out', ...path), 'utf8');
const page = `${scheme}://app/`;

type Options = { readonly webPreferences: Readonly<Record<string, unknown>> };
const made = vi.hoisted(() => ({ options: [] as unknown[], loaded: [] as string[] }));
vi.mock('electron', () => ({
  BrowserWindow: class {
    readonly webContents = { on: () => {} };
    constructor(options: unknown) {
      made.options.push(options);
    }
    once(): void {}
    loadURL(url: string): Promise<void> {
      made.loaded.push(url);
      return Promise.resolve();
    }
  },
  screen: {
    getPrimaryDisplay: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }),
    getAllDisplays: () => [],
  },
}));

let preferences: Options['webPreferences'];
let pages = '';
let scripts = '';
let main = '';

beforeAll(() => {
  if (needsBuild(root)) build(root);
  openWindow({ preload: '/preload.cjs', placeFile: '/nowhere/place.json', developing: false });
  preferences = (made.options[0] as Options).webPreferences;
  const assets = readdirSync(join(root, 'out/renderer/assets'));
  const read = (end: string): string =>
    assets
      .filter((name) => name.endsWith(end))
      .map((name) => built('renderer/assets', name))
      .join('\n');
  scripts = read('.js');
  pages = `${built('renderer/index.html')}\n${read('.css')}`;
  main = built('main/main.js');
});

test('1: nothing is loaded from elsewhere', () => {
  expect(made.loaded).toEqual([page]);
  const loading = [...pages.matchAll(/(?:src|href)="([^"]+)"|url\(["']?([^)"']+)/g)].map(([, a, b]) => a ?? b!);
  expect(loading.length).toBeGreaterThan(5);
  expect(loading.filter((address) => !/^\.{0,2}\//.test(address))).toEqual([]);
  expect(scripts).not.toMatch(/import\(\s*["'`]https?:|importScripts|\.src\s*=\s*["'`]https?:/);
});

test('2: pages have nothing of Node', () => {
  for (const name of ['nodeIntegration', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames']) {
    expect(preferences[name], name).toBe(false);
  }
  expect(scripts).not.toMatch(/\brequire\(["'`](node:|electron|fs|child_process)/);
});

test('3: the preload script runs in a context of its own', () => {
  expect(preferences.contextIsolation).toBe(true);
});

test('4: every process of a page is in a sandbox', () => {
  expect(preferences.sandbox).toBe(true);
  expect(main).toMatch(/\.enableSandbox\(\)/);
  expect(main).not.toMatch(/no-sandbox|appendSwitch/);
});

test('5: every permission is refused, whoever asks', () => {
  const asked: Record<string, (...args: unknown[]) => unknown> = {};
  const session = {
    setPermissionRequestHandler: (handler: never) => (asked.request = handler),
    setPermissionCheckHandler: (handler: never) => (asked.check = handler),
    setDevicePermissionHandler: (handler: never) => (asked.device = handler),
    on: () => {},
    protocol: { handle: () => {} },
  };
  secureSession(session as unknown as Session, async () => new Response());
  const answer = vi.fn();
  for (const name of ['media', 'geolocation', 'notifications', 'clipboard-read', 'fileSystem', 'openExternal', 'hid']) {
    asked.request!(null, name, answer);
  }
  expect(answer.mock.calls.flat()).toEqual(Array(7).fill(false));
  expect([asked.check!(), asked.device!()]).toEqual([false, false]);
});

test('6, 8, 9, 10: no guard of Chromium is switched off, and no experiment on', () => {
  expect(preferences.webSecurity).toBe(true);
  const risky = ['allowRunningInsecureContent', 'experimentalFeatures', 'enableBlinkFeatures', 'additionalArguments'];
  for (const name of risky) expect(preferences[name] ?? false, name).toBe(false);
  expect(main).not.toMatch(
    /allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|commandLine|certificate-error/,
  );
});

test('7: the policy stands in the headers of every page, and the pages keep to it', async () => {
  const site = createSite(pagesIn(join(root, 'out/renderer'), false), {} as never);
  const answer = await site(new Request(page));
  const policy = answer.headers.get('content-security-policy')!;
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  for (const directive of ["form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'"]) {
    expect(policy).toContain(directive);
  }
  expect(pages).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:/);
  // No code is made of text. A schema library asks once whether it could; the policy says no, and it goes without.
  const making = scripts.replaceAll('try{return Function(``),!0}catch{return!1}', '');
  expect(making).not.toMatch(/\beval\(|\bFunction\(|set(Timeout|Interval)\(["'`]/);
});

test('11, 12: there are no pages inside the page', () => {
  expect(preferences.webviewTag).toBe(false);
  expect(scripts + pages).not.toMatch(/<webview|<iframe|createElement\(["'`](webview|iframe)/);
});

test('13, 14: contents go nowhere and open nothing', () => {
  const listeners = new Map<string, (event: object) => void>();
  let opening: () => unknown = () => null;
  confine({
    on: (name: string, listener: (event: object) => void) => listeners.set(name, listener),
    setWindowOpenHandler: (handler: () => unknown) => (opening = handler),
  } as unknown as WebContents);
  for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
    const event = preventable();
    listeners.get(name)!(event);
    expect(event.prevented, name).toBe(true);
  }
  expect(opening()).toEqual({ action: 'deny' });
  // For everything that is ever made, not for one window.
  expect(main).toMatch(/\.on\(["']web-contents-created["'], \(_, contents\) => confine\(contents\)\)/);
});

test('15: no address is ever handed to the system', () => {
  expect(main).not.toMatch(/openExternal/);
});

test('16: Electron is one exact version, of those that are still kept', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  // Electron's makers keep the latest three: raise this when a new one comes out (docs/packages.md).
  expect(devDependencies.electron).toMatch(/^(4[5-9]|[5-9]\d)\.\d+\.\d+$/);
});

test('17: a message counts only from the page of this window itself', () => {
  const mainFrame = { url: page };
  const contents = { mainFrame };
  const window = { isDestroyed: () => false, webContents: contents } as never;
  const from = (sender: unknown, senderFrame: unknown): boolean =>
    isFromPage({ sender, senderFrame } as IpcMainEvent, window);
  expect(from(contents, mainFrame)).toBe(true);
  expect(from({}, mainFrame)).toBe(false);
  expect(from(contents, { url: page })).toBe(false);
  expect(from(contents, null)).toBe(false);
  mainFrame.url = 'https://example.org/';
  expect(from(contents, mainFrame)).toBe(false);
  // The port for calls is all that is listened to.
  expect([...main.matchAll(/ipcMain\.(\w+)\(/g)].map(([, name]) => name)).toEqual(['on']);
});

test('18: pages come over a scheme of their own, never from file://', () => {
  expect(made.loaded.every((url) => url.startsWith('tiebreak://'))).toBe(true);
  expect(main).not.toMatch(/loadFile|["'`]file:|bypassCSP|corsEnabled|allowServiceWorkers/);
});

test('19: fuses that are of no use are blown, and those that guard are set', () => {
  expect(electronFuses).toEqual({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
  });
  // Without ELECTRON_RUN_AS_NODE nothing can be forked but utility processes.
  expect(main).toMatch(/utilityProcess\.fork\(/);
  expect(main).toMatch(/spawnEngine: spawnUtility/);
});

test('20: the page gets two things from Electron, neither of them Electron itself', () => {
  const preload = built('preload/preload.cjs');
  expect([...preload.matchAll(/exposeInMainWorld\(["'`](\w+)/g)].map(([, name]) => name)).toEqual(['tiebreak']);
  const bridge = /bridge = \{([\s\S]*?)\n\};/.exec(preload)![1]!;
  expect([...bridge.matchAll(/^\t(\w+):/gm)].map(([, name]) => name)).toEqual(['platform', 'onCommand']);
  // The event, which leads to Electron, stays behind; and one channel goes each way.
  expect(bridge).toMatch(/\(_, command\) => listener\(command\)/);
  expect([...preload.matchAll(/ipcRenderer\.(\w+)/g)].map(([, name]) => name)).toEqual(['postMessage', 'on']);
  expect([...preload.matchAll(/require\(([^)]*)\)/g)].map(([, name]) => name)).toEqual(['"electron"']);
});
