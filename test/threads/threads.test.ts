import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fetchThread } from '../../src-main/threads/fetch-thread.ts';
import { planThread } from '../../src-main/threads/plan.ts';
import {
  discoursePost,
  discourseTopic,
  hackerNewsItem,
  type Reply,
  redditThread,
  sendJson,
  stackExchangeAnswers,
  stackExchangeQuestion,
  startThreads,
  type ThreadServer,
} from '../support/thread-server.ts';

let server: ThreadServer;
beforeAll(async () => {
  server = await startThreads();
});
afterEach(() => {
  server.replies.clear();
  server.asked.length = 0;
});
afterAll(() => server.close());

const stands = (path: string, reply: Reply) => server.replies.set(path, reply);
const never = new AbortController().signal;
/** Fetches a thread from the tests' own server. */
function get(address: string, hooks: object = {}, limits: object = {}, signal: AbortSignal = never) {
  return fetchThread(planThread(address).thread, server.address, { signal, ...hooks }, limits);
}
const failure = (address: string, hooks = {}, limits = {}): Promise<Error & { code?: string }> =>
  get(address, hooks, limits).then(
    () => new Error('It came.'),
    (error: Error) => error,
  );

const redditPage = 'https://www.reddit.com/r/kites/comments/1abc/which_kite/';
const redditAsks = 'www.reddit.com/r/kites/comments/1abc/.json?limit=500';

const se = (rest: string) => `api.stackexchange.com/2.3/questions/7${rest}`;
const answersPage = (page: number) =>
  se(`/answers?site=cooking.stackexchange.com&filter=withbody&order=desc&sort=votes&pagesize=100&page=${page}`);

