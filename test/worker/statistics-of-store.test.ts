import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Preference } from '../../src-main/contract/records.ts';
import { describeTexts, distribution } from '../../src-main/dataset/describe.ts';
import { histogramOfCounts } from '../../src-main/dataset/histogram.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import { addAnswer } from '../../src-main/store/answers.ts';
import { findPost } from '../../src-main/store/posts.ts';
import { importFile } from '../../src-main/transfer/import-file.ts';
import { dataStatisticsOf, statisticsOf } from '../../src-main/worker/statistics-of-store.ts';
import { temporaryStore } from '../support/temporary.ts';

const histogram = (values: readonly number[]) =>
  values.reduce((counts, value) => counts.set(value, (counts.get(value) ?? 0) + 1), new Map<number, number>());

const histogramOf = (values: readonly number[]) => histogramOfCounts(histogram(values));

test('mean and quartiles', () => {
  expect(distribution(histogram([4, 1, 2, 3]))).toEqual({
    count: 4,
    mean: 2.5,
    lowerQuartile: 1.75,
    median: 2.5,
    upperQuartile: 3.25,
    highest: 4,
  });
  expect(distribution(histogram([7, 7, 7]))).toMatchObject({ mean: 7, lowerQuartile: 7, median: 7, upperQuartile: 7 });
  expect(distribution(new Map())).toMatchObject({ count: 0, mean: 0 });
  expect(describeTexts([])).toMatchObject({ texts: { posts: 0, comments: 0, byRank: [] }, votes: null });
});

test('histograms have round equal classes, and outliers at their ends', () => {
  expect(histogramOfCounts(histogram([1, 1, 2, 3]))).toEqual({ edges: [1, 2, 3, 4], counts: [2, 1, 1] });
  expect(histogramOf([0.1, 0.3])).toMatchObject({ edges: expect.arrayContaining([0.2]) });
  const values = [-5000, ...Array.from({ length: 1000 }, (_, n) => n - 100), 90_000];
  const { edges, counts } = histogramOf(values);
  expect([edges[0], edges[1], edges.at(-1)]).toEqual([-100, -50, 900]);
  expect(counts).toEqual([51, ...Array(18).fill(50), 51]);
  expect(histogramOfCounts(new Map())).toEqual({ edges: [0, 1], counts: [0] });
  // What people would choose: whole classes for whole numbers, and no edge where nothing is.
  const edgesOf = (lowest: number, highest: number, step: number) =>
    histogramOf(Array.from({ length: 1 + Math.round((highest - lowest) / step) }, (_, index) => lowest + index * step))
      .edges;
  expect(edgesOf(4, 5, 1)).toEqual([4, 5, 6]);
  expect(edgesOf(-3, 12, 1)).toEqual(Array.from({ length: 17 }, (_, index) => index - 3));
  expect(edgesOf(0, 1000, 1).slice(0, 3)).toEqual([0, 50, 100]);
  expect(edgesOf(0, 1, 1 / 1024).slice(0, 3)).toEqual([0, 0.05, 0.1]);
  const near = histogramOf([1e9, 1e9 + 1e-6]).edges;
  expect(near).toEqual([...new Set(near)].sort((a, b) => a - b));
});

test('no value is lost in a histogram, or stands in the wrong class', () => {
  const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), fc.integer());
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), (values) => {
      const { edges, counts } = histogramOf(values);
      expect(edges).toHaveLength(counts.length + 1);
      const last = counts.length - 1;
      const expected = counts.map(
        (_, place) =>
          values.filter((v) => (place === 0 || v >= edges[place]!) && (place === last || v < edges[place + 1]!)).length,
      );
      expect(counts).toEqual(expected);
    }),
    { examples: [[[5e-324, -5e-324]]] },
  );
});

