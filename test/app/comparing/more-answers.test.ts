import { expect, test } from 'vitest';
import { broughtInLine, moreInLine, moreInSentences, untilKnown } from '../../../src-main/common/more-answers-words.ts';
import { addAnswer } from '../../../src-main/store/answers.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { importPosts, openHouse, plainPosts } from '../../support/house-with-posts.ts';
import { doneQuickRun, worthMore } from '../../support/more-answers.ts';
import { resultOf } from '../../support/served.ts';

test('the summary says what the last training that measured it said, also after a restart, and counts what came since', async () => {
  const { app, api, store, home } = openHouse();
  await importPosts(app, plainPosts(4, 12));
  expect((await api.answers.summary()).more).toBeNull();
  doneQuickRun(store, { ...worthMore, pairs: 100 });
  doneQuickRun(store, worthMore);
  doneQuickRun(store, null, { comparison: 1 });
  expect((await api.answers.summary()).more).toMatchObject({ ...worthMore, since: 0 });
  expect(app.moreAnswers()).toEqual((await api.answers.summary()).more);
  const { comments } = findPost(store, 1);
  const sides = { postId: 1, leftId: comments[0]!.id, rightId: comments[1]!.id } as const;
  const createdAt = new Date(Date.now() + 1000).toISOString();
  addAnswer(store, { ...sides, choice: 'left', annotator: 'me', origin: 'compare', createdAt });
  await app.close();
  const again = openHouse(home);
  expect((await again.api.answers.summary()).more).toMatchObject({ ...worthMore, since: 1 });
});

test('a quick training measures it, and its run keeps it', async () => {
  const { app, api } = openHouse(undefined, 'real');
  const posts = plainPosts(40, 3).map((post, i) => ({ ...post, id: `post ${i}`, text: `A question, number ${i}.` }));
  await importPosts(app, posts);
  await resultOf(app, 'train', (await api.train.start({ method: 'quick', device: 'cpu' })).task);
  const { more } = await api.answers.summary();
  expect(more).toMatchObject({ pairs: 120, judged: 120, answers: 50, since: 0 });
  expect(more!.curve.map(({ pairs }) => Math.round(pairs))).toEqual([12, 24, 48, 96]);
  expect(more!.gain!.mean).toBeLessThan(0.1);
  const [run] = (await api.train.runs()).runs;
  expect(run!.report!.more).toMatchObject({ pairs: 120 });
});

const expected = { ...worthMore, trainedAt: '2026-03-05T10:00:00.000Z', since: 0 };

test('in words: how much, how sure, how it is known, and how old it is', () => {
  expect(moreInLine(expected)).toBe('50 more answers: about +0.4 points (−0.5 to +1.3)');
  const said = moreInSentences({ ...expected, since: 12 });
  expect(said[0]).toContain('by +0.4 percentage points on average (80% sure: +0.1 to +0.7)');
  expect(said[1]).toContain('in 8 of 10 cases it changes by −0.5 to +1.3 points');
  expect(said.join(' ')).toContain('60.0% of them were right after 30 others, 68.0% after 240');
  expect(said.at(-1)).toContain('Mar 5, 2026');
  expect(said.at(-1)).toContain('12 have come since');
});

test('what answers have brought is said once it is measured, and until then what is lacking', async () => {
  expect(broughtInLine(expected)).toBe('From 60.0% to 68.0% right so far.');
  const { api } = openHouse();
  const empty = await api.answers.summary();
  expect(untilKnown(empty)).toBe('20 more answers, then train to see what they bring');
  expect(untilKnown({ ...empty, sinceTraining: 19 })).toContain('1 more answer,');
  expect(untilKnown({ ...empty, sinceTraining: 20 })).toBe('A training says what they bring');
  expect(untilKnown({ ...empty, trained: true })).toContain('quick training');
  expect(untilKnown({ ...empty, more: expected })).toBeNull();
});

test('where little is to be gained, where it is too early, and where it is out of date, that is said', () => {
  const flat = { mean: 0.0004, average: [-0.001, 0.0009], interval: [-0.005, 0.006] } as const;
  expect(moreInLine({ ...expected, gain: flat })).toBe('50 more answers: little now, about +0.0 points (−0.5 to +0.6)');
  expect(moreInSentences({ ...expected, gain: flat }).join(' ')).toContain(
    'More answers on such posts bring little now',
  );
  const early = { ...expected, judged: 40, gain: null };
  expect(moreInLine(early)).toBe('50 more answers: too early to tell: 40 of 80 pairs tried');
  expect(broughtInLine(early)).toBeNull();
  expect(moreInSentences(early)).toEqual([expect.stringMatching(/^Too few answers could be held out.*train again\.$/)]);
  const old = { ...expected, since: 50 };
  expect(moreInLine(old)).toBe('50 more answers: train to see');
  expect(moreInSentences(old)).toEqual([expect.stringMatching(/50 have come since\. Train again/)]);
});
