import { readFileSync } from 'node:fs';
import { fireEvent } from '@testing-library/dom';
import { expect, test } from 'vitest';
import { addAnswer } from '../../../src-main/store/answers.ts';
import { addModel } from '../../../src-main/store/models.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { importPosts, plainPosts } from '../../support/house-with-posts.ts';
import {
  find,
  gone,
  hasFocus,
  heldByAnother,
  importChosen,
  openPage,
  says,
  screen,
  until,
  waitFor,
  within,
  withoutTable,
} from '../../support/mounted.ts';
import { hostile } from '../../support/run-records.ts';
import { temporaryFile } from '../../support/temporary.ts';

const post = (id: string, ...comments: readonly string[]): string =>
  JSON.stringify({ id, text: `Text of ${id}`, comments: comments.map((text) => ({ text })) });
const choosing = (...files: readonly (readonly [name: string, content: string])[]) => ({
  choose: () => files.map(([name, content]) => temporaryFile(content, name)),
});

/** Drops files on the page. */
function drop(...files: readonly File[]): void {
  const view = document.querySelector('.view.data') as HTMLElement;
  const items = files.map(() => ({ kind: 'file' }));
  const dataTransfer = { files, items, types: ['Files'], dropEffect: 'none' };
  fireEvent.dragEnter(view, { dataTransfer });
  fireEvent.dragOver(view, { dataTransfer });
  fireEvent.drop(view, { dataTransfer });
}

test('what is left out of several files is listed by kind, with the texts of the first rows, and all of it as a file', async () => {
  const bad = Array.from({ length: 15 }, () => '{"text": 7}').join('\n');
  const page = await openPage(
    '/data',
    choosing(['one.jsonl', `${post('a', 'x', 'y')}\n${bad}`], ['two.jsonl', `${post('b', 'x', 'y')}\n${bad}`]),
  );
  await page.press('Choose files');
  await importChosen(page);
  const left = await find('region', 'What was left out');
  await says(/30 rows: /, left);
  const rows = [...left.querySelectorAll('details')].find(({ textContent }) => textContent?.includes('30 rows'))!;
  expect(rows.textContent).toContain('Line 2: 7');
  const counts = (await find('rowheader', 'Rows')).closest('tr')!;
  expect([...counts.querySelectorAll('td')].map(({ textContent }) => textContent)).toEqual(['32', '2', '30']);
  await page.press('Save the list');
  await waitFor(() => expect(page.saved).toHaveLength(1));
  const saved = readFileSync(page.saved[0]!.path, 'utf8');
  for (const file of ['one.jsonl', 'two.jsonl'])
    expect(saved.split('\n').filter((line) => line.startsWith(file))).toHaveLength(15);
});

test('what is here already does not arrive again, and says so', async () => {
  const page = await openPage('/data', choosing(['same.jsonl', post('a', 'x', 'y')]));
  await page.press('Choose files');
  await importChosen(page);
  await find('heading', '1 post and 2 comments arrived');
  await says('Nothing was left out.');
  await page.press('Choose files');
  await importChosen(page);
  await find('heading', 'Nothing new arrived: all of this was here already');
});

test('a file that is taken for something else is read as one says', async () => {
  const page = await openPage('/data', choosing(['a.jsonl', post('a', 'x', 'y')]));
  await page.press('Choose files');
  await find('region', 'First posts');
  await page.user.selectOptions(await find('combobox', 'What it is'), 'pairs');
  await gone('region', 'First posts');
  await says('Nothing can be imported as it stands.');
  await page.user.selectOptions(await find('combobox', 'What it is'), '');
  await find('region', 'First posts');
  await importChosen(page);
  await find('heading', '1 post and 2 comments arrived');
});

test('files are dropped anywhere on the page, even where another tab is open', async () => {
  const page = await openPage('/data/posts');
  await find('heading', 'No posts yet');
  drop(new File([post('dropped', 'x', 'y')], 'dropped.jsonl'));
  await importChosen(page);
  await find('heading', '1 post and 2 comments arrived');
  expect(page.path()).toBe('/data/import');
  expect((await page.api.data.imports()).imports).toMatchObject([{ file: 'dropped.jsonl' }]);
});

test('the menu of the window asks for files', async () => {
  const page = await openPage('/models', choosing(['menu.jsonl', post('menu', 'x', 'y')]));
  await find('heading', 'Models');
  page.command('import');
  await importChosen(page);
  await find('heading', '1 post and 2 comments arrived');
  expect(page.path()).toBe('/data');
});

