import { parseArgs } from 'node:util';
import open from 'open';
import type { App } from '../../app.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { noteLast, projectAt } from '../../projects/list.ts';
import { folderOfApp } from '../../projects/which.ts';
import { builtPages, startCommand } from '../../root.ts';
import { pagesIn } from '../shared/assets.ts';
import { keepAwake } from '../shared/awake.ts';
import { followLongWork } from '../shared/long-work.ts';
import { openNoted } from '../shared/noted.ts';
import { onInterrupt, stopOrderly } from '../shared/signals.ts';
import { createShown } from './projects.ts';
import { openBrowserDoor } from './server.ts';

/**
 * The browser door: the window's pages in the user's own browser, over loopback. Prints the address on a line of its own and
 * opens it. Needs the built pages. `npm start` comes here where there is no Electron, or with --browser.
 */
const usage = `Usage: ${startCommand} [--browser] [--home DIR | --project NAME] [--watch DIR] [--no-open] [--port N]`;

try {
  await serve(readOptions());
} catch (error) {
  if (!(error instanceof TiebreakError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

type Options = {
  readonly home: string | undefined;
  readonly project: string | undefined;
  readonly watch: string | undefined;
  readonly port: number;
  readonly opens: boolean;
  readonly developing: boolean;
};

async function serve({ home, project, watch, port, opens, developing }: Options): Promise<void> {
  const pages = pagesIn(builtPages, developing);
  const app = openNoted({ home: folderOfApp({ home, project }) });
  if (project !== undefined) noteLast(app.home);
  // Its pages give the notices themselves.
  let following = new AbortController();
  const follow = (shown: App): void => {
    following.abort();
    following = new AbortController();
    void followLongWork(shown.tasks, { keepAwake, notify: () => {} }, following.signal);
  };
  const shown = createShown(app, (next) => {
    door.show(next);
    follow(next);
    process.stdout.write(`The project ${projectAt(next.home).name} is open now.\n`);
  });
  let door: Awaited<ReturnType<typeof openBrowserDoor>>;
  try {
    if (watch !== undefined) await app.setWatchedFolder(watch);
    door = await openBrowserDoor(app, pages, port, shown.open);
  } catch (error) {
    await app.close();
    throw error;
  }
  follow(app);
  onInterrupt({ kill: () => shown.app().kill() }, () => {
    process.stderr.write('Stopping. Press Ctrl-C again to stop at once.\n');
    void shown
      .settled()
      .then(() => stopOrderly(shown.app(), door.close))
      .then(() => process.exit(0));
  });
  const address = door.newAddress();
  process.stdout.write(
    `Tiebreak runs in the browser, at this address, until Ctrl-C is pressed here. It opens once, in one browser:\n${address}\n`,
  );
  // Where no browser can be opened, there is the address.
  if (opens) await open(address).catch(() => {});
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        home: { type: 'string' },
        project: { type: 'string' },
        watch: { type: 'string' },
        port: { type: 'string', default: '0' },
        'no-open': { type: 'boolean', default: false },
        browser: { type: 'boolean', default: false },
        developing: { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port takes a number up to 65535');
    const { home, project, watch } = values;
    return { home, project, watch, port, opens: !values['no-open'], developing: values.developing };
  } catch (error) {
    throw new TiebreakError('bad-input', `${(error as Error).message}. ${usage}.`);
  }
}
