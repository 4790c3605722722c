import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { effectScope, ref } from 'vue';
import { WebSocket } from 'ws';
import type { Client } from '../../src-renderer/api.ts';
import type { createStartedTask as create } from '../../src-renderer/composables/started-task.ts';
import type { tasks as list } from '../../src-renderer/composables/tasks.ts';
import { openTestDoor, type TestDoor } from '../support/open-door.ts';

let door: TestDoor;
let client: Client;
let createStartedTask: typeof create;
let tasks: typeof list;

// The page's own modules against a real application: only what a browser brings along is put in place.
beforeAll(async () => {
  door = await openTestDoor();
  const { host, origin, search } = new URL(door.door.newAddress());
  const kept = new Map<string, string>();
  vi.stubGlobal('location', { protocol: 'http:', host, origin, search, hash: '' });
  vi.stubGlobal('history', { state: null, replaceState: () => {} });
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  });
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', (path: string, { headers, ...init }: RequestInit) =>
    fetch(new URL(path, origin), { ...init, headers: { ...(headers as Record<string, string>), origin } }),
  );
  vi.stubGlobal(
    'WebSocket',
    class extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { origin });
      }
    },
  );
  ({ client } = await import('../../src-renderer/api.ts'));
  const followed = await import('../../src-renderer/composables/tasks.ts');
  tasks = followed.tasks;
  void followed.followTasks().catch(() => {});
  ({ createStartedTask } = await import('../../src-renderer/composables/started-task.ts'));
});
afterAll(async () => {
  await door.close();
  vi.unstubAllGlobals();
});

/** Starts to import a file that is none. */
async function importNothing() {
  const answer = await fetch(`${door.origin}/files?name=picture.jsonl`, {
    method: 'POST',
    headers: { authorization: `Bearer ${door.secret}` },
    body: 'no rows at all',
  });
  const { handle } = (await answer.json()) as { readonly handle: string };
  return client.data.import({ files: [handle], html: false });
}

const failedOnes = () => tasks.value.filter(({ state }) => state === 'failed').length;

test('a task gives what it came to, and only one goes on at a time', async () => {
  const started = createStartedTask();
  const first = started.run('import', () => client.data.importSample());
  expect(started.busy.value).toBe(true);
  expect(await started.run('import', () => client.data.importSample())).toBeNull();
  await expect.poll(() => started.task.value?.kind).toBe('import');
  const result = await first;
  expect(result?.posts).toBeGreaterThan(100);
  expect([started.busy.value, started.task.value, started.failure.value]).toEqual([false, null, '']);
});

test('where nothing is to be started after all, nothing is said', async () => {
  const started = createStartedTask();
  expect(await started.run('import', async () => null)).toBeNull();
  expect([started.busy.value, started.failure.value]).toEqual([false, '']);
});

test('what could not be started is said, with its code', async () => {
  const started = createStartedTask();
  expect(await started.run('report-export', () => client.reports.export({ report: 99 }))).toBeNull();
  expect(started.failure.value).toContain('no report 99');
  expect(started.failureCode.value).toBe('not-found');
});

test('a failure leaves the list of tasks where a view tells of it, and stays in it where none does', async () => {
  const started = createStartedTask();
  const shown = ref(false);
  const view = effectScope();
  view.run(() => started.tellHere(shown));
  expect(await started.run('import', importNothing)).toBeNull();
  expect(started.failure.value).not.toBe('');
  await expect.poll(failedOnes).toBe(1);
  shown.value = true;
  await expect.poll(failedOnes).toBe(0);
  view.stop();
  expect(started.shown.value).toBe(false);
  await started.run('import', importNothing);
  await expect.poll(failedOnes).toBe(1);
  started.forget();
  expect(started.failure.value).toBe('');
});