test('an undo that can not be done is said, and its question stays', async () => {
  const page = await openPage('/data', { posts: plainPosts(2, 2) });
  await page.press(/^Undo import of/);
  const letGo = await heldByAnother(page);
  await page.press('Undo import', await find('dialog', 'Undo this import?'));
  await says('is at work on this data folder');
  letGo();
  await page.press('Undo import', await find('dialog', 'Undo this import?'));
  await says('2 posts and 4 comments taken away.');
});

test('of many imports the newest are listed, then more', async () => {
  const { press } = await openPage('/data', {
    before: async ({ app }) => {
      for (let number = 0; number < 22; number++) await importPosts(app, [{ id: `n${number}`, comments: ['x', 'y'] }]);
    },
  });
  const table = await find('region', 'Table of imports');
  expect(within(table).getAllByRole('row')).toHaveLength(21);
  await press('Show more of 22');
  await waitFor(() => expect(within(table).getAllByRole('row')).toHaveLength(23));
  await hasFocus(table);
});

test('an import that is broken off is marked, and can be undone', async () => {
  await openPage('/data', {
    posts: plainPosts(2, 2),
    before: ({ store }) => store.db.exec('UPDATE imports SET finished_at = NULL'),
  });
  await says('Broken off');
  await find('button', /^Undo import of/);
});

test('the tabs are reached by the arrow keys and stand in the address', async () => {
  const { user, path } = await openPage('/data', { posts: plainPosts(2, 2) });
  const first = await find('tab', 'Import');
  first.focus();
  await user.keyboard('{ArrowRight}');
  await hasFocus(screen.getByRole('tab', { name: 'Posts' }));
  await waitFor(() => expect(path()).toBe('/data/posts'));
  await find('searchbox', 'Search posts');
  await user.keyboard('{End}');
  await waitFor(() => expect(path()).toBe('/data/again'));
  await find('heading', 'No model yet');
  expect(screen.getByRole('tab', { name: 'Second looks' }).getAttribute('aria-selected')).toBe('true');
});

test('a tab that is not there is the first one', async () => {
  await openPage('/data/nothing');
  expect((await find('tab', 'Import')).getAttribute('aria-selected')).toBe('true');
});

test('a post is shown with its comments, its context, and the file it came from', async () => {
  const line = {
    id: 'a',
    title: 'Soup',
    text: 'Which one?',
    context: 'The article about soup',
    comments: [
      { text: hostile, score: 0 },
      { text: 'Tomato', score: 1 },
    ],
  };
  const page = await openPage('/data/posts', choosing(['soup.jsonl', JSON.stringify(line)]));
  const { press } = page;
  await press('Import comments', undefined, 'link');
  await press('Choose files');
  await importChosen(page);
  await find('heading', /arrived/);
  await press('Look at the posts', undefined, 'link');
  const pane = await find('region', 'Post');
  await find('heading', 'Soup', pane);
  await says(/2 comments · \w+ split · from soup\.jsonl/, pane);
  await says('1st in the data', pane);
  await says(hostile.replace(/\s+/g, ' '), pane);
  expect(pane.querySelector('img, script, a')).toBeNull();
  await says('The article about soup', pane);
});

test('answers that all else contradicts are looked at again: one stands, the other is changed', async () => {
  const page = await openPage('/data/again', {
    before: async ({ app, store }) => {
      await importPosts(
        app,
        Array.from({ length: 14 }, (_, i) => ({
          id: `p${i}`,
          title: `About ${i}`,
          comments: [`Lo${'n'.repeat(20)}g ${i}`, `Sh ${i}`],
        })),
      );
      addModel(store, {
        name: 'lengths',
        kind: 'reward',
        folder: 'models/lengths',
        base: null,
        runId: null,
        metrics: {},
      });
      await app.rank({ device: 'cpu' });
      // The engine of the tests holds the longer comment for the better one.
      for (let post = 1; post <= 14; post++) {
        const [long, short] = findPost(store, post).comments.toSorted((a, b) => b.text.length - a.text.length);
        const choice = post <= 2 ? 'right' : 'left';
        addAnswer(store, {
          postId: post,
          leftId: long!.id,
          rightId: short!.id,
          choice,
          annotator: 'me',
          origin: 'compare',
        });
      }
    },
    settings: { annotator: 'me' },
  });
  await says('2 answers of your 14 may be slips');
  const rows = () =>
    [...document.querySelectorAll<HTMLElement>('.plain-list li')].filter((row) =>
      row.textContent?.includes('It stands'),
    );
  expect(rows()).toHaveLength(2);
  expect(rows()[0]!.textContent).toMatch(/You said that the right one is better, .+ Everything else gives that \d+%\./);
  await page.press('It stands', rows()[0]!);
  await waitFor(() => expect(rows()).toHaveLength(1));
  await hasFocus(rows()[0]!);
  await page.press('The left one is better', rows()[0]!);
  await find('heading', 'Nothing to look at again');
  expect((await page.api.answers.secondLooks()).looks).toEqual([]);
});

