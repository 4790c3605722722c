import { join } from 'node:path';
import { createRouterClient, type RouterClient } from '@orpc/server';
import { onTestFinished } from 'vitest';
import type { Router } from '../../src-main/api/router.ts';
import { type App, openApp } from '../../src-main/app.ts';
import { closeStore, openStore, type WritingStore } from '../../src-main/store/open.ts';
import { putNewStore } from './new-store.ts';
import { temporaryFile, temporaryFolder } from './temporary.ts';

const engineEntry = join(import.meta.dirname, 'fake-engine.ts');

export type Client = RouterClient<Router>;
export type PostRow = {
  readonly id: string;
  readonly title?: string;
  readonly text?: string;
  readonly group?: string;
  readonly comments: readonly string[];
};

export type OpenHouse = {
  readonly app: App;
  readonly api: Client;
  readonly home: string;
  readonly store: WritingStore;
};

/** Opens an application (its rewards are the lengths of comments), as a window or a browser sees it, until the test ends. */
export function openHouse(home: string = temporaryFolder(), engine: 'fake' | 'real' = 'fake'): OpenHouse {
  putNewStore(join(home, 'tiebreak.sqlite'));
  const app = openApp(engine === 'fake' ? { home, engineEntry } : { home });
  const store = openStore(join(home, 'tiebreak.sqlite'));
  let open = true;
  const close = async (): Promise<void> => {
    if (!open) return;
    open = false;
    closeStore(store);
    await app.close();
  };
  onTestFinished(close);
  const api = createRouterClient(app.router, { context: { door: { kind: 'browser' } } });
  return { app: { ...app, close }, api, home, store };
}

/** Imports posts whose comments are ranked as they stand here. */
export async function importPosts(
  app: App,
  posts: readonly PostRow[],
  split: 'train' | 'validation' | 'test' = 'train',
): Promise<void> {
  const lines = posts.map(({ comments, ...post }) =>
    JSON.stringify({ text: `Post ${post.id}`, ...post, comments: comments.map((text, score) => ({ text, score })) }),
  );
  await app.import({ files: [temporaryFile(lines.join('\n'))], split });
}

/** Posts p0, p1, ... with so many comments each. */
export function plainPosts(count: number, comments: number): readonly PostRow[] {
  return Array.from({ length: count }, (_, post) => ({
    id: `p${post}`,
    comments: Array.from({ length: comments }, (__, comment) => `Comment ${comment} of ${post}`),
  }));
}
