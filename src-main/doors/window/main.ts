import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { createRouterClient } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import {
  type BrowserWindow,
  dialog,
  app as electron,
  ipcMain,
  Menu,
  type MessagePortMain,
  Notification,
  nativeTheme,
  powerSaveBlocker,
  protocol,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { type App, type Door, openApp } from '../../app.ts';
import type { Notice } from '../../common/notices.ts';
import { commandChannel, portMessage } from '../../contract/bridge.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { choosesFolder, choosesOne } from '../../contract/files.ts';
import { makeFolder } from '../../disk/folder.ts';
import type { SpawnEngine } from '../../engine-host/spawn.ts';
import { noteDefect } from '../../log/defects.ts';
import { noteLast } from '../../projects/list.ts';
import { folderOfApp } from '../../projects/which.ts';
import { builtPages, builtPreload } from '../../root.ts';
import { pagesIn } from '../shared/assets.ts';
import { followLongWork } from '../shared/long-work.ts';
import { openNoted } from '../shared/noted.ts';
import { stopOrderly } from '../shared/signals.ts';
import { createSite } from '../shared/site.ts';
import { questionBeforeEnd } from './closing.ts';
import { filtersOf, saveCopy } from './dialogs.ts';
import { menuOf } from './menu.ts';
import { argumentsFor } from './relaunch.ts';
import { confine, isFromPage, keepPlace, openWindow, scheme, secureSession } from './window.ts';

/** The desktop door: Electron's main process. Composes the application and the window; runs from what the build wrote. */
const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    project: { type: 'string' },
    watch: { type: 'string' },
    developing: { type: 'boolean' },
  },
  strict: false,
});
const home = chosenHome();
const developing = !electron.isPackaged && values.developing === true;

/** Until the answer of a call is out, in milliseconds. */
const answerMs = 50;

let window: BrowserWindow | null = null;
const ending = new AbortController();
let stage: 'open' | 'asking' | 'stopping' | 'stopped' = 'open';

// Electron keeps its own things here, the lock of the one instance among them: one for each data folder.
const own = join(home, 'window');
const placeFile = join(own, 'place.json');
try {
  makeFolder(own);
  electron.setPath('userData', own);
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  fail(new TiebreakError('bad-input', `The data folder ${home} can't be made (${code}).`, { cause: error }));
}
electron.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
]);
electron.on('web-contents-created', (_, contents) => confine(contents));

if (electron.requestSingleInstanceLock()) void electron.whenReady().then(open).catch(fail);
else {
  process.stderr.write('Tiebreak is open on this data folder already: its window was brought to the front.\n');
  electron.exit(1);
}

function open(): void {
  const app = openNoted({ home, spawnEngine: spawnUtility });
  if (typeof values.project === 'string') noteLast(home);
  if (typeof values.watch === 'string') app.setWatchedFolder(values.watch).catch(fail);
  secureSession(session.defaultSession, createSite(pagesIn(builtPages, developing), app.files));
  acceptCalls(app);
  followTheme(app);
  const followed = { keepAwake, notify };
  followLongWork(app.tasks, followed, ending.signal).catch(noteDefect);
  const menu = menuOf(process.platform, developing, (command) => window?.webContents.send(commandChannel, command));
  Menu.setApplicationMenu(Menu.buildFromTemplate(menu));

  const opened = openWindow({
    preload: builtPreload,
    placeFile,
    developing,
  });
  window = opened;
  const hold = (event: { preventDefault(): void }): void => {
    if (stage === 'stopped') return;
    event.preventDefault();
    void end(app, opened, true).catch(fail);
  };
  opened.on('close', hold);
  electron.on('before-quit', hold);
  electron.on('second-instance', () => {
    if (opened.isMinimized()) opened.restore();
    opened.focus();
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void end(app, opened, false).catch(fail));
  }
}

/** By what the start says. Where no project has the name that it says, there is no start. */
function chosenHome(): string {
  const given = (name: 'home' | 'project') => (typeof values[name] === 'string' ? values[name] : undefined);
  try {
    return folderOfApp({ home: given('home'), project: given('project') });
  } catch (error) {
    fail(error);
    return process.exit(1);
  }
}

/** Asks where that would end work of weight, stops everything in an orderly way, and leaves. */
async function end(app: App, parent: BrowserWindow, asks: boolean, then = (): void => {}): Promise<void> {
  if (stage === 'stopping' || (stage === 'asking' && asks)) return;
  const question = asks ? questionBeforeEnd(app.tasks.list()) : null;
  if (question) {
    stage = 'asking';
    const { message, detail, end, stay } = question;
    const answer = await dialog.showMessageBox(parent, {
      type: 'question',
      message,
      detail,
      buttons: [end, stay],
      defaultId: 1,
      cancelId: 1,
    });
    if (stage !== 'asking') return;
    stage = 'open';
    if (answer.response !== 0) return;
  }
  stage = 'stopping';
  keepPlace(parent, placeFile);
  await stopOrderly(app, async () => parent.hide());
  ending.abort();
  stage = 'stopped';
  then();
  electron.quit();
}

