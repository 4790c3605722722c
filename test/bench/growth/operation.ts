/** A process of its own: `operation.ts NAME HOME [MORE]` does one thing on the store of a data folder, and prints what the work took as JSON. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { type App, openApp } from '../../../src-main/app.ts';
import type { CallHooks, CallProgress } from '../../../src-main/contract/calls.ts';
import { clock } from '../yardstick.ts';

/** What was done, for those that are many of one kind: their cost is that of one. */
type Work = (app: App, more: string) => Promise<{ readonly times: number } | undefined>;

const looked = 200;
const words = ['b', 'co', 'lan', 'mer qua', 'ro sti tor', 'zz', 'u v w', '"quoted', 'post-77', 'di -'];
/** So small that what is measured is the reading of the data: a step of it says nothing. */
const smallGpt = { width: 64, layers: 1, heads: 2, vocabulary: 512, maxTokens: 128, epochs: 1 };

const works: Readonly<Record<string, Work>> = {
  /** MORE is the file. */
  async import(app, file) {
    await app.import({ files: [file] });
    return undefined;
  },
  async pair(app) {
    for (let time = 0; time < looked; time++) {
      const [pair] = await app.nextPairs({ count: 1, strategy: 'random', annotator: 'bench' });
      const { post, left, right } = pair!;
      await app.addAnswer({ post: String(post.id), chosen: left.id, rejected: right.id, annotator: 'bench' });
    }
    return { times: looked };
  },
  async search(app) {
    const { posts } = createRouterClient(app.router, { context: { door: { kind: 'browser' } } });
    for (let time = 0; time < looked; time++) await posts.list({ search: words[time % words.length]! });
    return { times: looked };
  },
  /** From the votes of all comments to the first step: all that a training does with its data beside the steps themselves. */
  training: (app) =>
    until('train', (hooks) => app.train({ kind: 'reward', method: 'gpt', pairs: 'votes', config: smallGpt }, hooks)),
  async quick(app) {
    await app.train({ kind: 'reward', method: 'quick', pairs: 'labels', compare: false });
    return undefined;
  },
  /** The comments that have no reward yet, until posts would be weighed. */
  scoring: (app) => until('weigh', (hooks) => app.rank({ ask: 10 }, hooks)),
  /** What one more answer would tell of every post. */
  async ranking(app) {
    await app.rank({ ask: 10 });
    return undefined;
  },
  async evaluation(app) {
    await app.evaluate({ split: 'test' });
    return undefined;
  },
  async 'export-csv'(app) {
    await app.export({ file: beside(app, 'ranking.csv') });
    return undefined;
  },
  async 'export-pairs'(app) {
    await app.export({ file: beside(app, 'pairs.jsonl'), format: 'pairs' });
    return undefined;
  },
  async statistics(app) {
    await app.statsPage({ file: beside(app, 'statistics.html'), map: false });
    return undefined;
  },
  async backup(app) {
    const { backup, tasks } = createRouterClient(app.router, { context: { door: { kind: 'browser' } } });
    const { task: id } = await backup.create();
    for await (const all of await tasks.watch()) {
      const task = all.find((one) => one.id === id);
      if (task?.state === 'done') return undefined;
      if (task?.state !== 'running') throw new Error(`The backup ended as ${task?.state}: ${task?.error?.message}`);
    }
    return undefined;
  },
};

/** A file that goes with the data folder's own folder: nothing may be written into that. */
const beside = (app: App, name: string): string => join(dirname(app.home), name);

/** Ends what is going on as soon as it comes to a phase. */
async function until(wanted: CallProgress['phase'], begin: (hooks: CallHooks) => Promise<unknown>): Promise<undefined> {
  const controller = new AbortController();
  let reached = false;
  const onProgress = ({ phase }: CallProgress): void => {
    if (phase !== wanted) return;
    reached = true;
    controller.abort();
  };
  try {
    await begin({ signal: controller.signal, onProgress });
  } catch (error) {
    if (!reached) throw error;
  }
  return undefined;
}

const [name, home, more = ''] = process.argv.slice(2) as [string, string, string?];
if (!existsSync(home)) throw new Error(`There is no folder ${home}.`);
const app = openApp({ home });
try {
  const spent = clock();
  const done = await works[name]!(app, more);
  const { seconds, cpuSeconds } = spent();
  console.log(JSON.stringify({ seconds, cpuSeconds, times: done?.times ?? 1 }));
} finally {
  await app.close();
}
