import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { choices, splits } from '../../src-main/contract/records.ts';
import { enter, patience, useStage, violationsOf } from '../support/page.ts';
import { type Connection, done } from '../support/started-door.ts';
import {
  chooseFile,
  commentOn,
  endless,
  importChosen,
  openFirstPost,
  rankedComments,
  tiny,
  untilStep,
  view,
} from '../support/steps.ts';

/** So many rows of a file of the sample that its posts are more than a list shows at once. */
const firstRows = (name: string, count: number): string =>
  readFileSync(new URL(`../../resources/sample/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .slice(0, count)
    .join('\n');

/** Everything there can be: posts in every split, every kind of answer, two models. */
async function withEverything({ client, send }: Connection): Promise<void> {
  for (const split of splits) {
    const name = `ukp-${split}.jsonl`;
    const { handle } = await send(name, firstRows(name, 60));
    await done(client, await client.data.import({ files: [handle], split }));
  }
  const guidelines = '## Better\n\n- answers *what was asked*\n- is **kind**\n\n> Quote\n\n1. One\n2. Two';
  await client.settings.set({ welcomed: true, guidelines });
  for (const choice of [...choices, ...choices, ...choices]) {
    const { pairs } = await client.answers.nextPairs({ tab: 'prepared', count: 1 });
    const { post, left, right } = pairs[0]!;
    const note = choice === 'flag' ? 'Not in English' : '';
    const ids = { postId: post.id, leftId: left.id, rightId: right.id };
    await client.answers.add({ tab: 'prepared', key: crypto.randomUUID(), ...ids, choice, note });
  }
  // A second person says of the same pairs that all are equally good.
  const { answers } = await client.answers.recent({});
  await client.settings.set({ annotator: 'Grace' });
  for (const { post, left, right } of answers) {
    const ids = { postId: post.id, leftId: left.id, rightId: right.id };
    await client.answers.add({ tab: 'another', key: crypto.randomUUID(), ...ids, choice: 'tie' });
  }
  await client.settings.set({ annotator: 'me' });
  for (const seed of [1, 2]) await done(client, await client.train.start({ config: { ...tiny, seed } }));
  await done(client, await client.contextComparisons.start({ config: tiny }));
  await client.reports.add({ name: 'On seeds', runs: [1, 2] });
  await client.reports.change({ report: 1, text: '# Seeds\n\nThey make **no** difference.' });
  await client.reports.add({});
}

// To be shown that a model would be sent, and where to; nothing is.
vi.stubEnv('HF_TOKEN', 'hf_of-nobody');
const stage = useStage({ name: 'everything', fill: withEverything });

/** Narrow and light by all rules, wide and dark by those whose findings differ there. */
const looks = [
  { colorScheme: 'light', size: { width: 800, height: 600 }, rules: 'all' },
  { colorScheme: 'dark', size: { width: 1280, height: 800 }, rules: 'looks' },
] as const;

/** What axe finds in a state of a view, in every look. */
async function examine(page: Page, state: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { colorScheme, size, rules } of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    // Until the page has been laid out anew.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const name = `${state}, ${colorScheme}, ${size.width}`;
    const violations = await violationsOf(page, rules);
    found.push(...violations.map((violation) => `${name}: ${violation}`));
  }
  return found;
}

test('axe finds what is wrong, in the looks in which it is', async () => {
  const page = await stage.open(await stage.start(), '/settings');
  await view(page, 'Settings').waitFor();
  await page.evaluate(() => {
    const nameless = document.createElement('button');
    const dim = document.createElement('p');
    dim.textContent = 'Dim in the dark';
    dim.style.color = 'light-dark(#000, #222)';
    document.querySelector('main')!.replaceChildren(nameless, dim);
  });
  const found = (await examine(page, 'planted')).filter((text) => /button|Dim/.test(text));
  expect(found.map((text) => text.replace(/<.*/, '').trim())).toEqual([
    'planted, light, 800: button-name:',
    'planted, dark, 1280: color-contrast:',
  ]);
});

test('axe finds nothing in any view while there is nothing in it', { timeout: 4 * patience }, async () => {
  for (const name of readdirSync(stage.home())) rmSync(join(stage.home(), name), { recursive: true });
  const app = await stage.start();
  const page = await stage.open(app);
  await view(page, 'Welcome to Tiebreak').waitFor();
  const found = [...(await examine(page, 'welcome'))];
  await page.getByRole('button', { name: 'Skip this and look around' }).click();
  const nothing: Readonly<Record<string, string>> = {
    '/': 'No comments yet',
    '/train': 'Nothing to learn from yet',
    '/rankings': 'No posts yet',
    '/data': 'Files that are understood',
    '/data/posts': 'No posts yet',
    '/data/statistics': 'Nothing to count yet',
    '/data/flagged': 'No pair is flagged',
    '/models': 'No model yet',
    '/people': 'Nobody has answered yet',
    '/people/disputed': 'No pair waits for a verdict',
    '/reports': 'No reports yet',
  };
  for (const [path, heading] of Object.entries(nothing)) {
    await page.goto(`${new URL(app.address).origin}/#${path}`);
    await page.getByRole('heading', { name: heading }).waitFor();
    found.push(...(await examine(page, `${path} with nothing`)));
  }
  expect(found).toEqual([]);
});

