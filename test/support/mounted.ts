import { MessageChannel } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import { type ByRoleMatcher, configure, fireEvent, screen, waitFor, within } from '@testing-library/dom';
import userEvent, { PointerEventsCheckLevel } from '@testing-library/user-event';
import { mount } from '@vue/test-utils';
import { expect, onTestFinished, vi } from 'vitest';
import type { Command } from '../../src-main/contract/bridge.ts';
import type { FilePurpose } from '../../src-main/contract/files.ts';
import type { Settings } from '../../src-main/contract/settings.ts';
import { createSite } from '../../src-main/doors/shared/site.ts';
import { EverythingIsSeen } from './everything-is-seen.ts';
import { heldByOther } from './held-by-other.ts';
import { importPosts, type OpenHouse, openHouse, type PostRow } from './house-with-posts.ts';
import { temporaryFolder } from './temporary.ts';

/**
 * The whole page, mounted without a browser, with the real application and its store behind it, as the window has them: only
 * Electron, the engine's weights and the layout of a browser are missing.
 */
export type Page = OpenHouse & {
  readonly user: ReturnType<typeof userEvent.setup>;
  /** Clicks on what has this name: a button, where no role is said. */
  readonly press: (name: Name, place?: HTMLElement, role?: ByRoleMatcher) => Promise<void>;
  /** Chooses from the menu of a button. */
  readonly choose: (button: Name, item: Name, place?: HTMLElement) => Promise<void>;
  /** Writes into a field in place of what stands there, and leaves it. */
  readonly fill: (field: HTMLElement, text: string) => Promise<void>;
  readonly go: (path: string) => Promise<void>;
  /** The address the page shows, such as '/train/1'. */
  readonly path: () => string;
  /** What the page says now, in one line. */
  readonly text: () => string;
  /** Files that were saved with the system's dialog. */
  readonly saved: readonly { readonly name: string; readonly path: string }[];
  /** Data folders that were to be shown in the place of this one. */
  readonly opened: readonly string[];
  /** Chooses something in the window's menu. */
  readonly command: (command: Command) => void;
};

export type PageOptions = {
  readonly posts?: readonly PostRow[];
  readonly settings?: Partial<Settings>;
  /** What the system's dialog for files would give: their paths. */
  readonly choose?: (purpose: FilePurpose) => readonly string[];
  /** Whether the person saves what the system's dialog offers to save; without it, yes. */
  readonly saves?: () => boolean;
  /** A data folder to begin with; without it, an empty one. */
  readonly home?: string;
  /** With the fake engine a reward is the length of a comment, and a model's folder says how it fails. */
  readonly engine?: 'fake' | 'real';
  /** Works on the application before the page opens. */
  readonly before?: (house: OpenHouse) => unknown;
};

type Name = string | RegExp;

/** What the page, or a part of it, says, in one line. */
const said = (place: Element = document.body): string => (place.textContent ?? '').replace(/\s+/g, ' ').trim();

configure({
  // Milliseconds: a busy machine is slow, and no test is about speed.
  asyncUtilTimeout: 30_000,
  // The whole document would hide what is wrong.
  getElementError: (message) => new Error(`${message?.split('\n')[0]}\nThe page says: ${said()}`),
});

/** Opens a page at a path, such as '/train', until the test ends. */
export async function openPage(path: string, options: PageOptions = {}): Promise<Page> {
  const complaints = watchForComplaints();
  const home = options.home ?? temporaryFolder();
  vi.stubEnv('TIEBREAK_CONFIG', temporaryFolder());
  vi.stubEnv('TIEBREAK_PROJECTS', temporaryFolder());
  // The folder at hand is the usual one, and no other is known.
  vi.stubEnv('TIEBREAK_HOME', home);
  const house = openHouse(home, options.engine);
  const { app, api } = house;
  if (options.posts) await importPosts(app, options.posts);
  await api.settings.set({ welcomed: true, guide: 'none', ...options.settings });
  await options.before?.(house);
  const { disconnect, ...door } = connect(house, options);
  vi.resetModules();
  sessionStorage.clear();
  localStorage.clear();
  location.hash = `#${path}`;
  const [{ default: App }, { router }, live, { followTasks }, { VueQueryPlugin }] = await Promise.all([
    import('../../src-renderer/App.vue'),
    import('../../src-renderer/router.ts'),
    import('../../src-renderer/composables/live.ts'),
    import('../../src-renderer/composables/tasks.ts'),
    import('@tanstack/vue-query'),
  ]);
  const page = mount(App, {
    attachTo: document.body,
    global: { plugins: [[VueQueryPlugin, { queryClient: live.queries }], router] },
  });
  void live.followChanges().catch(() => undefined);
  void followTasks().catch(() => undefined);
  await router.isReady();
  onTestFinished(async () => {
    for (const { id, state } of app.tasks.list()) if (state === 'running') app.tasks.cancel(id);
    await app.tasks.settled();
    page.unmount();
    vi.unstubAllEnvs();
    live.queries.clear();
    document.body.innerHTML = '';
    await disconnect();
    expect(complaints()).toEqual([]);
  });
  // Whether something lies above another thing is a matter of layout, which is not there.
  const user = userEvent.setup({ pointerEventsCheck: PointerEventsCheckLevel.Never });
  const press: Page['press'] = async (name, place, role = 'button') => user.click(await find(role, name, place));
  return {
    ...house,
    ...door,
    user,
    press,
    choose: async (button, item, place) => {
      await press(button, place);
      await press(item, undefined, 'menuitem');
    },
    fill: async (field, text) => {
      // A field of a number has no selection that could be replaced.
      if (field.getAttribute('type') === 'number') {
        fireEvent.input(field, { target: { value: text } });
        fireEvent.change(field);
        return;
      }
      await user.clear(field);
      if (text !== '') {
        await user.click(field);
        await user.paste(text);
      }
      await user.tab();
    },
    go: async (to) => {
      await router.push(to);
    },
    path: () => router.currentRoute.value.fullPath,
    text: () => said(),
  };
}

