import { setTimeout as sleep } from 'node:timers/promises';
import { rows } from '../../support/run-cli.ts';
import { type Connection, connect, done, type RunningApp } from '../../support/started-door.ts';

/** What was done so far, for the table. */
export type Done = {
  answers: number;
  undone: number;
  imports: number;
  trainings: number;
  exports: number;
  reloads: number;
};

/** Between two answers, as somebody who reads takes it. */
const readMs = 1_500;

/**
 * What a person does all day, at a gentle pace: answers, of which some are taken back; now and then a file that is imported and taken out again, a
 * quick training, a look at the rankings and an export, and a page that is loaded anew.
 */
export async function live(app: RunningApp, done: Done, until: number): Promise<void> {
  let tab = await connect(app);
  try {
    for (let round = 1; performance.now() < until; round++) {
      await answer(tab, done);
      if (round % 6 === 0) await importAndUndo(tab, done, round);
      if (round % 15 === 0) await train(tab, done);
      if (round % 5 === 0) await look(tab, done);
      if (round % 4 !== 0) continue;
      tab.close();
      tab = await connect(app);
      done.reloads += 1;
    }
  } finally {
    tab.close();
  }
}

async function answer({ client }: Connection, done: Done): Promise<void> {
  for (let n = 0; n < 8; n++) {
    const { pairs } = await client.answers.nextPairs({ tab: 'soak', count: 3 });
    const pair = pairs[0];
    await sleep(readMs);
    if (!pair) return;
    const key = crypto.randomUUID();
    await client.answers.add({
      tab: 'soak',
      key,
      postId: pair.post.id,
      leftId: pair.left.id,
      rightId: pair.right.id,
      choice: n % 3 === 0 ? 'right' : 'left',
      durationMs: readMs,
    });
    done.answers += 1;
    if (n % 2 === 1) continue;
    // So there are always pairs that nobody has answered.
    await client.answers.revoke({ key, tab: 'soak' });
    done.undone += 1;
  }
}

async function importAndUndo({ client, send }: Connection, all: Done, round: number): Promise<void> {
  const { handle } = await send(`round-${round}.jsonl`, rows(100_000 + round * 100, 60));
  await done(client, await client.data.import({ files: [handle], split: 'train' }));
  const { imports } = await client.data.imports();
  const newest = imports.toSorted((a, b) => b.id - a.id)[0]!;
  await done(client, await client.data.undoImport({ import: newest.id }));
  all.imports += 1;
}

async function train({ client }: Connection, all: Done): Promise<void> {
  await done(client, await client.train.start({ method: 'quick', device: 'cpu' }));
  // The last ones stay, as they do with people who tidy up.
  const { models } = await client.models.list();
  const old = models.filter(({ deletedAt }) => deletedAt === null).toSorted((a, b) => b.id - a.id);
  for (const { name } of old.slice(2)) await client.models.delete({ model: name });
  all.trainings += 1;
}

async function look({ client }: Connection, all: Done): Promise<void> {
  const { posts } = await client.posts.list({});
  for (const { id } of posts.slice(0, 3)) await client.posts.get({ post: id });
  await client.answers.summary();
  await client.app.health();
  const { task } = await client.rankings.export({ format: 'labels' });
  await done(client, { task });
  await client.tasks.dismiss({ task });
  all.exports += 1;
}
