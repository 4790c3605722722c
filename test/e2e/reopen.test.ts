import { createServer, type IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import { patience, useStage } from '../support/page.ts';
import {
  answerByKey,
  chooseFile,
  commentOn,
  endless,
  goTo,
  importChosen,
  newestRun,
  openFirstPost,
  rankedComments,
  type Shown,
  said,
  shownPair,
  startTraining,
  until,
  untilStep,
  view,
  withModel,
} from '../support/steps.ts';

const stage = useStage(withModel);

/** The page sees its app die: it says so, and tries to reach it until it is closed. */
function expectDeath(): void {
  stage.trouble().expect(/ERR_CONNECTION|ERR_EMPTY_RESPONSE|failed: http:\/\/127\.0\.0\.1|WebSocket/);
}

test('killed while comparing: what said "saved" is saved, and the same pair is there again', async () => {
  expectDeath();
  const first = await stage.start();
  const page = await stage.open(first);
  await commentOn(page, 'left').waitFor();
  const answered: Shown[] = [];
  for (const key of ['a', 'd', 's', 'x']) answered.push(await answerByKey(page, key));
  await said(page, 'Saved').waitFor();
  await first.kill();
  const left = await shownPair(page);
  await page.getByRole('alert').filter({ hasText: 'What said "saved" is saved' }).waitFor();
  // What is said now can't be saved, and isn't said to be.
  await page.keyboard.press('a');
  await page.getByRole('alert').filter({ hasText: 'this was not done' }).waitFor();
  expect(await said(page, 'Saved').count()).toBe(0);
  await page.close();

  const second = await stage.start();
  const reopened = await stage.open(second);
  await commentOn(reopened, 'left').waitFor();
  expect(await shownPair(reopened)).toEqual(left);
  const { client } = await stage.ask(second);
  const { answers } = await client.answers.recent({});
  expect(answers.map(({ choice, left, right }) => [choice, left.text, right.text])).toEqual(
    ['bad', 'tie', 'right', 'left'].map((choice, index) => {
      const { left, right } = answered.at(-1 - index)!;
      return [choice, left, right];
    }),
  );
});

test('a tab that is open comes back by itself when the app is started again', async () => {
  expectDeath();
  const first = await stage.start();
  const page = await stage.open(first);
  await commentOn(page, 'left').waitFor();
  const [left, { port }] = [await shownPair(page), new URL(first.address)];
  await first.kill();
  await page.getByRole('alert').filter({ hasText: 'this page comes back by itself' }).waitFor();
  // Another program in its place gets neither the secret nor the tab.
  const asked: IncomingHttpHeaders[] = [];
  const squatter = createServer(({ headers }, answer) => {
    asked.push(headers);
    answer.end('<title>Squatter</title>');
  }).listen(Number(port), '127.0.0.1');
  await until(async () => asked.length).toBeGreaterThan(1);
  squatter.closeAllConnections();
  await new Promise((resolve) => squatter.close(resolve));
  expect(asked.filter(({ authorization, cookie }) => authorization ?? cookie)).toEqual([]);
  expect(await page.title()).not.toBe('Squatter');

  const second = await stage.start();
  expect(new URL(second.address).port).toBe(port);
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await commentOn(page, 'left').waitFor();
  expect(await shownPair(page)).toEqual(left);
  await answerByKey(page, 'a');
  // So does one that is opened beside it without a key.
  const beside = await stage.context().newPage();
  await beside.goto(new URL(second.address).origin);
  await commentOn(beside, 'left').waitFor();
});

test('killed while training: the run is interrupted and goes on, and the model before still ranks', {
  timeout: 3 * patience,
}, async () => {
  expectDeath();
  const first = await stage.start();
  const page = await stage.open(first, '/train');
  await startTraining(page, { Epochs: endless.epochs, 'Checkpoint every': endless.checkpointEvery });
  const before = (await stage.ask(first)).client;
  await untilStep(before, 2 * endless.checkpointEvery);
  await first.kill();
  await page.getByRole('alert').filter({ hasText: 'What said "saved" is saved' }).waitFor();
  await page.close();

  const second = await stage.start();
  const { client } = await stage.ask(second);
  const reopened = await stage.open(second, '/train');
  const row = reopened.getByRole('row').filter({ hasText: 'Interrupted' });
  const run = await newestRun(client);
  expect(run).toMatchObject({ status: 'interrupted', modelName: null });

  await goTo(reopened, 'Rankings');
  await openFirstPost(reopened);
  await rankedComments(reopened).first().waitFor();
  expect(await rankedComments(reopened).first().textContent()).toMatch(/Reward\s+−?\d/);
  const models = reopened.getByRole('combobox', { name: 'Ranked by' }).getByRole('option');
  expect((await models.allTextContents()).map((text) => text.trim())).toEqual(['reward-1 (in use)']);

  await goTo(reopened, 'Train');
  await row.getByRole('link').click();
  await reopened.getByRole('button', { name: 'Go on' }).click();
  expect(await untilStep(client, run.step + 1)).toMatchObject({ id: run.id });
});

test('killed while importing: the data folder opens, and the import can be undone', {
  timeout: 3 * patience,
}, async () => {
  expectDeath();
  const first = await stage.start();
  const page = await stage.open(first, '/data');
  const rows = Array.from({ length: 80_000 }, (_, index) =>
    JSON.stringify({ id: `many:${index}`, text: `Post ${index}`, comments: [{ text: 'One' }, { text: 'Two' }] }),
  );
  await chooseFile(page, 'many.jsonl', rows.join('\n'));
  await importChosen(page);
  const before = (await stage.ask(first)).client;
  await until(async () => (await before.posts.list({ search: 'Post' })).total).toBeGreaterThan(0);
  await first.kill();
  await page.close();

  const second = await stage.start();
  const reopened = await stage.open(second, '/data');
  const { client } = await stage.ask(second);
  const row = reopened.getByRole('row').filter({ hasText: 'many.jsonl' });
  await row.getByText('Broken off').waitFor();
  expect((await client.posts.list({ search: 'Post' })).total).toBeGreaterThan(0);
  await row.getByRole('button', { name: 'Undo import' }).click();
  await reopened.getByRole('dialog').getByRole('button', { name: 'Undo import' }).click();
  await row.getByText(/^Undone /).waitFor();
  expect((await client.posts.list({ search: 'Post' })).total).toBe(0);

  // What was there before is whole.
  await goTo(reopened, 'Compare', 'Which comment is better?');
  await commentOn(reopened, 'left').waitFor();
  await view(reopened, 'Which comment is better?').waitFor();
  await answerByKey(reopened, 'a');
});
