/**
 * A stand-in of the part of Electron's API that the window's door uses, faithful in what the door relies on: what must
 * happen before or after 'ready', events that can be prevented, ports that have to be started. test/electron/verify-window.ts
 * shows the same with the real thing.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';

type Rectangle = { x: number; y: number; width: number; height: number };
type Handler = (request: Request) => Response | Promise<Response>;
type Answered = { readonly response: number };

/** An event that a listener can stop. */
export function preventable(): { preventDefault(): void; readonly prevented: boolean } {
  let prevented = false;
  return {
    preventDefault: () => {
      prevented = true;
    },
    get prevented() {
      return prevented;
    },
  };
}

class FakeWebContents extends EventEmitter {
  readonly mainFrame = { url: '' };
  readonly sent: unknown[][] = [];
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  send(...message: unknown[]): void {
    this.sent.push(message);
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
}

/** A MessagePortMain over a port of Node: silent until it is started. */
export class FakePort extends EventEmitter {
  closed = false;
  private started = false;
  private readonly early: unknown[] = [];
  private readonly port: MessagePort;
  constructor(port: MessagePort) {
    super();
    this.port = port;
    port.on('message', (data) => {
      if (this.started) this.emit('message', { data, ports: [] });
      else this.early.push(data);
    });
    port.on('close', () => {
      this.closed = true;
      this.emit('close');
    });
  }
  start(): void {
    this.started = true;
    for (const data of this.early.splice(0)) this.emit('message', { data, ports: [] });
  }
  postMessage(message: unknown): void {
    this.port.postMessage(message);
  }
  close(): void {
    this.port.close();
  }
}

class FakeNotification extends EventEmitter {
  readonly options: { title: string; body: string };
  constructor(options: FakeNotification['options']) {
    super();
    this.options = options;
  }
}

/** Makes an Electron of its own for each test. */
export function createElectron() {
  const handlers = new Map<string, Handler>();
  const windows: FakeWindow[] = [];
  const engines: ChildProcess[] = [];
  const state = {
    ready: false,
    firstInstance: true,
    exitCode: null as number | null,
    quit: false,
    relaunched: null as string[] | null,
    sandbox: false,
    paths: new Map<string, string>(),
    menu: null as unknown,
    errorBoxes: [] as string[],
    schemes: [] as unknown[],
    displays: [{ x: 0, y: 0, width: 1920, height: 1080 }] as Rectangle[],
    questions: [] as { message: string; buttons: string[]; cancelId: number; defaultId: number }[],
    answerQuestion: async (): Promise<Answered> => ({ response: 1 }),
    /** Folders that the system was asked to show. */
    shown: [] as string[],
    blockers: new Set<number>(),
    notices: [] as FakeNotification[],
    openDialog: { canceled: true, filePaths: [] as string[] },
    openAsked: [] as { properties: string[] }[],
    saveDialog: { canceled: true, filePath: '' },
    permission: {
      request: null as ((contents: unknown, name: string, answer: (granted: boolean) => void) => void) | null,
      check: null as (() => boolean) | null,
      device: null as (() => boolean) | null,
    },
    engineEntry: null as string | null,
  };
  const needsReady = (what: string): void => {
    if (!state.ready) throw new Error(`${what} can't be used before the app is ready`);
  };

  class FakeApp extends EventEmitter {
    readonly isPackaged = false;
    setPath(name: string, path: string): void {
      state.paths.set(name, path);
    }
    getPath(name: string): string {
      return state.paths.get(name) ?? '/';
    }
    enableSandbox(): void {
      if (state.ready) throw new Error('enableSandbox() must come before ready');
      state.sandbox = true;
    }
    requestSingleInstanceLock(): boolean {
      return state.firstInstance;
    }
    async whenReady(): Promise<void> {
      await new Promise((resolve) => setImmediate(resolve));
      state.ready = true;
    }
    quit(): void {
      const event = preventable();
      this.emit('before-quit', event);
      if (event.prevented) return;
      for (const window of windows) if (!window.close()) return;
      state.quit = true;
    }
    relaunch(options: { args: string[] }): void {
      state.relaunched = options.args;
    }
    exit(code: number): void {
      state.exitCode = code;
    }
  }
  const app = new FakeApp();

  class FakeWindow extends EventEmitter {
    readonly options: Rectangle & { show?: boolean; webPreferences: Record<string, unknown> };
    readonly webContents = new FakeWebContents();
    readonly did: string[] = [];
    bounds: Rectangle;
    maximised = false;
    minimised = false;
    destroyed = false;
    focused = true;
    constructor(options: FakeWindow['options']) {
      super();
      needsReady('BrowserWindow');
      this.options = options;
      const { x, y, width, height } = options;
      this.bounds = { x, y, width, height };
      windows.push(this);
      app.emit('web-contents-created', {}, this.webContents);
    }
    async loadURL(url: string): Promise<void> {
      const response = await handlers.get(new URL(url).protocol.slice(0, -1))!(new Request(url));
      this.webContents.mainFrame.url = url;
      this.did.push(`load ${url} ${response.status}`);
      this.emit('ready-to-show');
    }
    /** Whether it is closed afterwards. */
    close(): boolean {
      if (this.destroyed) return true;
      const event = preventable();
      this.emit('close', event);
      if (!event.prevented) this.destroyed = true;
      return this.destroyed;
    }
    show(): void {
      this.did.push('show');
    }
    hide(): void {
      // As some systems have it: a hidden window is not maximised.
      this.maximised = false;
      this.did.push('hide');
    }
    focus(): void {
      this.did.push('focus');
    }
    restore(): void {
      this.minimised = false;
    }
    maximize(): void {
      this.maximised = true;
    }
    isFocused = (): boolean => this.focused;
    isMaximized = (): boolean => this.maximised;
    isMinimized = (): boolean => this.minimised;
    isDestroyed = (): boolean => this.destroyed;
    getNormalBounds = (): Rectangle => this.bounds;
  }

  const defaultSession = Object.assign(new EventEmitter(), {
    protocol: {
      handle: (scheme: string, handler: Handler): void => {
        needsReady('protocol.handle');
        handlers.set(scheme, handler);
      },
    },
    setPermissionRequestHandler: (handler: typeof state.permission.request): void => {
      state.permission.request = handler;
    },
    setPermissionCheckHandler: (handler: () => boolean): void => {
      state.permission.check = handler;
    },
    setDevicePermissionHandler: (handler: () => boolean): void => {
      state.permission.device = handler;
    },
  });

  const electron = {
    app,
    BrowserWindow: FakeWindow,
    ipcMain: new EventEmitter(),
    nativeTheme: { themeSource: 'system' },
    powerSaveBlocker: {
      start: (kind: string): number => {
        if (kind !== 'prevent-app-suspension') throw new Error(`There is no blocker '${kind}'`);
        const id = state.blockers.size + 1;
        state.blockers.add(id);
        return id;
      },
      stop: (id: number): boolean => state.blockers.delete(id),
    },
    Notification: class extends FakeNotification {
      static isSupported = (): boolean => true;
      show(): void {
        needsReady('Notification');
        state.notices.push(this);
      }
    },
    session: {
      get defaultSession() {
        needsReady('session');
        return defaultSession;
      },
    },
    screen: {
      getPrimaryDisplay: () => {
        needsReady('screen');
        return { workArea: state.displays[0] };
      },
      getAllDisplays: () => state.displays.map((workArea) => ({ workArea })),
    },
    protocol: {
      registerSchemesAsPrivileged: (schemes: unknown[]): void => {
        if (state.ready) throw new Error('registerSchemesAsPrivileged must come before ready');
        state.schemes = schemes;
      },
    },
    Menu: {
      buildFromTemplate: (template: unknown) => template,
      setApplicationMenu: (menu: unknown): void => {
        state.menu = menu;
      },
    },
    shell: {
      openPath: async (path: string) => {
        state.shown.push(path);
        return existsSync(path) ? '' : 'Failed to open path';
      },
    },
    dialog: {
      showMessageBox: (_: unknown, question: (typeof state.questions)[number]): Promise<Answered> => {
        state.questions.push(question);
        return state.answerQuestion();
      },
      showOpenDialog: async (_: unknown, asked: { properties: string[] }) => {
        state.openAsked.push(asked);
        return state.openDialog;
      },
      showSaveDialog: async () => state.saveDialog,
      showErrorBox: (_: string, text: string): void => {
        state.errorBoxes.push(text);
      },
    },
    utilityProcess: {
      /** The tests' engine, in a child process of Node. */
      fork: (entry: string, _: string[], { env }: { env: NodeJS.ProcessEnv }) => {
        needsReady('utilityProcess');
        state.engineEntry = entry;
        const fake = fileURLToPath(new URL('./fake-engine.ts', import.meta.url));
        const child = fork(fake, [], { env, serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
        engines.push(child);
        const process = Object.assign(new EventEmitter(), {
          get pid() {
            return child.exitCode === null && child.signalCode === null ? child.pid : undefined;
          },
          stdout: child.stdout,
          stderr: child.stderr,
          postMessage: (message: object): void => {
            if (child.connected) child.send(message);
          },
          kill: () => child.kill(),
        });
        child.on('message', (message) => process.emit('message', message));
        child.on('exit', (code) => process.emit('exit', code ?? 1));
        return process;
      },
    },
  };

  return {
    electron,
    state,
    windows,
    engines,
    /** What the page gets for an address under a scheme. */
    load: (url: string, init?: RequestInit): Promise<Response> =>
      Promise.resolve(handlers.get(new URL(url).protocol.slice(0, -1))!(new Request(url, init))),
    session: defaultSession,
  };
}
export type FakeElectron = ReturnType<typeof createElectron>;
