import { expect, test } from 'vitest';
import { useEncoder, vectorWidth } from '../../../src-main/contract/engine.ts';
import { printWhy } from '../../../src-main/doors/terminal/why.ts';
import { addAnswer } from '../../../src-main/store/answers.ts';
import { keepEmbeddings } from '../../../src-main/store/embeddings.ts';
import { addModel } from '../../../src-main/store/models.ts';
import type { WritingStore } from '../../../src-main/store/open.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { importPosts, type OpenHouse, openHouse } from '../../support/house-with-posts.ts';

const long = 'This one is longer. It goes on.';
const short = 'Short, and good!';

// The engine of the tests gives the length of a comment as its reward.
async function ranked(): Promise<OpenHouse> {
  const house = openHouse();
  await importPosts(house.app, [
    { id: 'a', comments: [long, short, 'Third'] },
    { id: 'b', comments: ['one', 'other', 'another'] },
    { id: 'c', comments: ['yes', 'no'] },
  ]);
  addModel(house.store, {
    name: 'lengths',
    kind: 'reward',
    folder: 'models/lengths',
    base: null,
    runId: null,
    metrics: {},
  });
  return house;
}

function prefer(store: WritingStore, post: number, better: string, worse: string, annotator: string): void {
  const { comments } = findPost(store, post);
  const idOf = (text: string): number => comments.find((comment) => comment.text === text)!.id;
  const [leftId, rightId] = [idOf(better), idOf(worse)];
  addAnswer(store, { postId: post, leftId, rightId, choice: 'left', annotator, origin: 'compare' });
}

/** Whose vectors are computed in the background. */
const encoder = useEncoder.name;
/** Vectors that say nothing beyond their first two numbers. */
function keep(store: WritingStore, vectors: Readonly<Record<string, readonly [number, number]>>): void {
  const texts = Object.keys(vectors);
  const numbers = new Float32Array(texts.length * vectorWidth);
  for (const [i, text] of texts.entries()) numbers.set(vectors[text]!, i * vectorWidth);
  keepEmbeddings(store, encoder, texts, numbers);
}

test('of a model whose rewards are no sums, each part is what the difference loses without it', async () => {
  const { api } = await ranked();
  const why = await api.rankings.why({ post: 1, first: 1, second: 2 });
  expect(why).toMatchObject({
    model: 'lengths',
    way: 'left-out',
    first: { id: 1, text: long, reward: long.length, place: 0 },
    second: { id: 2, text: short, reward: short.length, place: 1 },
    difference: long.length - short.length,
  });
  // Three words each: 'This one is' against all of the short one.
  const difference = long.length - short.length;
  expect(Object.fromEntries(why.parts.map(({ kind, share }) => [kind, share]))).toEqual({
    length: difference - ('This one is'.length - short.length),
    form: difference - ('this one is longer it goes on'.length - 'short and good'.length),
    // Sorted, the words are as long together; and this engine reads no posts.
    order: 0,
    post: 0,
  });
  expect(why.sentences).toEqual([
    { of: 'first', what: 'This one is longer.', share: long.length - 'It goes on.'.length },
    { of: 'first', what: 'It goes on.', share: long.length - 'This one is longer.'.length },
  ]);
  const printed = printWhy(why);
  expect(printed).toContain(`The first (#1, 1st, reward 31.00): ${long}`);
  expect(printed).toContain('lengths gives the first 15.00 more reward.');
  expect(printed).toMatch(/^length +=+ \| +20\.00 for the first +What is lost when the longer comment ends/m);
  expect(printed).toContain('Such parts need not add up');
  expect(printed).toContain('20.00 for the first: a sentence of the first, "This one is longer."');
});

test('asked the other way round all signs turn', async () => {
  const { api, store } = await ranked();
  for (const annotator of ['Anna', 'Ben']) prefer(store, 1, short, long, annotator);
  const [one, other] = [
    await api.rankings.why({ post: 1, first: 1, second: 2 }),
    await api.rankings.why({ post: 1, first: 2, second: 1 }),
  ];
  expect(other.difference).toBe(-one.difference);
  expect(other.parts.map(({ share }) => share + 0)).toEqual(one.parts.map(({ share }) => -share + 0));
  expect(other.answers.share).toBeCloseTo(-one.answers.share!, 9);
  expect(other.chance! + one.chance!).toBeCloseTo(1, 9);
  expect(one.answers.onBoth).toEqual({ first: 0, second: 2, neither: 0 });
  expect(other.answers.onBoth).toEqual({ first: 2, second: 0, neither: 0 });
});

