import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a site answers an address with: JSON, or whatever a test wants. */
export type Reply =
  | object
  | ((
      response: ServerResponse,
      asked: { readonly path: string; readonly headers: NodeJS.Dict<string | string[]> },
    ) => void);

export type ThreadServer = {
  /** Is asked for threads instead of their hosts. */
  readonly address: string;
  /** What stands at HOST/PATH?QUERY. */
  readonly replies: Map<string, Reply>;
  /** Every request, as HOST/PATH?QUERY. */
  readonly asked: string[];
  /** The headers of the last one. */
  readonly headers: () => NodeJS.Dict<string | string[]>;
  readonly close: () => Promise<void>;
};

/** All sites of threads in one server, which answer as they do. What stands nowhere is 404. */
export async function startThreads(): Promise<ThreadServer> {
  const replies = new Map<string, Reply>();
  const asked: string[] = [];
  let last: NodeJS.Dict<string | string[]> = {};
  const server = createServer(({ url, headers }, response) => {
    const path = decodeURIComponent(url!.slice(1));
    asked.push(path);
    last = headers;
    const reply = replies.get(path);
    if (!reply) response.writeHead(404, { 'content-type': 'application/json' }).end('{"message": "Not Found"}');
    else if (typeof reply === 'function') reply(response, { path, headers });
    else sendJson(response, reply);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    replies,
    asked,
    headers: () => last,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function sendJson(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: NodeJS.Dict<string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'set-cookie': 'seen=1', ...headers });
  response.end(JSON.stringify(value));
}

/** A Reddit thread with two comments, one of them answered, as its page with .json gives it. */
export const redditThread = [
  listing([
    {
      kind: 't3',
      data: {
        id: '1abc',
        name: 't3_1abc',
        subreddit: 'kites',
        title: 'Which kite for strong wind?',
        selftext: 'It blows hard here.',
        score: 12,
        author: 'ada',
        permalink: '/r/kites/comments/1abc/which_kite/',
        url: 'https://www.reddit.com/r/kites/comments/1abc/which_kite/',
        created_utc: 1700000000,
        num_comments: 3,
      },
    },
  ]),
  listing([
    comment('c1', 't3_1abc', 'A small delta with a tail.', 41, [comment('c2', 't1_c1', 'And a strong line.', 5, [])]),
    comment('c3', 't3_1abc', 'None.', 2, []),
  ]),
];

function listing(children: readonly unknown[]) {
  return { kind: 'Listing', data: { after: null, before: null, dist: null, modhash: '', geo_filter: '', children } };
}

function comment(id: string, parent: string, body: string, score: number, replies: readonly unknown[]): object {
  return {
    kind: 't1',
    data: {
      id,
      name: `t1_${id}`,
      link_id: 't3_1abc',
      parent_id: parent,
      author: `author of ${id}`,
      body,
      score,
      ups: score,
      score_hidden: false,
      created_utc: 1700000100,
      permalink: `/r/kites/comments/1abc/which_kite/${id}/`,
      replies: replies.length === 0 ? '' : listing(replies),
    },
  };
}

export const hackerNewsItem = {
  id: 101,
  created_at: '2024-01-02T03:04:05.000Z',
  type: 'story',
  author: 'grace',
  title: 'Ask HN: Which clock is loudest?',
  url: null,
  text: 'I sleep too well.',
  points: 33,
  parent_id: null,
  story_id: 101,
  children: [
    hnComment(102, 101, 'A church clock.', [hnComment(103, 102, 'Move next to one.', [])]),
    hnComment(104, 101, 'Two clocks.', []),
  ],
};

function hnComment(id: number, parent: number, text: string, children: readonly unknown[]): object {
  return {
    id,
    created_at: '2024-01-02T04:00:00.000Z',
    type: 'comment',
    author: `a${id}`,
    title: null,
    url: null,
    text: `<p>${text}</p>`,
    points: null,
    parent_id: parent,
    story_id: 101,
    children,
  };
}

/** A Discourse topic of so many posts, of which it holds the first ones. */
export function discourseTopic(id: number, posts: number, here: number) {
  const ids = Array.from({ length: posts }, (_, at) => 1000 + at);
  return {
    id,
    title: 'How to store bread',
    fancy_title: 'How to store bread',
    slug: 'how-to-store-bread',
    posts_count: posts,
    post_stream: { posts: ids.slice(0, here).map((one) => discoursePost(id, one)), stream: ids },
  };
}

export function discoursePost(topic: number, id: number) {
  const number = id - 999;
  return {
    id,
    topic_id: topic,
    post_number: number,
    reply_to_post_number: null,
    username: `user${number}`,
    created_at: '2024-05-06T07:08:09.123Z',
    cooked: `<p>Way ${number} to store it.</p>`,
    actions_summary: number === 1 ? [] : [{ id: 2, count: number }],
    topic_slug: 'how-to-store-bread',
  };
}

export const stackExchangeQuestion = {
  question_id: 7,
  title: 'Why is my dough sticky?',
  body: '<p>It sticks.</p>',
  score: 4,
  creation_date: 1600000000,
  link: 'https://cooking.stackexchange.com/questions/7/why',
  owner: { display_name: 'Lin', user_id: 1 },
  accepted_answer_id: 71,
  answer_count: 2,
  is_answered: true,
};

export const stackExchangeAnswers = [
  answer(71, 9, true, 'Too much water.'),
  answer(72, 3, false, 'Knead it longer.'),
  answer(73, -1, false, 'Buy bread.'),
];

function answer(id: number, score: number, is_accepted: boolean, text: string) {
  return {
    answer_id: id,
    question_id: 7,
    score,
    is_accepted,
    body: `<p>${text}</p>`,
    creation_date: 1600001000,
    owner: { display_name: `Owner of ${id}`, user_id: id },
  };
}
