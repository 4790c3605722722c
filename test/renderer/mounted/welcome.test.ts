import { expect, test } from 'vitest';
import {
  find,
  heldByAnother,
  importChosen,
  openPage,
  says,
  screen,
  until,
  waitFor,
  within,
} from '../../support/mounted.ts';
import { temporaryFile } from '../../support/temporary.ts';

const newcomer = { settings: { welcomed: false } };
const line = JSON.stringify({ text: 'What to cook?', comments: [{ text: 'Soup' }, { text: 'Bread' }] });

test('a newcomer sees what this is, and no view or navigation yet', async () => {
  await openPage('/', newcomer);
  await find('heading', 'Welcome to Tiebreak');
  expect(screen.queryByRole('navigation')).toBeNull();
  expect(screen.getByRole('textbox', { name: 'Your name' })).toHaveProperty('value', 'me');
});

test('skipping keeps the name and leads to the first view', async () => {
  const { user, api, press } = await openPage('/', newcomer);
  const name = await screen.findByRole('textbox', { name: 'Your name' });
  await user.clear(name);
  await user.type(name, ' Ada ');
  await press('Skip this and look around');
  await find('heading', 'Which comment is better?');
  const kept = { annotator: 'Ada', welcomed: true, guide: 'none' };
  await until(async () => expect(await api.settings.get()).toMatchObject(kept));
});

test('who gives no name is called me', async () => {
  const { user, api, press } = await openPage('/', newcomer);
  await user.clear(await screen.findByRole('textbox', { name: 'Your name' }));
  await press('Skip this and look around');
  await find('heading', 'Which comment is better?');
  await until(async () => expect(await api.settings.get()).toMatchObject({ annotator: 'me', welcomed: true }));
});

test('the sample comes in, and the guide begins', async () => {
  const { api, press } = await openPage('/', newcomer);
  await press('Start with the sample');
  await screen.findByRole('region', { name: 'Guide' });
  await says(/\d+ posts with [\d,]+ comments imported\./);
  await until(async () => expect(await api.settings.get()).toMatchObject({ welcomed: true, guide: 'compare' }));
  expect((await api.posts.list({ limit: 1 })).total).toBeGreaterThan(100);
});

test('own files are looked at under Data before they come in, and the guide begins with that', async () => {
  const page = await openPage('/', {
    ...newcomer,
    choose: () => [temporaryFile(`${line}\n{"text": "A row without comments"}\n`)],
  });
  await page.press('Import comments');
  await find('region', 'Preview');
  await says('1 of 5. Bring in your posts with their comments: choose a file here, look at it, and import it.');
  expect((await page.api.posts.list({ limit: 1 })).total).toBe(0);
  await importChosen(page);
  await find('heading', '1 post and 2 comments arrived');
  await until(async () => expect(await page.api.settings.get()).toMatchObject({ welcomed: true, guide: 'compare' }));
  await says('2 of 5. Compare 5 pairs');
});

test('who closes the dialog for files stays at the welcome', async () => {
  const { api, press } = await openPage('/', { ...newcomer, choose: () => [] });
  await press('Import comments');
  await waitFor(async () => expect(await find('button', 'Import comments')).toHaveProperty('disabled', false));
  await find('heading', 'Welcome to Tiebreak');
  expect((await api.settings.get()).welcomed).toBe(false);
});

test('while another process writes, skipping says so and stays', async () => {
  const page = await openPage('/', newcomer);
  const letGo = await heldByAnother(page);
  await page.user.click(await find('button', 'Skip this and look around'));
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('is at work on this data folder'));
  letGo();
  await page.user.click(await find('button', 'Skip this and look around'));
  await find('heading', 'Which comment is better?');
});

test('a single key does nothing before the welcome is answered', async () => {
  const { user, path } = await openPage('/', newcomer);
  await find('heading', 'Welcome to Tiebreak');
  await user.keyboard('gs?');
  expect(path()).toBe('/');
  expect(within(document.body).queryByRole('dialog')).toBeNull();
});

test('a newcomer tries a few pairs of the sample by key and by click, and nothing of it is kept', async () => {
  const { user, api, press } = await openPage('/', newcomer);
  await find('heading', 'Try it: which comment is better?');
  await user.keyboard('d');
  await says('People chose this one too.');
  await says('won 61% of its comparisons');
  await press('Next pair');
  await press(/^Right is better: It's no more remarkable/);
  await says('People chose the other one.');
  // What is chosen stays; the same key goes on.
  await press(/^Left is better: Sometimes/);
  await says('People chose the other one.');
  await user.keyboard('d');
  await says('3 of 4. Only to try');
  await user.keyboard('dda');
  await says('You and people agreed on 3 of 4.');
  await press('Once more');
  await says('1 of 4. Only to try');
  expect((await api.posts.list({ limit: 1 })).total).toBe(0);
  expect((await api.settings.get()).welcomed).toBe(false);
});
