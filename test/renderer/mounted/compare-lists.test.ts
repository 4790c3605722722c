import { screen, within } from '@testing-library/dom';
import { expect, test } from 'vitest';
import { questionNames } from '../../../src-main/common/question-words.ts';
import { allAnswers } from '../../../src-main/store/labels.ts';
import { plainPosts } from '../../support/house-with-posts.ts';
import { find, openPage, type Page, says, waitFor } from '../../support/mounted.ts';

/** The texts of the cards, as they stand on the screen. */
async function cards(): Promise<readonly string[]> {
  await screen.findByText('Comment 1', { selector: '.unseen' });
  return [...document.querySelectorAll('.card .text')].map(({ textContent }) => textContent ?? '');
}

const places = (): readonly (string | null)[] =>
  [...document.querySelectorAll('.card')].map((card) => card.querySelector('.place')?.textContent ?? null);

/** A page that asks this kind of question. */
async function openLists(question: 'best-worst' | 'order', comments = 4): Promise<Page> {
  const page = await openPage('/', { posts: plainPosts(6, comments) });
  await page.press(/^Kind of question/);
  await page.press(questionNames[question], undefined, 'menuitemradio');
  await cards();
  return page;
}

test('two keys give the best and the worst of four, saved at once; undo brings the same four back', async () => {
  const page = await openLists('best-worst');
  await screen.findByRole('heading', { name: 'Which is best, and which is worst?' });
  const first = await cards();
  await page.user.keyboard('3');
  await waitFor(() => expect(places()).toEqual([null, null, 'Best', null]));
  await page.user.keyboard('1');
  await waitFor(async () => expect(await cards()).not.toEqual(first));
  await says('Saved');
  expect([...allAnswers(page.store)]).toHaveLength(5);
  await page.user.keyboard('z');
  await waitFor(async () => expect(await cards()).toEqual(first));
  expect([...allAnswers(page.store)]).toEqual([]);
});

test('an order by keys: a tie, a press taken back, the last one by itself, and Enter saves', async () => {
  const page = await openLists('order');
  const first = await cards();
  expect(screen.getByRole('button', { name: 'Save order' })).toHaveProperty('disabled', true);
  await page.user.keyboard('2');
  await page.user.keyboard('4');
  await page.user.keyboard('z');
  await waitFor(() => expect(places()).toEqual([null, '1st', null, null]));
  await page.user.keyboard('s');
  await says(/shares the place of the last/);
  await page.user.keyboard('3');
  await page.user.keyboard('1');
  await waitFor(() => expect(places()).toEqual(['2nd', '1st', '1st', '3rd']));
  await waitFor(() => expect(document.activeElement?.textContent).toContain('Save order'));
  await page.user.keyboard('{Enter}');
  await waitFor(async () => expect(await cards()).not.toEqual(first));
  const answers = [...allAnswers(page.store)];
  expect(answers).toHaveLength(6);
  expect(answers.filter(({ choice }) => choice === 'tie')).toHaveLength(1);
});

test('an order without single keys: buttons give places, arrows move, and the button saves', async () => {
  const page = await openLists('order', 3);
  await page.api.settings.set({ keysEnabled: false });
  await waitFor(() => expect(document.querySelector('.card kbd')).toBeNull());
  const [one] = screen.getAllByRole('button', { name: '1st' });
  await page.user.click(one!);
  await waitFor(() => expect(places()).toEqual(['1st', null, null]));
  await page.user.keyboard('{ArrowDown}');
  await waitFor(() => expect(places()).toEqual(['2nd', '1st', '3rd']));
  await page.press('Save order');
  await waitFor(() => expect([...allAnswers(page.store)]).toHaveLength(3));
});

test('a question can be skipped; recent answers show what was said of several, and take it back as a whole', async () => {
  const page = await openLists('best-worst');
  const first = await cards();
  await page.user.keyboard('w');
  await waitFor(async () => expect(await cards()).not.toEqual(first));
  await page.user.keyboard('1');
  await page.user.keyboard('2');
  await waitFor(() => expect([...allAnswers(page.store)]).toHaveLength(5));
  await page.press('Recent answers');
  const recent = await find('dialog', 'Recent answers');
  await within(recent).findByText('Skipped.');
  expect(within(recent).getAllByText('Best and worst of four')).toHaveLength(2);
  await page.user.click(within(recent).getAllByRole('button', { name: 'Take back' })[0]!);
  await waitFor(() => expect([...allAnswers(page.store)]).toEqual([]));
});

test('where no post has enough comments it says so, and leads back to pairs', async () => {
  const page = await openPage('/', { posts: plainPosts(3, 3) });
  await page.press(/^Kind of question/);
  await page.press('Best and worst of four', undefined, 'menuitemradio');
  await screen.findByText('No more questions of this kind');
  await page.press('Compare pairs');
  await find('article', 'Left comment');
});

test('Shift with the key of a side says that it is much better', async () => {
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  await find('article', 'Left comment');
  await page.user.keyboard('{Shift>}D{/Shift}');
  await says(/Saved.*right is much better/);
  expect([...allAnswers(page.store)]).toMatchObject([{ choice: 'right', much: true }]);
  await page.press('Recent answers');
  await within(await find('dialog', 'Recent answers')).findByText('Right is much better');
});
