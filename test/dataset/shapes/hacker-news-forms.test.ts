import { expect, test } from 'vitest';
import { hackerNews } from '../../../src-main/dataset/shapes/hacker-news.ts';
import { factsOfFile, inShort } from '../../support/file-facts.ts';

const read = hackerNews.open({ fields: new Map() });

test('items of the API, which name what they stand under', async () => {
  const facts = (await factsOfFile(hackerNews, 'hacker-news-items.jsonl')).flat();
  expect(inShort(facts)).toEqual([
    'post hn_901',
    'hn_902 under ? answers hn_901',
    'hn_903 under ? answers hn_902',
    'hn_904 deleted under ? answers hn_901',
    'post hn_905',
    'post hn_906',
    'left row poll-option 1',
  ]);
  expect(facts[0]).toMatchObject({
    post: { title: 'A clock of paper', author: 'ada', date: 1700000000, link: 'https://example.org/clock', html: true },
  });
  expect(facts[1]).toMatchObject({
    comment: {
      text: 'It&#x27;s lovely.<p>How long did it take?',
      author: 'bea',
      date: 1700000100,
      link: 'https://news.ycombinator.com/item?id=902',
      html: true,
    },
  });
});

test("a thread of Algolia's, what a search there finds, and the tables of BigQuery", async () => {
  const facts = (await factsOfFile(hackerNews, 'hacker-news-item.json')).flat();
  expect(inShort(facts)).toEqual([
    'post hn_911',
    '  hn_912',
    '    hn_913',
    '  hn_914',
    '  hn_915',
    '    hn_916',
    '    hn_917',
  ]);
  expect(facts[0]).toMatchObject({ post: { date: 1700000000, link: 'https://news.ycombinator.com/item?id=911' } });
  expect(inShort((await factsOfFile(hackerNews, 'hacker-news-search.json')).flat())).toEqual([
    'post hn_921',
    'hn_922 under hn_921',
  ]);
  expect(inShort((await factsOfFile(hackerNews, 'hacker-news-bigquery.csv')).flat())).toEqual([
    'post hn_931',
    'hn_932 votes  under ? answers hn_931',
    'hn_933 votes  deleted under ? answers hn_931',
  ]);
});

test('a comment with those that stand in it: each names what it answers, and nothing is lost', () => {
  const inner = { id: 3, type: 'comment', author: 'x', text: 'C', children: [null] };
  const outer = { id: 2, type: 'comment', author: 'x', text: 'B', parent_id: 1, story_id: 1, children: [inner] };
  expect(inShort(read(outer))).toEqual([
    'hn_2 under hn_1',
    'hn_3 under hn_1 answers hn_2',
    'left comment not-an-item 1',
  ]);
});

test('dumps that say the type by a number, or have a table for each type', () => {
  expect(inShort(read({ id: 5, type: 2, by: 'x', time: 1, parent: 4, text: 'B', kids: [] }))).toEqual([
    'hn_5 under ? answers hn_4',
  ]);
  expect(inShort(read({ id: 5, by: 'x', time: 1, parent: 4, text: 'B', dead: null }))).toEqual([
    'hn_5 under ? answers hn_4',
  ]);
  expect(inShort(read({ id: 4, by: 'x', time: 1, title: 'A', descendants: 1, dead: null }))).toEqual(['post hn_4']);
  expect(inShort(read({ id: 4, title: 'A', comments: [] }))).toEqual(['left row not-an-item 1']);
});

test('a broken record does not hide what the file is', () => {
  const item = { id: 1, type: 'story', by: 'x', time: 1, title: 'A', kids: [] };
  const values = [...Array.from({ length: 9 }, (_, at) => ({ ...item, id: at })), { oops: true }];
  expect(hackerNews.fits({ format: 'jsonl', columns: null, values })).toBeGreaterThan(0.8);
});

test('a thread with the comments in the place of their ids', () => {
  const item = (id: number, kids: unknown[]) => ({
    id,
    type: id === 1 ? 'story' : 'comment',
    by: 'x',
    title: 'A',
    text: 'T',
    kids,
  });
  expect(inShort(read(item(1, [item(2, [item(3, [])]), 4])))).toEqual([
    'post hn_1',
    '  hn_2',
    '    hn_3',
    // An id without its comment is reported as a comment without a text.
    '  undefined',
  ]);
});
