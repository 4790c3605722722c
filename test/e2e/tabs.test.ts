import { expect, test } from 'vitest';
import { patience, useStage } from '../support/page.ts';
import {
  answerByKey,
  commentOn,
  compareHeading,
  endless,
  goTo,
  samePair,
  shownPair,
  startTraining,
  until,
  withModel,
} from '../support/steps.ts';

const stage = useStage(withModel);

test('two tabs show different pairs, and the answers of both count', async () => {
  const app = await stage.start();
  const [one, other] = [await stage.open(app), await stage.open(app)];
  for (const page of [one, other]) await commentOn(page, 'left').waitFor();
  const answered = [];
  for (const [index, page] of [one, other, other, one, one].entries()) {
    expect(samePair(await shownPair(one), await shownPair(other))).toBe(false);
    answered.push((await answerByKey(page, 'a')).left);
    // Both count what either said.
    for (const each of [one, other]) await each.getByText(`${index + 1} of 50 today`).waitFor();
  }
  const { client } = await stage.ask(app);
  const { answers } = await client.answers.recent({});
  expect(answers.map(({ left }) => left.text).reverse()).toEqual(answered);
});

test('what changes in one tab shows in the other: settings, answers, a training', {
  timeout: 2 * patience,
}, async () => {
  const app = await stage.start();
  const [one, other] = [await stage.open(app), await stage.open(app)];
  await commentOn(one, 'left').waitFor();
  await goTo(other, 'Settings');
  const goal = other.getByRole('textbox', { name: 'Goal' });
  await goal.fill('7');
  await goal.press('Tab');
  await one.getByText('0 of 7 today').waitFor();
  await other.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await until(() => one.locator('html').getAttribute('data-theme')).toBe('dark');

  await goTo(other, 'Train');
  await startTraining(other, { Epochs: endless.epochs });
  const running = one.getByRole('region', { name: 'Running' });
  // Cancelled before it has a run, a training leaves nothing to tell of.
  await other.getByRole('button', { name: 'Pause', exact: true }).waitFor();
  await running.getByRole('button', { name: 'Cancel Training a reward model' }).click();
  await other.getByText(/^Cancelled · /).waitFor();
  await until(() => running.count()).toBe(0);
});

test('a project that is made and opened in one tab shows in the other as well, at its beginning', async () => {
  const app = await stage.start();
  const [one, other] = [await stage.open(app), await stage.open(app, '/settings')];
  await commentOn(one, 'left').waitFor();
  await other.getByRole('heading', { name: 'Settings' }).waitFor();
  await one.keyboard.press('g');
  await one.keyboard.press('o');
  await one.getByRole('button', { name: 'New project' }).click();
  await one.keyboard.type('Second community');
  await one.keyboard.press('Enter');
  for (const page of [one, other]) {
    await page.getByRole('heading', { name: 'Welcome to Tiebreak' }).waitFor();
    await page.getByText('This is Second community now.').waitFor();
    expect(await page.title()).toBe('Compare · Second community · Tiebreak');
    expect(new URL(page.url()).hash).toBe('#/');
  }
});

test('a pair that was answered in another tab is not answered twice', async () => {
  const app = await stage.start();
  const one = await stage.open(app);
  await commentOn(one, 'left').waitFor();
  // A copy of the tab, as browsers make it: with all that the first one keeps for itself.
  const kept = await one.evaluate(() => ({ ...sessionStorage }));
  const copying = stage.context().waitForEvent('page');
  await one.evaluate(() => void open('about:blank'));
  const copy = await copying;
  await copy.addInitScript((kept) => {
    for (const [name, value] of Object.entries(kept)) sessionStorage.setItem(name, value);
  }, kept);
  await copy.goto(new URL(app.address).origin);
  await commentOn(copy, 'left').waitFor();
  expect(await shownPair(copy)).toEqual(await shownPair(one));

  const answered = await answerByKey(one, 'a');
  await copy.keyboard.press('d');
  await copy.getByRole('alert').filter({ hasText: 'You have answered this pair already' }).waitFor();
  const { client } = await stage.ask(app);
  const { answers } = await client.answers.recent({});
  expect(answers.map(({ choice, left }) => [choice, left.text])).toEqual([['left', answered.left]]);

  // And one can go on there.
  await copy.getByRole('button', { name: 'Next pair' }).click();
  await until(async () => samePair(await shownPair(copy), answered)).toBe(false);
  await answerByKey(copy, 'd');
  await copy.getByRole('heading', { level: 1, name: compareHeading }).waitFor();
  expect((await client.answers.recent({})).answers).toHaveLength(2);
});