/** Where a state is, and how one comes to it. */
type State = { readonly name: string; readonly path: string; readonly reach: (page: Page) => Promise<unknown> };

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
const dialog = (page: Page, name: string): Promise<void> => page.getByRole('dialog', { name }).waitFor();

async function showGuidelines(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Guidelines' });
  // They stay as they were left.
  if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
  await page.getByRole('heading', { name: 'Better', exact: true }).waitFor();
}

const states: readonly State[] = [
  // First, while no view is remembered: without a path the last one opens.
  {
    name: 'the best and the worst of four, one of them pressed',
    path: '/',
    reach: async (page) => {
      await page.getByRole('button', { name: /^Kind of question/ }).click();
      await page.getByRole('menuitemradio', { name: 'Best and worst of four' }).click();
      await page.locator('.card').first().waitFor();
      await page.keyboard.press('2');
      await page.getByText('Not Best').waitFor();
    },
  },
  {
    name: 'an order with a tie, and what Compare can ask',
    path: '/',
    reach: async (page) => {
      await page.getByRole('button', { name: /^Kind of question/ }).click();
      await page.getByRole('menuitemradio', { name: 'Order of up to six' }).click();
      await page.locator('.card').nth(2).waitFor();
      await page.getByText(/^From best to worst/).waitFor();
      for (const key of ['1', 's', '2']) await page.keyboard.press(key);
      await page.getByText('Not 1st').nth(1).waitFor();
      await page.getByRole('button', { name: /^Kind of question/ }).click();
      await page.getByRole('menuitemradio', { name: 'Pairs' }).waitFor();
    },
  },
  {
    name: 'a pair',
    path: '/',
    reach: async (page) => {
      await page.getByRole('button', { name: /^Kind of question/ }).click();
      await page.getByRole('menuitemradio', { name: 'Pairs' }).click();
      await commentOn(page, 'left').waitFor();
    },
  },
  {
    name: 'a flagged pair, and its note',
    path: '/',
    reach: async (page) => {
      await commentOn(page, 'left').waitFor();
      await page.keyboard.press('f');
      await press(page, 'Add a note');
      await dialog(page, 'Note on the flagged pair');
    },
  },
  {
    name: 'recent answers',
    path: '/',
    reach: async (page) => {
      await press(page, 'Recent answers');
      await page.getByRole('dialog').getByRole('listitem').first().waitFor();
    },
  },
  {
    name: 'the shortcuts',
    path: '/',
    reach: async (page) => {
      await commentOn(page, 'left').waitFor();
      await page.keyboard.press('?');
      await dialog(page, 'Keyboard shortcuts');
    },
  },
  {
    name: 'the guidelines',
    path: '/',
    reach: showGuidelines,
  },
  {
    name: 'the guidelines while they are written',
    path: '/',
    reach: async (page) => {
      await showGuidelines(page);
      await press(page, 'Edit');
      await page.getByRole('textbox').waitFor();
    },
  },
  { name: 'the runs', path: '/train', reach: (page) => page.getByRole('row').nth(2).waitFor() },
  {
    name: 'the settings of a training',
    path: '/train',
    reach: async (page) => {
      await press(page, 'Settings');
      await page.getByRole('spinbutton').first().waitFor();
    },
  },
  {
    name: 'a run that is done',
    path: '/train/1',
    reach: (page) => page.getByRole('heading', { name: 'Pairs it got most wrong' }).waitFor(),
  },
  {
    name: 'two runs',
    path: '/train?compare=1,2',
    reach: (page) => page.getByRole('heading', { name: 'Figures' }).waitFor(),
  },
  {
    name: 'a comparison with and without the post',
    path: '/train?context=1',
    reach: (page) => page.getByRole('heading', { name: 'Side by side' }).waitFor(),
  },
  {
    name: 'the metrics of two runs, opened',
    path: '/train?compare=1,2',
    reach: async (page) => {
      await page.getByRole('searchbox', { name: 'Metrics whose name holds' }).fill('ndcg k=5');
      await page.getByText('grouped/sk_ndcg/k=5').first().waitFor();
    },
  },
  { name: 'the reports', path: '/reports', reach: (page) => page.getByRole('link', { name: 'On seeds' }).waitFor() },
  {
    name: 'a report',
    path: '/reports/1',
    reach: async (page) => {
      await page.getByRole('heading', { name: 'Sample pairs of reward-2' }).waitFor();
      await page.getByText('All curves are drawn').click();
      await page.getByText('About 2 runs').click();
    },
  },
  {
    name: 'a report that is begun',
    path: '/reports/2',
    reach: (page) => page.getByRole('textbox').waitFor(),
  },
  {
    name: 'a ranked post',
    path: '/rankings',
    reach: async (page) => {
      await openFirstPost(page);
      await rankedComments(page).first().waitFor();
    },
  },
  {
    name: 'a post that two models rank',
    path: '/rankings',
    reach: async (page) => {
      await openFirstPost(page);
      await page.getByRole('combobox', { name: 'Compare with' }).selectOption({ index: 1 });
      await rankedComments(page).filter({ hasText: 'with reward-' }).first().waitFor();
    },
  },
  {
    name: 'why one comment stands before another',
    path: '/rankings',
    reach: async (page) => {
      await openFirstPost(page);
      await page
        .getByRole('button', { name: /^Why\?/ })
        .first()
        .click();
      await dialog(page, 'Why this order');
      await page.getByRole('row', { name: /^Word order/ }).waitFor();
    },
  },
  {
    name: 'the export',
    path: '/rankings',
    reach: async (page) => {
      await press(page, 'Export');
      await page.getByRole('columnheader', { name: 'score' }).waitFor();
    },
  },
  {
    name: 'the report of an import',
    path: '/data',
    reach: async (page) => {
      await chooseFile(
        page,
        'some.jsonl',
        '{"text": "Post", "comments": [{"text": "a"}, {"text": "b"}]}\n{"text": 1, "comments": []}\n{',
      );
      await importChosen(page);
      await page.getByRole('region', { name: 'What was left out' }).waitFor();
    },
  },
  {
    name: 'the preview of files',
    path: '/data',
    reach: async (page) => {
      await chooseFile(page, 'noise.bin', '\u0000\u0001');
      const choosing = page.waitForEvent('filechooser');
      await press(page, 'Add files');
      const content =
        'date,text,comment,score,note\n1,<p>Daily &amp; thread</p>,one,2,\n2,<p>Daily &amp; thread</p>,two,1,x\n2,<p>Daily &amp; thread</p>,[deleted],1,x\n';
      const file = { name: 'asks.csv', mimeType: 'text/csv', buffer: Buffer.from(content) };
      await (await choosing).setFiles(file);
      await page.getByRole('navigation', { name: 'Chosen files' }).getByRole('button', { name: /asks/ }).click();
      await page.getByText('Some texts look like HTML.').waitFor();
      await page
        .getByRole('region', { name: 'What will be left out' })
        .getByText(/^1 comment: deleted/)
        .click();
    },
  },
  {
    name: 'the undoing of an import',
    path: '/data',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Undo import' }).first().click();
      await dialog(page, 'Undo this import?');
    },
  },
  {
    name: 'a post',
    path: '/data/posts',
    reach: async (page) => {
      await openFirstPost(page);
      await page.getByRole('region', { name: 'Post', exact: true }).getByRole('listitem').first().waitFor();
    },
  },
  {
    name: 'the statistics',
    path: '/data/statistics',
    reach: (page) => page.getByRole('heading', { name: 'What comes again' }).waitFor(),
  },
  {
    name: 'the map of texts',
    path: '/data/statistics',
    reach: async (page) => {
      await press(page, 'Draw the map');
      const reader = page.getByRole('slider', { name: 'Read Texts by what they mean at' });
      // Every text is read before it is there.
      await reader.press('Home', { timeout: 3 * patience });
      await page.getByRole('link', { name: 'Open the post' }).waitFor();
    },
  },
  { name: 'flagged pairs', path: '/data/flagged', reach: (page) => page.getByText('Not in English').first().waitFor() },
  {
    name: 'second looks',
    path: '/data/again',
    reach: (page) =>
      page
        .getByText(/may be slips|Nothing to look at again/)
        .first()
        .waitFor(),
  },
  { name: 'the models', path: '/models', reach: (page) => page.getByRole('row').nth(2).waitFor() },
  {
    name: 'a model, with how sure it may be',
    path: '/models/1',
    reach: async (page) => {
      await page.getByText('Details', { exact: true }).click();
      await page.getByRole('region', { name: 'How sure it may be' }).waitFor();
    },
  },
  {
    name: 'a model to import',
    path: '/models',
    reach: async (page) => {
      await press(page, 'Import a model');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'a model to export',
    path: '/models',
    reach: async (page) => {
      await press(page, 'More for reward-1');
      await page.getByRole('menuitem', { name: 'Export' }).click();
      await dialog(page, 'Export reward-1');
    },
  },
  {
    name: 'a model to send to the hub',
    path: '/models',
    reach: async (page) => {
      await press(page, 'More for reward-1');
      await page.getByRole('menuitem', { name: 'Send to the Hugging Face hub' }).click();
      await dialog(page, 'Send reward-1 to the Hugging Face hub');
      await page.getByRole('textbox', { name: 'Repository' }).fill('ada/better');
      await press(page, 'Show what would be sent');
      await page.getByText('README.md, the page that others see').click();
    },
  },
  {
    name: 'a deleted model',
    path: '/models',
    reach: async (page) => {
      await press(page, 'More for reward-1');
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByRole('button', { name: 'Undo' }).waitFor();
    },
  },
  {
    name: 'the people, with their names',
    path: '/people',
    reach: async (page) => {
      await press(page, 'Show names');
      await page.getByRole('rowheader', { name: 'Grace' }).first().waitFor();
      await page.getByRole('heading', { name: 'Posts on which people differ' }).waitFor();
    },
  },
  {
    name: 'a disputed pair, with names, and a verdict that was taken back',
    path: '/people/disputed',
    reach: async (page) => {
      await press(page, 'Show names');
      await page.getByText('Grace').first().waitFor();
      await page.keyboard.press('a');
      await page.getByText('Settled', { exact: true }).waitFor();
      await page.keyboard.press('z');
      await page.getByText('Taken back', { exact: true }).waitFor();
    },
  },
  { name: 'the settings', path: '/settings', reach: (page) => page.getByText('Tiebreak 0.').waitFor() },
];

