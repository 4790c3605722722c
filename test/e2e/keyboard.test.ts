import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { patience, useStage } from '../support/page.ts';
import type { Client, RunningApp } from '../support/started-door.ts';
import {
  answerByKey,
  captions,
  commentOn,
  compareHeading,
  isFocused,
  press,
  rankedComments,
  said,
  shownPair,
  tabTo,
  until,
  view,
  withModel,
} from '../support/steps.ts';

const stage = useStage(withModel);

/** Opens a page that counts what is done with a mouse, a finger or a pen. */
async function openCounting(app: RunningApp): Promise<Page> {
  await stage.context().addInitScript(() => {
    addEventListener(
      'pointerdown',
      () => {
        document.documentElement.dataset.pointed = 'yes';
      },
      true,
    );
  });
  const page = await stage.open(app);
  return page;
}

/** Goes to a view by g and its letter. */
async function go(page: Page, letter: string, heading: string): Promise<void> {
  await page.keyboard.press('g');
  await page.keyboard.press(letter);
  await view(page, heading).waitFor();
}

const given = async (client: Client): Promise<readonly string[]> =>
  (await client.answers.recent({})).answers.map(({ choice }) => choice).reverse();

test('the whole job, without a mouse', { timeout: 4 * patience }, async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  await client.settings.set({ welcomed: false });
  const page = await openCounting(app);
  await view(page, 'Welcome to Tiebreak').waitFor();
  await tabTo(page, page.getByRole('textbox', { name: 'Your name' }));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Grace');
  await press(page, page.getByRole('button', { name: 'Skip this and look around' }));

  // Compare: every answer, undo, and the list of recent ones.
  await commentOn(page, 'left').waitFor();
  for (const key of ['a', 'd', 's', 'x', 'w', 'f', 'a']) await answerByKey(page, key);
  await answerByKey(page, 'z');
  await said(page, 'Taken back').waitFor();
  expect(await given(client)).toEqual(['left', 'right', 'tie', 'bad', 'skip', 'flag']);
  const recent = page.getByRole('button', { name: 'Recent answers' });
  await press(page, recent);
  const list = page.getByRole('dialog', { name: 'Recent answers' });
  await press(page, list.getByRole('listitem').first().getByRole('button', { name: 'Change' }));
  await page.getByRole('menuitem').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await until(() => given(client)).not.toContain('flag');
  await page.keyboard.press('Escape');
  await until(() => isFocused(recent)).toBe(true);

  await go(page, 't', 'Train');
  await press(page, page.getByRole('button', { name: 'Train', exact: true }));
  await page.getByRole('heading', { name: 'How good it is' }).waitFor();

  // Rankings: search, the list, a post, why one comment stands before another, the export.
  await go(page, 'r', 'Rankings');
  const search = page.getByRole('searchbox', { name: 'Search posts' });
  const [{ text } = { text: '' }] = captions();
  await tabTo(page, search);
  await page.keyboard.type(text);
  await until(() => page.getByRole('status').filter({ hasText: 'found' }).textContent()).not.toMatch(/^250 /);
  await page.keyboard.press('ArrowDown');
  await until(() =>
    isFocused(page.getByRole('region', { name: 'Posts' }).getByRole('listitem').first().getByRole('link')),
  ).toBe(true);
  await page.keyboard.press('Enter');
  await rankedComments(page).first().waitFor();
  const reason = page.getByRole('button', { name: /^Why\?/ }).first();
  await press(page, reason);
  await page
    .getByRole('dialog', { name: 'Why this order' })
    .getByRole('row', { name: /^Length/ })
    .waitFor();
  await page.keyboard.press('Escape');
  await until(() => isFocused(reason)).toBe(true);
  await press(page, page.getByRole('button', { name: 'Export', exact: true }));
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await until(() => dialog.getByRole('region', { name: 'First rows' }).textContent()).toContain('score');
  const downloading = page.waitForEvent('download');
  await press(page, dialog.getByRole('button', { name: 'Export', exact: true }));
  const file = readFileSync(await (await downloading).path(), 'utf8');
  const comments = captions().flatMap((post) => post.comments);
  expect(file.match(/\r\n/g)).toHaveLength(1 + comments.length);
  if (await dialog.isVisible()) await page.keyboard.press('Escape');
  await until(() => dialog.count()).toBe(0);

  await go(page, 'd', 'Data');
  await tabTo(page, page.getByRole('tab', { name: 'Import' }));
  await page.keyboard.press('ArrowRight');
  await until(() => isFocused(page.getByRole('tab', { name: 'Posts' }))).toBe(true);
  await tabTo(page, page.getByRole('searchbox', { name: 'Search posts' }));
  // Keys of a field are the field's own; the link to the next view is not.
  await press(page, page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Models' }));
  await view(page, 'Models').waitFor();
  await press(page, page.getByRole('button', { name: 'More for reward-1' }));
  await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
  await page.keyboard.press('Escape');
  await go(page, 's', 'Settings');
  await go(page, 'c', compareHeading);

  expect(await page.locator('html').getAttribute('data-pointed')).toBe(null);
  // That would have been noticed.
  await page.getByRole('button', { name: 'Recent answers' }).click();
  expect(await page.locator('html').getAttribute('data-pointed')).toBe('yes');
});

