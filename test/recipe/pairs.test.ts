import { expect, test } from 'vitest';
import { rankedList } from '../../src-main/common/ranked-lists.ts';
import { sureness } from '../../src-main/common/sureness.ts';
import type { Answer, Comment, PostWithComments, Preference } from '../../src-main/contract/records.ts';
import { pairsOfPost, postInput, trainingGroup } from '../../src-main/recipe/pairs.ts';
import { plainVotes, type VotesRule } from '../../src-main/recipe/votes.ts';

const comment = (id: number, rank: number | null, text = `comment ${id}`): Comment => ({
  id,
  postId: 7,
  text,
  rank,
  votes: null,
  author: null,
  createdAt: null,
  link: null,
});
const listOf = (comments: readonly Pick<Comment, 'id' | 'rank' | 'votes'>[]) =>
  rankedList(comments.map(({ id: commentId, rank, votes }) => ({ commentId, rank, votes })));
const post = (comments: readonly Comment[], lists = [listOf(comments)]): PostWithComments => ({
  id: 7,
  key: 'seven',
  title: 'Title',
  text: 'Text',
  context: 'Context',
  group: 'g',
  split: 'train',
  author: null,
  createdAt: null,
  link: null,
  comments,
  lists,
});
const answer = (leftId: number, rightId: number, choice: Preference, annotator = 'a'): Answer<Preference> => ({
  id: 0,
  key: '',
  postId: 7,
  leftId,
  rightId,
  choice,
  annotator,
  origin: 'compare',
  note: '',
  again: false,
  createdAt: '',
  durationMs: null,
  revokedAt: null,
  models: null,
  margin: null,
  chosenBy: null,
  chance: null,
  much: false,
  question: null,
  verdict: false,
});
/** Pairs by the numbers of the comments: 'better > worse: target'. */
const named = (from: ReturnType<typeof pairsOfPost>): string[] =>
  from.pairs
    .map(({ first, second, target }) => `${from.comments[first]!.id} > ${from.comments[second]!.id}: ${target}`)
    .toSorted();

test('ranks that differ make pairs, equal and missing ones none', () => {
  const made = pairsOfPost(post([comment(1, 0), comment(2, 1), comment(3, 1), comment(4, null)]), [], 'both');
  expect(named(made)).toEqual(['1 > 2: 1', '1 > 3: 1']);
});

test('a rule for votes judges each list by itself, and leaves answers and given places alone', () => {
  const comments = [comment(1, 0), comment(2, 1), comment(3, 2), comment(4, 3)];
  const lists = [
    listOf([
      { id: 1, rank: null, votes: 40 },
      { id: 2, rank: null, votes: 38 },
      { id: 3, rank: null, votes: 1 },
    ]),
    listOf([
      { id: 2, rank: 0, votes: null },
      { id: 3, rank: 1, votes: null },
      { id: 4, rank: 2, votes: null },
    ]),
  ];
  const of = (rule: Partial<VotesRule>, answers: readonly Answer<Preference>[] = []) =>
    named(pairsOfPost(post(comments, lists), answers, 'both', { ...plainVotes, ...rule }));
  expect(of({ margin: 3 })).toEqual(['1 > 3: 1', '2 > 3: 1', '2 > 4: 1', '3 > 4: 1']);
  expect(of({ margin: 3 }, [answer(1, 2, 'right')])).toContain('2 > 1: 1');
  const sure = of({ votes: 'sure' });
  expect(sure).toHaveLength(5);
  expect(sure).toContain(`1 > 2: ${sureness(40, 38)}`);
  expect(pairsOfPost(post(comments, lists), [], 'both', { ...plainVotes, votes: 'sure' }).contradictions).toBe(0);
});

