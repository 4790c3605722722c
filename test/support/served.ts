import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createRouterClient } from '@orpc/server';
import { type App, openApp } from '../../src-main/app.ts';
import type { TakenFile } from '../../src-main/contract/files.ts';
import type { Task, TaskKind, TaskResults } from '../../src-main/contract/tasks.ts';
import { putNewStore } from './new-store.ts';

const engineEntry = join(import.meta.dirname, 'fake-engine.ts');

/** The application with a small engine that learns nothing. */
export function openWithFakeEngine(home: string): App {
  putNewStore(join(home, 'tiebreak.sqlite'));
  return openApp({ home, engineEntry });
}

/** What a tab of a browser can call. */
export function clientOf(app: App) {
  return createRouterClient(app.router, { context: { door: { kind: 'browser' } } });
}

/** Takes a file in as a door does. */
export function give(app: App, name: string, content: string | Buffer): Promise<TakenFile> {
  return app.files.take(Readable.from([content]), name);
}

/** The task once it has ended, however it ended. */
export async function ended(app: App, task: number): Promise<Task> {
  for await (const _ of app.tasks.watch(undefined)) {
    const found = app.tasks.find(task);
    if (found.state !== 'running') return found;
  }
  throw new Error('unreachable');
}

/** What a task came to; fails with its sentence where it failed. */
export async function resultOf<K extends TaskKind>(app: App, kind: K, task: number): Promise<TaskResults[K]> {
  const found = await ended(app, task);
  if (found.kind !== kind || found.result === null)
    throw new Error(found.error?.message ?? `${found.kind} ${found.state}`);
  return found.result as TaskResults[K];
}
