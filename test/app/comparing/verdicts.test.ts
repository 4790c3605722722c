import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { voicesWords } from '../../../src-main/common/people-words.ts';
import { printDisputed } from '../../../src-main/doors/terminal/people.ts';
import { pairsOfPost } from '../../../src-main/recipe/pairs.ts';
import { addAnswer } from '../../../src-main/store/answers.ts';
import { sharedAnswers } from '../../../src-main/store/counts.ts';
import { allAnswers, answersOfPost } from '../../../src-main/store/labels.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { exportFile } from '../../../src-main/transfer/export-file.ts';
import { importPosts, type OpenHouse, openHouse, plainPosts } from '../../support/house-with-posts.ts';
import { temporaryFile, temporaryFolder } from '../../support/temporary.ts';

type Side = 'left' | 'right' | 'tie';

/** The first two comments of a post. */
function pairOf({ store }: OpenHouse, post: number): { postId: number; leftId: number; rightId: number } {
  const { comments } = findPost(store, post);
  return { postId: post, leftId: comments[0]!.id, rightId: comments[1]!.id };
}

const says = (house: OpenHouse, annotator: string, post: number, choice: Side): unknown =>
  addAnswer(house.store, { ...pairOf(house, post), choice, annotator, origin: 'compare' });

/** Anna and Ben differ on the posts 1 and 2, and agree on the third. */
async function disputing(): Promise<OpenHouse> {
  const house = openHouse();
  await importPosts(house.app, plainPosts(3, 2));
  for (const post of [1, 2, 3]) says(house, 'Anna', post, 'left');
  says(house, 'Ben', 1, 'right');
  says(house, 'Ben', 2, 'tie');
  says(house, 'Ben', 3, 'left');
  return house;
}

const key = (): string => crypto.randomUUID();
/** What is learned of a post's first two comments: 1 where the first is better. */
function learned({ store }: OpenHouse, post: number): number | undefined {
  const { comments, pairs } = pairsOfPost(findPost(store, post), answersOfPost(store, post), 'labels');
  const [pair] = pairs;
  if (!pair) return undefined;
  return comments[pair.first]!.id === pairOf({ store } as OpenHouse, post).leftId ? pair.target : 1 - pair.target;
}

test('a verdict settles a disputed pair: it is what is learned, until it is taken back', async () => {
  const house = await disputing();
  const { api } = house;
  const queue = await api.people.disputed({});
  expect(queue).toMatchObject({ total: 2, settled: 0 });
  expect(queue.pairs.map(({ post }) => post.id)).toEqual([1, 2]);
  const [first] = queue.pairs;
  const left = pairOf(house, 1).leftId === first!.left.id;
  expect(first!.voices).toEqual([
    { annotator: 'Anna', says: left ? 'left' : 'right' },
    { annotator: 'Ben', says: left ? 'right' : 'left' },
  ]);
  // Looked at again, its sides are where they were.
  expect((await api.people.disputed({})).pairs[0]).toEqual(first);
  expect(learned(house, 1)).toBe(0.5);

  const given = key();
  const sides = { postId: 1, leftId: first!.left.id, rightId: first!.right.id };
  const choice = left ? 'right' : 'left';
  await api.people.settle({ key: given, ...sides, choice });
  await api.people.settle({ key: given, ...sides, choice });
  expect(await api.people.disputed({})).toMatchObject({ total: 1, settled: 1 });
  expect(learned(house, 1)).toBe(0);
  expect(learned(house, 2)).toBe(0.75);
  expect([...allAnswers(house.store)].filter(({ verdict }) => verdict)).toHaveLength(1);

  const { answers } = await api.answers.recent({});
  expect(answers).toMatchObject([{ key: given, verdict: true, choice }]);
  await expect(api.answers.change({ key: given, choice: 'skip' })).rejects.toMatchObject({ code: 'bad-input' });
  const changed = await api.answers.change({ key: given, choice: 'tie' });
  expect(changed.verdict).toBe(true);
  expect(learned(house, 1)).toBe(0.5);
  await api.answers.revoke({ key: changed.key, tab: 'a' });
  expect(await api.people.disputed({})).toMatchObject({ total: 2, settled: 0 });
  expect(learned(house, 1)).toBe(0.5);
});

