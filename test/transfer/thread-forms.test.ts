import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nouns } from '../../src-main/contract/reading.ts';
import { postsWithComments } from '../../src-main/store/posts.ts';
import { importFile } from '../../src-main/transfer/import-file.ts';
import { temporaryFile, temporaryStore } from '../support/temporary.ts';

/**
 * One thread in the forms that sites and their archives give it, its records in any order: the same comes of each, and what came in is what was
 * read less what is reported.
 */

type Made = { readonly id: number; readonly gone: boolean; readonly votes: number; readonly replies: readonly Made[] };
type Shape = { readonly gone: boolean; readonly votes: number; readonly replies: readonly Shape[] };
type Thread = { readonly comments: readonly Made[]; readonly seed: number };

const shapes: fc.Memo<Shape> = fc.memo((depth) =>
  fc.record({
    gone: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    votes: fc.integer({ min: -3, max: 40 }),
    replies: depth > 1 ? fc.array(shapes(depth - 1), { maxLength: 3 }) : fc.constant([]),
  }),
);

const threads: fc.Arbitrary<Thread> = fc
  .record({ comments: fc.array(shapes(3), { minLength: 1, maxLength: 4 }), seed: fc.nat(1000) })
  .map(({ comments, seed }) => {
    let last = 100;
    const numbered = (one: Shape): Made => {
      last += 1;
      return { ...one, id: last, replies: one.replies.map(numbered) };
    };
    return { comments: comments.map(numbered), seed };
  });

type Listed = Omit<Made, 'replies'> & { readonly parent: number | null };
const listed = (comments: readonly Made[], parent: number | null = null): Listed[] =>
  comments.flatMap(({ replies, ...one }) => [{ ...one, parent }, ...listed(replies, one.id)]);

/** In another order, the same one for a seed. */
function shuffled<T>(values: readonly T[], seed: number): T[] {
  const key = (at: number): number => ((at + 1) * 7919 * (seed + 3)) % 1009;
  return values.map((value, at) => ({ value, at })).sort((a, b) => key(a.at) - key(b.at)).map(({ value }) => value);
}

const lines = (records: readonly unknown[]): string => `${records.map((one) => JSON.stringify(one)).join('\n')}\n`;
const said = ({ id, gone }: Pick<Made, 'id' | 'gone'>, mark = '[deleted]'): string => (gone ? mark : `comment ${id}`);
const at = 1_700_000_000;
const title = 'The title';
const text = 'The text of the post.';

const redditPost = { id: 'p', name: 't3_p', title, selftext: text, subreddit: 'x', num_comments: 3, created_utc: at };
const redditComment = (one: Pick<Made, 'id' | 'gone' | 'votes'>, parent: number | null) => ({
  id: `c${one.id}`,
  body: said(one),
  score: one.votes,
  link_id: 't3_p',
  parent_id: parent === null ? 't3_p' : `t1_c${parent}`,
  created_utc: at + one.id,
});
const listing = (children: readonly unknown[]) => ({ kind: 'Listing', data: { children } });
const redditThing = ({ replies, ...one }: Made, parent: number | null): unknown => ({
  kind: 't1',
  data: {
    ...redditComment(one, parent),
    replies: replies.length > 0 ? listing(replies.map((reply) => redditThing(reply, one.id))) : '',
  },
});
const redditTree = ({ replies, ...one }: Made, parent: number | null): unknown => ({
  ...redditComment(one, parent),
  replies: replies.map((reply) => redditTree(reply, one.id)),
});

const hnStory = { id: 1, type: 'story', by: 'x', time: at, title, text, kids: [] };
const hnTree = ({ replies, ...one }: Made, parent: number): unknown => ({
  id: one.id,
  type: 'comment',
  author: 'x',
  text: one.gone ? null : said(one),
  points: one.votes,
  parent_id: parent,
  story_id: 1,
  children: replies.map((reply) => hnTree(reply, one.id)),
});

