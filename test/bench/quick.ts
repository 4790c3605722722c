import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Task } from '../../src-main/contract/tasks.ts';
import { type Client, connect, startApp } from '../support/started-door.ts';
import { generateStore } from './generate-store.ts';

const posts = 2_000;
const labelEvery = 2;
const repeats = 3;

/**
 * A click on Train with 1,000 answers in a store of 10,000 comments whose texts were read before, measured through the browser
 * door: until the post at hand has its new ranking, until every comment has its new reward, and until all that follows is done: posts are
 * weighed, and what more answers would bring is measured. Figures are seconds.
 */
export async function measureQuick(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'tiebreak-quick-'));
  try {
    generateStore(join(home, 'tiebreak.sqlite'), posts, { labelEvery });
    const app = await startApp(home);
    try {
      const { client, close } = await connect(app);
      await readingEnded(client);
      console.log(
        `\nA click on Train with ${posts / labelEvery} answers and ${5 * posts} comments, ${repeats} times, in s`,
      );
      for (let repeat = 1; repeat <= repeats; repeat++) {
        const begun = performance.now();
        const seconds = (): string => ((performance.now() - begun) / 1000).toFixed(2);
        const { task } = await client.train.start({ method: 'quick', pairs: 'labels' });
        while ((await client.rankings.post({ post: 1 })).models[0] !== `quick-${repeat}`) await wait(20);
        const ranked = seconds();
        await until(client, task, ({ state, progress }) => state === 'done' || progress?.phase === 'weigh');
        const rewarded = seconds();
        await until(client, task, ({ state }) => state === 'done');
        console.log(
          `new ranking of a post ${ranked} (aim: 2), all rewards ${rewarded} (aim: 10), all done ${seconds()}`,
        );
      }
      close();
    } finally {
      await app.stop();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The texts are read in the background from the start on; the task leaves the list when it is done. */
async function readingEnded(client: Client): Promise<void> {
  let seen = false;
  for await (const tasks of await client.tasks.watch()) {
    const reading = tasks.some(({ kind }) => kind === 'embed');
    if (seen && !reading) return;
    seen ||= reading;
  }
}

async function until(client: Client, id: number, is: (task: Task) => boolean): Promise<void> {
  for await (const tasks of await client.tasks.watch()) {
    const task = tasks.find((one) => one.id === id);
    if (task?.error) throw new Error(task.error.message);
    if (task && is(task)) return;
  }
}
