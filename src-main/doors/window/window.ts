import { BrowserWindow, type IpcMainEvent, type Session, screen, type WebContents } from 'electron';
import type { Site } from '../shared/site.ts';
import { fitPlace, readPlace, smallest, writePlace } from './place.ts';

/** The window, and all that its page is not allowed to do. */
export const scheme = 'tiebreak';
const page = `${scheme}://app/`;

export type WindowOptions = {
  /** The built preload script. */
  readonly preload: string;
  /** Where the window's place is kept. */
  readonly placeFile: string;
  readonly developing: boolean;
};

/** Opens the window where it last stood, and shows it once it has something to show. */
export function openWindow({ preload, placeFile, developing }: WindowOptions): BrowserWindow {
  const areas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea);
  const { maximised, ...bounds } = fitPlace(readPlace(placeFile), areas);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Tiebreak',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      // Its dictionaries would come over the network.
      spellcheck: false,
      devTools: developing,
    },
  });
  if (maximised) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason !== 'clean-exit') void window.loadURL(page);
  });
  void window.loadURL(page);
  return window;
}

/** Keeps where the window stands for the next start. To be called while it still shows. */
export function keepPlace(window: BrowserWindow, placeFile: string): void {
  writePlace(placeFile, { ...window.getNormalBounds(), maximised: window.isMaximized() });
}

/** No contents of this program go elsewhere, open anything, or hold another page. Called for everything that is ever made. */
export function confine(contents: WebContents): void {
  const deny = (event: { preventDefault(): void }): void => event.preventDefault();
  contents.on('will-navigate', deny);
  contents.on('will-frame-navigate', deny);
  contents.on('will-redirect', deny);
  contents.on('will-attach-webview', deny);
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Serves the pages under a scheme of their own, and refuses every permission and download. */
export function secureSession(session: Session, site: Site): void {
  session.setPermissionRequestHandler((_, __, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.protocol.handle(scheme, (request) =>
    request.url.startsWith(page) ? site(request) : new Response(null, { status: 404 }),
  );
}

/** Whether a message comes from the page of this window itself, not from a frame in it or from anywhere else. */
export function isFromPage({ sender, senderFrame }: IpcMainEvent, window: BrowserWindow | null): boolean {
  return (
    window !== null &&
    !window.isDestroyed() &&
    sender === window.webContents &&
    senderFrame !== null &&
    senderFrame === window.webContents.mainFrame &&
    senderFrame.url.startsWith(page)
  );
}
