import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { randomFrom } from '../../../src-main/common/random.ts';
import { type Choice, choices } from '../../../src-main/contract/records.ts';
import type { ComparePair } from '../../../src-main/contract/views.ts';
import { addAnswer } from '../../../src-main/store/answers.ts';
import { allAnswers } from '../../../src-main/store/labels.ts';
import { addModel } from '../../../src-main/store/models.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { addRun } from '../../../src-main/store/runs.ts';
import { type Client, importPosts, openHouse, plainPosts } from '../../support/house-with-posts.ts';

function given(tab: string, { post, left, right }: ComparePair, choice: Choice, more: { note?: string } = {}) {
  const sides = { postId: post.id, leftId: left.id, rightId: right.id };
  return { tab, key: crypto.randomUUID(), ...sides, choice, ...more };
}

async function one(api: Client, tab = 'tab'): Promise<ComparePair> {
  const [pair] = (await api.answers.nextPairs({ tab, count: 1 })).pairs;
  return pair!;
}

/** Lets the clock stand still at this time until the test ends. */
function setTime(time: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: time });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

/** Lets the pairs be drawn from this seed until the test ends, and not by chance. */
function drawFrom(seed: number): void {
  const random = randomFrom(seed);
  const draw = (into: Uint32Array<ArrayBuffer>) => into.map(() => random() * 2 ** 32);
  const spy = vi.spyOn(crypto, 'getRandomValues').mockImplementation(draw as typeof crypto.getRandomValues);
  onTestFinished(() => spy.mockRestore());
}

function nameOf({ left, right }: ComparePair): string {
  return [left.id, right.id].sort((a, b) => a - b).join(' ');
}

test('what is stored is what was handed out, each pair once, until none is left, with fair sides', async () => {
  drawFrom(1);
  const { app, api, store } = openHouse();
  await api.settings.set({ repeatShare: 0 });
  await importPosts(app, plainPosts(10, 8));
  const shown: (ComparePair & { choice: Choice; key: string })[] = [];
  for (;;) {
    const { pairs } = await api.answers.nextPairs({ tab: 'tab', count: 4 });
    if (pairs.length === 0) break;
    for (const pair of pairs) {
      const answer = given('tab', pair, choices[shown.length % choices.length]!);
      await api.answers.add(answer);
      shown.push({ ...pair, choice: answer.choice, key: answer.key });
    }
  }
  expect(shown).toHaveLength((10 * 8 * 7) / 2);
  expect(new Set(shown.map(nameOf)).size).toBe(shown.length);
  const { answers: stored } = await api.answers.recent({ limit: 200 });
  expect(stored).toHaveLength(200);
  const expected = shown.slice(-200).reverse();
  expect(stored.map(({ post, left, right, choice, key }) => ({ post, left, right, choice, key }))).toEqual(expected);
  const kept = [...allAnswers(store)];
  const said = shown.filter(({ choice }) => choice !== 'skip' && choice !== 'flag');
  expect(kept.map(({ key, postId, leftId, rightId, choice }) => [key, postId, leftId, rightId, choice])).toEqual(
    said.map(({ key, post, left, right, choice }) => [key, post.id, left.id, right.id, choice]),
  );
  expect(kept.every(({ origin, again }) => origin === 'compare' && !again)).toBe(true);
  for (const { post, left, right } of shown) {
    const { text, title, context, comments } = findPost(store, post.id);
    expect({ text, title, context }).toEqual({ text: post.text, title: post.title, context: post.context });
    for (const side of [left, right]) expect(comments.find(({ id }) => id === side.id)!.text).toBe(side.text);
  }
  // Two standard deviations of a fair coin: comments are numbered in the order of their ranks.
  const leftIsLower = shown.filter(({ left, right }) => left.id < right.id).length;
  expect(Math.abs(leftIsLower - shown.length / 2)).toBeLessThan(Math.sqrt(shown.length));
  expect((await api.answers.summary()).pairsLeft).toBe(0);
});

