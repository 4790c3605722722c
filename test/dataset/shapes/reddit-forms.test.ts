import { expect, test } from 'vitest';
import { reddit } from '../../../src-main/dataset/shapes/reddit.ts';
import { factsOfFile, inShort } from '../../support/file-facts.ts';

const read = reddit.open({ fields: new Map() });

test("a thread as the API gives it: replies name what they answer, hidden votes and 'more' are said", async () => {
  const facts = (await factsOfFile(reddit, 'reddit-listings.json')).flat();
  expect(inShort(facts)).toEqual([
    'post t3_b7',
    't1_m1 votes 1 under t3_b7',
    't1_m2 votes 40 under t3_b7',
    't1_m3 votes 5 under t3_b7 answers t1_m2',
    'left comment behind-a-link 2',
    't1_m4 under t3_b7',
    'left vote votes-hidden 1',
    't1_m5 votes -4 under t3_b7',
    'left comment behind-a-link 1',
  ]);
  expect(facts[0]).toEqual({
    kind: 'post',
    post: {
      id: 't3_b7',
      title: 'Fern & draught',
      text: 'It stands by a window > 20 years old.',
      author: 'ida',
      date: 1700000000,
      link: 'https://www.reddit.com/r/houseplants_demo/comments/b7/fern/',
    },
    comments: [],
    list: 'thread',
  });
  expect(facts[2]).toMatchObject({
    comment: {
      text: 'Move it away from the window.',
      author: 'jo',
      date: 1700000100,
      link: 'https://www.reddit.com/r/houseplants_demo/comments/b7/fern/m2/',
    },
  });
});

test('submissions and comments of dumps, in any order: ids become full names, numbers too', async () => {
  expect(inShort((await factsOfFile(reddit, 'reddit-pushshift.jsonl')).flat())).toEqual([
    't1_c2 votes 12 under t3_p1',
    'post t3_p1',
    't1_c3 votes 44 under t3_p1',
    't1_c4 votes 2 under t3_p1 answers t1_c3',
    // 435 to the base of 36.
    't1_c5 votes 3 under t3_p1 answers t1_c3',
  ]);
});

test('a submission with its comments in it, as archivers write it', async () => {
  const facts = (await factsOfFile(reddit, 'reddit-archive.jsonl')).flat();
  expect(inShort(facts)).toEqual([
    'post t3_q1',
    '  t1_d1 votes 7',
    '    t1_d2 votes 1',
    '  t1_d3 votes 2',
    // null in the list: it is reported as a comment without a text.
    '  undefined',
  ]);
});

test('a table of both: each row has the columns of the other kind', async () => {
  expect(inShort((await factsOfFile(reddit, 'reddit-table.csv')).flat())).toEqual([
    'post t3_r1',
    't1_e1 votes 21 under t3_r1',
    't1_e2 under t3_r1',
    'left vote votes-hidden 1',
  ]);
});

test('several threads in a file, bare ids, and what is neither', () => {
  const thing = (kind: string, data: object) => ({ kind: 'Listing', data: { children: [{ kind, data }] } });
  const thread = [thing('t3', { id: 'z1', title: 'Z' }), thing('t1', { id: 'y1', body: 'Y', link_id: 't3_z1' })];
  expect(inShort(read(thread))).toEqual(['post t3_z1', 't1_y1 under t3_z1']);
  expect(reddit.fits({ format: 'jsonl', columns: null, values: [thread] })).toBe(1);
  expect(inShort(read({ id: 'y2', body: 'Y', link_id: 'z1', parent_id: 'z1', score: 3 }))).toEqual([
    't1_y2 votes 3 under t3_z1',
  ]);
  expect(inShort(read({ id: 'y3', body: 'Y', link_id: 'z1', parent_id: 'y2' }))).toEqual([
    't1_y3 under t3_z1 answers t1_y2',
  ]);
  expect(inShort(read(7))).toEqual(['left row not-reddit 1']);
  // One record is one row, whatever stands in it.
  expect(inShort(read(thing('t5', {})))).toEqual(['left comment not-reddit 1']);
});

test('a submission beside its comments', () => {
  const record = {
    submission: { id: 'a', title: 'T', selftext: 'S', subreddit: 'x', num_comments: 2 },
    comments: [
      { id: 'b', body: 'B', score: 5 },
      { id: 'c', body: 'C', score: 2, parent_id: 't1_b' },
    ],
  };
  expect(inShort(read(record))).toEqual([
    'post t3_a',
    't1_b votes 5 under t3_a',
    't1_c votes 2 under t3_a answers t1_b',
  ]);
  expect(reddit.fits({ format: 'json', columns: null, values: [record] })).toBeGreaterThan(0.9);
});