test('answers on the post add what the joined ranking has beyond the model', async () => {
  const { app, api, store } = await ranked();
  const before = await api.rankings.why({ post: 1, first: 1, second: 2 });
  expect(before.answers).toEqual({ share: 0, onPost: 0, onBoth: { first: 0, second: 0, neither: 0 } });
  expect(printWhy(before)).toContain('By the model alone, the first is better with a chance of 100%');
  for (let i = 0; i < 12; i++) prefer(store, 1, short, long, `Person ${i}`);
  const { answers, difference, chance } = await api.rankings.why({ post: 1, first: 1, second: 2 });
  expect(answers).toMatchObject({ onPost: 12, onBoth: { first: 0, second: 12 } });
  expect(answers.share).toBeLessThan(-1);
  expect(chance).toBeLessThan(before.chance!);
  // As the ranking has the two.
  const [post] = (await app.rank({ post: '1', device: 'cpu' })).posts;
  const worth = new Map(post!.comments.map((comment) => [comment.id, comment.worth!]));
  const believed = (worth.get(1)! - worth.get(2)!) / Math.sqrt((Math.PI / 4) * 0.8 ** 2);
  expect(difference + answers.share!).toBeCloseTo(believed, 6);
});

test('compared pairs that differ as the two do are shown, the most alike first, and which of the two they speak for', async () => {
  const { api, store } = await ranked();
  for (const annotator of ['Anna', 'Ben']) prefer(store, 2, 'one', 'other', annotator);
  prefer(store, 2, 'other', 'one', 'Cy');
  prefer(store, 3, 'no', 'yes', 'Anna');
  // On these two people are divided, so they speak for neither.
  prefer(store, 2, 'another', 'one', 'Anna');
  prefer(store, 2, 'one', 'another', 'Ben');
  // The two themselves are no precedent of their own.
  prefer(store, 1, long, short, 'Anna');
  const unread = await api.rankings.why({ post: 1, first: 1, second: 2 });
  expect(unread.precedents).toEqual({ list: [], pairs: 2, unread: 2, older: false, encoder });
  expect(printWhy(unread)).toContain('train a quick model, or leave the app open');

  keep(store, { one: [1, 0.2], other: [0, 0], [long]: [2, 0], [short]: [1, 0], yes: [3, 0], no: [1, 0] });
  const { precedents, ...why } = await api.rankings.why({ post: 1, first: 1, second: 2 });
  expect(precedents).toMatchObject({ pairs: 2, unread: 0 });
  expect(precedents.list).toMatchObject([
    { post: 3, better: 'no', worse: 'yes', likeness: -1 },
    { post: 2, better: 'one', worse: 'other', people: { first: 2, second: 1, neither: 0 } },
  ]);
  expect(precedents.list[1]!.likeness).toBeCloseTo(1 / Math.hypot(1, 0.2), 6);
  const printed = printWhy({ ...why, precedents });
  expect(printed).toContain('Among 2 compared pairs, these differ most nearly as the two do.');
  expect(printed).toMatch(
    /Speaks for the second, .*likeness 1\.00; 1 person prefers the better one\)\.\n {2}better {2}no/,
  );
  expect(printed).toMatch(/Speaks for the first, .*2 people prefer the better one and 1 the worse one/);
});

test('pairs that have nothing to do with the two are not shown', async () => {
  const { api, store } = await ranked();
  prefer(store, 2, 'one', 'other', 'Anna');
  prefer(store, 3, 'no', 'yes', 'Anna');
  keep(store, { one: [0.1, 1], other: [0, 0], [long]: [2, 0], [short]: [1, 0] });
  const why = await api.rankings.why({ post: 1, first: 1, second: 2 });
  expect(why.precedents).toMatchObject({ list: [], pairs: 2, unread: 1 });
  expect(printWhy(why)).toContain(
    'Among 2 compared pairs, none differs as these two do. 1 pair has no vectors yet and could not be looked at.',
  );
});

test('the vectors of the two are read where they are not kept', async () => {
  const { api, store } = await ranked();
  // As the engine of the tests makes them: a one at the length of the text.
  const vector = (length: number) => Float32Array.from({ length: vectorWidth }, (_, i) => (i === length ? 1 : 0));
  prefer(store, 3, 'no', 'yes', 'Anna');
  keepEmbeddings(store, encoder, ['no'], vector(long.length));
  keepEmbeddings(store, encoder, ['yes'], vector(short.length));
  const { precedents } = await api.rankings.why({ post: 1, first: 1, second: 2 });
  expect(precedents.list).toMatchObject([{ better: 'no', worse: 'yes', likeness: 1 }]);
});

test('two comments of the post are asked for, and of no other', async () => {
  const { app, api } = await ranked();
  await expect(api.rankings.why({ post: 1, first: 1, second: 1 })).rejects.toThrow('named twice');
  await expect(api.rankings.why({ post: 1, first: 1, second: 4 })).rejects.toThrow(
    "Post 1 has no comment 4: 'tiebreak rank --post 1' shows the numbers of its comments.",
  );
  await expect(api.rankings.why({ post: 9, first: 1, second: 2 })).rejects.toThrow('There is no post 9.');
  const why = await app.why({ post: 'a', first: 3, second: 1 });
  expect(why).toMatchObject({ post: 1, first: { text: 'Third', place: 2 }, second: { place: 0 } });
});