test('a pair is blind: nothing but texts and numbers', async () => {
  const { app, api } = openHouse();
  await importPosts(app, plainPosts(3, 3));
  const pair = await one(api);
  expect(Object.keys(pair).sort()).toEqual(['left', 'post', 'right']);
  expect(Object.keys(pair.post).sort()).toEqual(['context', 'id', 'text', 'title']);
  for (const side of [pair.left, pair.right]) expect(Object.keys(side).sort()).toEqual(['id', 'text']);
});

test('what a tab did not answer comes again with the same sides; other tabs get other pairs', async () => {
  const { app, api } = openHouse();
  await importPosts(app, plainPosts(1, 4));
  const first = (await api.answers.nextPairs({ tab: 'a', count: 3 })).pairs;
  const second = (await api.answers.nextPairs({ tab: 'b', count: 3 })).pairs;
  expect(new Set([...first, ...second].map(nameOf)).size).toBe(6);
  expect((await api.answers.nextPairs({ tab: 'a', count: 3 })).pairs).toEqual(first);
  expect((await api.answers.nextPairs({ tab: 'c' })).pairs).toEqual([]);
  await api.answers.add(given('a', first[0]!, 'left'));
  expect((await api.answers.nextPairs({ tab: 'a', count: 3 })).pairs).toEqual(first.slice(1));
  expect((await api.answers.nextPairs({ tab: 'b', count: 1 })).pairs).toEqual(second.slice(0, 1));
});

test('the pairs of a tab that is silent for long are given to the next one that asks', async () => {
  const { app, api } = openHouse();
  await importPosts(app, plainPosts(1, 3));
  let later = 0;
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + later);
  onTestFinished(() => clock.mockRestore());
  const { pairs } = await api.answers.nextPairs({ tab: 'a', count: 3 });
  later = 9 * 60_000;
  expect((await api.answers.nextPairs({ tab: 'b', count: 3 })).pairs).toEqual([]);
  later += 2 * 60_000;
  expect((await api.answers.nextPairs({ tab: 'b', count: 3 })).pairs).toEqual(pairs);
  expect((await api.answers.nextPairs({ tab: 'a', count: 3 })).pairs).toEqual([]);
});

test('a new process goes on with the pairs that were on the screen', async () => {
  const before = openHouse();
  await importPosts(before.app, plainPosts(20, 5));
  const { pairs } = await before.api.answers.nextPairs({ tab: 'a', count: 3 });
  await before.api.answers.add(given('a', pairs[0]!, 'right'));
  await before.app.close();
  const after = openHouse(before.home);
  expect((await after.api.answers.nextPairs({ tab: 'b', count: 2 })).pairs).toEqual(pairs.slice(1));
  expect((await after.api.answers.recent({})).answers).toMatchObject([{ left: pairs[0]!.left, choice: 'right' }]);
  expect(await after.api.settings.get()).not.toHaveProperty('handedOut');
});

test('an answer outlives the process that was killed right after it, and so does the next pair', async () => {
  const { app, home } = openHouse();
  await importPosts(app, plainPosts(5, 4));
  await app.close();
  const script = `
    const { createRouterClient } = await import('@orpc/server');
    const { openApp } = await import(${JSON.stringify(new URL('../../../src-main/app.ts', import.meta.url).href)});
    const app = openApp({ home: ${JSON.stringify(home)} });
    const { answers } = createRouterClient(app.router, { context: { door: { kind: 'browser' } } });
    const { pairs } = await answers.nextPairs({ tab: 'a', count: 3 });
    const [{ post, left, right }] = pairs;
    const sides = { postId: post.id, leftId: left.id, rightId: right.id };
    const { key } = await answers.add({ tab: 'a', key: crypto.randomUUID(), ...sides, choice: 'left' });
    process.stdout.write(JSON.stringify({ key, pairs }), () => process.kill(process.pid, 'SIGKILL'));`;
  const flags = process.features.typescript ? [] : ['--experimental-strip-types'];
  const killed = spawnSync(process.execPath, [...flags, '--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(killed.signal, killed.stderr).toBe('SIGKILL');
  const before = JSON.parse(killed.stdout) as { key: string; pairs: ComparePair[] };
  const { api } = openHouse(home);
  expect((await api.answers.recent({})).answers).toMatchObject([{ ...before.pairs[0], key: before.key }]);
  expect((await api.answers.nextPairs({ tab: 'b', count: 2 })).pairs).toEqual(before.pairs.slice(1));
});

test('a handed-out pair whose comments are gone by then does not come again', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(2, 2));
  const [gone, stays] = (await api.answers.nextPairs({ tab: 'a', count: 2 })).pairs;
  store.db.prepare('DELETE FROM posts WHERE id = ?').run(gone!.post.id);
  expect((await api.answers.nextPairs({ tab: 'a', count: 2 })).pairs).toEqual([stays]);
  await expect(api.answers.add(given('a', gone!, 'left'))).rejects.toMatchObject({ code: 'bad-input' });
});

