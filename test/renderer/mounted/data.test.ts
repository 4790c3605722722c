import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { screen, within } from '@testing-library/dom';
import { expect, test } from 'vitest';
import { importPosts, plainPosts } from '../../support/house-with-posts.ts';
import { find, gone, importChosen, openPage, type Page, says, waitFor } from '../../support/mounted.ts';
import { hostile } from '../../support/run-records.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A file that the system's dialog gives, under its own name. */
function fileNamed(name: string, ...lines: readonly string[]): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, lines.join('\n'));
  return path;
}
const postLine = (id: string, ...comments: readonly string[]): string =>
  JSON.stringify({ id, text: `Post ${id}`, comments: comments.map((text, score) => ({ text, score })) });

const links = (): readonly (string | undefined)[] =>
  [...document.querySelectorAll('section[aria-label="Posts"] li .title')].map(({ textContent }) => textContent?.trim());
const comments = (): readonly (string | null | undefined)[] =>
  [...document.querySelectorAll('article.post ol p.reading')].map(({ textContent }) => textContent);

/** Answers the pair that comes next. */
async function answerOne({ api }: Pick<Page, 'api'>, choice: 'left' | 'flag', note = ''): Promise<void> {
  const tab = crypto.randomUUID();
  const [pair] = (await api.answers.nextPairs({ tab, count: 1 })).pairs;
  const ids = { postId: pair!.post.id, leftId: pair!.left.id, rightId: pair!.right.id };
  await api.answers.add({ tab, key: crypto.randomUUID(), ...ids, choice, note });
}

test('a chosen file is imported, and what came of it stands there, with the rows that were skipped and why', async () => {
  const file = fileNamed(
    'mine.jsonl',
    postLine('a', 'One', 'Two'),
    '{"text": 3}',
    'not json',
    postLine('b', 'Three', 'Four'),
  );
  const page = await openPage('/data', { choose: (purpose) => (purpose === 'comments' ? [file] : []) });
  await page.press('Choose files');
  await importChosen(page);
  await find('heading', '2 posts and 4 comments arrived');
  const left = await find('region', 'What was left out');
  for (const words of ['Line 2: 3', 'Line 3: not json']) await says(words, left);
  await page.press('Save the list');
  await says('Saved as', await find('region', 'Messages'));
  const row = (await find('rowheader', 'mine.jsonl')).closest('tr')!;
  expect([...row.querySelectorAll('td.number')].map(({ textContent }) => textContent)).toEqual(['2', '4', '0', '2']);
  expect(row.textContent).toContain('Done');
  await page.press('Look at the posts', undefined, 'link');
  await waitFor(() => expect(links().toSorted()).toEqual(['Post a', 'Post b']));
  await page.go('/data');
  await page.press('Close');
  await gone('heading', /arrived/);
});

test('what looks like HTML can be taken out after its import, and read once more as plain text', async () => {
  const file = fileNamed(
    'html.csv',
    'title,text,comment,votes',
    'T,"<p>What &amp; why?</p>","<b>Because</b>",3',
    'T,"<p>What &amp; why?</p>",Never,1',
  );
  const page = await openPage('/data', { choose: () => [file] });
  await page.press('Choose files');
  await page.user.selectOptions(await find('combobox', 'Split'), 'validation');
  await importChosen(page);
  await find('heading', '1 post and 2 comments arrived');
  expect((await page.api.posts.list({ limit: 10 })).posts[0]).toMatchObject({ excerpt: '<p>What &amp; why?</p>' });
  await says(/looks? like HTML/);
  await page.press('Undo and import again as plain text');
  await waitFor(async () =>
    expect((await page.api.posts.list({ limit: 10 })).posts).toMatchObject([
      { excerpt: 'What & why?', split: 'validation' },
    ]),
  );
});

test('the page of a post says how sure its votes are', async () => {
  const file = fileNamed('sure.csv', 'post,comment,votes', 'Why?,Because,412', 'Why?,Never,37', 'Why?,Maybe,36');
  const page = await openPage('/data', { choose: () => [file] });
  await page.press('Choose files');
  await importChosen(page);
  await find('heading', '1 post and 3 comments arrived');
  await page.press('Look at the posts', undefined, 'link');
  await says('412 votes (412 over 37: sure)');
  await says('37 votes (37 over 36: could be chance)');
  await says(/36 votes · People/);
});

test('closing the dialog for files does nothing', async () => {
  const page = await openPage('/data');
  await page.press('Choose files');
  await page.press('Choose files');
  expect((await page.api.data.imports()).imports).toEqual([]);
  expect(screen.queryByRole('alert')).toBeNull();
});

