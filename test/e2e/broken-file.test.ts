import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { patience, useStage } from '../support/page.ts';
import { done } from '../support/started-door.ts';
import {
  chooseFile,
  commentOn,
  compareHeading,
  goTo,
  importChosen,
  openFirstPost,
  rankedComments,
  until,
  view,
  withModel,
} from '../support/steps.ts';

const stage = useStage(withModel);

/** Chooses a file under Data, and imports it. */
async function importFile(page: Page, name: string, content: string | Buffer): Promise<void> {
  await chooseFile(page, name, content);
  await importChosen(page);
}

const post = (id: string, ...comments: string[]): string =>
  JSON.stringify({ id, text: `Text of ${id}`, comments: comments.map((text) => ({ text })) });

test('the good rows of a broken file arrive; the others are listed with line and reason', async () => {
  const app = await stage.start();
  const page = await stage.open(app, '/data');
  const content = [
    post('broken:1', 'first', 'second'),
    '{"id": "broken:2", "text": "cut off',
    post('broken:3', 'only one'),
    '',
    '{"id": "broken:5", "text": 7, "comments": []}',
    '\0\u0001\u0002',
    '["not", "a", "row"]',
    post('broken:8', 'third', 'fourth'),
  ].join('\n');
  await importFile(page, 'broken.jsonl', content);
  await page.getByText('2 posts and 4 comments arrived').waitFor();
  const left = page.getByRole('region', { name: 'What was left out' });
  const linesLeft = [2, 3, 6, 7];
  for (const summary of await left.locator('summary').all()) await summary.click();
  for (const line of linesLeft) await left.getByText(`Line ${line}:`).first().waitFor();
  await left.getByText('"text": "cut off').waitFor();
  // A post whose comments may be in another file is no loss.
  const otherwise = page.getByRole('region', { name: 'What came in otherwise than it stands there' });
  await otherwise.locator('summary').click();
  await otherwise.getByText('Line 5:').waitFor();

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the list' }).click();
  const saved = await downloading;
  expect(saved.suggestedFilename()).toMatch(/\.csv$/);
  const lines = readFileSync(await saved.path(), 'utf8')
    .trimEnd()
    .split(/\r?\n/);
  expect(lines.slice(1).map((line) => line.split(',').slice(0, 2))).toEqual(
    linesLeft.map((line) => ['broken.jsonl', String(line)]),
  );

  await page.getByRole('tab', { name: 'Posts' }).click();
  await page.getByRole('searchbox', { name: 'Search posts' }).fill('broken');
  await page.getByText('2 posts found').waitFor();
});

test('a CSV file whose rows have too few or too many columns is reported, and its good rows arrive', async () => {
  const app = await stage.start();
  const page = await stage.open(app, '/data');
  const content = 'id,text,comment\n1,Columns,yes\n1,Columns,no\n2,Columns\n3,Columns,a,b\n4,Columns,\n';
  await importFile(page, 'columns.csv', content);
  await page.getByText('1 post and 2 comments arrived').waitFor();
  const report = page.getByRole('region', { name: 'Importing columns.csv' });
  for (const summary of await report.locator('summary').all()) await summary.click();
  for (const line of [4, 5, 6]) await report.getByText(`Line ${line}:`).first().waitFor();
});

test('a file of another kind gets a sentence, and nothing changes', async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  const before = await client.posts.list({});
  const page = await stage.open(app, '/data');
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==',
    'base64',
  );
  for (const [name, content] of [
    ['picture.png', png],
    ['empty.jsonl', ''],
    ['other.csv', 'name,age\nAda,36\n'],
  ] as const) {
    await chooseFile(page, name, content as string);
    const preview = page.getByRole('region', { name: 'Preview', exact: true });
    const sentence = await preview.getByRole('alert').textContent();
    expect(sentence).toContain(name);
    expect(sentence).not.toContain(stage.home());
    expect(await preview.getByRole('button', { name: /^Import/ }).getAttribute('aria-disabled')).toBe('true');
    // What it is may still be said.
    await preview.getByRole('combobox', { name: 'What it is' }).waitFor();
    await preview.getByRole('button', { name: 'Cancel' }).click();
    expect(await client.posts.list({})).toEqual(before);
  }
});