test('the second answer on a pair is refused and loses nothing; the same answer twice is one', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(2, 3));
  const pair = await one(api);
  const answer = given('a', pair, 'left');
  await api.answers.add(answer);
  await api.answers.add(answer);
  const turned = { ...pair, left: pair.right, right: pair.left };
  for (const again of [given('b', pair, 'right'), given('b', turned, 'right'), given('b', pair, 'flag')]) {
    await expect(api.answers.add(again)).rejects.toMatchObject({
      code: 'answered',
      message: expect.stringContaining('that answer stands'),
    });
  }
  expect([...allAnswers(store)]).toMatchObject([{ key: answer.key, choice: 'left' }]);
  expect((await api.answers.recent({})).answers).toHaveLength(1);
  await api.settings.set({ annotator: 'Anna' });
  await api.answers.add(given('b', pair, 'right'));
  expect([...allAnswers(store)].map(({ annotator }) => annotator)).toEqual(['me', 'Anna']);
});

test('an answer on comments that are no pair is refused', async () => {
  const { app, api } = openHouse();
  await importPosts(app, plainPosts(2, 3));
  const pair = await one(api);
  for (const choice of ['left', 'skip'] as const) {
    const same = given('a', { ...pair, right: pair.left }, choice);
    await expect(api.answers.add(same)).rejects.toMatchObject({ code: 'bad-input' });
    const elsewhere = given('a', { ...pair, post: { ...pair.post, id: 3 - pair.post.id } }, choice);
    await expect(api.answers.add(elsewhere)).rejects.toMatchObject({ code: 'bad-input' });
  }
  expect((await api.answers.recent({})).answers).toEqual([]);
});

test('undo takes any answer back and shows its pair again first, to the tab that asked for it', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(1, 3));
  for (const choice of ['left', 'bad', 'skip', 'flag'] as const) {
    const { pairs } = await api.answers.nextPairs({ tab: 'a', count: 3 });
    const answer = given('a', pairs[0]!, choice, { note: ' why ' });
    await api.answers.add(answer);
    const back = await api.answers.revoke({ key: answer.key, tab: 'a' });
    expect(back).toMatchObject({ ...pairs[0], key: answer.key, choice, note: 'why', annotator: 'me' });
    expect((await api.answers.nextPairs({ tab: 'a', count: 3 })).pairs).toEqual(pairs);
    expect((await api.answers.recent({})).answers).toEqual([]);
    await api.answers.revoke({ key: answer.key });
  }
  expect([...allAnswers(store, { revoked: true })]).toHaveLength(2);
  expect([...allAnswers(store)]).toEqual([]);
  await expect(api.answers.revoke({ key: 'nothing' })).rejects.toMatchObject({ code: 'not-found' });
});

