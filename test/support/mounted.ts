import { MessageChannel } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import { type ByRoleMatcher, configure, fireEvent, waitFor, within } from '@testing-library/dom';
import userEvent, { PointerEventsCheckLevel } from '@testing-library/user-event';
import { mount } from '@vue/test-utils';
import { expect, onTestFinished, vi } from 'vitest';
import type { FilePurpose } from '../../src-main/contract/files.ts';
import type { Settings } from '../../src-main/contract/settings.ts';
import { importPosts, type OpenHouse, openHouse, type PostRow } from './house-with-posts.ts';

// A busy machine is slow, and no test is about speed. An error says what is missing; the whole page would bury it.
configure({ asyncUtilTimeout: 15_000, getElementError: (message) => new Error(message ?? 'Not found.') });

type Name = string | RegExp;

/** The element of a role and a name, as soon as it is there. */
export const find = (role: ByRoleMatcher, name: Name, place: HTMLElement = document.body): Promise<HTMLElement> =>
  within(place).findByRole(role, { name });

/** Waits until there is no such element (any more). */
export const gone = (role: ByRoleMatcher, name: Name, place: HTMLElement = document.body): Promise<void> =>
  waitFor(() => expect(within(place).queryByRole(role, { name })).toBeNull());

/** Waits until the page, or a part of it, says this. */
export const says = (words: Name, place: HTMLElement = document.body): Promise<void> =>
  waitFor(() => {
    const said = place.textContent ?? '';
    expect(said).toMatch(words);
  });

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
  /** Writes into a field in place of what stands there. */
  readonly fill: (field: HTMLElement, text: string) => Promise<void>;
  readonly go: (path: string) => Promise<void>;
  /** What the page says now. */
  readonly text: () => string;
};

export type PageOptions = {
  readonly posts?: readonly PostRow[];
  readonly settings?: Partial<Settings>;
  /** What the system's dialog for files would give: their paths. */
  readonly choose?: (purpose: FilePurpose) => readonly string[];
  /** Works on the application before the page opens. */
  readonly before?: (house: OpenHouse) => Promise<unknown>;
};

/** Opens a page at a path, such as '/train', until the test ends. */
export async function openPage(path: string, options: PageOptions = {}): Promise<Page> {
  const complaints = watchForComplaints();
  const house = openHouse();
  const { app, api } = house;
  if (options.posts) await importPosts(app, options.posts);
  await api.settings.set({ welcomed: true, guide: 'none', ...options.settings });
  await options.before?.(house);
  const disconnect = connect(house, options);
  vi.resetModules();
  for (const kept of [localStorage, sessionStorage]) kept.clear();
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
    for (const { id, state } of house.app.tasks.list()) if (state === 'running') house.app.tasks.cancel(id);
    await house.app.tasks.settled();
    page.unmount();
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
    user,
    press,
    choose: async (button, item, place) => {
      await press(button, place);
      await press(item, undefined, 'menuitem');
    },
    fill: async (field, text) => {
      // A field of a number has no selection that could be replaced.
      if (field.getAttribute('type') === 'number') {
        fireEvent.change(field, { target: { value: text } });
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
    text: () => document.body.textContent ?? '',
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

/**
 * Without a layout nothing has a place or a size: what is drawn once one scrolls to it is drawn at once, and plots are as wide
 * as those of a page.
 */
class EverythingIsSeen {
  readonly #tell: (entries: readonly object[]) => void;
  constructor(tell: (entries: readonly object[]) => void) {
    this.#tell = tell;
  }
  observe(target: Element): void {
    const size = [{ inlineSize: 800, blockSize: 400 }];
    const sizes = { contentRect: { width: 800, height: 400 }, contentBoxSize: size, borderBoxSize: size };
    queueMicrotask(() => this.#tell([{ target, isIntersecting: true, time: 0, ...sizes }]));
  }
  unobserve(): void {}
  disconnect(): void {}
}

/** Stands where the preload script stands: passes the page's port on to the application. */
function connect({ app }: OpenHouse, { choose }: PageOptions): () => Promise<void> {
  vi.stubGlobal('MessageChannel', MessageChannel);
  vi.stubGlobal('IntersectionObserver', EverythingIsSeen);
  vi.stubGlobal('ResizeObserver', EverythingIsSeen);
  const door = {
    kind: 'window' as const,
    choose: (purpose: FilePurpose) => Promise.all((choose?.(purpose) ?? []).map((path) => app.files.takePath(path))),
    save: async () => ({ saved: true }),
  };
  const taken: MessagePort[] = [];
  /** What the page has asked and was not answered yet. */
  const open = new Set<Promise<unknown>>();
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
  return async () => {
    for (const port of taken) port.close();
    posted.mockRestore();
    // What the page asked last is answered before the application closes.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    await Promise.allSettled(open);
  };
}

export { waitFor };