test('the answers of people are averaged whichever way they were shown, and overrule ranks', () => {
  const comments = [comment(1, 0), comment(2, 1), comment(3, 2)];
  const answers = [answer(2, 1, 'left'), answer(1, 2, 'right', 'b'), answer(1, 2, 'bad', 'c'), answer(3, 1, 'tie')];
  const [better, tie] = named(pairsOfPost(post(comments), answers, 'labels'));
  expect(better).toMatch(/^2 > 1: 0\.83/);
  expect(tie).toMatch(/^(1 > 3|3 > 1): 0\.5$/);
  const both = pairsOfPost(post(comments), answers, 'both');
  expect(named(both)).toHaveLength(3);
  expect(named({ ...both, pairs: [...both.answered] })).toEqual([better, tie]);
  expect(named(pairsOfPost(post(comments), answers, 'votes'))).toEqual(['1 > 2: 1', '1 > 3: 1', '2 > 3: 1']);
});

test('however often a person answers a pair, it is one say: their answers share it', () => {
  const comments = [comment(1, null), comment(2, null)];
  const target = (...answers: readonly Answer<Preference>[]) => named(pairsOfPost(post(comments), answers, 'labels'));
  const often = Array.from({ length: 9 }, () => answer(1, 2, 'left'));
  expect(target(...often)).toEqual(['1 > 2: 1']);
  // Nine times by one person against once by another: they are two.
  expect(target(...often, answer(1, 2, 'right', 'b'))).toEqual(
    expect.arrayContaining([expect.stringMatching(/: 0\.5$/)]),
  );
  // Asked again, and said otherwise: half and half, which is half a say for each side beside what others say.
  const again = { ...answer(2, 1, 'left'), again: true };
  expect(target(answer(1, 2, 'left'), again)).toEqual([expect.stringMatching(/: 0\.5$/)]);
  expect(target(answer(1, 2, 'left'), again, answer(2, 1, 'right', 'b'))).toEqual(['1 > 2: 0.75']);
  expect(target(answer(1, 2, 'left'), { ...answer(2, 1, 'right'), again: true })).toEqual(['1 > 2: 1']);
});

test("'adjacent' takes the four neighbours of five, over gaps and beside equal ranks, and no answers", () => {
  const five = [0, 1, 2, 3, 4].map((rank) => comment(rank + 1, rank));
  const neighbours = ['1 > 2: 1', '2 > 3: 1', '3 > 4: 1', '4 > 5: 1'];
  expect(named(pairsOfPost(post(five), [answer(5, 1, 'left')], 'adjacent'))).toEqual(neighbours);
  const gaps = [comment(1, 0), comment(2, 7), comment(3, 7), comment(4, 9), comment(5, null)];
  expect(named(pairsOfPost(post(gaps), [], 'adjacent'))).toEqual(['1 > 2: 1', '1 > 3: 1', '2 > 4: 1', '3 > 4: 1']);
  const equal = [comment(1, 0, 'a'), comment(2, 1, 'b'), comment(3, 2, 'b')];
  expect(named(pairsOfPost(post(equal), [], 'adjacent'))).toEqual(['1 > 2: 1']);
});

test('a training is told the ranks, where there are any', () => {
  const some = trainingGroup(post([comment(1, 0), comment(2, null)]), [], { pairs: 'both', context: 'post' });
  expect(some.ranks!.toSorted()).toEqual([0, null]);
  expect(some.ranks![some.texts.findIndex((text) => text.comment === 'comment 1')]).toBe(0);
  const none = trainingGroup(post([comment(1, null)]), [], { pairs: 'both', context: 'post' });
  expect('ranks' in none).toBe(false);
});

test('two equal texts are no pair', () => {
  expect(pairsOfPost(post([comment(1, 0, 'same'), comment(2, 1, 'same')]), [], 'both').pairs).toEqual([]);
});

test('the order of the file has no influence', () => {
  const comments = Array.from({ length: 6 }, (_, i) => comment(i, i));
  const one = trainingGroup(post(comments), [], { pairs: 'both', context: 'post' });
  const other = trainingGroup(post(comments.toReversed()), [], { pairs: 'both', context: 'post' });
  expect(one.texts).toEqual(other.texts);
  expect(one.texts.map(({ comment: text }) => text)).not.toEqual(comments.map(({ text }) => text));
});