test('a changed answer replaces the old one, and both stay as facts', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(3, 3));
  const pair = await one(api);
  const first = given('a', pair, 'left');
  await api.answers.add({ ...first, durationMs: 1234 });
  let key: string = first.key;
  for (const choice of ['right', 'bad', 'flag', 'tie'] as const) {
    const changed = await api.answers.change({ key, choice, note: `now ${choice}` });
    expect(changed).toMatchObject({ ...pair, choice, note: `now ${choice}`, durationMs: 1234 });
    expect(changed.key).not.toBe(key);
    await expect(api.answers.change({ key, choice: 'left' })).rejects.toMatchObject({ code: 'bad-input' });
    expect((await api.answers.recent({})).answers).toMatchObject([changed]);
    key = changed.key;
  }
  expect(await api.answers.change({ key, choice: 'tie', note: 'now tie' })).toMatchObject({ key });
  expect([...allAnswers(store, { revoked: true })].map(({ choice, note }) => [choice, note])).toEqual([
    ['left', ''],
    ['right', 'now right'],
    ['bad', 'now bad'],
    ['tie', 'now tie'],
  ]);
  await api.settings.set({ annotator: 'Anna' });
  await expect(api.answers.change({ key, choice: 'left' })).rejects.toMatchObject({ code: 'bad-input' });
  await expect(api.answers.revoke({ key })).rejects.toMatchObject({ code: 'bad-input' });
});

test('recent answers come in pages, the newest first, without gaps or repeats', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(3, 6));
  const keys: string[] = [];
  const { pairs } = await api.answers.nextPairs({ tab: 'a', count: 15 });
  for (const [i, pair] of pairs.entries()) {
    const answer = given('a', pair, i % 4 === 0 ? 'skip' : 'left');
    await api.answers.add(answer);
    keys.unshift(answer.key);
  }
  // Answers of one moment, as a file may bring them.
  const createdAt = '2020-01-01T00:00:00.000Z';
  const [left, right] = findPost(store, 1).comments;
  const said = {
    postId: 1,
    leftId: left!.id,
    rightId: right!.id,
    choice: 'left',
    annotator: 'me',
    origin: 'import',
  } as const;
  const old = Array.from({ length: 6 }, () => addAnswer(store, { ...said, createdAt }).answer.key);
  const seen: string[] = [];
  for (let before: string | undefined; ; ) {
    const { answers } = await api.answers.recent(before === undefined ? { limit: 4 } : { limit: 4, before });
    if (answers.length === 0) break;
    seen.push(...answers.map(({ key }) => key));
    before = answers.at(-1)!.createdAt;
  }
  expect(seen.slice(0, keys.length)).toEqual(keys);
  expect(seen.slice(keys.length).sort()).toEqual(old.sort());
});

test('a clock that goes back puts nothing that is said afterwards behind what was said before', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(3, 6));
  const { pairs } = await api.answers.nextPairs({ tab: 'a', count: 6 });
  const keys: string[] = [];
  const say = async (at: number, choice: 'left' | 'skip' | 'flag'): Promise<void> => {
    setTime(at);
    const answer = given('a', pairs[keys.length]!, choice);
    await api.answers.add(answer);
    keys.unshift(answer.key);
  };
  const wrong = Date.parse('2027-06-01T12:00:00Z');
  await say(wrong, 'left');
  await say(wrong + 60_000, 'skip');
  expect(await api.answers.summary()).toMatchObject({ sinceTraining: 1 });
  // Set right again, a training begins and more is said.
  const right = Date.parse('2026-06-01T12:00:00Z');
  setTime(right);
  const run = addRun(store, { kind: 'reward', config: {}, base: null });
  const model = { kind: 'reward', folder: 'x', base: null, runId: run.id, metrics: {} } as const;
  addModel(store, { ...model, name: 'reward-1' });
  expect(await api.answers.summary()).toMatchObject({ sinceTraining: 0 });
  for (const choice of ['flag', 'left', 'skip', 'left'] as const) await say(right + keys.length * 60_000, choice);
  expect(await api.answers.summary()).toMatchObject({ sinceTraining: 2, pace: null });

  const seen: string[] = [];
  for (let before: string | undefined; seen.length < keys.length; ) {
    const { answers } = await api.answers.recent({ limit: 2, ...(before !== undefined && { before }) });
    seen.push(...answers.map(({ key }) => key));
    before = answers.at(-1)!.orderedAt;
  }
  expect(seen).toEqual(keys);
  const { answers } = await api.answers.recent({});
  expect(answers.map(({ createdAt }) => createdAt.slice(0, 4))).toEqual([
    '2026',
    '2026',
    '2026',
    '2026',
    '2027',
    '2027',
  ]);
});

