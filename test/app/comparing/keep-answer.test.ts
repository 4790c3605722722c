import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { addAnswerByNumber, type GivenAnswer, keepAnswer } from '../../../src-main/app/comparing/keep-answer.ts';
import { createChanges } from '../../../src-main/app/kernel/changes.ts';
import type { House } from '../../../src-main/app/kernel/house.ts';
import type { App } from '../../../src-main/app.ts';
import type { AddAnswerCall } from '../../../src-main/contract/calls.ts';
import type { Choice } from '../../../src-main/contract/records.ts';
import { pairsOfPost } from '../../../src-main/recipe/pairs.ts';
import { allAnswers, answersOfPost } from '../../../src-main/store/labels.ts';
import type { WritingStore } from '../../../src-main/store/open.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { type Client, importPosts, type OpenHouse, openHouse, plainPosts } from '../../support/house-with-posts.ts';

/** The two comments of a post, in the order of the file. */
function pairOf(store: WritingStore, post = 1): { postId: number; leftId: number; rightId: number } {
  const [left, right] = findPost(store, post).comments;
  return { postId: post, leftId: left!.id, rightId: right!.id };
}

/** What counts, as comments of the file's order: 'me: 1' says that me holds the first to be the better one. */
const counting = (store: WritingStore): readonly string[] =>
  [...allAnswers(store)].map(({ annotator, choice, leftId, rightId }) => {
    const better = choice === 'left' ? leftId : choice === 'right' ? rightId : 0;
    return `${annotator}: ${findPost(store, 1).comments.findIndex(({ id }) => id === better) + 1 || choice}`;
  });

const onPage = (api: Client, store: WritingStore, choice: Choice, turned = false) => {
  const { postId, leftId, rightId } = pairOf(store);
  const sides = turned ? { postId, leftId: rightId, rightId: leftId } : { postId, leftId, rightId };
  return api.answers.add({ tab: 'a', key: crypto.randomUUID(), ...sides, choice });
};

/** As `labels add --annotator me` does. */
const inTerminal = (app: App, store: WritingStore, better: 1 | 2, more: Partial<AddAnswerCall> = {}) => {
  const { leftId, rightId } = pairOf(store);
  const [chosen, rejected] = better === 1 ? [leftId, rightId] : [rightId, leftId];
  return app.addAnswer({ post: 'p0', chosen, rejected, annotator: 'me', ...more });
};

async function withOnePair(): Promise<OpenHouse> {
  const house = openHouse();
  await importPosts(house.app, plainPosts(1, 2));
  return house;
}

const answered = { code: 'answered', message: expect.stringContaining('that answer stands, and nothing was changed') };

test('three answers of one person on one pair in the terminal: the first one counts', async () => {
  const { app, store } = await withOnePair();
  await inTerminal(app, store, 1);
  for (const better of [1, 2] as const) await expect(inTerminal(app, store, better)).rejects.toMatchObject(answered);
  await expect(inTerminal(app, store, 1, { tie: true })).rejects.toMatchObject(answered);
  expect(counting(store)).toEqual(['me: 1']);
  await inTerminal(app, store, 2, { annotator: 'Anna' });
  expect(counting(store)).toEqual(['me: 1', 'Anna: 2']);
});

test('first in the app, then in the terminal: the sentence says what was kept, and what to do', async () => {
  const { app, api, store } = await withOnePair();
  await onPage(api, store, 'right');
  const kept = pairOf(store).rightId;
  for (const better of [1, 2] as const) {
    await expect(inTerminal(app, store, better)).rejects.toMatchObject({
      code: 'answered',
      message: `me has answered this pair already (comment ${kept} is better): that answer stands, and nothing was changed. Add --change to say this instead, or change it in the app, as me, under Recent answers.`,
    });
  }
  expect(counting(store)).toEqual(['me: 2']);
});

test.each([
  ['skip', '(skipped)'],
  ['flag', '(flagged)'],
  ['bad', '(both are bad)'],
  ['tie', '(a tie)'],
] as const)('what the app calls %s is an answer for the terminal too', async (choice, said) => {
  const { app, api, store } = await withOnePair();
  await onPage(api, store, choice);
  await expect(inTerminal(app, store, 1)).rejects.toMatchObject({
    ...answered,
    message: expect.stringContaining(said),
  });
  await inTerminal(app, store, 1, { change: true });
  expect(counting(store)).toEqual(['me: 1']);
  expect((await api.answers.recent({})).answers).toHaveLength(1);
});

test('first in the terminal, then in the app: refused either way round, and not handed out', async () => {
  const { app, api, store } = await withOnePair();
  const { key } = await inTerminal(app, store, 2);
  for (const turned of [false, true]) await expect(onPage(api, store, 'left', turned)).rejects.toMatchObject(answered);
  expect((await api.answers.nextPairs({ tab: 'a' })).pairs).toEqual([]);
  expect((await api.answers.recent({})).answers).toMatchObject([{ key, choice: 'left' }]);
  // What was said in the terminal can be changed in the app.
  await api.answers.change({ key, choice: 'right' });
  expect(counting(store)).toEqual(['me: 1']);
});