test('axe finds nothing in any state of a view', { timeout: 8 * patience }, async () => {
  const app = await stage.start();
  const found: string[] = [];
  // One tab for all: to make another takes as long as to examine a state.
  const page = await stage.context().newPage();
  for (const { name, path, reach } of states) {
    await enter(page, app, path);
    await reach(page);
    found.push(...(await examine(page, `${path}, ${name}`)));
  }
  expect(found).toEqual([]);
});

test('axe finds nothing while a model trains, and while the guide leads', { timeout: 4 * patience }, async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  const page = await stage.open(app, '/train');
  await view(page, 'Train').waitFor();
  await client.settings.set({ guide: 'compare' });
  const { task } = await client.train.start({ config: { ...tiny, ...endless } });
  await untilStep(client, 2);
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await page.getByRole('region', { name: 'Guide' }).waitFor();
  const found = [...(await examine(page, 'a training'))];
  await page.goto(`${new URL(app.address).origin}/#/`);
  await commentOn(page, 'left').waitFor();
  found.push(...(await examine(page, 'a pair, while a training goes on')));
  await client.tasks.cancel({ task });
  expect(found).toEqual([]);
});

test('light and dark follow the system, until one of them is chosen', async () => {
  const app = await stage.start();
  const page = await stage.open(app, '/settings');
  await view(page, 'Settings').waitFor();
  /** 0 is black, 255 is white. */
  const lightness = (): Promise<number> =>
    page.evaluate(() => {
      const parts = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g) ?? [];
      return Math.max(...parts.slice(0, 3).map(Number));
    });
  const chosen = async (theme: string, system: 'light' | 'dark'): Promise<number> => {
    await page.getByRole('radio', { name: theme }).check({ force: true });
    await page.emulateMedia({ colorScheme: system });
    return lightness();
  };
  const light = await chosen('Like the system', 'light');
  const dark = await chosen('Like the system', 'dark');
  expect(light).toBeGreaterThan(200);
  expect(dark).toBeLessThan(55);
  expect(await chosen('Light', 'dark')).toBe(light);
  expect(await chosen('Dark', 'light')).toBe(dark);
  expect(await chosen('Like the system', 'light')).toBe(light);
});
