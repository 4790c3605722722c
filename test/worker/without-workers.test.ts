import { once } from 'node:events';
import { expect, test } from 'vitest';
import { withoutWorkers, workInThread } from '../../src-main/worker/start.ts';
import { temporaryStore } from '../support/temporary.ts';

test('a database is replaced while no worker has it open: one at work is ended, and one that is asked for waits', async () => {
  const { path } = temporaryStore();
  const job = { job: 'health', path, thorough: true } as const;
  const order: string[] = [];
  const started = once(process, 'worker');
  const begun = workInThread(job, 'statistics', {}).catch((error: unknown) => error);
  const [worker] = (await started) as [import('node:worker_threads').Worker];
  worker.once('exit', () => order.push('ended'));
  let asked: Promise<unknown> | null = null;
  const replaced = withoutWorkers(path, () => {
    order.push('replaced');
    return 'done';
  });
  asked = workInThread(job, 'statistics', {}).then((problems) => {
    order.push('looked');
    return problems;
  });
  expect(await replaced).toBe('done');
  expect(await begun).toMatchObject({ code: 'busy', message: expect.stringContaining('replaced meanwhile') });
  expect(await asked).toEqual([]);
  expect(order).toEqual(['ended', 'replaced', 'looked']);
});

test('what fails lets others in again', async () => {
  const { path } = temporaryStore();
  const failing = withoutWorkers(path, () => {
    throw new Error('no room');
  });
  await expect(failing).rejects.toThrow('no room');
  expect(await workInThread({ job: 'health', path, thorough: false }, 'statistics', {})).toEqual([]);
});
