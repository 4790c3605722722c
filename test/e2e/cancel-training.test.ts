import { expect, test } from 'vitest';
import { patience, useStage } from '../support/page.ts';
import {
  answerByKey,
  commentOn,
  compareHeading,
  endless,
  goTo,
  newestRun,
  openFirstPost,
  rankedComments,
  said,
  startTraining,
  until,
  untilStep,
  withModel,
} from '../support/steps.ts';

const stage = useStage(withModel);
const long = { Epochs: endless.epochs, 'Checkpoint every': endless.checkpointEvery };

test('while a model trains, answers are saved at once; cancelled, it leaves the earlier model as it was', {
  timeout: 3 * patience,
}, async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  const page = await stage.open(app, '/rankings');
  await openFirstPost(page);
  await rankedComments(page).first().waitFor();
  const ranking = await rankedComments(page).allTextContents();
  const modelsBefore = await client.models.list();

  await goTo(page, 'Train');
  await startTraining(page, long);
  const running = page.getByRole('region', { name: 'Running' });
  await running.getByRole('button', { name: 'Cancel Training a reward model' }).waitFor();
  const { id } = await untilStep(client, 1);

  // In order: an answer, then more steps of the same training, then another answer.
  await goTo(page, 'Compare', compareHeading);
  await commentOn(page, 'left').waitFor();
  const answered = [await answerByKey(page, 'a')];
  await said(page, 'Saved').waitFor();
  const { step } = await newestRun(client);
  await untilStep(client, step + 1);
  answered.push(await answerByKey(page, 'd'));
  const { answers } = await client.answers.recent({});
  expect(answers.map(({ left }) => left.text)).toEqual(answered.map(({ left }) => left).reverse());
  expect(await newestRun(client)).toMatchObject({ id, status: 'running' });

  await running.getByRole('button', { name: 'Cancel Training a reward model' }).click();
  await until(() => running.count()).toBe(0);
  await goTo(page, 'Train');
  await page.getByRole('row').filter({ hasText: 'Cancelled' }).waitFor();
  expect(await newestRun(client)).toMatchObject({ id, status: 'cancelled', modelName: null });

  expect(await client.models.list()).toEqual(modelsBefore);
  await goTo(page, 'Rankings');
  await openFirstPost(page);
  await until(() => rankedComments(page).count()).toBe(ranking.length);
  const rewards = (texts: readonly string[]) => texts.map((text) => /Reward\s+(\S+)/.exec(text)?.[1]);
  expect(rewards(await rankedComments(page).allTextContents())).toEqual(rewards(ranking));
});

test('a training is paused, goes on from where it was, and comes to its end', { timeout: 3 * patience }, async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  const page = await stage.open(app, '/train');
  await startTraining(page, { ...long, Epochs: 60 });
  await untilStep(client, 2 * endless.checkpointEvery);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText(/^Paused at step/).waitFor();
  const paused = await newestRun(client);
  expect(paused).toMatchObject({ status: 'interrupted', paused: true, modelName: null });
  expect(paused.step).toBeLessThan(paused.steps!);

  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('heading', { name: 'How good it is' }).waitFor();
  await page.getByRole('link', { name: 'reward-2' }).waitFor();
  const { curve, run } = await client.train.run({ run: paused.id });
  expect(run).toMatchObject({ status: 'done', step: paused.steps, modelName: 'reward-2' });
  // Every step is there once.
  const steps = curve.filter(({ loss }) => loss !== undefined).map(({ step }) => step);
  expect(steps).toEqual(steps.map((_, index) => index + 1));
});
