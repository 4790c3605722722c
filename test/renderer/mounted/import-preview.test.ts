import { expect, test } from 'vitest';
import { addModel } from '../../../src-main/store/models.ts';
import { importFile } from '../../../src-main/transfer/import-file.ts';
import {
  find,
  gone,
  hasFocus,
  importChosen,
  openPage,
  type Page,
  says,
  screen,
  until,
  waitFor,
  within,
} from '../../support/mounted.ts';
import { temporaryFile } from '../../support/temporary.ts';

const choosing = (...files: readonly (readonly [name: string, content: string | Buffer])[]) => ({
  choose: () => files.map(([name, content]) => temporaryFile(content, name)),
});
const lines = (...rows: readonly unknown[]): string => rows.map((row) => JSON.stringify(row)).join('\n');
const post = (id: string, ...comments: readonly (readonly [text: string, score: number])[]) => ({
  id,
  text: `Text of ${id}`,
  comments: comments.map(([text, score]) => ({ text, score })),
});
const ranked = lines(post('a', ['first', 0], ['second', 1], ['third', 2]), post('b', ['one', 0], ['two', 1]));
const undecided = lines(post('q', ['three', 3], ['two', 2], ['one', 1]));

async function chooseFiles(page: Page): Promise<HTMLElement> {
  await page.press('Choose files');
  return find('region', 'Preview');
}
const pick = async (page: Page, name: string, value: string): Promise<void> =>
  page.user.selectOptions(await find('combobox', name), value);
const importButton = () => find('button', /^Import( \d+ files?)?$/);
const disabled = async () => (await importButton()).getAttribute('aria-disabled') === 'true';
const stored = async ({ api }: Page) => (await api.posts.list({ limit: 50 })).total;
/** The comments that are shown of the first posts, in their order. */
const shownComments = async () =>
  [...(await find('region', 'First posts')).querySelectorAll('li p.reading')].map(({ textContent }) => textContent);
const columnNames = async () =>
  within(await find('region', 'Columns'))
    .getAllByRole('combobox')
    .map((select) => [(select as HTMLSelectElement).labels?.[0]?.textContent, (select as HTMLSelectElement).value]);

test('a chosen file is shown as it will be, and nothing of it is stored before Enter', async () => {
  const page = await openPage('/data', choosing(['ranked.jsonl', ranked]));
  const preview = await chooseFiles(page);
  await says('Posts with comments, JSON Lines, UTF-8', preview);
  await says('Nothing is stored yet', preview);
  await says('The whole file', preview);
  expect(await shownComments()).toEqual(['first', 'second', 'third', 'one', 'two']);
  await says('1st', await find('region', 'First posts'));
  const counts = await find('region', 'Counts');
  const comments = within(counts).getByRole('rowheader', { name: 'Comments' }).closest('tr')!;
  expect([...comments.querySelectorAll('td')].map(({ textContent }) => textContent)).toEqual(['5', '5', '0']);
  expect(await stored(page)).toBe(0);
  expect((await page.api.data.imports()).imports).toEqual([]);
  await hasFocus(await importButton());
  await page.user.keyboard('{Enter}');
  await find('heading', '2 posts and 5 comments arrived');
  await gone('region', 'Preview');
});

test('cancelling leaves nothing behind, and files can be chosen again', async () => {
  const page = await openPage('/data', choosing(['ranked.jsonl', ranked]));
  await chooseFiles(page);
  await says('The whole file');
  await page.press('Cancel');
  await gone('region', 'Preview');
  expect(await stored(page)).toBe(0);
  await hasFocus(await find('button', 'Choose files'));
  await chooseFiles(page);
});

test('what the score means is asked where it can not be told, and nothing is imported before the answer', async () => {
  const page = await openPage('/data', choosing(['few.jsonl', undecided]));
  await chooseFiles(page);
  const question = await find('group', 'What does the score mean?');
  await says('Say first what the score means in few.jsonl.');
  expect(await disabled()).toBe(true);
  await page.press(/^Import$/);
  expect((await page.api.data.imports()).imports).toEqual([]);
  await page.press(/^Votes/, question);
  await gone('group', 'What does the score mean?');
  expect(await shownComments()).toEqual(['three', 'two', 'one']);
  // The other way round with one click.
  await page.press('Read it as places');
  await waitFor(async () => expect(await shownComments()).toEqual(['one', 'two', 'three']));
  await page.press('Read it as votes');
  await waitFor(async () => expect(await shownComments()).toEqual(['three', 'two', 'one']));
  expect(await disabled()).toBe(false);
});

