import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type App, openApp } from '../../../src-main/app.ts';
import { closeStore, openStore } from '../../../src-main/store/open.ts';
import { scratchFolder, startCli } from '../../support/run-cli.ts';
import { clientOf, ended, resultOf } from '../../support/served.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import {
  hackerNewsItem,
  type Reply,
  redditThread,
  sendJson,
  stackExchangeAnswers,
  stackExchangeQuestion,
  startThreads,
  type ThreadServer,
} from '../../support/thread-server.ts';

const scratch = scratchFolder();
const page = 'https://old.reddit.com/r/kites/comments/1abc/which_kite/';
const asked = 'www.reddit.com/r/kites/comments/1abc/.json?limit=500';
const engineEntry = join(import.meta.dirname, '../../support/fake-engine.ts');
let server: ThreadServer;
let app: App;

beforeAll(async () => {
  server = await startThreads();
  app = openApp({ home: join(scratch.folder, 'home'), engineEntry, threads: server.address });
});
afterEach(() => {
  server.replies.clear();
  server.asked.length = 0;
});
afterAll(async () => {
  await app.close();
  await server.close();
  scratch.remove();
});

test('what will be asked is said without asking, and a fetched thread is a file of its site under its address', async () => {
  server.replies.set(asked, redditThread);
  const client = clientOf(app);
  const plan = await client.data.planFetch({ address: page });
  expect(plan).toMatchObject({ kind: 'thread', site: 'Reddit', host: 'www.reddit.com' });
  expect(server.asked).toEqual([]);
  const { task } = await client.data.fetch({ address: page });
  const { files, notFetched } = await resultOf(app, 'fetch', task);
  expect(notFetched).toEqual([]);
  expect(files).toMatchObject([{ name: 'https://www.reddit.com/r/kites/comments/1abc/' }]);
  expect(JSON.parse(readFileSync(app.files.find(files[0]!.handle).path, 'utf8'))).toEqual(redditThread);
  expect(server.asked).toEqual([asked]);
  expect(app.stats().splits.train.posts).toBe(0);
});

type Came = {
  readonly title: string | null;
  readonly text: string;
  readonly link: string | null;
  readonly comments: [string, number | null][];
};

/** The posts of a data folder, each with its comments and their votes, the most votes first. */
function postsIn(home: string): readonly Came[] {
  const store = openStore(join(home, 'tiebreak.sqlite'));
  try {
    const posts = store.db.prepare('SELECT id, title, text, link FROM posts ORDER BY id').all() as (Came & {
      id: number;
    })[];
    return posts.map(({ id, title, text, link }) => {
      const sql = 'SELECT text, votes FROM comments WHERE post_id = ? ORDER BY coalesce(votes, 0) DESC, text';
      const comments = store.db.prepare(sql).raw().all(id) as [string, number | null][];
      return { title, text, link, comments };
    });
  } finally {
    closeStore(store);
  }
}

const cooking = 'api.stackexchange.com/2.3/questions/7';
const whole: readonly (readonly [
  address: string,
  replies: Readonly<Record<string, Reply>>,
  name: string,
  posts: readonly Came[],
])[] = [
  [
    page,
    { [asked]: redditThread },
    'https://www.reddit.com/r/kites/comments/1abc/',
    [
      {
        title: 'Which kite for strong wind?',
        text: 'It blows hard here.',
        link: 'https://www.reddit.com/r/kites/comments/1abc/which_kite/',
        comments: [
          ['A small delta with a tail.', 41],
          ['None.', 2],
        ],
      },
    ],
  ],
  [
    'https://news.ycombinator.com/item?id=101',
    { 'hn.algolia.com/api/v1/items/101': hackerNewsItem },
    'https://news.ycombinator.com/item?id=101',
    [
      {
        title: 'Ask HN: Which clock is loudest?',
        text: 'I sleep too well.',
        link: 'https://news.ycombinator.com/item?id=101',
        comments: [
          ['A church clock.', null],
          ['Two clocks.', null],
        ],
      },
    ],
  ],
  [
    'https://cooking.stackexchange.com/questions/7/why',
    {
      [`${cooking}?site=cooking.stackexchange.com&filter=withbody`]: {
        items: [stackExchangeQuestion],
        has_more: false,
      },
      [`${cooking}/answers?site=cooking.stackexchange.com&filter=withbody&order=desc&sort=votes&pagesize=100&page=1`]: {
        items: stackExchangeAnswers,
        has_more: false,
      },
    },
    'https://cooking.stackexchange.com/questions/7',
    [
      {
        title: 'Why is my dough sticky?',
        text: 'It sticks.',
        link: 'https://cooking.stackexchange.com/questions/7/why',
        comments: [
          ['Too much water.', 9],
          ['Knead it longer.', 3],
          ['Buy bread.', -1],
        ],
      },
    ],
  ],
];