const forms: Readonly<Record<string, (thread: Thread) => readonly [name: string, content: string]>> = {
  'a thread of Reddit': ({ comments }) => [
    'a.json',
    JSON.stringify([
      listing([{ kind: 't3', data: redditPost }]),
      listing(comments.map((one) => redditThing(one, null))),
    ]),
  ],
  "Reddit's dumps": ({ comments, seed }) => [
    'a.jsonl',
    lines(shuffled([redditPost, ...listed(comments).map((one) => redditComment(one, one.parent))], seed)),
  ],
  "an archiver's submission": ({ comments }) => [
    'a.jsonl',
    lines([{ ...redditPost, comments: comments.map((one) => redditTree(one, null)) }]),
  ],
  'items of Hacker News': ({ comments, seed }) => [
    'a.jsonl',
    lines(
      shuffled(
        [
          hnStory,
          ...listed(comments).map(({ id, gone, votes, parent }) => ({
            id,
            type: 'comment',
            time: at + id,
            parent: parent ?? 1,
            score: votes,
            ...(gone ? { deleted: true } : { by: 'x', text: said({ id, gone }) }),
          })),
        ],
        seed,
      ),
    ),
  ],
  "a thread of Algolia's": ({ comments }) => [
    'a.json',
    JSON.stringify({ ...hnStory, kids: undefined, author: 'x', children: comments.map((one) => hnTree(one, 1)) }),
  ],
  "yt-dlp's info.json": ({ comments, seed }) => [
    'a.info.json',
    JSON.stringify({
      id: 'v',
      title,
      description: text,
      webpage_url: 'https://video.example/v',
      extractor: 'youtube',
      comments: shuffled(listed(comments), seed).map((one) => ({
        id: `c${one.id}`,
        text: said(one),
        like_count: one.votes,
        author: 'x',
        parent: one.parent === null ? 'root' : `c${one.parent}`,
      })),
    }),
  ],
  'a post of Lemmy': ({ comments, seed }) => [
    'a.json',
    JSON.stringify({
      post_view: { post: { id: 1, name: title, body: text, ap_id: 'https://lemmy.example/post/1' } },
      comments: shuffled(pathed(comments, '0'), seed).map(({ path, ...one }) => ({
        comment: { id: one.id, post_id: 1, content: one.gone ? '' : said(one), path, deleted: one.gone },
        counts: { score: one.votes },
        creator: { name: 'x' },
      })),
    }),
  ],
  'posts of Disqus': ({ comments, seed }) => [
    'a.json',
    JSON.stringify({
      code: 0,
      response: shuffled(listed(comments), seed).map((one) => ({
        id: String(one.id),
        thread: { id: '7', identifiers: ['a'], forum: 'f', title, clean_title: title, message: text },
        forum: 'f',
        parent: one.parent,
        raw_message: said(one),
        points: one.votes,
        isDeleted: one.gone,
        author: { name: 'x' },
      })),
    }),
  ],
  'a topic of Discourse': ({ comments, seed }) => [
    'a.json',
    JSON.stringify({
      id: 1,
      title,
      post_stream: {
        posts: [
          { id: 10, post_number: 1, topic_id: 1, raw: text, username: 'x' },
          ...shuffled(listed(comments), seed).map((one) => ({
            id: one.id,
            post_number: one.id,
            topic_id: 1,
            raw: said(one),
            username: 'x',
            reply_to_post_number: one.parent,
            user_deleted: one.gone,
            actions_summary: [{ id: 2, count: one.votes }],
          })),
        ],
      },
    }),
  ],
};

type Pathed = Listed & { readonly path: string };
function pathed(comments: readonly Made[], above: string): Pathed[] {
  return comments.flatMap(({ replies, ...one }) => {
    const path = `${above}.${one.id}`;
    return [{ ...one, parent: null, path }, ...pathed(replies, path)];
  });
}

/** What came of a file: how many posts, and each comment with its votes. */
async function outcomeOf([name, content]: readonly [string, string], replies: 'leave' | 'under') {
  const store = temporaryStore();
  const report = await importFile(store, temporaryFile(content, name), { replies }).catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'bad-input', message: expect.stringContaining('Nothing came in') });
    return null;
  });
  if (report) {
    for (const noun of nouns) {
      const left = report.reported.filter((one) => one.of === noun && one.left).reduce((sum, { count }) => sum + count, 0);
      expect({ noun, imported: report.imported[noun] }).toEqual({ noun, imported: report.read[noun] - left });
      expect(report.imported[noun]).toBeGreaterThanOrEqual(0);
    }
  }
  const posts = [...postsWithComments(store)];
  const comments = posts.flatMap((post) => post.comments.map((one) => `${one.text}: ${one.votes}`));
  if (report) {
    expect(report).toMatchObject({
      posts: posts.length,
      comments: comments.length,
      filled: 0,
      textless: posts.filter((post) => post.text === '').length,
    });
  }
  return { posts: posts.length, comments: comments.sort(), texts: posts.map((post) => post.text).sort() };
}

/** What has to come: comments that are there, under a post or under a comment that is there, where there are two of them at least. */
function expected({ comments }: Thread, replies: 'leave' | 'under'): { posts: number; comments: string[] } {
  const found = { posts: 0, comments: [] as string[] };
  const take = (given: readonly Made[]): void => {
    const there = given.filter(({ gone }) => !gone);
    if (there.length > 1) {
      found.posts += 1;
      found.comments.push(...there.map((one) => `${said(one)}: ${one.votes}`));
    }
    if (replies === 'under') for (const one of there) take(one.replies);
  };
  take(comments);
  return { ...found, comments: found.comments.sort() };
}

describe.each(['leave', 'under'] as const)('replies: %s', (replies) => {
  test.each(Object.keys(forms))('%s', async (form) => {
    await fc.assert(
      fc.asyncProperty(threads, async (thread) => {
        const { texts, ...found } = await outcomeOf(forms[form]!(thread), replies);
        expect(found).toEqual(expected(thread, replies));
        for (const one of texts) expect(one).toContain(replies === 'leave' ? text : '');
      }),
      { numRuns: 10 },
    );
  });
});

test('comments that answer each other in a circle come in once or are reported, in any order', async () => {
  const records = [
    redditPost,
    redditComment({ id: 1, gone: false, votes: 3 }, 2),
    redditComment({ id: 2, gone: false, votes: 2 }, 1),
    redditComment({ id: 3, gone: false, votes: 1 }, 1),
    redditComment({ id: 4, gone: true, votes: 1 }, 2),
    redditComment({ id: 5, gone: false, votes: 1 }, 4),
    redditComment({ id: 4, gone: true, votes: 1 }, 5),
  ];
  for (const seed of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const { comments } = await outcomeOf(['a.jsonl', lines(shuffled(records, seed))], 'under');
    expect(new Set(comments).size).toBe(comments.length);
  }
});