test('counts, lengths, votes by rank, labels per person and their agreement', () => {
  const store = temporaryStore();
  const head = { title: null, text: 'p', context: null };
  const comments = ['two words', 'a', 'bcd'].map((text, rank) => ({ text, rank, votes: 10 - rank }));
  addPost(store, { ...head, key: 'a', group: 'a', split: 'train', comments }, { importId: null, line: null });
  addPost(
    store,
    { ...head, key: 'b', group: 'b', split: 'test', comments: comments.slice(0, 2) },
    { importId: null, line: null },
  );
  const { id: postId, comments: known } = findPost(store, 'a');
  const [one, two, three] = known.map((comment) => comment.id);
  const say = (annotator: string, leftId: number, rightId: number, choice: Preference) =>
    addAnswer(store, { postId, leftId, rightId, choice, annotator, origin: 'compare' });
  say('ann', one!, two!, 'left');
  say('bob', two!, one!, 'right');
  say('ann', two!, three!, 'left');
  say('bob', two!, three!, 'bad');
  say('ann', one!, three!, 'left');
  const found = statisticsOf(store);
  expect(found.totals).toMatchObject({ posts: 2, comments: 5, labels: 5 });
  expect(found.splits).toEqual({
    train: { posts: 1, comments: 3, labels: 5 },
    validation: { posts: 0, comments: 0, labels: 0 },
    test: { posts: 1, comments: 2, labels: 0 },
  });
  expect(found.texts.commentsPerPost).toMatchObject({ mean: 2.5, median: 2.5 });
  expect(found.texts.characters).toMatchObject({ count: 5, mean: 4.6, median: 3, highest: 9 });
  expect(found.texts.words).toMatchObject({ mean: 1.4, median: 1 });
  expect(found.texts.byRank).toEqual([
    { rank: 0, comments: 2, meanCharacters: 9, meanVotes: 10 },
    { rank: 1, comments: 2, meanCharacters: 1, meanVotes: 9 },
    { rank: 2, comments: 1, meanCharacters: 3, meanVotes: 8 },
  ]);
  expect(found.annotators.map(({ annotator, labels }) => [annotator, labels])).toEqual([
    ['ann', 3],
    ['bob', 2],
  ]);
  expect(found.agreement).toMatchObject({ pairs: 2, share: 0.5 });
});

test('the bundled sample arrives whole, with every group in one split', async () => {
  const store = temporaryStore();
  for (const source of ['ukp', 'captions']) {
    for (const split of ['train', 'validation', 'test'] as const) {
      const path = join(import.meta.dirname, '../../resources/sample', `${source}-${split}.jsonl`);
      const report = await importFile(store, path, { split });
      expect(report).toMatchObject({ skippedCount: 0, keptWithGroup: 0, looksLikeHtml: 0 });
    }
  }
  const { splits } = statisticsOf(store);
  expect([splits.train.posts, splits.validation.posts, splits.test.posts]).toEqual([263, 64, 85]);
});

test('titles come again apart from numbers and months: how many, of how many posts, with the title of the first', () => {
  const store = temporaryStore();
  const titles = [
    'Who is hiring? (May 2023)',
    'Once',
    'Open thread 7',
    'who is HIRING? (June 2024)',
    null,
    'Open thread 8',
    'Who is hiring? (July 2025)',
  ];
  for (const [n, title] of titles.entries()) {
    const comments = ['a', 'b'].map((text, rank) => ({ text, rank, votes: n + rank / 2 }));
    const post = { key: `${n}`, title, text: `${n}`, context: null, group: `${n}`, split: 'train' as const, comments };
    addPost(store, post, { importId: null, line: null });
  }
  const { sections, votes } = dataStatisticsOf(store, () => {});
  const threads = sections.find(({ id }) => id === 'repeats')!.figures.find(({ id }) => id === 'threads')!;
  expect(threads.says).toMatch(/^5 posts of 6 with a title .*: 2 such titles in all\.$/);
  expect(threads.numbers.rows).toEqual([
    ['3', 'Who is hiring? (May 2023)'],
    ['2', 'Open thread 7'],
  ]);
  expect(votes!.counts.reduce((sum, count) => sum + count, 0)).toBe(14);
});