test.each(whole)('%s comes in as a file of its site would', async (address, replies, name, posts) => {
  for (const [path, reply] of Object.entries(replies)) server.replies.set(path, reply);
  const home = temporaryFolder();
  const there = openApp({ home, engineEntry, threads: server.address });
  try {
    const summary = await there.fetch({ address, html: true });
    expect(summary.posts).toBe(1);
    expect(summary.notFetched).toBeUndefined();
    expect((await clientOf(there).data.imports()).imports.map(({ file }) => file)).toEqual([name]);
    expect(readdirSync(join(home, 'downloads'))).toEqual([]);
  } finally {
    await there.close();
  }
  expect(postsIn(home)).toEqual(posts);
});

test('one fetching goes on at a time, and a cancel leaves nothing', async () => {
  server.replies.set(asked, (response) => response.writeHead(200, { 'content-type': 'application/json' }).write('['));
  const client = clientOf(app);
  const { task } = await client.data.fetch({ address: page });
  await expect.poll(() => server.asked).toHaveLength(1);
  await expect(client.data.fetch({ address: page })).rejects.toMatchObject({ code: 'busy' });
  await client.tasks.cancel({ task });
  expect(await ended(app, task)).toMatchObject({
    state: 'cancelled',
    error: { message: expect.stringMatching(/Nothing was changed/) },
  });
  const left = join(app.home, 'downloads');
  expect(existsSync(left) ? readdirSync(left) : []).toEqual([]);
});

test('--rows and --from are for data sets, and the stand-in must be on this machine', async () => {
  await expect(app.planFetch({ address: page, rows: 5 })).rejects.toThrow(/are for data sets on the hub/);
  for (const threads of [
    'https://evil.example',
    'http://127.0.0.1',
    'http://127.0.0.1:80/path',
    'http://localhost:80',
  ]) {
    expect(() => openApp({ home: join(scratch.folder, 'other'), threads })).toThrow(/no address of this machine/);
  }
});

test('in the terminal it is shown first, and nothing is asked without a yes', async () => {
  server.replies.set(asked, (response) => sendJson(response, {}, 403));
  const run = (...args: string[]) =>
    startCli(join(scratch.folder, 'terminal'), ['import', ...args], undefined, { TIEBREAK_THREADS: server.address })
      .finished;
  const shown = await run(page);
  expect(shown.code).toBe(1);
  expect(shown.err).toContain(`https://${asked}`);
  expect(shown.err).toMatch(/no cookies, no sign-in/);
  expect(shown.err).toMatch(/Nothing was fetched, since nobody can be asked here whether to: --yes fetches/);
  const dry = await run(page, '--dry-run', '--json');
  expect(dry.code, dry.err).toBe(0);
  expect(dry.json()).toMatchObject({ fetched: false, plan: { site: 'Reddit' } });
  const both = await run(page, 'file.jsonl');
  expect(both.err).toMatch(/An address is imported by itself/);
  expect(server.asked).toEqual([]);
  const refused = await run(page, '--yes');
  expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/does not show this to programs.*\(403\)/)]);
  expect(server.asked).toEqual([asked]);
});