describe('what will be asked is known before anything is asked', () => {
  test.each([
    [redditPage, 'Reddit', `https://${redditAsks}`],
    ['https://old.reddit.com/r/kites/comments/1abc', 'Reddit', `https://${redditAsks}`],
    [`${redditPage}c9/?context=3`, 'Reddit', `https://${redditAsks}`],
    ['https://redd.it/1abc', 'Reddit', 'https://www.reddit.com/comments/1abc/.json?limit=500'],
    ['https://news.ycombinator.com/item?id=101', 'Hacker News', 'https://hn.algolia.com/api/v1/items/101'],
    ['https://meta.discourse.org/t/some-title/55/12', 'Discourse', 'https://meta.discourse.org/t/55.json?print=true'],
    ['https://forum.example.org/t/55', 'Discourse', 'https://forum.example.org/t/55.json?print=true'],
    [
      'https://cooking.stackexchange.com/questions/7/why?noredirect=1#72',
      'Stack Exchange',
      'https://api.stackexchange.com/2.3/questions/7?site=cooking.stackexchange.com&filter=withbody',
    ],
    [
      'https://stackoverflow.com/q/7/22',
      'Stack Exchange',
      'https://api.stackexchange.com/2.3/questions/7?site=stackoverflow.com&filter=withbody',
    ],
    ['https://lemmy.example/post/9', 'Lemmy', 'https://lemmy.example/api/v3/post?id=9'],
    ['https://social.example/@ada/110', 'Mastodon', 'https://social.example/api/v1/statuses/110'],
    ['https://social.example/@ada@else.example/110', 'Mastodon', 'https://social.example/api/v1/statuses/110'],
  ])('%s', (address, site, first) => {
    const { plan, thread } = planThread(address);
    expect(plan).toMatchObject({ kind: 'thread', site, userAgent: 'tiebreak', mostRequests: 200 });
    expect(plan.asks[0]!.address).toBe(first);
    for (const { address: asked } of plan.asks) expect(new URL(asked).host).toBe(plan.host);
    // The page it is kept under leads to the same thread.
    expect(planThread(plan.address).plan.asks).toEqual(thread.asks.length > 0 ? plan.asks : []);
    expect(server.asked).toEqual([]);
  });

  test.each([
    ['http://www.reddit.com/r/kites/comments/1abc/', /does not begin with https/],
    ['https://ada:secret@forum.example/t/5', /a name or a password/],
    ['https://www.reddit.com/r/kites/', /no thread that can be fetched.*Reddit \(https/],
    ['https://stackoverflow.com/a/5', /no thread that can be fetched/],
    ['https://news.ycombinator.com/item?id=1%26x', /no thread that can be fetched/],
    ['https://example.org/', /of other sites, save the data as a file/],
    ['https://', /is no address/],
  ])('%s is refused with a sentence', (address, sentence) => {
    expect(() => planThread(address)).toThrow(sentence);
  });
});

describe('a thread comes in its own shape', () => {
  test('Reddit', async () => {
    stands(redditAsks, redditThread);
    expect(await get(redditPage)).toEqual({ content: redditThread });
    expect(server.asked).toEqual([redditAsks]);
    const { host: _, connection: __, ...sent } = server.headers();
    expect(sent).toMatchObject({ 'user-agent': 'tiebreak', accept: 'application/json' });
    expect(Object.keys(sent)).not.toEqual(expect.arrayContaining(['cookie']));
  });

  test('Hacker News', async () => {
    stands('hn.algolia.com/api/v1/items/101', hackerNewsItem);
    expect(await get('https://news.ycombinator.com/item?id=101')).toEqual({ content: hackerNewsItem });
  });

  test('Discourse: posts that the first answer leaves out are asked for by their ids', async () => {
    stands('forum.example/t/5.json?print=true', discourseTopic(5, 45, 20));
    const chunk = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);
    for (const ids of [chunk(1020, 20), chunk(1040, 5)]) {
      const posts = ids.map((id) => discoursePost(5, id));
      stands(`forum.example/t/5/posts.json?${ids.map((id) => `post_ids[]=${id}`).join('&')}`, {
        post_stream: { posts },
        id: 5,
      });
    }
    const { content, missing } = await get('https://forum.example/t/how-to/5');
    expect(content).toEqual({ ...discourseTopic(5, 45, 45), url: 'https://forum.example/t/5' });
    expect(missing).toEqual([]);
    expect(server.asked).toHaveLength(3);
  });

  test('Discourse: where it may not be printed, its ordinary page is asked', async () => {
    stands('forum.example/t/5.json?print=true', (response) => sendJson(response, { errors: ['no'] }, 422));
    stands('forum.example/t/5.json', discourseTopic(5, 3, 3));
    expect((await get('https://forum.example/t/5')).content).toMatchObject(discourseTopic(5, 3, 3));
  });

  test('Discourse: a topic longer than may be asked says what is missing', async () => {
    stands('forum.example/t/5.json?print=true', discourseTopic(5, 45, 20));
    const { missing } = await get('https://forum.example/t/5', {}, { requests: 1 });
    expect(missing).toEqual(['25 of 45 posts were not fetched: the topic is longer than is asked for at once.']);
  });

  test('Stack Exchange: the question, then its answers page by page, with the rest it asks for', async () => {
    stands(se('?site=cooking.stackexchange.com&filter=withbody'), { items: [stackExchangeQuestion], has_more: false });
    stands(answersPage(1), { items: stackExchangeAnswers.slice(0, 2), has_more: true, backoff: 0.05 });
    stands(answersPage(2), { items: stackExchangeAnswers.slice(2), has_more: false });
    const { content } = await get('https://cooking.stackexchange.com/questions/7/why');
    expect(content).toEqual({ items: [stackExchangeQuestion, ...stackExchangeAnswers] });
    expect(server.asked).toHaveLength(3);
  });

  test('Lemmy and Mastodon', async () => {
    const view = { post: { id: 9, name: 'A post' }, counts: { score: 3 } };
    const comments = Array.from({ length: 60 }, (_, id) => ({ comment: { id, content: `c${id}`, path: `0.${id}` } }));
    stands('lemmy.example/api/v3/post?id=9', { post_view: view, moderators: [] });
    for (const [page, from] of [
      [1, 0],
      [2, 50],
    ] as const) {
      stands(`lemmy.example/api/v3/comment/list?post_id=9&type_=All&sort=Old&limit=50&page=${page}`, {
        comments: comments.slice(from, from + 50),
      });
    }
    expect((await get('https://lemmy.example/post/9')).content).toEqual({ post_view: view, comments });
    const status = { id: '110', content: '<p>Hello</p>' };
    const context = { ancestors: [], descendants: [{ id: '111', in_reply_to_id: '110', content: '<p>Hi</p>' }] };
    stands('social.example/api/v1/statuses/110', status);
    stands('social.example/api/v1/statuses/110/context', context);
    expect((await get('https://social.example/@ada/110')).content).toEqual({ status, context });
  });
});