/** What Vue finds wrong with the views fails the test. */
function watchForComplaints(): () => readonly string[] {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  return () => {
    const said = warned.mock.calls.map((words) => words.map(String).join(' '));
    warned.mockRestore();
    return said;
  };
}

/** Stands where the window and its preload script stand: passes the page's port, its files and the menu's commands on. */
function connect({ app }: OpenHouse, { choose, saves = () => true }: PageOptions) {
  const saved: { name: string; path: string }[] = [];
  const opened: string[] = [];
  const listeners: ((command: Command) => void)[] = [];
  const taken: MessagePort[] = [];
  /** What the page has asked and was not answered yet. */
  const open = new Set<Promise<unknown>>();
  const door = {
    kind: 'window' as const,
    choose: (purpose: FilePurpose) => Promise.all((choose?.(purpose) ?? []).map((path) => app.files.takePath(path))),
    save: async (handle: string) => {
      const { name, path } = app.files.find(handle);
      if (saves()) saved.push({ name, path });
      return { saved: saves() };
    },
    openProject: async (home: string) => void opened.push(home),
  };
  const site = createSite(() => new Map(), app.files);
  vi.stubGlobal('MessageChannel', MessageChannel);
  vi.stubGlobal('IntersectionObserver', EverythingIsSeen);
  vi.stubGlobal('ResizeObserver', EverythingIsSeen);
  const elsewhere = globalThis.fetch;
  // Only the page asks without a host; what the application asks for, such as a hub, is elsewhere.
  vi.stubGlobal('fetch', (to: string, init: RequestInit) =>
    String(to).startsWith('/')
      ? site(new Request(new URL(to, 'http://tiebreak.test'), { ...init, duplex: 'half' } as RequestInit))
      : elsewhere(to, init),
  );
  vi.stubGlobal('tiebreak', {
    platform: process.platform,
    onCommand: (listener: (command: Command) => void) => listeners.push(listener),
  });
  const posted = vi.spyOn(window, 'postMessage').mockImplementation((...[, , ports]: unknown[]) => {
    const [port] = ports as [MessagePort];
    const clientInterceptors = [
      ({ next }: { readonly next: () => Promise<unknown> }): Promise<unknown> => {
        const answering = next();
        open.add(answering);
        void answering.catch(() => undefined).then(() => open.delete(answering));
        return answering;
      },
    ];
    new RPCHandler(app.router, { clientInterceptors }).upgrade(port, { context: { door } });
    port.start();
    taken.push(port);
  });
  return {
    saved,
    opened,
    command: (command: Command): void => {
      for (const listener of listeners) listener(command);
    },
    disconnect: async (): Promise<void> => {
      for (const port of taken) port.close();
      posted.mockRestore();
      vi.unstubAllGlobals();
      // What the page asked last is answered before the application closes.
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      await Promise.allSettled(open);
    },
  };
}

/** Takes a table out of the store, so that whatever needs it fails, until the function is called that comes back. */
export function withoutTable({ store }: OpenHouse, table: string): () => void {
  // The application writes there what people can't help.
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => said.mockRestore());
  store.db.exec(`ALTER TABLE ${table} RENAME TO hidden_${table}`);
  return () => store.db.exec(`ALTER TABLE hidden_${table} RENAME TO ${table}`);
}

/** Lets another process write to the data folder, so that this one may not, until the function is called that comes back. */
export async function heldByAnother({ home }: OpenHouse): Promise<() => void> {
  // What the page does at this moment comes to its end first.
  return waitFor(() => heldByOther(home, 'training'));
}

/** Waits until something holds, such as what is in the store. */
export const until = (what: () => unknown): Promise<void> => waitFor(async () => void (await what()));

/** The element of a role and a name, as soon as it is there. */
export const find = (role: ByRoleMatcher, name: Name, place: HTMLElement = document.body): Promise<HTMLElement> =>
  within(place).findByRole(role, { name });

/** Waits until there is no such element (any more). */
export const gone = (role: ByRoleMatcher, name: Name, place: HTMLElement = document.body): Promise<void> =>
  waitFor(() => expect(within(place).queryByRole(role, { name })).toBeNull());

/** Waits until the page, or a part of it, says this. */
export const says = (words: Name, place?: HTMLElement): Promise<void> =>
  waitFor(() => expect(said(place)).toMatch(words));

/** Imports the files that were chosen, once they were looked at. */
export async function importChosen({ press }: Pick<Page, 'press'>): Promise<void> {
  await waitFor(async () => {
    const button = await find('button', /^Import( \d+ files)?$/);
    expect(button.getAttribute('aria-disabled')).toBe('false');
  });
  await press(/^Import( \d+ files)?$/);
}

export const hasFocus = (element: Element): Promise<void> =>
  waitFor(() => {
    const now = document.activeElement;
    if (now !== element)
      throw new Error(`Not ${element.outerHTML.slice(0, 200)} has the focus, but ${now?.outerHTML.slice(0, 200)}`);
  });

export { screen, userEvent, waitFor, within };