test('the formats that are understood are explained, each with an example, and the sample can be taken', async () => {
  const page = await openPage('/data');
  const examples = await screen.findAllByRole('region', { name: /^Example of / });
  expect(examples).toHaveLength(6);
  for (const example of examples) expect(example.textContent).not.toBe('');
  expect(examples[0]!.closest('details')!.open).toBe(true);
  await page.press('Use the sample');
  await says(/[\d,]+ posts and [\d,]+ comments arrived/);
  await gone('button', 'Use the sample');
  await waitFor(() => expect(examples[0]!.closest('details')!.open).toBe(false));
});

test('an import is undone after a question, and the compared posts stay', async () => {
  const page = await openPage('/data', {
    before: async (house) => {
      await importPosts(house.app, plainPosts(3, 2));
      await answerOne(house, 'left');
    },
  });
  await page.press(/^Undo import of/);
  const dialog = await find('dialog', 'Undo this import?');
  await says('brought 3 posts and 6 comments', dialog);
  await page.press('Keep it', dialog);
  await gone('dialog', 'Undo this import?');
  expect((await page.api.posts.list({ limit: 10 })).total).toBe(3);
  await page.press(/^Undo import of/);
  await page.press('Undo import', await find('dialog', 'Undo this import?'));
  await says(/2 posts and 4 comments taken away. 1 post stayed/, await find('region', 'Messages'));
  await says('Undone');
  await gone('button', /^Undo import of/);
  expect((await page.api.posts.list({ limit: 10 })).total).toBe(1);
});

test('contexts are joined to their posts, and those without one are told', async () => {
  const file = fileNamed(
    'articles.jsonl',
    ...['p0', 'nobody'].map((id) => JSON.stringify({ id, text: 'What the post is about' })),
  );
  const page = await openPage('/data', { posts: plainPosts(2, 2), choose: () => [file] });
  await page.press('Choose files');
  await importChosen(page);
  await find('heading', '1 context arrived');
  await says('1 context has an id or a text that no post has');
  await says('Done, 1 context');
});

test('posts are searched and filtered, and what finds nothing can be cleared', async () => {
  const page = await openPage('/data/posts', {
    before: async (house) => {
      await importPosts(house.app, [
        { id: 'a', title: 'Cats', text: 'All about cats', comments: ['Purr', 'Meow'] },
        { id: 'b', title: 'Dogs', text: 'All about dogs', comments: ['Wuff', 'Bark'] },
      ]);
      await importPosts(
        house.app,
        [{ id: 'c', title: 'Birds', text: 'All about birds', comments: ['Tweet', 'Chirp'] }],
        'test',
      );
      await answerOne(house, 'left');
    },
  });
  await waitFor(() => expect(links()).toHaveLength(3));
  const search = await find('searchbox', 'Search posts');
  await page.user.type(search, 'dogs');
  await waitFor(() => expect(links()).toEqual(['Dogs']));
  await says('1 post found');
  await page.fill(search, 'nothing like it');
  await find('heading', 'Nothing found');
  await page.press('Show all posts');
  await waitFor(() => expect(links()).toHaveLength(3));
  await page.user.selectOptions(await find('combobox', 'Split'), 'test');
  await waitFor(() => expect(links()).toEqual(['Birds']));
  await page.user.selectOptions(await find('combobox', 'Split'), '');
  await page.user.selectOptions(await find('combobox', "People's answers"), 'some');
  await waitFor(() => expect(links()).toHaveLength(1));
  await says('1 answer');
  expect(screen.queryByRole('option', { name: 'Model disagrees' })).toBeNull();
});