test('columns that nobody knows are mapped by hand, and the next file that looks the same is read so', async () => {
  const table = 'Kysymys,Vastaus,Luku\nWhat to cook?,Soup,12\nWhat to cook?,Bread,3\n';
  const page = await openPage('/data', choosing(['mine.csv', table]));
  const preview = await chooseFiles(page);
  await says(/can't be told what mine.csv is/, preview);
  await says('choose there what it is meant as', preview);
  expect(preview.textContent).not.toContain(page.home);
  expect(await disabled()).toBe(true);
  expect((await columnNames()).map(([, field]) => field)).toEqual(['nothing', 'nothing', 'nothing']);
  await says('What to cook?', await find('region', 'Columns'));
  await pick(page, 'Kysymys', 'text');
  await waitFor(async () => expect(await columnNames()).toContainEqual(['Kysymys', 'text']));
  await pick(page, 'Vastaus', 'comment');
  await find('region', 'First posts');
  await pick(page, 'Luku', 'votes');
  await waitFor(async () => expect((await find('region', 'First posts')).textContent).toContain('12 votes'));
  expect(await shownComments()).toEqual(['Soup', 'Bread']);
  await importChosen(page);
  await find('heading', '1 post and 2 comments arrived');

  await chooseFiles(page);
  await says('It is read as an earlier file that looked the same.');
  expect(await shownComments()).toEqual(['Soup', 'Bread']);
  await page.press('Forget it');
  await says(/can't be told what mine.csv is/);
  await page.press('Cancel');
  await chooseFiles(page);
  await says(/can't be told what mine.csv is/);
});

test('a column that is named another thing gives that up elsewhere', async () => {
  const page = await openPage('/data', choosing(['two.csv', 'text,comment,other\nQ,one,uno\nQ,two,due\n']));
  await chooseFiles(page);
  expect(await columnNames()).toEqual([
    ['text', 'text'],
    ['comment', 'comment'],
    ['other', 'nothing'],
  ]);
  await pick(page, 'other', 'comment');
  await waitFor(async () => expect(await shownComments()).toEqual(['uno', 'due']));
  expect(await columnNames()).toEqual([
    ['text', 'text'],
    ['comment', 'nothing'],
    ['other', 'comment'],
  ]);
});

test('another encoding and another separator are chosen from lists', async () => {
  const table = Buffer.from('text;comment;votes\nWo?;im Café;3\nWo?;zu Hause, draußen;1\n', 'latin1');
  const page = await openPage('/data', choosing(['accents.csv', table]));
  await chooseFiles(page);
  await says('im Café');
  await says('CSV (semicolon), Western (Windows-1252)');
  await pick(page, 'Encoding', 'windows-1251');
  await says('im Cafй');
  await pick(page, 'Encoding', '');
  await says('im Café');
  await pick(page, 'Separator', ',');
  await waitFor(() => expect(screen.queryByText('im Café')).toBeNull());
  await pick(page, 'Separator', '');
  await says('im Café');
});

test('texts that look like HTML are turned into plain text where that is wanted', async () => {
  const page = await openPage(
    '/data',
    choosing(['html.jsonl', lines(post('h', ['<p>Salt &amp; pepper</p>', 0], ['2 < 3', 1]))]),
  );
  await chooseFiles(page);
  await says('Some texts look like HTML.');
  await says(/As plain text\s*Salt & pepper/);
  await page.press('Turn them into plain text');
  await waitFor(async () => expect(await shownComments()).toEqual(['Salt & pepper', '2 < 3']));
  expect(await find('combobox', 'Texts')).toHaveProperty('value', 'true');
  await pick(page, 'Texts', 'false');
  await waitFor(async () => expect(await shownComments()).toContain('<p>Salt &amp; pepper</p>'));
});

test('posts of one text that a column tells apart can be taken for one', async () => {
  const daily =
    'date,text,comment,votes\nMon,Daily thread,a,3\nMon,Daily thread,b,1\nTue,Daily thread,c,5\nTue,Daily thread,d,2\n';
  const page = await openPage('/data', choosing(['daily.csv', daily]));
  await chooseFiles(page);
  await says('Posts of one text recur: they are told apart by “date”.');
  const posts = async () => within(await find('region', 'First posts')).getAllByRole('article').length;
  expect(await posts()).toBe(2);
  await page.press('Take them for one post');
  await waitFor(async () => expect(await posts()).toBe(1));
  await pick(page, 'date', 'thread');
  await waitFor(async () => expect(await posts()).toBe(2));
});

test('what will be left out stands there by kind, with the row itself and the reason', async () => {
  const page = await openPage(
    '/data',
    choosing(['gone.jsonl', lines(post('g', ['stays', 0], ['[deleted]', 1], ['stays too', 2]))]),
  );
  await chooseFiles(page);
  const left = await find('region', 'What will be left out');
  const [kind] = left.querySelectorAll('details');
  expect(kind!.querySelector('summary')!.textContent).toMatch(/^1 /);
  expect(kind!.textContent).toContain('Line 1:');
  expect(kind!.textContent).toContain('[deleted]');
});

test('of several files each is looked at; one question holds up all, and what can not be read stays out', async () => {
  const page = await openPage(
    '/data',
    choosing(['good.jsonl', ranked], ['asks.jsonl', undecided], ['noise.jsonl', '\u0000\u0001 nothing of use']),
  );
  await chooseFiles(page);
  await find('heading', '3 files before they come in');
  const list = await find('navigation', 'Chosen files');
  await says(/good\.jsonl.*5 comments.*asks\.jsonl.*a question.*noise\.jsonl.*can’t be read/, list);
  await says('Say first what the score means in asks.jsonl.');
  expect(await disabled()).toBe(true);
  await page.press(/asks\.jsonl/, list);
  await page.press(/^Places/, await find('group', 'What does the score mean?'));
  await says('noise.jsonl can’t be read and stays out.');
  await page.press(/noise\.jsonl/, list);
  await says(/noise\.jsonl/, await screen.findByRole('alert'));
  await find('combobox', 'What it is');
  await importChosen(page);
  await gone('region', 'Preview');
  await until(async () => expect(await stored(page)).toBe(3));
});

test('a file is left out by itself, and more files are added', async () => {
  let files: readonly (readonly [string, string])[] = [['one.jsonl', ranked]];
  const page = await openPage('/data', { choose: () => files.map(([name, content]) => temporaryFile(content, name)) });
  await chooseFiles(page);
  files = [['two.jsonl', lines(post('c', ['x', 0], ['y', 1]))]];
  await page.press('Add files');
  const list = await find('navigation', 'Chosen files');
  await page.press(/one\.jsonl/, list);
  await page.press('Leave out one.jsonl');
  await gone('navigation', 'Chosen files');
  await importChosen(page);
  await until(async () => expect(await stored(page)).toBe(1));
});

test('where nothing is recognised, the reason stands there with what can be said instead', async () => {
  const page = await openPage('/data', choosing(['picture.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3])]));
  const preview = await chooseFiles(page);
  const why = await screen.findByRole('alert');
  expect(why.textContent).toContain('picture.png');
  expect(preview.textContent).not.toContain(page.home);
  for (const name of ['What it is', 'Encoding', 'Separator']) await find('combobox', name);
  await says('Nothing can be imported as it stands.');
  expect(await disabled()).toBe(true);
});

test('rewards wait until it is said whose they are, go to their comments, and can be taken away again', async () => {
  const rewards = lines({ id: 'a', comment: 'second', reward: 1.5 }, { id: 'a', comment: 'nobody said it', reward: 2 });
  const file = [['rewards.jsonl', rewards]] as const;
  const page = await openPage('/data', {
    ...choosing(...file),
    before: async ({ store }) => {
      const model = { base: null, runId: null, metrics: {} };
      addModel(store, { ...model, name: 'reward-1', kind: 'reward', folder: 'models/reward-1' });
      addModel(store, { ...model, name: 'sft-1', kind: 'sft', folder: 'models/sft-1' });
      await importFile(store, temporaryFile(ranked));
    },
  });
  const preview = await chooseFiles(page);
  await pick(page, 'What it is', 'rewards');
  await says('Rewards of comments that are here, JSON Lines, UTF-8', preview);
  await says('Say first of which model the rewards in rewards.jsonl are.');
  expect(await disabled()).toBe(true);
  const models = await find('combobox', 'Whose rewards they are');
  const offered = () =>
    within(models)
      .getAllByRole('option')
      .map(({ textContent }) => textContent);
  await waitFor(() => expect(offered()).toEqual(['Choose a model', 'reward-1']));
  await pick(page, 'Whose rewards they are', 'reward-1');
  await waitFor(async () => expect(await disabled()).toBe(false));
  await importChosen(page);
  await find('heading', '1 reward arrived');
  await says(/of a comment that its post does not have/);
  const count = () => page.store.db.prepare('SELECT count(*) FROM rewards').pluck().get();
  expect(count()).toBe(1);
  // Whose rewards one file has says nothing of the next that looks the same.
  await page.press('Choose files');
  await says('It is read as an earlier file that looked the same.');
  expect(((await find('combobox', 'Whose rewards they are')) as HTMLSelectElement).value).toBe('');
  await page.press('Cancel');
  await page.press('Undo import of rewards.jsonl');
  await page.press('Undo import', await find('dialog', 'Undo this import?'));
  await says('1 reward taken away.');
  expect(count()).toBe(0);
});

test('files that were chosen stay while another view is looked at', async () => {
  const page = await openPage('/data', choosing(['ranked.jsonl', ranked]));
  await chooseFiles(page);
  await says('The whole file');
  await page.go('/rankings');
  await gone('region', 'Preview');
  await page.go('/data');
  await find('region', 'Preview');
  expect(await shownComments()).toEqual(['first', 'second', 'third', 'one', 'two']);
});

test('a post whose text is in another file says so, before and after its comments come in', async () => {
  const comments = lines(
    { id: 'c1', link_id: 't3_a1', parent_id: 't3_a1', body: 'Replace the seal.', score: 412, author: 'nadir' },
    { id: 'c2', link_id: 't3_a1', parent_id: 't3_a1', body: 'Turn it off first.', score: 37, author: 'olga' },
  );
  const page = await openPage('/data', choosing(['comments.jsonl', comments]));
  await chooseFiles(page);
  await says('The text of this post isn’t here yet', await find('region', 'First posts'));
  await importChosen(page);
  await says(/1 post came without a text/);
  await page.press('Look at the posts', undefined, 'link');
  await says('The text of this post isn’t here yet', await find('region', 'Posts'));
  await says('The text of this post isn’t here yet', await find('region', 'Post'));
});

test('of columns it is said by what they are what they are, and a change is taken back', async () => {
  const page = await openPage('/data', choosing(['who.csv', 'text,comment,who,other\nQ,one,ada,x\nQ,two,bob,y\n']));
  await chooseFiles(page);
  const columns = await find('region', 'Columns');
  await says(/Guessed from its name/, columns);
  const guessed = await columnNames();
  await pick(page, 'who', 'author');
  await says(/Changed by you/, columns);
  await says('by ada', await find('region', 'First posts'));
  await says('Once it is imported, files that look the same are read like this as well.');
  await page.press('Back to the guess');
  await waitFor(() => expect(columns.textContent).not.toContain('Changed by you'));
  await waitFor(async () => expect(await columnNames()).toEqual(guessed));
});

test('a table without names is read by its values, which is said, and its first row can be taken for names', async () => {
  const rows = 'How to cook?,Soup with rice,12\nHow to cook?,Bread and salt,3\nWhere to go?,To the sea,12\n';
  const page = await openPage('/data', choosing(['bare.csv', rows]));
  const preview = await chooseFiles(page);
  await says('The columns have no names, so what they hold is guessed from their values.', preview);
  await says(/Guessed from its values/, await find('region', 'Columns'));
  expect(await shownComments()).toEqual(['Soup with rice', 'Bread and salt', 'To the sea']);
  await pick(page, 'First row', 'true');
  await says(/can't be told what bare.csv is/, preview);
});

test('a file whose dates tell nothing asks how they are written; the answer stands in the settings, where it is forgotten', async () => {
  const table = 'Body,Reply,Karma,Date\nQ,one,3,05/06/2024\nQ,two,1,07/08/2024\n';
  const page = await openPage('/data', choosing(['export.csv', table]));
  const preview = await chooseFiles(page);
  const question = await find('group', 'Is the day first in its dates, or the month?', preview);
  await says('05/06/2024 could be day/month or month/day, and no date of the file tells which', question);
  expect(await disabled()).toBe(false);
  await page.press('Day/month/year', question);
  await says('Dates are read as day/month/year.', preview);
  expect(((await find('combobox', 'Dates')) as HTMLSelectElement).value).toBe('day-first');
  await importChosen(page);
  await find('heading', '1 post and 2 comments arrived');
  expect(page.store.db.prepare('SELECT created_at FROM comments ORDER BY id LIMIT 1').pluck().get()).toBe(
    '2024-06-05T00:00:00.000Z',
  );
  await page.go('/settings');
  const kept = await find('region', 'How files are read');
  await says('export.csv', kept);
  await says('dates as day/month/year', kept);
  await page.press(/^Forget how files like export\.csv/, kept);
  await says('Nothing is kept', kept);
  await page.press('Undo');
  await says('export.csv', kept);
  await page.press(/^Forget how files like export\.csv/, kept);
  await page.go('/data');
  await page.press('Choose files');
  await find('group', 'Is the day first in its dates, or the month?');
});
