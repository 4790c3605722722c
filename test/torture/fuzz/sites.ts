import { planDataSet } from '../../../src-main/hub/data-set.ts';
import { listFiles, repositoryOf } from '../../../src-main/hub/list-files.ts';
import { planThread } from '../../../src-main/threads/plan.ts';
import type { Ask } from '../../../src-main/threads/site.ts';
import {
  discoursePost,
  discourseTopic,
  hackerNewsItem,
  redditThread,
  stackExchangeAnswers,
  stackExchangeQuestion,
} from '../../support/thread-server.ts';
import { mutatedBytes, mutatedJson } from './mutate.ts';
import type { Target } from './target.ts';

const lemmyPost = {
  post_view: {
    post: { id: 5, name: 'A post', body: 'Text', ap_id: 'https://a.b/post/5' },
    counts: { score: 3, comments: 1 },
    creator: { name: 'a' },
  },
};
const lemmyComments = {
  comments: [
    {
      comment: { id: 9, content: 'A comment', path: '0.9', post_id: 5 },
      counts: { score: 1, child_count: 0 },
      creator: { name: 'b' },
    },
  ],
};
const status = {
  id: '109',
  content: '<p>A post</p>',
  favourites_count: 3,
  replies_count: 1,
  in_reply_to_id: null,
  account: { acct: 'a' },
  url: 'https://m.social/@a/109',
};

/** Threads, with what their sites answer in turn. */
const threads: readonly { readonly address: string; readonly answers: readonly unknown[] }[] = [
  { address: 'https://www.reddit.com/r/kites/comments/1abc/which/', answers: [redditThread] },
  { address: 'https://news.ycombinator.com/item?id=101', answers: [hackerNewsItem] },
  {
    address: 'https://forum.example/t/how-to-store-bread/77',
    answers: [
      discourseTopic(77, 30, 20),
      { post_stream: { posts: [discoursePost(77, 1020), discoursePost(77, 1021)] } },
    ],
  },
  {
    address: 'https://cooking.stackexchange.com/questions/7/',
    answers: [
      { items: [stackExchangeQuestion], has_more: false, quota_remaining: 9 },
      { items: stackExchangeAnswers, has_more: true, quota_remaining: 8, backoff: 1 },
      { items: [], has_more: false },
    ],
  },
  { address: 'https://lemmy.example/post/5', answers: [lemmyPost, lemmyComments, { comments: [] }] },
  {
    address: 'https://m.social/@a/109',
    answers: [status, { ancestors: [], descendants: [{ ...status, id: '110', in_reply_to_id: '109' }] }],
  },
];

const mostAsked = 200;

/** What sites answer that are asked for a thread. */
export const siteAnswers: Target = {
  open: async () => ({
    give: async (draw) => {
      const { address, answers } = draw.one(threads);
      let asked = 0;
      const ask: Ask = Object.assign(
        async (_: string): Promise<unknown> => {
          const answer = answers[Math.min(asked++, answers.length - 1)];
          if (asked > mostAsked + 1) throw new Error('It asks without end.');
          return JSON.parse(JSON.stringify(draw.chance(0.7) ? mutatedJson(draw, answer) : answer));
        },
        { left: () => mostAsked - asked, rest: async () => undefined },
      );
      JSON.stringify((await planThread(address).thread.gather(ask)).content);
    },
  }),
};

/** Addresses that people paste. */
export const addresses: Target = {
  open: async () => ({
    give: async (draw) => {
      const text = mutatedBytes(
        draw,
        Buffer.from(draw.one(threads).address),
        Buffer.from('hf:a/b//..%2f%00?#@:[::1]'),
      ).toString();
      if (draw.chance(0.3)) repositoryOf(text, 'https://huggingface.co', draw.one(['model', 'data set'] as const));
      else planThread(text);
    },
  }),
};

const listed = {
  id: 'a/b',
  sha: '1234567890abcdef1234567890abcdef12345678',
  siblings: [
    {
      rfilename: 'default/train/0000.parquet',
      size: 100,
      blobId: 'b'.repeat(40),
      lfs: { sha256: 'c'.repeat(64), size: 100 },
    },
    {
      rfilename: 'default/test/0000.parquet',
      size: 10,
      blobId: 'b'.repeat(40),
      lfs: { sha256: 'd'.repeat(64), size: 10 },
    },
    { rfilename: 'config.json', size: 10, blobId: 'a'.repeat(40) },
  ],
};

/** What the hub answers that is asked for a list of files. */
export const hubAnswers: Target = {
  open: async () => {
    const asked = globalThis.fetch;
    let answer = '';
    globalThis.fetch = async () => new Response(answer, { headers: { 'content-type': 'application/json' } });
    const { signal } = new AbortController();
    return {
      give: async (draw) => {
        const text = JSON.stringify(mutatedJson(draw, listed));
        answer = draw.chance(0.2) ? mutatedBytes(draw, Buffer.from(text)).toString() : text;
        const hub = 'https://huggingface.co';
        if (draw.chance(0.5)) {
          const { names, file } = await listFiles(hub, 'model', 'a/b', 'main', signal);
          for (const name of names) file(name);
        } else
          await planDataSet(hub, { name: 'hf:a/b', split: undefined, rows: undefined, revision: undefined }, signal);
      },
      close: async () => {
        globalThis.fetch = asked;
      },
    };
  },
};
