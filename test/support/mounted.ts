import { MessageChannel } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import { configure, waitFor } from '@testing-library/dom';
import userEvent from '@testing-library/user-event';
import { mount } from '@vue/test-utils';
import { onTestFinished, vi } from 'vitest';
import type { FilePurpose } from '../../src-main/contract/files.ts';
import type { Settings } from '../../src-main/contract/settings.ts';
import { importPosts, type OpenHouse, openHouse, type PostRow } from './house-with-posts.ts';

configure({ asyncUtilTimeout: 20_000 });

/**
 * The whole page, mounted without a browser, with the real application and its store behind it, as the window has them: only
 * Electron, the engine's weights and the layout of a browser are missing.
 */
export type Page = OpenHouse & {
  readonly user: ReturnType<typeof userEvent.setup>;
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
  const house = openHouse();
  const { app, api } = house;
  if (options.posts) await importPosts(app, options.posts);
  await api.settings.set({ welcomed: true, guide: 'none', ...options.settings });
  await options.before?.(house);
  const disconnect = connect(house, options);
  vi.resetModules();
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
    page.unmount();
    live.queries.clear();
    document.body.innerHTML = '';
    await disconnect();
  });
  return {
    ...house,
    user: userEvent.setup(),
    go: async (to) => {
      await router.push(to);
    },
    text: () => document.body.textContent ?? '',
  };
}

/** Stands where the preload script stands: passes the page's port on to the application. */
function connect({ app }: OpenHouse, { choose }: PageOptions): () => Promise<void> {
  vi.stubGlobal('MessageChannel', MessageChannel);
  const door = {
    kind: 'window' as const,
    choose: (purpose: FilePurpose) => Promise.all((choose?.(purpose) ?? []).map((path) => app.files.takePath(path))),
    save: async () => ({ saved: true }),
  };
  const taken: MessagePort[] = [];
  const posted = vi.spyOn(window, 'postMessage').mockImplementation((...[, , ports]: unknown[]) => {
    const [port] = ports as [MessagePort];
    new RPCHandler(app.router).upgrade(port, { context: { door } });
    port.start();
    taken.push(port);
  });
  return async () => {
    for (const port of taken) port.close();
    posted.mockRestore();
    // What the page asked last is answered before the application closes.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
}

export { waitFor };