test('without a model there is nothing to hold answers against', async () => {
  await openPage('/data/again', { posts: plainPosts(3, 2) });
  await find('heading', 'No model yet');
  await find('link', 'Train a model');
});

test('flagged pairs stand with who flagged them and the note, and lead to their post', async () => {
  const { api, press, path } = await openPage('/data/flagged', { posts: plainPosts(3, 2) });
  await find('heading', 'No pair is flagged');
  const flag = async (key: string): Promise<void> => {
    const { pairs } = await api.answers.nextPairs({ tab: 'tab', count: 1 });
    const [pair] = pairs;
    await api.answers.add({
      tab: 'tab',
      key,
      postId: pair!.post.id,
      leftId: pair!.left.id,
      rightId: pair!.right.id,
      choice: 'flag',
      durationMs: 1,
    });
  };
  await flag('0f0e0d0c-0b0a-4908-8706-050403020100');
  await says(/Flagged by me, .*, without a note/);
  await api.answers.change({ key: '0f0e0d0c-0b0a-4908-8706-050403020100', choice: 'flag', note: hostile });
  await says(hostile.replace(/\s+/g, ' '));
  expect(document.querySelector('main img, main script')).toBeNull();
  await press(/^Post p\d/, undefined, 'link');
  await waitFor(() => expect(path()).toMatch(/^\/data\/posts\/\d/));
});

test('a flagged pair is noted, answered, and let go, and each can be undone', async () => {
  const { api, press, choose, user } = await openPage('/data/flagged', {
    posts: plainPosts(3, 2),
    settings: { repeatShare: 0 },
    before: async ({ api: before }) => {
      const { pairs } = await before.answers.nextPairs({ tab: 'tab', count: 2 });
      for (const { post, left, right } of pairs) {
        const pair = { postId: post.id, leftId: left.id, rightId: right.id };
        await before.answers.add({ tab: 'tab', key: crypto.randomUUID(), ...pair, choice: 'flag' });
      }
    },
  });
  const items = async () => within(await find('main', '')).findAllByRole('listitem');
  const given = async () =>
    (await api.answers.recent({})).answers.map(({ choice, note }) => `${choice} ${note}`.trim());
  await press('Add a note', (await items())[0]);
  const dialog = await find('dialog', 'Note on the flagged pair');
  await user.type(within(dialog).getByRole('textbox'), 'Twice the same');
  await press('Save note', dialog);
  // Another row stands in its place now.
  await says('Twice the same');
  await choose('Answer', 'Right is better', (await items())[0]);
  await waitFor(async () => expect(await given()).toEqual(['right', 'flag']));
  await press('Undo', await find('region', 'Messages'));
  await waitFor(async () => expect(await given()).toEqual(['flag Twice the same', 'flag']));
  await waitFor(async () => expect(await items()).toHaveLength(2));
  await press('Take the flag off', (await items())[0]);
  await waitFor(async () => expect(await items()).toHaveLength(1));
  expect(await api.answers.summary()).toMatchObject({ pairsLeft: 2 });
  await press('Undo', await find('region', 'Messages'));
  await waitFor(async () => expect(await items()).toHaveLength(2));
});

test.each([
  ['/data', 'imports'],
  ['/data/flagged', 'marks'],
])('what %s can not read is told, and asked for again', async (address, table) => {
  let repair = (): unknown => undefined;
  const { press } = await openPage(address, {
    posts: plainPosts(2, 2),
    before: (house) => {
      repair = withoutTable(house, table);
    },
  });
  const [why] = await within(await find('main', '')).findAllByRole('alert');
  expect(why?.textContent).toContain(`no such table: ${table}`);
  repair();
  await press('Try again', why);
  await waitFor(() => expect(within(screen.getByRole('main')).queryByRole('alert')).toBeNull());
});