test('a pair with a verdict is asked of nobody any more, until the verdict is taken back', async () => {
  const house = await disputing();
  const asked = async (): Promise<readonly number[]> => {
    const { pairs } = await house.api.answers.nextPairs({ tab: crypto.randomUUID(), count: 3 });
    return pairs.map(({ post }) => post.id).sort();
  };
  expect((await house.api.answers.summary()).pairsLeft).toBe(3);
  const given = key();
  await house.api.people.settle({ key: given, ...pairOf(house, 1), choice: 'left' });
  expect((await house.api.answers.summary()).pairsLeft).toBe(2);
  expect(await asked()).toEqual([2, 3]);
  await expect(
    house.api.answers.ask({ tab: 'a', postId: 1, one: pairOf(house, 1).leftId, other: pairOf(house, 1).rightId }),
  ).rejects.toMatchObject({ code: 'answered' });
  await house.api.answers.revoke({ key: given });
  expect((await house.api.answers.summary()).pairsLeft).toBe(3);
  expect(await asked()).toContain(1);
});

test('figures of how people agree, and their newest answers, are as before', async () => {
  const house = await disputing();
  const before = await house.api.people.list();
  const shared = sharedAnswers(house.store);
  await house.api.people.settle({ key: key(), ...pairOf(house, 1), choice: 'left' });
  expect(await house.api.people.list()).toEqual(before);
  expect(sharedAnswers(house.store)).toEqual(shared);
});

test('one verdict a person and pair, beside what they answered; those of several people share the pair', async () => {
  const house = await disputing();
  const { api, app } = house;
  await api.settings.set({ annotator: 'Anna' });
  const pair = pairOf(house, 1);
  await api.people.settle({ key: key(), ...pair, choice: 'left' });
  await expect(api.people.settle({ key: key(), ...pair, choice: 'right' })).rejects.toMatchObject({
    code: 'answered',
    message: expect.stringContaining('You have given a verdict on this pair already'),
  });
  expect(learned(house, 1)).toBe(1);
  const typed = { post: 'p0', chosen: pair.rightId, rejected: pair.leftId, annotator: 'Cleo' };
  expect(await app.addAnswer({ ...typed, verdict: true })).toMatchObject({ verdict: true, origin: 'terminal' });
  expect(learned(house, 1)).toBe(0.5);
  await expect(app.addAnswer({ ...typed, verdict: true })).rejects.toMatchObject({
    message: expect.stringContaining('Cleo has given a verdict on this pair already'),
  });
  // An answer beside the verdict is no second one, and is not used while verdicts stand.
  expect(await app.addAnswer(typed)).toMatchObject({ verdict: false, again: false });
  expect(learned(house, 1)).toBe(0.5);
  await app.addAnswer({ ...typed, chosen: pair.leftId, rejected: pair.rightId, verdict: true, change: true });
  expect(learned(house, 1)).toBe(1);
});

