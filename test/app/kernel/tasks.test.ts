import { expect, test } from 'vitest';
import { createTasks } from '../../../src-main/app/kernel/tasks.ts';
import type { Task } from '../../../src-main/contract/tasks.ts';

test('what a task gave comes once to each that watches, and not again with every change of others', async () => {
  const tasks = createTasks({ write: () => {} });
  const map = { id: 'map', title: 'Map', figures: [] };
  const first = tasks.start('map', 'A map', async () => map as never);
  await tasks.settled();
  const stopping = new AbortController();
  const watch = tasks.watch(stopping.signal);
  const next = async (): Promise<readonly Task[]> => (await watch.next()).value as readonly Task[];
  expect((await next())[0]).toMatchObject({ id: first, state: 'done', result: map });

  let end = (): void => {};
  const started = next();
  const second = tasks.start('embed', 'Another', () => new Promise((resolve) => (end = () => resolve({ texts: 3 }))));
  expect(await started).toMatchObject([
    { id: first, state: 'done', result: null },
    { id: second, state: 'running' },
  ]);
  const ended = next();
  end();
  expect(await ended).toMatchObject([
    { id: first, state: 'done', result: null },
    { id: second, state: 'done', result: { texts: 3 } },
  ]);
  // Whoever asks for it, or begins to watch, has it all the same.
  expect(tasks.find(first).result).toBe(map);
  expect(((await tasks.watch(stopping.signal).next()).value as readonly Task[])[0]).toMatchObject({ result: map });
  stopping.abort();
});