test('flagged pairs come to nobody, are listed, and come again when the flag is lifted', async () => {
  const { app, api } = openHouse();
  await importPosts(app, plainPosts(1, 2));
  const pair = await one(api, 'a');
  const flag = given('a', pair, 'flag', { note: 'spam' });
  await api.answers.add(flag);
  await api.settings.set({ annotator: 'Anna' });
  expect((await api.answers.nextPairs({ tab: 'b' })).pairs).toEqual([]);
  expect((await api.answers.summary()).pairsLeft).toBe(0);
  expect((await api.posts.flagged({})).pairs).toMatchObject([
    { ...pair, key: flag.key, note: 'spam', annotator: 'me' },
  ]);
  await api.answers.revoke({ key: flag.key });
  expect((await api.posts.flagged({})).pairs).toEqual([]);
  expect(nameOf(await one(api, 'b'))).toBe(nameOf(pair));
  await api.answers.add(given('b', await one(api, 'b'), 'skip'));
  expect((await api.answers.nextPairs({ tab: 'b' })).pairs).toEqual([]);
  await api.settings.set({ annotator: 'Bert' });
  expect(nameOf(await one(api, 'c'))).toBe(nameOf(pair));
});

test('somebody who answers what another one flagged answers in their own name, and the flag is done with', async () => {
  const { app, api } = openHouse();
  await importPosts(app, plainPosts(1, 2));
  const pair = await one(api, 'a');
  const flag = given('a', pair, 'flag', { note: 'spam' });
  await api.answers.add(flag);
  await api.settings.set({ annotator: 'Anna' });
  await api.answers.change({ key: flag.key, choice: 'left' });
  expect((await api.posts.flagged({})).pairs).toEqual([]);
  expect((await api.answers.recent({})).answers).toMatchObject([
    { ...pair, choice: 'left', annotator: 'Anna', note: '' },
  ]);
  await api.settings.set({ annotator: 'me' });
  expect((await api.answers.recent({})).answers).toEqual([]);
  expect(nameOf(await one(api, 'a'))).toBe(nameOf(pair));
});

test('what was skipped is counted apart, and comes again at once and in its order where that is wanted', async () => {
  const { app, api } = openHouse();
  await api.settings.set({ repeatShare: 0 });
  await importPosts(app, plainPosts(30, 2));
  const skipped: string[] = [];
  for (const choice of ['skip', 'left', 'skip'] as const) {
    const pair = await one(api);
    if (choice === 'skip') skipped.push(nameOf(pair));
    await api.answers.add(given('tab', pair, choice));
  }
  expect(await api.answers.summary()).toMatchObject({ total: 1, skipped: 2, pairsLeft: 27 });
  const listed = await api.answers.skipped({ limit: 1 });
  expect([listed.total, listed.pairs.map(nameOf)]).toEqual([2, [skipped[1]]]);
  await api.answers.change({ key: listed.pairs[0]!.key, choice: 'tie' });
  expect(await api.answers.summary()).toMatchObject({ total: 2, skipped: 1 });
  await api.answers.change({ key: (await api.answers.recent({ limit: 1 })).answers[0]!.key, choice: 'skip' });
  expect(await api.answers.askSkipped({ tab: 'tab' })).toEqual({ pairs: 2 });
  expect(await api.answers.summary()).toMatchObject({ total: 1, skipped: 0, pairsLeft: 29 });
  const { pairs } = await api.answers.nextPairs({ tab: 'tab', count: 2 });
  expect(pairs.map(nameOf)).toEqual(skipped);
});