test('labels carry it to another store and back; other formats hold what counts, and say what they leave out', async () => {
  const house = await disputing();
  await house.api.people.settle({ key: key(), ...pairOf(house, 1), choice: 'left' });
  const folder = temporaryFolder();
  const path = join(folder, 'labels.jsonl');
  await exportFile(house.store, path, { format: 'labels' });
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).verdict)).toEqual([...Array(6).fill(undefined), true]);

  const other = openHouse();
  await other.app.import({ files: [path] });
  await other.app.import({ files: [path] });
  expect(learned(other, 1)).toBe(1);
  expect(await other.app.disputed({})).toMatchObject({ total: 1, settled: 1 });
  await exportFile(other.store, join(folder, 'again.jsonl'), { format: 'labels' });
  expect(readFileSync(join(folder, 'again.jsonl'), 'utf8')).toBe(lines.map((line) => `${line}\n`).join(''));
  // Without an id, the same content is told from an answer by what it is.
  const plain = lines.map((line) => ({ ...JSON.parse(line), id: undefined })).filter(({ verdict }) => verdict);
  const two = [...plain, { ...plain[0], verdict: undefined }].map((row) => JSON.stringify(row)).join('\n');
  const third = openHouse();
  await third.app.import({ files: [temporaryFile(two)] });
  expect([...allAnswers(third.store)].map(({ verdict }) => verdict)).toEqual([true, false]);

  for (const format of ['arena', 'argilla', 'label-studio'] as const) {
    const { notSaid } = await exportFile(house.store, join(folder, format), { format });
    expect(notSaid.find(({ kind }) => kind === 'settled')).toMatchObject({
      count: 2,
      reason: 'answers were left out: a verdict stands in their place',
    });
    const back = openHouse();
    await back.app.import({ files: [join(folder, format)] });
    expect([1, 2, 3].map((post) => learned(back, post)).toSorted()).toEqual([0.75, 1, 1]);
  }
});

test('beside a model it is what people say of the pair, and what the model is held against', async () => {
  const house = openHouse();
  // The fake engine rewards length.
  await importPosts(house.app, [{ id: 'p0', comments: ['short', 'a longer comment'] }]);
  for (const annotator of ['Anna', 'Ben']) says(house, annotator, 1, 'left');
  says(house, 'Cleo', 1, 'right');
  await house.app.train({ kind: 'reward' });
  const against = async (): Promise<readonly (number | null)[]> =>
    (await house.api.posts.list({ disagreement: true })).posts.map(({ disagreements }) => disagreements);
  expect(await against()).toEqual([2]);
  const before = await house.api.rankings.post({ post: 1 });
  expect(before.joined).toMatchObject({ answers: 3 });
  await house.api.people.settle({ key: key(), ...pairOf(house, 1), choice: 'right' });
  expect(await against()).toEqual([]);
  const after = await house.api.rankings.post({ post: 1 });
  expect(after.joined).toMatchObject({ answers: 1 });
  expect(after.comments[0]).toMatchObject({
    id: pairOf(house, 1).rightId,
    people: { wins: 1, losses: 0, ties: 0 },
  });
  expect(after.comments[0]!.beatsNext!).toBeGreaterThan(before.comments[0]!.beatsNext!);
  await house.app.addAnswer({
    post: '1',
    chosen: pairOf(house, 1).leftId,
    rejected: pairOf(house, 1).rightId,
    verdict: true,
  });
  expect(await against()).toEqual([1]);
});

test('the terminal lists them without names, and says how to settle one', async () => {
  const house = await disputing();
  const printed = printDisputed(await house.app.disputed({}));
  expect(printed).toContain('People differ on 2 pairs, the most disputed first.');
  expect(printed).toMatch(/^Post 1: Post p0\n {2}Of 2 people, 1 said left, 1 right, 0 neither\.$/m);
  // Where the two stand one below the other, they are called so.
  const voices = [{ annotator: 'ann', says: 'left' } as const];
  expect(voicesWords({ voices }, { left: 'upper', right: 'lower' })).toBe(
    'Of 1 person, 1 said upper, 0 lower, 0 neither.',
  );
  expect(printed).toContain('tiebreak labels add --verdict --post 1 --chosen');
  expect(printed).not.toMatch(/Anna|Ben/);
  for (const post of [1, 2]) await house.api.people.settle({ key: key(), ...pairOf(house, post), choice: 'tie' });
  expect(printDisputed(await house.app.disputed({}))).toBe(
    'No pair waits for a verdict. People differ on no other pair. 2 pairs are settled by a verdict.',
  );
});