test('? shows the keys, and gives the focus back', async () => {
  const app = await stage.start();
  const page = await openCounting(app);
  await commentOn(page, 'left').waitFor();
  const skip = page.getByRole('button', { name: /^Skip/ }).last();
  await tabTo(page, skip);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.waitFor();
  for (const name of ['Left is better', 'Both bad', 'Undo', 'Rankings', 'This sheet']) {
    await sheet.getByText(name, { exact: true }).waitFor();
  }
  // Under the sheet, keys do nothing.
  await page.keyboard.press('a');
  await page.keyboard.press('Escape');
  await until(() => sheet.count()).toBe(0);
  expect(await isFocused(skip)).toBe(true);
  await answerByKey(page, 'd');
  expect(await given((await stage.ask(app)).client)).toEqual(['right']);
});

test('an action takes another key, unless it is taken', async () => {
  const app = await stage.start();
  const page = await openCounting(app);
  await commentOn(page, 'left').waitFor();
  await go(page, 's', 'Settings');
  const left = page.getByRole('button', { name: /^Left is better/ });
  await press(page, left);
  await page.keyboard.press('d');
  await page
    .getByRole('alert')
    .filter({ hasText: /D already says “Right is better”/ })
    .waitFor();
  await press(page, left);
  await page.keyboard.press('j');
  await until(() => left.textContent()).toContain('J');
  await go(page, 'c', compareHeading);
  await commentOn(page, 'left').waitFor();
  await page.keyboard.press('a');
  await answerByKey(page, 'j');
  await answerByKey(page, 'd');
  expect(await given((await stage.ask(app)).client)).toEqual(['left', 'right']);
});

test('single keys can be switched off, and everything is still in reach', async () => {
  const app = await stage.start();
  const page = await openCounting(app);
  await commentOn(page, 'left').waitFor();
  await go(page, 's', 'Settings');
  await tabTo(page, page.getByRole('switch', { name: 'Single keys' }));
  await page.keyboard.press('Space');
  await until(() => page.getByRole('switch', { name: 'Single keys' }).getAttribute('aria-checked')).toBe('false');
  await press(page, page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Compare' }));
  await commentOn(page, 'left').waitFor();
  expect(await page.getByRole('main').locator('kbd').count()).toBe(0);
  const before = await shownPair(page);
  for (const key of ['a', 'd', 's', 'x', 'w', 'f', 'z', '?', 'g', 't']) await page.keyboard.press(key);
  await press(page, page.getByRole('button', { name: /This one is better.*right/ }));
  await said(page, 'Saved').waitFor();
  await until(() => shownPair(page)).not.toEqual(before);
  expect(await page.getByRole('dialog').count()).toBe(0);
  const { client } = await stage.ask(app);
  expect(await given(client)).toEqual(['right']);
  expect((await client.answers.recent({})).answers[0]?.right.text).toBe(before.right);
});

test('a key that is held answers once', async () => {
  const app = await stage.start();
  const page = await openCounting(app);
  await commentOn(page, 'left').waitFor();
  const before = await shownPair(page);
  await page.keyboard.down('a');
  await until(() => shownPair(page)).not.toEqual(before);
  // Pressed again without being let go, as the system does for a held key.
  for (let i = 0; i < 5; i++) await page.keyboard.down('a');
  await page.keyboard.up('a');
  await answerByKey(page, 'd');
  expect(await given((await stage.ask(app)).client)).toEqual(['left', 'right']);
});

test('what is typed into a field answers nothing', async () => {
  const app = await stage.start();
  const page = await openCounting(app);
  await commentOn(page, 'left').waitFor();
  const typed = 'a dsx wfz? gt';
  await press(page, page.getByRole('button', { name: 'Guidelines' }));
  await press(page, page.getByRole('button', { name: 'Write' }));
  const field = page.getByRole('textbox');
  await until(() => isFocused(field)).toBe(true);
  await page.keyboard.type(typed);
  expect(await field.inputValue()).toBe(typed);
  await press(page, page.getByRole('button', { name: 'Save' }));
  await page.getByText(typed).waitFor();
  await go(page, 'r', 'Rankings');
  await tabTo(page, page.getByRole('searchbox', { name: 'Search posts' }));
  await page.keyboard.type(typed);
  expect(await page.getByRole('searchbox', { name: 'Search posts' }).inputValue()).toBe(typed);
  // With a key of control, a letter means something else.
  await page.keyboard.press('Escape');
  await press(page, page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Compare' }));
  await commentOn(page, 'left').waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Alt+d');
  await answerByKey(page, 's');
  expect(await given((await stage.ask(app)).client)).toEqual(['tie']);
});