/** Takes a port for calls from the page, and from nobody else. A page that is loaded again brings a new one. */
function acceptCalls(app: App): void {
  const calls = new RPCHandler(app.router);
  let current: MessagePortMain | null = null;
  ipcMain.on(portMessage, (event) => {
    const [port] = event.ports;
    if (!port) return;
    if (!isFromPage(event, window)) {
      port.close();
      return;
    }
    current?.close();
    current = port;
    calls.upgrade(port, { context: { door: doorOf(app) } });
    port.start();
  });
}

/** The system's dialogs. Pages never see a path. */
const doorOf = (app: App): Door => ({
  kind: 'window',
  openProject: async (other) => {
    // That it can be opened is seen before anything here is ended. Electron's own things belong to one folder: the program starts anew on the other.
    await openApp({ home: other, alone: true, spawnEngine: spawnUtility }).close();
    noteLast(other);
    const again = (): void => electron.relaunch({ args: argumentsFor(other, process.argv.slice(1)) });
    // The page has its answer first.
    setTimeout(() => void end(app, window!, false, again).catch(fail), answerMs);
  },
  choose: async (purpose) => {
    const { files } = app;
    if (choosesFolder(purpose)) {
      const { filePaths } = await dialog.showOpenDialog(window!, { properties: ['openDirectory'] });
      if (purpose === 'watched-folder') return Promise.all(filePaths.map(files.takePath));
      if (purpose === 'comments-folder') return (await Promise.all(filePaths.map(files.takeDataFolder))).flat();
      return (await Promise.all(filePaths.map(files.takeFolder))).flat();
    }
    const properties: ('openFile' | 'multiSelections')[] = ['openFile'];
    if (!choosesOne(purpose)) properties.push('multiSelections');
    const { filePaths } = await dialog.showOpenDialog(window!, { properties, filters: filtersOf(purpose) });
    return Promise.all(filePaths.map(files.takePath));
  },
  openFolder: async (path) => {
    const trouble = await shell.openPath(path);
    if (trouble) throw new TiebreakError('not-found', `The folder can't be shown: ${path} (${trouble}).`);
  },
  save: async (handle) => {
    const { path, name } = app.files.find(handle);
    const { filePath, canceled } = await dialog.showSaveDialog(window!, {
      defaultPath: join(electron.getPath('downloads'), name),
    });
    if (canceled || !filePath) return { saved: false };
    await saveCopy(path, filePath, home);
    return { saved: true };
  },
});

function keepAwake(): () => void {
  const blocker = powerSaveBlocker.start('prevent-app-suspension');
  return () => void powerSaveBlocker.stop(blocker);
}

/** To somebody who looks at the window, the pages say it. */
function notify({ title, body }: Notice): void {
  if (window?.isFocused() || !Notification.isSupported()) return;
  const notice = new Notification({ title, body });
  notice.on('click', () => {
    window?.show();
    window?.focus();
  });
  notice.show();
}

/** The window's frame and the system's menus take the theme that is set for the pages. */
function followTheme(app: App): void {
  const client = createRouterClient(app.router, { context: { door: doorOf(app) } });
  const follow = async (): Promise<void> => {
    nativeTheme.themeSource = (await client.settings.get()).theme;
  };
  const watch = async (): Promise<void> => {
    await follow();
    for await (const topics of await client.app.changes()) if (topics.includes('settings')) await follow();
  };
  watch().catch(noteDefect);
}

/** Runs the engine as a utility process. */
const spawnUtility: SpawnEngine = (entry, env) => {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Tiebreak engine', stdio: 'pipe', env });
  const streams = [child.stdout, child.stderr];
  for (const stream of streams) (stream as Readable | null)?.setEncoding('utf8');
  return {
    // It has a number only once it has been started.
    get pid() {
      return child.pid;
    },
    send: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onText: (listener) => {
      for (const stream of streams) stream?.on('data', listener);
      child.on('error', (type, location) => listener(`${type}: ${location}\n`));
    },
    onEnd: (listener) => child.on('exit', (code) => listener({ code, signal: null, failure: null, complete: false })),
    disconnect: () => child.kill(),
    kill: () => {
      // Its own kill() asks politely, which a process that hangs does not hear.
      if (child.kill() && child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    },
  };
};

/** Says what keeps the program from running, and ends it. */
function fail(error: unknown): void {
  const known = error instanceof TiebreakError;
  process.stderr.write(`${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  const message = known
    ? error.message
    : `This should not have happened: ${String(error)}. Your data are as they were.`;
  dialog.showErrorBox('Tiebreak', message);
  electron.exit(1);
}
