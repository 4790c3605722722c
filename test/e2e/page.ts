import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type RunningApp, startApp } from '../open-door.ts';

/** Where Chromium usually is; CHROMIUM names another place. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const executable = [process.env.CHROMIUM ?? '', ...places].find((path) => path !== '' && existsSync(path));

/** Why tests in a browser can't run here; null where they can. */
export const noBrowser = executable === undefined ? 'no Chromium was found (set CHROMIUM to its path)' : null;

/** A browser for the tests of one file, and for each test a data folder and what runs on it. */
export type Stage = {
  readonly home: () => string;
  /** Starts the app on the test's data folder, as a person does. */
  readonly start: () => Promise<RunningApp>;
  /** Opens the app's address in a tab of the test's browser. */
  readonly open: (app: RunningApp, options?: { readonly path?: string }) => Promise<Page>;
  /** Messages of the console, errors of the page and refused requests that a test expects, and that so are no failure. */
  readonly expectTrouble: (pattern: RegExp) => void;
};

export function useStage(
  options: { readonly colorScheme?: 'light' | 'dark'; readonly viewport?: { width: number; height: number } } = {},
): Stage {
  let browser: Browser;
  let context: BrowserContext;
  let home = '';
  let apps: RunningApp[] = [];
  let trouble: string[] = [];
  let expected: RegExp[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executable!,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'tiebreak-e2e-'));
    apps = [];
    trouble = [];
    expected = [];
    context = await browser.newContext({
      viewport: options.viewport ?? { width: 1280, height: 800 },
      colorScheme: options.colorScheme ?? 'light',
      reducedMotion: 'reduce',
      acceptDownloads: true,
    });
    context.setDefaultTimeout(20_000);
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) trouble.push(`${message.type()}: ${message.text()}`);
    });
    context.on('weberror', (error) => trouble.push(`thrown: ${error.error().message}`));
    context.on('requestfailed', (request) => {
      if (!request.failure()?.errorText.includes('ERR_ABORTED')) trouble.push(`refused: ${request.url()}`);
    });
  });
  afterEach(async () => {
    await context.close();
    for (const app of apps) await app.kill();
    rmSync(home, { recursive: true, force: true });
    expect(trouble.filter((text) => !expected.some((pattern) => pattern.test(text)))).toEqual([]);
  });

  return {
    home: () => home,
    start: async () => {
      const app = await startApp(home);
      apps.push(app);
      return app;
    },
    open: async (app, { path = '' } = {}) => {
      const page = await context.newPage();
      await page.goto(app.address);
      if (path) await page.goto(`${new URL(app.address).origin}/#${path}`);
      return page;
    },
    expectTrouble: (pattern) => expected.push(pattern),
  };
}

/** Fails with what axe finds on the page as it stands, in words. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page: page as never }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`),
  ).toEqual([]);
}
