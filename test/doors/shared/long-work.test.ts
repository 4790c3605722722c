import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Notice, noticeOf } from '../../../src-main/common/notices.ts';
import type { Task, TaskResults } from '../../../src-main/contract/tasks.ts';
import { awakeCommand, keepAwake } from '../../../src-main/doors/shared/awake.ts';
import { followLongWork } from '../../../src-main/doors/shared/long-work.ts';

const begun = Date.parse('2026-01-01T12:00:00Z');
/** A task that took so many seconds. */
function task(part: Partial<Task>, seconds: number | null = null): Task {
  return {
    ...{ id: 1, kind: 'train', title: 'training a reward model', state: 'running', progress: null, run: null },
    ...{ cancelling: false, error: null, result: null, startedAt: new Date(begun).toISOString() },
    endedAt: seconds === null ? null : new Date(begun + 1000 * seconds).toISOString(),
    ...part,
  } as Task;
}

/** What is done while tasks stand like this, one after the other. */
async function followed(...states: readonly (readonly Task[])[]) {
  const did: string[] = [];
  const told: Notice[] = [];
  async function* watch() {
    for (const state of states) {
      yield state;
      did.push('.');
    }
  }
  const keep = () => {
    did.push('awake');
    return () => void did.push('released');
  };
  const how = { keepAwake: keep, notify: (notice: Notice) => void told.push(notice) };
  await followLongWork({ watch }, how, new AbortController().signal);
  return { did: did.join(' '), told };
}

describe('while a training runs', () => {
  test('the machine is kept awake once, and released at its end', async () => {
    const other = task({ id: 2, kind: 'export' });
    const { did } = await followed([other], [other, task({})], [task({})], [task({ state: 'done' }, 90)], [other]);
    expect(did).toBe('. awake . . released . .');
  });

  test('the machine is released where following ends before the training does', async () => {
    expect((await followed([task({})])).did).toBe('awake . released');
  });

  test('its end is told once, if it took long', async () => {
    const done = task({ state: 'done' }, 90);
    expect((await followed([task({})], [done], [done])).told).toEqual([
      { title: 'A training has ended', body: 'Training a reward model, after 1 min 30 s.' },
    ]);
    const evaluation = { model: 'quick-1', pairs: 400, answered: 400, accuracy: 0.8, accuracyInterval: [0.7, 0.9] };
    const measured = task({ state: 'done', result: { evaluation } as unknown as TaskResults['train'] }, 90);
    expect(noticeOf(measured)?.body).toBe(
      'Training a reward model, after 1 min 30 s. quick-1 agrees with people on 8 of 10 pairs that it has not seen.',
    );
    expect((await followed([task({})], [task({ state: 'done' }, 59)])).told).toEqual([]);
    // What had ended before is no news.
    expect((await followed([done])).told).toEqual([]);
  });
});

test('a failure is told with its reason; what a person cancelled is not told', () => {
  const error = { code: 'engine-failed', message: 'The engine ended.' } as Task['error'];
  expect(noticeOf(task({ state: 'failed', error }, 61))).toEqual({
    title: 'A training has failed',
    body: 'The engine ended.',
  });
  expect(noticeOf(task({ state: 'cancelled' }, 61))).toBeNull();
});

describe('without Electron', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('each system has its program, which ends with ours', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      expect(awakeCommand(platform, 4711)!.join(' ')).toContain('4711');
    }
    expect(awakeCommand('aix', 1)).toBeNull();
  });

  test.runIf(process.platform === 'linux')('it is started, and stopped when it is no longer needed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tiebreak-awake-'));
    try {
      const [asked, ended] = [join(folder, 'asked'), join(folder, 'ended')];
      const script = `#!/bin/sh\ntrap 'touch ${ended}; exit' TERM\necho "$@" > ${asked}.part && mv ${asked}.part ${asked}\nwhile :; do sleep 0.02; done\n`;
      writeFileSync(join(folder, 'systemd-inhibit'), script);
      chmodSync(join(folder, 'systemd-inhibit'), 0o755);
      vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
      const release = keepAwake();
      await expect.poll(() => existsSync(asked)).toBe(true);
      expect(readFileSync(asked, 'utf8')).toContain(`--pid=${process.pid}`);
      release();
      await expect.poll(() => existsSync(ended)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('a system without it is left alone', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const release = keepAwake();
    await new Promise((resolve) => setTimeout(resolve, 50));
    release();
  });
});