test('the arrow keys move between the posts, and Enter opens one', async () => {
  const page = await openPage('/data/posts', { posts: plainPosts(4, 2) });
  await waitFor(() => expect(links()).toHaveLength(4));
  const titles = links();
  (await find('searchbox', 'Search posts')).focus();
  const focused = () => document.activeElement?.querySelector('.title')?.textContent?.trim();
  await page.user.keyboard('{ArrowDown}');
  await waitFor(() => expect(focused()).toBe(titles[0]));
  await page.user.keyboard('{End}');
  await waitFor(() => expect(focused()).toBe(titles[3]));
  await page.user.keyboard('{ArrowUp}');
  await waitFor(() => expect(focused()).toBe(titles[2]));
  await page.user.keyboard('{Enter}');
  await waitFor(() =>
    expect(document.querySelector('a[aria-current="true"] .title')?.textContent?.trim()).toBe(titles[2]),
  );
  expect(location.hash).toMatch(/^#\/data\/posts\/\d+$/);
});

test('a post is shown with its comments, fifty at once, long ones folded, and with what people said', async () => {
  const long = 'A text that goes on. '.repeat(60);
  const many = Array.from({ length: 60 }, (_, i) => (i === 0 ? long : `Comment ${i}`));
  const page = await openPage('/data/posts', {
    posts: [{ id: 'a', title: hostile, text: `${hostile} text`, comments: many }],
  });
  await waitFor(() => expect(comments()).toHaveLength(50));
  const article = await find('article', '');
  expect(within(article).getByRole('heading', { level: 2 }).textContent).toBe(hostile);
  expect(document.querySelector('article img, article script')).toBeNull();
  expect(article.textContent).toContain('60 comments · train split · from');
  expect(article.textContent).toContain('People: not compared yet');
  expect(comments()[0]!.length).toBeLessThan(long.length);
  await page.press(/^Show all 1,2\d\d characters of comment 1$/, article);
  await waitFor(() => expect(comments()[0]).toBe(long));
  await page.press(/^Show less/, article);
  await waitFor(() => expect(comments()[0]!.length).toBeLessThan(long.length - 100));
  await page.press('Show 10 more of 60', article);
  await waitFor(() => expect(comments()).toHaveLength(60));
  await waitFor(() => expect(document.activeElement?.textContent).toContain('Comment 50'));
});

test('of a very long comment the beginning is shown, then more as it is wanted, to its end', async () => {
  const page = await openPage('/');
  await importPosts(page.app, [{ id: 'a', comments: [`${'long words '.repeat(11_000)}the end`, 'short'] }]);
  await page.go('/data/posts/1');
  await page.press('Show more of comment 1');
  await says('20,000 characters are shown.');
  await page.press('Show more');
  await says('120,000 of 121,007 characters are shown.');
  expect(document.body.textContent).not.toContain('the end');
  await page.press('Show more');
  await says('the end');
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
});

test('more posts than one page holds come page by page', async () => {
  const page = await openPage('/data/posts', { posts: plainPosts(60, 2) });
  await waitFor(() => expect(links()).toHaveLength(50));
  const pager = await find('navigation', 'Pages of posts');
  await page.press('Next', pager);
  await waitFor(() => expect(links()).toHaveLength(10));
  await page.press('Previous', pager);
  await waitFor(() => expect(links()).toHaveLength(50));
});

test('a post that is gone says so', async () => {
  await openPage('/data/posts/999', { posts: plainPosts(2, 2) });
  await find('heading', 'This post is no longer there');
});

test('flagged pairs stand in a tab of their own with their notes', async () => {
  const page = await openPage('/data', { posts: plainPosts(3, 2), settings: { annotator: 'Ada' } });
  await page.press('Flagged', await find('tablist', 'Data'), 'tab');
  await find('heading', 'No pair is flagged');
  await answerOne(page, 'flag', `Spam ${hostile}`);
  await says(`Spam ${hostile.slice(0, 12)}`);
  await says(/Flagged by Ada/);
  await answerOne(page, 'flag');
  await says('without a note');
  await waitFor(() => expect(screen.getAllByRole('heading', { level: 2 })).toHaveLength(2));
});

test('statistics are counted, drawn, and counted again once something has changed', async () => {
  const page = await openPage('/data/statistics', { posts: plainPosts(6, 3) });
  const overview = await find('region', 'What there is');
  await says(/posts6comments18answers0/, overview);
  expect(document.querySelectorAll('figure svg[role="img"]').length).toBeGreaterThan(2);
  await answerOne(page, 'left');
  await says('have changed since these figures were computed');
  await page.press('Compute again');
  await says('answer1', overview);
  await gone('button', 'Compute again');
});

test('the map of texts is drawn when it is wanted, and says what lies at a place', async () => {
  const page = await openPage('/data/statistics', {
    posts: Array.from({ length: 40 }, (_, i) => ({
      id: `p${i}`,
      text: 'word '.repeat(i + 1),
      comments: ['a'.repeat(i + 1), 'b'.repeat(i + 20)],
    })),
  });
  await page.press('Draw the map', await find('region', 'Map of posts and comments'));
  const map = await find('region', 'Map of posts and comments');
  await says('Numbers of', map);
  await gone('button', 'Draw the map');
});

test('without posts, there is nothing to count, and no post to show', async () => {
  const page = await openPage('/data/statistics');
  await find('heading', 'Nothing to count yet');
  await page.press('Posts', undefined, 'tab');
  await find('heading', 'No posts yet');
});