describe('what goes wrong is said in a sentence', () => {
  test('nothing there, nothing for strangers, an error', async () => {
    expect(await failure(redditPage)).toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/nothing at this address \(404\).*Nothing was changed/),
    });
    stands(redditAsks, (response) => sendJson(response, {}, 403));
    expect((await failure(redditPage)).message).toMatch(
      /not signed in \(403\).*save it as a file that ends with \.json/,
    );
    stands(redditAsks, (response) => sendJson(response, {}, 503));
    expect((await failure(redditPage)).message).toMatch(/error \(503\)\. Nothing was changed: try again later/);
  });

  test('a web page instead of JSON, whatever it calls itself', async () => {
    for (const type of ['text/html', 'application/json']) {
      stands(redditAsks, (response) =>
        response.writeHead(200, { 'content-type': type }).end('<!doctype html><p>Hello'),
      );
      expect((await failure(redditPage)).message).toMatch(/a web page instead of the data.*save it as a file/);
    }
    stands(redditAsks, (response) => response.writeHead(200).end('{"kind": '));
    expect((await failure(redditPage)).message).toMatch(/not understood here/);
    stands(redditAsks, { kind: 'Listing' });
    expect((await failure(redditPage)).message).toMatch(/not understood here/);
  });

  test('a site that asks to wait is waited for, and not longer than is bearable', async () => {
    let turn = 0;
    stands(redditAsks, (response) => {
      turn += 1;
      if (turn === 1) sendJson(response, {}, 429, { 'retry-after': '0' });
      else sendJson(response, redditThread);
    });
    const waits: string[] = [];
    await get(redditPage, { onWait: (sentence: string) => waits.push(sentence) });
    expect(waits).toEqual(['www.reddit.com asks to wait for under 1 s.']);
    stands(redditAsks, (response) => sendJson(response, {}, 429, { 'retry-after': '900' }));
    expect(await failure(redditPage)).toMatchObject({
      code: 'busy',
      message: expect.stringMatching(/asked too much.*try again in 15 min/),
    });
    stands(redditAsks, (response) => sendJson(response, {}, 429));
    expect((await failure(redditPage)).message).toMatch(/try again in a few minutes/);
  });

  test('an answer without end, and one that never comes', async () => {
    stands(redditAsks, (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        if (!response.destroyed) response.write(`"${'x'.repeat(60_000)}"`, () => setTimeout(more, 1));
      };
      more();
    });
    expect(await failure(redditPage, {}, { answer: 500_000 })).toMatchObject({
      code: 'too-large',
      message: expect.stringMatching(/larger than 500 kB/),
    });
    stands(redditAsks, () => {});
    expect((await failure(redditPage, {}, { time: 100 })).message).toMatch(/did not answer within/);
  });

  test('a site that sends on elsewhere is not followed, and one that sends on to itself is', async () => {
    const sendTo = (location: string) => stands(redditAsks, (response) => response.writeHead(302, { location }).end());
    for (const elsewhere of [
      'https://evil.example/x',
      'http://www.reddit.com/x',
      'file:///etc/passwd',
      'https://www.reddit.com:444/',
    ]) {
      sendTo(elsewhere);
      expect((await failure(redditPage)).message).toMatch(/which was not agreed to\. Nothing was changed/);
    }
    expect(server.asked.every((path) => path === redditAsks)).toBe(true);
    sendTo('/r/kites/elsewhere.json');
    stands('www.reddit.com/r/kites/elsewhere.json', redditThread);
    expect((await get(redditPage)).content).toEqual(redditThread);
    sendTo(`https://${redditAsks}`);
    expect((await failure(redditPage)).message).toMatch(/without end/);
  });

  test('addresses and ids in an answer are never followed', async () => {
    const topic = discourseTopic(5, 3, 1);
    stands('forum.example/t/5.json?print=true', {
      ...topic,
      next_page: 'https://evil.example',
      post_stream: { posts: topic.post_stream.posts, stream: [1000, '1/../../admin'] },
    });
    expect((await failure('https://forum.example/t/5')).message).toMatch(/not understood here/);
    expect(server.asked).toHaveLength(1);
  });

  test('a cancel and a machine that is offline', async () => {
    const stop = new AbortController();
    stands(redditAsks, () => stop.abort());
    await expect(get(redditPage, {}, {}, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
    const nobody = fetchThread(planThread(redditPage).thread, 'http://127.0.0.1:9', { signal: never });
    await expect(nobody).rejects.toThrow(/can't be reached.*see whether this machine is online/);
  });
});