const script = '<script>document.title = "taken over"</script>';
const image = '<img src="/taken-over.png" onerror="alert(1)">';
const hostile: Readonly<Record<string, string>> = {
  script,
  image,
  frame: '<iframe src="javascript:alert(2)"></iframe><svg onload=alert(3)>',
  link: '[a link](javascript:alert(4)) ![](http://tiebreak.invalid/x.png) <a href="http://tiebreak.invalid/">b</a>',
  template: '{{ constructor.constructor("alert(5)")() }}',
  bidi: '\u202e\u2066txt.exe \u200f\u200e\u2067 مرحبا',
  long: 'w'.repeat(100_000),
  lines: '\n'.repeat(500),
  formula: '=cmd|"/c calc"!A1',
};

/** Texts on the page that have this in them and take the page's direction instead of their own. */
function withoutDirection(beginning: string): string[] {
  const found: string[] = [];
  const texts = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const own = node.parentElement?.closest('[dir="auto"], bdi, textarea');
    if (!own && node.textContent?.includes(beginning)) found.push(node.parentElement?.outerHTML.slice(0, 200) ?? '');
  }
  return found;
}

test('hostile texts are shown as text in every view', { timeout: 2 * patience }, async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  const page = await stage.open(app, '/data');
  const texts = Object.values(hostile).map((text) => `hostile ${text} end`);
  const row = {
    id: script,
    group: image,
    title: `${image}${script}`,
    text: texts.join('\n'),
    context: texts.join('\n'),
  };
  const comments = texts.map((text, score) => ({ text, score }));
  for (const { id } of (await client.data.imports()).imports) {
    await done(client, await client.data.undoImport({ import: id }));
  }
  await importFile(page, `${image}.jsonl`, JSON.stringify({ ...row, comments }));
  await page.getByText('1 post and 9 comments arrived').waitFor();
  // Guidelines are markdown that a person wrote; they may come from elsewhere all the same.
  await client.settings.set({ guidelines: texts.map((text) => text.slice(0, 9_000)).join('\n\n') });

  /** Nothing that a text asks for was made, and nothing in it has run. */
  async function expectHarmless(): Promise<void> {
    expect(
      await page.locator('img, iframe, object, embed, svg[onload], a[href^="javascript"], a[href*="invalid"]').count(),
    ).toBe(0);
    expect(await page.evaluate(() => document.querySelectorAll('script:not([src])').length)).toBe(0);
    expect(await page.title()).toMatch(/· Tiebreak$/);
    // Each stands in its own direction.
    expect(await page.evaluate(withoutDirection, 'hostile ')).toEqual([]);
    // Nor does it push anything out of the page.
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  }

  await expectHarmless();
  await page.getByRole('tab', { name: 'Posts' }).click();
  await openFirstPost(page);
  await page.getByRole('region', { name: 'Post', exact: true }).getByText(image).first().waitFor();
  await expectHarmless();
  await page.getByRole('tab', { name: 'Statistics' }).click();
  await page.getByRole('heading', { name: 'What there is' }).waitFor();
  await expectHarmless();

  await goTo(page, 'Rankings');
  await openFirstPost(page);
  await until(() => rankedComments(page).count()).toBe(texts.length);
  for (const text of [script, image, hostile.bidi!]) {
    expect(await rankedComments(page).filter({ hasText: text }).count()).toBe(1);
  }
  await expectHarmless();

  await goTo(page, 'Compare', compareHeading);
  await page.getByRole('button', { name: 'Guidelines' }).click();
  await page.getByText('constructor.constructor').first().waitFor();
  const shown = new Set<string>();
  for (let i = 0; i < 12; i++) {
    for (const side of ['left', 'right'] as const) shown.add((await commentOn(page, side).textContent()) ?? '');
    await expectHarmless();
    const before = await commentOn(page, 'left').textContent();
    const after = await commentOn(page, 'right').textContent();
    await page.keyboard.press('f');
    await until(
      async () =>
        [await commentOn(page, 'left').textContent(), await commentOn(page, 'right').textContent()].join() ===
        [before, after].join(),
    ).toBe(false);
  }
  // Of one that is very long the beginning is shown.
  expect(
    [...shown].every((shows) =>
      texts.some((text) => text === shows || (shows.length >= 20_000 && text.startsWith(shows))),
    ),
  ).toBe(true);

  await goTo(page, 'Data');
  await page.getByRole('tab', { name: 'Flagged' }).click();
  await page.getByText('Flagged by').first().waitFor();
  await expectHarmless();
  await view(page, 'Data').waitFor();
});
