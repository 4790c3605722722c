/**
 * Checks in a real window what only a real window can show, on a data folder of its own. Run it by hand where Electron's
 * runtime and a display are: npm run verify:window. Exit code 0: all right; 1: something is not; 3: it can't run here.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { build, needsBuild } from '../../../src-main/doors/start/building.ts';
import { electronProgram } from '../../../src-main/doors/start/electron-runtime.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const main = join(root, 'out/main/main.js');
const page = 'tiebreak://app/';
const waitMs = 60_000;

type Window = {
  readonly program: string;
  readonly home: string;
  readonly electron: ElectronApplication;
  readonly view: Page;
};
type Check = { readonly what: string; readonly holds: (window: Window) => Promise<void> };

const checks: readonly Check[] = [
  {
    what: 'the window opens with the built page',
    holds: async ({ view, electron }) => {
      same(view.url().startsWith(page), true);
      await view.getByRole('heading', { name: 'Welcome to Tiebreak' }).waitFor({ timeout: waitMs });
      const visible = await electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((each) => each.isVisible()),
      );
      same(visible, [true]);
    },
  },
  {
    what: 'the policy stands on the page, and holds',
    holds: async ({ view }) => {
      const policy = await view.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'));
      same(policy?.startsWith("default-src 'none'; script-src 'self'"), true);
      const evaluated = await view.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'document.title = "broken in"';
        document.head.append(script);
        return document.title === 'broken in';
      });
      same(evaluated, false);
      const reached = await view.evaluate(() =>
        fetch('https://example.org/').then(
          () => true,
          () => false,
        ),
      );
      same(reached, false);
    },
  },
  {
    what: 'the page has nothing of Node and nothing of Electron but the bridge',
    holds: async ({ view }) => {
      const found = await view.evaluate(() => {
        const has = (name: string): boolean => name in globalThis;
        const bridge = (globalThis as { tiebreak?: object }).tiebreak ?? {};
        return [['require', 'process', 'module', 'Buffer', 'electron'].filter(has), Object.keys(bridge).sort()];
      });
      same(found, [[], ['onCommand', 'platform']]);
    },
  },
  {
    what: 'it goes nowhere and opens nothing',
    holds: async ({ view, electron }) => {
      const opened = await view.evaluate(() => window.open('https://example.org/') !== null);
      same(opened, false);
      await view.evaluate(() => {
        const link = document.createElement('a');
        link.href = 'https://example.org/';
        document.body.append(link);
        link.click();
        link.remove();
      });
      await view.waitForTimeout(1000);
      same(view.url().startsWith(page), true);
      same(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length), 1);
    },
  },
  {
    what: 'permissions are denied',
    holds: async ({ view }) => {
      same(await view.evaluate(() => Notification.requestPermission()), 'denied');
      const camera = await view.evaluate(() =>
        navigator.mediaDevices.getUserMedia({ video: true }).then(
          () => 'granted',
          (error: Error) => error.name,
        ),
      );
      same(camera === 'granted', false);
    },
  },
  {
    what: 'files outside the built pages are not served',
    holds: async ({ view }) => {
      const answers = await view.evaluate(() =>
        Promise.all(
          ['/../main/main.js', '/%2e%2e/main/main.js', '/nothing'].map(async (path) => (await fetch(path)).status),
        ),
      );
      same(answers, [404, 404, 404]);
    },
  },
  {
    what: 'a large file that is handed over comes in and goes out whole',
    holds: async ({ view }) => {
      const sizes = await view.evaluate(async () => {
        const content = new Blob([new Uint8Array(20_000_000).fill(7)]);
        const taken = await (await fetch('/files?name=large.jsonl', { method: 'POST', body: content })).json();
        const given = await (await fetch(`/files/${taken.handle}`)).blob();
        return [taken.bytes, given.size];
      });
      same(sizes, [20_000_000, 20_000_000]);
    },
  },
  {
    what: 'the native menu is there',
    holds: async ({ electron }) => {
      const labels = await electron.evaluate(
        ({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label) ?? [],
      );
      same(
        ['File', 'Edit', 'View', 'Go', 'Help'].filter((label) => !labels.includes(label)),
        [],
      );
    },
  },
  {
    what: 'calls go through the port: the sample comes in and a pair is shown',
    holds: async ({ view }) => {
      await view
        .getByRole('button', { name: /sample/i })
        .first()
        .click();
      await view.getByRole('article').nth(1).waitFor({ timeout: waitMs });
      same(await view.getByRole('article').count(), 2);
    },
  },
  {
    what: "the menu's commands reach the page",
    holds: async ({ view, electron }) => {
      await electron.evaluate(({ Menu }) => {
        const go = Menu.getApplicationMenu()?.items.find(({ label }) => label === 'Go');
        go?.submenu?.items.find(({ label }) => label === 'Rankings')?.click();
      });
      await view.waitForURL(/#\/rankings/, { timeout: waitMs });
    },
  },
  {
    what: 'a second start brings the window to the front and ends',
    holds: async ({ program, home }) => {
      const second = spawn(program, [main, '--home', home], { stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      second.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      same(await new Promise((resolve) => second.on('close', resolve)), 1);
      same(/Tiebreak is open on this data folder already/.test(said), true);
    },
  },
  {
    what: 'a training runs in a utility process, and closing the window then asks',
    holds: async ({ view, electron }) => {
      await view.evaluate(() => {
        location.hash = '#/train';
      });
      await view
        .getByRole('main')
        .getByRole('button', { name: /^train/i })
        .first()
        .click();
      await until(async () => {
        const names = await electron.evaluate(({ app }) => app.getAppMetrics().map(({ name }) => name));
        return names.includes('Tiebreak engine');
      });
      await answerQuestions(electron, 'Go on');
      await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      await until(async () => (await asked(electron)).length === 1);
      same(await asked(electron), ['Quit and stop the training?']);
      same(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length), 1);
    },
  },
  {
    what: 'on "stop and quit" it ends in an orderly way, and remembers its place',
    holds: async ({ electron, home }) => {
      await answerQuestions(electron, 'Stop the training and quit');
      const ended = new Promise<number | null>((resolve) => electron.process().on('exit', resolve));
      await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      same(await ended, 0);
      const place = JSON.parse(readFileSync(join(home, 'window/place.json'), 'utf8')) as { width: number };
      same(place.width > 0, true);
    },
  },
];

process.exitCode = await verify();

async function verify(): Promise<number> {
  const say = (text: string): void => console.log(text);
  const program = await electronProgram(root, say, process.env);
  if (typeof program !== 'string') {
    say(`Nothing was checked, because ${program.because}.`);
    return 3;
  }
  if (needsBuild(root)) build(root);
  const home = mkdtempSync(join(tmpdir(), 'tiebreak-window-'));
  const electron = await _electron.launch({ executablePath: program, args: [main, '--home', home] });
  let failed = 0;
  try {
    const view = await electron.firstWindow();
    const complaints: string[] = [];
    view.on('pageerror', (error) => complaints.push(error.message));
    for (const { what, holds } of checks) {
      try {
        await holds({ program, home, electron, view });
        say(`ok      ${what}`);
      } catch (error) {
        failed++;
        say(`FAILED  ${what}: ${(error as Error).message.split('\n')[0]}`);
      }
    }
    for (const complaint of complaints) say(`FAILED  an error in the page: ${complaint}`);
    failed += complaints.length;
  } finally {
    if (electron.process().exitCode === null) electron.process().kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
  say(failed === 0 ? `All ${checks.length} checks hold.` : `${failed} of ${checks.length} checks do not hold.`);
  return failed === 0 ? 0 : 1;
}

/** Answers the system's questions, which no driver can press, with the button of this name from now on. */
async function answerQuestions(electron: ElectronApplication, button: string): Promise<void> {
  await electron.evaluate(({ dialog }, wanted) => {
    const seen = globalThis as { questions?: string[] };
    seen.questions = [];
    type Question = { message: string; buttons: string[] };
    const answer = async (_: unknown, { message, buttons }: Question) => {
      seen.questions?.push(message);
      return { response: buttons.indexOf(wanted), checkboxChecked: false };
    };
    dialog.showMessageBox = answer as unknown as typeof dialog.showMessageBox;
  }, button);
}

function asked(electron: ElectronApplication): Promise<string[]> {
  return electron.evaluate(() => (globalThis as { questions?: string[] }).questions ?? []);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + waitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`It did not happen within ${waitMs / 1000} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function same(found: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`found ${a}, expected ${b}`);
}