test('said instead: the earlier answer is taken back, and both stay as facts', async () => {
  const { app, api, store } = await withOnePair();
  await onPage(api, store, 'left');
  await inTerminal(app, store, 2, { change: true });
  expect(counting(store)).toEqual(['me: 2']);
  const all = [...allAnswers(store, { revoked: true })];
  expect(all.map(({ origin, again, revokedAt }) => [origin, again, revokedAt])).toEqual([
    ['compare', false, all[1]!.createdAt],
    ['terminal', false, null],
  ]);
});

test('pages are told, whichever door an answer came through; of a refused one there is nothing to tell', async () => {
  const { home, store } = await withOnePair();
  const told: string[] = [];
  const house = { home, store, changes: { tell: (topic: string) => told.push(topic) } } as unknown as House;
  const { leftId, rightId } = pairOf(store);
  const typed = { post: 'p0', chosen: leftId, rejected: rightId, tie: false, change: false, verdict: false };
  await addAnswerByNumber(house, { ...typed, annotator: 'me' });
  expect(told).toEqual(['answers']);
  const shown = { ...pairOf(store), choice: 'left', origin: 'compare' } as const;
  await expect(addAnswerByNumber(house, { ...typed, annotator: 'me' })).rejects.toMatchObject(answered);
  await expect(keepAnswer(house, { ...shown, annotator: 'me' })).rejects.toMatchObject(answered);
  expect(told).toEqual(['answers']);
  await keepAnswer(house, { ...shown, annotator: 'Anna' });
  expect(told).toEqual(['answers', 'answers']);
});

test('an answer of the terminal outlives the process that was killed right after it', async () => {
  const { app, home } = await withOnePair();
  await app.close();
  const script = `
    const { openApp } = await import(${JSON.stringify(new URL('../../../src-main/app.ts', import.meta.url).href)});
    const app = openApp({ home: ${JSON.stringify(home)} });
    const { key } = await app.addAnswer({ post: 'p0', chosen: 1, rejected: 2, annotator: 'me' });
    process.stdout.write(key, () => process.kill(process.pid, 'SIGKILL'));`;
  const flags = process.features.typescript ? [] : ['--experimental-strip-types'];
  const killed = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(killed.signal, killed.stderr).toBe('SIGKILL');
  const { api } = openHouse(home);
  expect((await api.answers.recent({})).answers).toMatchObject([{ key: killed.stdout, choice: 'left' }]);
});

test('both doors write with the log synced at every commit', async () => {
  const { home, store } = await withOnePair();
  const modes: unknown[] = [];
  store.db.function('told', (mode: unknown) => {
    modes.push(mode);
    return null;
  });
  // Whatever is inserted says how surely it is written.
  store.db.exec(
    'CREATE TEMP TRIGGER tell AFTER INSERT ON labels BEGIN SELECT told((SELECT * FROM pragma_synchronous)); END',
  );
  const house = { home, store, changes: createChanges() } as unknown as House;
  for (const origin of ['compare', 'terminal'] as const)
    await keepAnswer(house, { ...pairOf(store), choice: 'left', annotator: origin, origin });
  const full = 2;
  expect(modes).toEqual([full, full]);
});

test('a pair that is asked again on purpose: both answers count, the second is marked, and in training they are one say', async () => {
  const { app, api, home, store } = await withOnePair();
  const house = { home, store, changes: createChanges() } as unknown as House;
  const say = (annotator: string, choice: Choice, more: Partial<GivenAnswer> = {}) =>
    keepAnswer(house, { ...pairOf(store), choice, annotator, origin: 'compare', ...more });
  const target = (): number => {
    const { comments, pairs } = pairsOfPost(findPost(store, 1), answersOfPost(store, 1), 'labels');
    const [{ first, target: share }] = pairs as [(typeof pairs)[number]];
    return comments[first]!.id === pairOf(store).leftId ? share : 1 - share;
  };
  // Where nothing was answered before there is nothing to repeat.
  expect(await say('me', 'left', { again: true })).toMatchObject({ again: false });
  expect(target()).toBe(1);
  expect(await say('me', 'right', { again: true })).toMatchObject({ again: true });
  expect(target()).toBe(0.5);
  expect(await say('Anna', 'left')).toMatchObject({ again: false });
  expect(target()).toBe(0.75);
  expect(counting(store)).toEqual(['me: 1', 'me: 2', 'Anna: 1']);
  // Only who asks on purpose gets a second answer.
  await expect(say('me', 'left')).rejects.toMatchObject(answered);
  await expect(inTerminal(app, store, 1)).rejects.toMatchObject(answered);
  // Changed or taken back, it stays an answer to a pair that was asked again.
  const [repeat] = (await api.answers.recent({})).answers;
  const changed = await api.answers.change({ key: repeat!.key, choice: 'left' });
  expect([...allAnswers(store)].at(-1)).toMatchObject({ key: changed.key, again: true });
  expect(target()).toBe(1);
  // Said instead of both, it is one answer again.
  await say('me', 'right', { instead: true });
  expect(counting(store)).toEqual(['Anna: 1', 'me: 2']);
  expect(target()).toBe(0.5);
});