test('the last open pair is found among many that are answered', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(300, 2));
  // Otherwise one that was answered comes back now and then.
  await api.settings.set({ repeatShare: 0 });
  for (let post = 1; post <= 300; post++) {
    if (post === 137) continue;
    const [left, right] = findPost(store, post).comments;
    const said = { postId: post, leftId: left!.id, rightId: right!.id, choice: 'tie', annotator: 'me' } as const;
    addAnswer(store, { ...said, origin: 'compare' });
  }
  const { pairs } = await api.answers.nextPairs({ tab: 'a', count: 5 });
  expect(pairs.map(({ post }) => post.id)).toEqual([137]);
});

test('the summary counts what it says', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(10, 5));
  await api.settings.set({ goal: 7 });
  const empty = {
    today: 0,
    total: 0,
    goal: 7,
    pace: null,
    pairsLeft: 100,
    only: null,
    skipped: 0,
    trained: false,
    sinceTraining: 0,
    retrain: false,
    more: null,
  };
  expect(await api.answers.summary()).toEqual(empty);
  setTime(new Date().setHours(12));
  const midnight = new Date().setHours(0, 0, 0, 0);
  const comments = findPost(store, 1).comments;
  const add = (time: number, annotator = 'me', right = 1): string =>
    addAnswer(store, {
      postId: 1,
      leftId: comments[0]!.id,
      rightId: comments[right]!.id,
      choice: 'left',
      annotator,
      origin: 'compare',
      createdAt: new Date(time).toISOString(),
    }).answer.key;
  // Yesterday one answer just before midnight; today, after a break, six with 30 seconds between them: 120 an hour.
  add(midnight - 1);
  const today = Array.from({ length: 6 }, (_, i) => add(midnight + 600_000 + i * 30_000, 'me', 2));
  add(midnight + 1000, 'Anna', 3);
  const full = { ...empty, today: 6, total: 7, pace: 120, pairsLeft: 98, sinceTraining: 8 };
  expect(await api.answers.summary()).toEqual(full);
  await api.answers.revoke({ key: today[3]! });
  await api.answers.revoke({ key: today[5]! });
  expect(await api.answers.summary()).toEqual({ ...full, today: 4, total: 5, pace: null, sinceTraining: 6 });
  const pair = await one(api);
  await api.answers.add(given('tab', pair, 'skip'));
  expect(await api.answers.summary()).toMatchObject({ today: 4, total: 5, pairsLeft: 97, sinceTraining: 6 });
});

test('a training is worth it after 20 answers, or a tenth of those the newest model knew', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(10, 10));
  const { comments } = findPost(store, 1);
  let time = Date.now() - 3_600_000;
  const answer = (count: number): void => {
    for (let i = 0; i < count; i++) {
      time += 1000;
      const sides = { postId: 1, leftId: comments[0]!.id, rightId: comments[1]!.id, choice: 'left' } as const;
      const createdAt = new Date(time).toISOString();
      addAnswer(store, { ...sides, annotator: 'me', origin: 'compare', createdAt });
    }
  };
  const train = (): void => {
    const model = { kind: 'reward', folder: 'x', base: null, runId: null, metrics: {} } as const;
    const { id } = addModel(store, { ...model, name: `reward-${time}` });
    store.db.prepare('UPDATE models SET created_at = ? WHERE id = ?').run(new Date(time).toISOString(), id);
  };
  answer(19);
  expect(await api.answers.summary()).toMatchObject({ sinceTraining: 19, retrain: false });
  answer(1);
  expect(await api.answers.summary()).toMatchObject({ sinceTraining: 20, retrain: true });
  answer(280);
  train();
  expect(await api.answers.summary()).toMatchObject({ sinceTraining: 0, retrain: false });
  answer(29);
  expect(await api.answers.summary()).toMatchObject({ sinceTraining: 29, retrain: false });
  answer(1);
  expect(await api.answers.summary()).toMatchObject({ sinceTraining: 30, retrain: true });
});
