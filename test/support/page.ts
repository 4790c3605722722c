import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { quickEncoder } from '../../src-main/app/kernel/encoders.ts';
import { postInput } from '../../src-main/recipe/pairs.ts';
import { commentsWithoutEmbedding, hasEmbedding } from '../../src-main/store/embeddings.ts';
import { closeStore, openForReading, type ReadingStore } from '../../src-main/store/open.ts';
import { postsAlone } from '../../src-main/store/posts.ts';
import { commentRanges } from '../../src-main/store/rewards.ts';
import { chromiumPath } from './chromium.ts';
import { type Connection, connect, type RunningApp, startApp } from './started-door.ts';
import { type Trouble, watchForTrouble } from './trouble.ts';

const executablePath = chromiumPath();

/** Milliseconds: a busy machine is slow, and no test is about speed. */
export const patience = 60_000;

let browser: Browser | null = null;

/** The browser for all files of tests that share a process: it ends with that. One that crashed is followed by another. */
async function openBrowser(): Promise<Browser> {
  if (browser?.isConnected()) return browser;
  // Its profile goes with the stages: the process it ends with leaves it no time to clear it away.
  const { TMPDIR = tmpdir() } = process.env;
  process.env.TMPDIR = process.env.TIEBREAK_TEST_STAGES;
  browser = await chromium.launch({
    executablePath: executablePath!,
    // A graphics card that is pretended in software takes time, and shows nothing that a test looks at; so does a process for it.
    args: ['--disable-gpu', '--in-process-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  process.env.TMPDIR = TMPDIR;
  return browser;
}

/** How an error nobody thought of stands on the app's standard error. Drivers of graphics cards chat there too. */
const stackTrace = /^ +at .+\.[cm]?[jt]s:\d+:\d+/m;

/** For each test a data folder, what runs on it, and a browser that knows nothing yet. */
export type Stage = {
  /** The test's data folder. */
  readonly home: () => string;
  readonly context: () => BrowserContext;
  /** Starts the app on the test's data folder, as a person does. */
  readonly start: (...options: readonly string[]) => Promise<RunningApp>;
  /** Opens the app's address in a tab of the test's browser. */
  readonly open: (app: RunningApp, path?: string) => Promise<Page>;
  /** Talks to the app beside the page: to see what is stored, not to do what the page should do. */
  readonly ask: (app: RunningApp) => Promise<Connection>;
  /** What goes wrong in the browser: it fails the test, unless it is what the test is about. */
  readonly trouble: () => Trouble;
};

/** What a data folder holds when a test begins. It is made once for all files. */
export type Setting = {
  readonly name: string;
  /** What it holds before. */
  readonly on?: Setting;
  readonly fill: (connection: Connection) => Promise<void>;
};

/** @param setting what every test of the file gets a copy of; without it, they begin with no data folder */
export function useStage(setting?: Setting): Stage {
  const folders: string[] = [];
  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'tiebreak-e2e-'));
    folders.push(folder);
    return folder;
  };
  let prepared: string | null = null;
  let home = '';
  let context: BrowserContext;
  let trouble: Trouble;
  let apps: RunningApp[] = [];
  let connections: Connection[] = [];

  beforeAll(async () => {
    if (executablePath === undefined) return;
    if (setting) prepared = await onceForAll(setting);
    await openBrowser();
  }, 4 * patience);
  afterAll(async () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  beforeEach(async (test) => {
    if (executablePath === undefined) return test.skip('no Chromium was found (set CHROMIUM to its path)');
    home = newFolder();
    if (prepared) cpSync(prepared, home, { recursive: true });
    apps = [];
    connections = [];
    context = await (await openBrowser()).newContext({
      viewport: { width: 1280, height: 800 },
      colorScheme: 'light',
      reducedMotion: 'reduce',
      acceptDownloads: true,
    });
    context.setDefaultTimeout(patience);
    trouble = watchForTrouble(context);
  });
  afterEach(async () => {
    if (executablePath === undefined) return;
    await context.close();
    for (const { close } of connections) close();
    const defects = apps.map((app) => app.complaints()).filter((text) => stackTrace.test(text));
    for (const app of apps) await app.kill();
    expect({ browser: trouble.unexpected(), app: defects }).toEqual({ browser: [], app: [] });
  });

  return {
    home: () => home,
    context: () => context,
    start: async (...options) => {
      const app = await startApp(home, options);
      apps.push(app);
      return app;
    },
    open: async (app, path = '') => {
      const page = await context.newPage();
      await enter(page, app, path);
      return page;
    },
    ask: async (app) => {
      const connection = await connect(app);
      connections.push(connection);
      return connection;
    },
    trouble: () => trouble,
  };
}

/** Opens the app's address in a tab, anew where it showed the app before. */
export async function enter(page: Page, app: RunningApp, path = ''): Promise<void> {
  const address = await app.newAddress();
  await page.goto(path ? `${address}#${path}` : address);
}

/** A data folder that is filled, and whose texts have been read, so that no test waits for that again. */
async function make(folder: string, { on, fill }: Setting): Promise<void> {
  if (on) cpSync(await onceForAll(on), folder, { recursive: true });
  const app = await startApp(folder);
  const connection = await connect(app);
  await fill(connection);
  const store = openForReading(join(folder, 'tiebreak.sqlite'));
  while (!isRead(store)) await wait(100);
  closeStore(store);
  connection.close();
  expect(await app.stop()).toBe(0);
}

/** The first file that wants it fills it, the others wait for that. */
async function onceForAll(setting: Setting): Promise<string> {
  const folder = join(process.env.TIEBREAK_TEST_STAGES!, setting.name);
  const isReady = `${folder}-is-ready`;
  try {
    mkdirSync(folder);
  } catch {
    while (!existsSync(isReady)) await wait(100);
    return folder;
  }
  await make(folder, setting);
  writeFileSync(isReady, '');
  return folder;
}

/** Whether every comment, and every post by itself, has its vector. */
function isRead(store: ReadingStore): boolean {
  const { name } = quickEncoder();
  return (
    [...commentRanges(store, {})].every((range) => commentsWithoutEmbedding(store, name, range).length === 0) &&
    [...postsAlone(store)].every((post) => hasEmbedding(store, name, postInput(post, 'post')))
  );
}

/**
 * The rules that read colours, and that which reads sizes. What all others find is the same in light and dark and in every width, as the style
 * sheets hold it.
 */
const looksRules = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable'];

/** Which of axe's rules: all, or those alone whose findings are a matter of how a page looks. */
export type Rules = 'all' | 'looks';

/** What axe finds wrong with the page as it stands, in words. */
export async function violationsOf(page: Page, rules: Rules = 'all'): Promise<readonly string[]> {
  // Once a page: axe is half a megabyte to read. Of what it does not complain of, it need not say more than that.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  // What is old is pale until the new has come, and becomes pale and clear by degrees.
  await page.waitForFunction(
    () => !document.querySelector('.waiting') && !document.getAnimations().some((one) => one instanceof CSSTransition),
  );
  const { violations } = await page.evaluate(
    (only) =>
      (window as unknown as { axe: typeof axe }).axe.run({
        resultTypes: ['violations'],
        ...(only && { runOnly: only }),
      }),
    rules === 'looks' ? looksRules : undefined,
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}