test('a model reads of a post what the context says', () => {
  expect(postInput(post([]), 'post')).toBe('Title\n\nText\n\nContext');
  expect(postInput({ title: 'Title', text: 'Title. And more', context: null }, 'post')).toBe('Title. And more');
  expect(postInput(post([]), 'none')).toBe('Title');
  expect(postInput({ title: null, text: 'Text', context: 'Context' }, 'none')).toBe('Text');
});

test('pairs come from each list alone, with their mean where several have the two; contradictions are counted', () => {
  const comments = [1, 2, 3, 4].map((id) => comment(id, null));
  const ranked = (places: Readonly<Record<number, number>>) => ({
    entries: Object.entries(places).map(([id, place]) => ({ commentId: Number(id), place, votes: null })),
  });
  const lists = [ranked({ 1: 0, 2: 1 }), ranked({ 2: 0, 1: 1, 3: 2 }), ranked({ 3: 0, 4: 1 })];
  const made = pairsOfPost(post(comments, lists), [], 'votes');
  // 4 stands in no list with 1 and 2.
  expect(
    named(made)
      .map((name) => name.replace(/^2 > 1: 0.5$/, '1 > 2: 0.5'))
      .toSorted(),
  ).toEqual(['1 > 2: 0.5', '1 > 3: 1', '2 > 3: 1', '3 > 4: 1']);
  expect(made.contradictions).toBe(1);
  const places = new Map(made.comments.map(({ id }, at) => [id, made.ranks[at]]));
  expect([1, 2, 3, 4].map((id) => places.get(id))).toEqual([1, 0, 2, null]);
  expect(named(pairsOfPost(post(comments, [ranked({ 2: 0, 1: 1, 3: 2 }), lists[2]!]), [], 'adjacent'))).toEqual([
    '1 > 3: 1',
    '2 > 1: 1',
    '3 > 4: 1',
  ]);
  expect(pairsOfPost(post(comments, lists), [], 'labels')).toMatchObject({ pairs: [], contradictions: 0 });
});

test('places that say what the votes say give way to them where newer comments have votes alone', () => {
  const figures = (...all: (readonly [number | null, number | null])[]) =>
    rankedList(all.map(([rank, votes], commentId) => ({ commentId, rank, votes }))).entries.map(({ place }) => place);
  expect(figures([0, 9], [1, 5], [null, 7])).toEqual([0, 2, 1]);
  expect(figures([1, 9], [0, 5], [null, 7])).toEqual([1, 0, null]);
  expect(figures([0, null], [3, null], [null, null])).toEqual([0, 3]);
});

test('where people count differently, a target goes as far from a tie as the most reliable of them takes it', () => {
  const two = post([comment(1, null), comment(2, null), comment(3, null)]);
  const trust = (annotator: string): number => ({ sure: 1, half: 0.5 })[annotator] ?? 0.01;
  const targets = (...answers: readonly Answer<Preference>[]) =>
    named(pairsOfPost(two, answers, 'labels', undefined, trust));
  expect(targets(answer(1, 2, 'left', 'sure'))).toEqual(['1 > 2: 1']);
  expect(targets(answer(1, 2, 'left', 'half'))).toEqual(['1 > 2: 0.75']);
  expect(targets(answer(1, 2, 'tie', 'half'))).toEqual([expect.stringMatching(/: 0\.5$/)]);
  expect(targets(answer(1, 2, 'left', 'sure'), answer(2, 1, 'left', 'half'))).toEqual([
    expect.stringMatching(/^1 > 2: 0\.66666/),
  ]);
  expect(targets(answer(1, 2, 'right', 'half'), answer(2, 1, 'left', 'half'))).toEqual(['2 > 1: 0.75']);
  // A verdict decides, whoever gives it.
  const verdict = { ...answer(1, 2, 'left', 'nobody'), verdict: true };
  expect(targets(answer(2, 1, 'left', 'sure'), verdict)).toEqual(['1 > 2: 1']);
});