test('what there is is counted, drawn with the numbers beside it, and computed again once it has changed', {
  timeout: 60_000,
}, async () => {
  const { press, app } = await openPage('/data/statistics', { posts: plainPosts(12, 4) });
  const overview = await find('region', 'What there is');
  await says(/posts\s*12/, overview);
  await says(/comments\s*48/, overview);
  expect(within(overview).getByRole('row', { name: /^train/ }).textContent).toMatch(/train\s*12\s*48\s*0/);
  const figures = await screen.findAllByRole('figure');
  expect(figures.length).toBeGreaterThan(3);
  const findings = within(await find('region', 'What stands out')).getAllByRole('listitem');
  expect(findings).toHaveLength(3);
  await press(/See the chart/, findings[0], 'link');
  expect(document.activeElement?.id).toMatch(/^figure-/);
  const contents = await find('navigation', 'Contents');
  const entries = within(contents).getAllByRole('link');
  expect(entries.map(({ textContent }) => textContent).slice(0, 3)).toEqual([
    'What stands out',
    'What there is',
    'Length',
  ]);
  expect(entries.at(-1)?.textContent).toBe('Research');
  for (const entry of entries)
    expect(document.querySelector(entry.getAttribute('href')!)?.textContent).toBe(entry.textContent);
  await press('Research', contents, 'link');
  expect(document.activeElement?.textContent).toBe('Research');
  await importPosts(app, [{ id: 'more', comments: ['x', 'y'] }]);
  await says('The data or the answers have changed since these figures were computed.');
  await press('Compute again');
  await says(/posts\s*13/, overview);
  await until(() => expect(document.body.textContent).not.toContain('have changed since these figures'));
});

test('statistics that can not be computed say why, and can be asked for again', async () => {
  let repair = (): unknown => undefined;
  const { press } = await openPage('/data/statistics', {
    posts: plainPosts(12, 4),
    before: (house) => {
      repair = withoutTable(house, 'comments');
    },
  });
  const [why] = await within(await find('main', '')).findAllByRole('alert');
  expect(why?.textContent).toContain('no such table');
  repair();
  await press('Try again', why);
  await find('region', 'What there is');
});

test('a comment is deleted for good, which is listed, and can be allowed again', async () => {
  const page = await openPage('/data/posts/1', { posts: plainPosts(1, 3) });
  const { comments } = await page.api.posts.get({ post: 1 });
  await page.choose('More for comment 2', 'Delete this comment for good');
  const erasing = await find('dialog', 'Delete this comment for good?');
  await says('1 comment goes for good.', erasing);
  await says(comments[1]!.text, erasing);
  await page.press('Delete for good', erasing);
  await says('Erased: 1 comment.');
  await gone('dialog', /./);
  expect((await page.api.posts.get({ post: 1 })).total).toBe(2);

  await page.go('/data');
  const listed = await find('region', 'Deleted or corrected for good');
  await says('A comment: 1 comment', listed);
  await page.press(/^Allow again/, listed.querySelector('li') as HTMLElement);
  await says('allowed again', listed);
});

test('skipped pairs are listed apart from answers, and answered there by buttons or by the keys of Compare', async () => {
  const page = await openPage('/data/skipped', {
    posts: plainPosts(4, 2),
    settings: { repeatShare: 0 },
    before: async ({ api }) => {
      const { pairs } = await api.answers.nextPairs({ tab: 'other', count: 3 });
      for (const {
        post: { id },
        left,
        right,
      } of pairs) {
        const pair = { postId: id, leftId: left.id, rightId: right.id };
        await api.answers.add({ tab: 'other', key: crypto.randomUUID(), ...pair, choice: 'skip' });
      }
    },
  });
  const untilGiven = (choices: readonly string[]): Promise<void> =>
    waitFor(async () => {
      const { answers } = await page.api.answers.recent({});
      expect(answers.map(({ choice }) => choice).sort()).toEqual(choices);
    });
  await says('3 pairs skipped by you, not counted as answered');
  const rows = () => screen.getAllByRole('listitem', { name: /^Skipped pair/ });
  // A key answers what has the focus, and nothing else.
  await page.user.keyboard('a');
  rows()[0]!.focus();
  await page.user.keyboard('s');
  await waitFor(() => expect(rows()).toHaveLength(2));
  await untilGiven(['skip', 'skip', 'tie']);
  await waitFor(() => expect(document.activeElement).toBe(rows()[0]));
  await page.user.keyboard('z');
  await untilGiven(['skip', 'skip', 'skip']);
  await waitFor(() => expect(rows()).toHaveLength(3));
  await page.press('Right is better', rows()[1]);
  await untilGiven(['right', 'skip', 'skip']);
  expect((await page.api.answers.summary()).total).toBe(1);
  await page.press('Ask all again in Compare');
  await find('article', 'Left comment');
  await untilGiven(['right']);
  await page.go('/data/skipped');
  await find('heading', 'No pair is skipped');
});
