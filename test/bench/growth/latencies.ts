import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { chromiumPath } from '../../support/chromium.ts';
import { type Client, connect, done, startApp } from '../../support/started-door.ts';
import { generateStore } from '../generate-store.ts';

/**
 * The app on a large store, measured through the browser door as a page uses it: opening, next pair, search and paging, and
 * the same while a training goes on. Figures are milliseconds.
 */
export async function measureLatencies(posts: number): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'tiebreak-scale-'));
  try {
    // Builds the pages where they are out of date, which is no part of opening.
    await (await startApp(home)).stop();
    const begun = performance.now();
    generateStore(join(home, 'tiebreak.sqlite'), posts);
    const seconds = (performance.now() - begun) / 1000;
    console.log(
      `\nA store of ${posts.toLocaleString('en')} posts and ${(5 * posts).toLocaleString('en')} comments, made in ${seconds.toFixed(0)} s`,
    );
    await measure(home);
    await measureOpening(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** From the start of the process until Chromium shows the first pair. The browser itself is open before. */
async function measureOpening(home: string): Promise<void> {
  const executablePath = chromiumPath();
  if (!executablePath) {
    console.log(
      'start of the process to the first pair on the screen: no Chromium was found (set CHROMIUM to its path)',
    );
    return;
  }
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  try {
    const page = await browser.newPage();
    const starting = performance.now();
    const app = await startApp(home);
    try {
      await page.goto(app.address);
      await page.getByRole('button', { name: 'This one is better' }).first().waitFor();
      report('start of the process to first pair on screen', [performance.now() - starting], 2000);
    } finally {
      await app.stop();
    }
  } finally {
    await browser.close();
  }
}

async function measure(home: string): Promise<void> {
  const starting = performance.now();
  const app = await startApp(home);
  try {
    const { client, close } = await connect(app);
    const { pairs } = await client.answers.nextPairs({ tab: 'bench', count: 1 });
    if (pairs.length !== 1) throw new Error('There is no first pair');
    await client.settings.set({ welcomed: true });
    report('start of the process to first pair', [performance.now() - starting], 2000);
    report('answer on disk and next pair', await times(200, () => answerNext(client)), 50);
    await strategiesOf(client);
    await listPosts(client, '');
    const started = await client.train.start({
      config: { width: 64, layers: 1, heads: 2, vocabulary: 512, maxTokens: 64, epochs: 1 },
      pairs: 'labels',
    });
    await trainingGoesOn(client, started.task);
    report('answer and next pair, while training', await times(100, () => answerNext(client)), 50);
    await listPosts(client, ', while training');
    report('any call, while training begins and goes on', await pulse(client, 10_000), 100);
    await client.tasks.cancel(started);
    await undoGoesOn(client);
    close();
  } finally {
    await app.stop();
  }
}

/** The next pair by the strategies that ask no model (for the others it is found beforehand, in the background), and several comments at once. */
async function strategiesOf(client: Client): Promise<void> {
  for (const strategy of ['random', 'coverage', 'finish'] as const) {
    await client.settings.set({ strategy });
    report(`answer on disk and next pair, ${strategy}`, await times(100, () => answerNext(client)), 50);
  }
  await client.settings.set({ strategy: 'random' });
  report('answer on disk and next list of five', await times(50, () => orderNext(client)), 50);
}

async function orderNext(client: Client): Promise<void> {
  const { lists } = await client.answers.nextLists({ tab: 'bench', kind: 'order', count: 1 });
  const { post, kind, comments } = lists[0]!;
  const shown = comments.map(({ id }) => id);
  const key = crypto.randomUUID();
  await client.answers.addList({ tab: 'bench', key, kind, postId: post.id, shown, pressed: shown.map((id) => [id]) });
}

async function answerNext(client: Client): Promise<void> {
  const { pairs } = await client.answers.nextPairs({ tab: 'bench', count: 1 });
  const { post, left, right } = pairs[0]!;
  const key = crypto.randomUUID();
  await client.answers.add({
    tab: 'bench',
    key,
    postId: post.id,
    leftId: left.id,
    rightId: right.id,
    choice: 'left',
  });
}

async function listPosts(client: Client, when: string): Promise<void> {
  const words = ['b', 'co', 'lan', 'mer qua', 'ro sti tor', 'zz', 'u v w', '"quoted', 'post-77', 'di -'];
  report(
    `search of posts${when}`,
    await times(60, (i) => client.posts.list({ search: words[i % words.length]! })),
    100,
  );
  let after: number | undefined;
  const next = async (): Promise<void> => {
    const page = await client.posts.list(after === undefined ? {} : { after });
    after = page.after ?? undefined;
  };
  report(`paging of posts${when}`, await times(60, next), 100);
  const filters = [
    { split: 'test' },
    { answered: true },
    { answered: false, search: 'ba' },
    { split: 'validation', answered: true },
  ] as const;
  report(`filters of posts${when}`, await times(40, (i) => client.posts.list(filters[i % filters.length]!)), 100);
}

/** Calls that cost nothing themselves: what they take is how long the main process was busy with something else. */
async function pulse(client: Client, forMs: number): Promise<number[]> {
  const taken: number[] = [];
  for (const end = performance.now() + forMs; performance.now() < end; await wait(20)) {
    taken.push(...(await times(1, () => client.app.info())));
  }
  return taken;
}

async function trainingGoesOn(client: Client, id: number): Promise<void> {
  for await (const tasks of await client.tasks.watch()) {
    const task = tasks.find((one) => one.id === id);
    if (task?.state !== 'running') throw new Error(`The training ended at once: ${task?.error?.message}`);
    if (task.progress?.phase === 'train') return;
  }
}

/** Takes nearly everything out again: any call meanwhile, and how long all of it took. */
async function undoGoesOn(client: Client): Promise<void> {
  const { id } = (await client.data.imports()).imports[0]!;
  const begun = performance.now();
  const { task } = await startOnceFree(() => client.data.undoImport({ import: id }));
  const undone = done(client, { task });
  let isOver = false;
  void undone.finally(() => {
    isOver = true;
  });
  const taken: number[] = [];
  while (!isOver) taken.push(...(await pulse(client, 200)));
  const ended = await undone;
  report('any call, while an import is undone', taken, 100);
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  console.log(`undoing the import took ${seconds} s: ${JSON.stringify(ended.result)}`);
}

/** A training that was cancelled ends soon, and not at once. */
async function startOnceFree<T>(start: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if ((error as { code?: string }).code !== 'busy') throw error;
      await wait(100);
    }
  }
}

async function times(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    await work(i);
    taken.push(performance.now() - begun);
  }
  return taken;
}

function report(what: string, taken: readonly number[], aim: number): void {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(1);
  const line =
    taken.length === 1 ? `${at(0)} ms` : `median ${at(0.5)}, 95th percentile ${at(0.95)}, longest ${at(1)} ms`;
  console.log(`${what.padEnd(46)} ${line} (aim: ${aim})`);
}
