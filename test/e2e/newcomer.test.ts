import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { patience, useStage } from '../support/page.ts';
import {
  answerByKey,
  commentOn,
  openFirstPost,
  rankedComments,
  samplePosts,
  shownPair,
  startTraining,
  until,
  view,
} from '../support/steps.ts';

const stage = useStage();

type ExportedPost = {
  readonly id: string;
  readonly comments: readonly {
    readonly text: string;
    readonly score: number;
    readonly reward: number;
    readonly worth: number;
  }[];
};

test('a newcomer goes from the welcome to an exported ranking', { timeout: 4 * patience }, async () => {
  const app = await stage.start();
  const page = await stage.open(app);

  await view(page, 'Welcome to Tiebreak').waitFor();
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada');
  await page.getByRole('button', { name: 'Start with the sample' }).click();

  // Five comparisons, by mouse and by key.
  const guide = page.getByRole('region', { name: 'Guide' });
  await guide.getByText('(0 of 5)').waitFor();
  await commentOn(page, 'left').waitFor();
  for (const [index, button] of [/This one is better.*\(left\)/, /This one is better.*\(right\)/, /^Tie/].entries()) {
    const before = await shownPair(page);
    await page.getByRole('button', { name: button }).click();
    await until(() => shownPair(page)).not.toEqual(before);
    await guide.getByText(`(${index + 1} of 5)`).waitFor();
  }
  await answerByKey(page, 'a');
  await answerByKey(page, 'd');

  // A training, made small.
  await guide.getByRole('link', { name: 'Train a model' }).click();
  await view(page, 'Train').waitFor();
  await startTraining(page, {
    Width: 16,
    Layers: 1,
    Heads: 1,
    Vocabulary: 300,
    'Longest input': 32,
    Epochs: 1,
    'Tokens per batch': 8192,
  });
  await guide.getByText('The model is learning').waitFor();
  await guide.getByRole('link', { name: 'Look at the ranking' }).click({ timeout: 2 * patience });

  // A post, its comments by reward.
  await view(page, 'Rankings').waitFor();
  await guide.getByText('5 of 5.').waitFor();
  await openFirstPost(page);
  const comments = rankedComments(page);
  await comments.first().waitFor();
  const rewards = (await comments.allTextContents()).map((text) =>
    Number(/Reward\s+(−?[\d.]+)/.exec(text)?.[1]?.replace('−', '-')),
  );
  expect(rewards.length).toBeGreaterThan(1);
  expect(rewards).toEqual(rewards.toSorted((a, b) => b - a));

  // The file.
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  const preview = dialog.getByRole('region', { name: 'First rows' });
  await dialog.getByRole('radio', { name: /^CUP IT/ }).check();
  await until(() => preview.textContent()).toMatch(/reward/);
  const downloading = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  const file = readFileSync(await (await downloading).path(), 'utf8');
  await guide.getByText('Done.').waitFor();
  await guide.getByRole('button', { name: 'Finish' }).click();
  await until(() => guide.count()).toBe(0);

  const exported = file
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ExportedPost);
  const sample = ['captions', 'ukp'].flatMap((source) =>
    ['train', 'validation', 'test'].flatMap((split) => samplePosts(`${source}-${split}.jsonl`)),
  );
  const textsOf = (posts: readonly { id: string; comments: readonly { text: string }[] }[]) =>
    Object.fromEntries(posts.map(({ id, comments }) => [id, comments.map(({ text }) => text).sort()]));
  expect(exported).toHaveLength(sample.length);
  expect(textsOf(exported)).toEqual(textsOf(sample));
  for (const { comments } of exported) {
    expect(comments.map(({ score }) => score)).toEqual(comments.map((_, index) => index));
    expect(comments.every(({ reward }) => Number.isFinite(reward))).toBe(true);
    // By model and answers together: the newcomer answered on some posts.
    const worths = comments.map(({ worth }) => worth);
    expect(worths.every(Number.isFinite)).toBe(true);
    expect(worths).toEqual(worths.toSorted((a, b) => b - a));
  }
});
