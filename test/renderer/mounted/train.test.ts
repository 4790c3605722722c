import { screen, within } from '@testing-library/dom';
import { expect, test } from 'vitest';
import { importPosts, type OpenHouse, type PostRow, plainPosts } from '../../support/house-with-posts.ts';
import { find, gone, openPage, type Page, says, waitFor } from '../../support/mounted.ts';
import { ended } from '../../support/served.ts';

/** The engine of the tests holds the longer comment for the better one: it is right on all but every fourth of these. */
const posts = (name: string, count: number): readonly PostRow[] =>
  Array.from({ length: count }, (_, i) => {
    const comments = [`The much longer comment ${i}`, `Short ${i}`];
    return {
      id: `${name}${i}`,
      title: `About ${name}${i}`,
      text: `What is it about, ${name}${i}?`,
      comments: i % 4 === 3 ? comments.toReversed() : comments,
    };
  });

async function withSplits({ app }: OpenHouse): Promise<void> {
  for (const split of ['train', 'validation', 'test'] as const) await importPosts(app, posts(split, 8), split);
}

type Input = Parameters<OpenHouse['api']['train']['start']>[0];
/** Trains as the page would, to the end. */
async function trained(house: OpenHouse, input: Input): Promise<void> {
  const task = await ended(house.app, (await house.api.train.start(input)).task);
  expect(task.state).toBe('done');
}
const gpt = (config: Readonly<Record<string, number>> = {}) => ({
  kind: 'reward' as const,
  method: 'gpt' as const,
  config: { epochs: 2, ...config },
});

async function openSettings(page: Page): Promise<HTMLElement> {
  await page.press('Settings', await find('region', 'Train a model'));
  return find('dialog', 'Settings of the training');
}
const check = (page: Page, name: RegExp, place: HTMLElement) => page.press(name, place, 'radio');
const setNumber = async (page: Page, name: string, value: string, place: HTMLElement): Promise<void> =>
  page.fill(await find('spinbutton', name, place), value);
const select = async (page: Page, name: string, value: string, place?: HTMLElement): Promise<void> =>
  // What can be chosen may come later than the field.
  waitFor(async () => page.user.selectOptions(await find('combobox', name, place), value));

const newest = async ({ api }: Pick<Page, 'api'>) => (await api.train.runs()).runs[0]!;
/** A GPT training that goes on until it is stopped. */
const endless = gpt({ epochs: 2000, evaluateEvery: 5 });

test('without posts, the train view says what to do first', async () => {
  await openPage('/train');
  await find('heading', 'Nothing to learn from yet');
  await find('link', 'Import comments');
  expect(screen.queryByRole('button', { name: 'Train' })).toBeNull();
});

test('one click trains, and the page of the run says how good it is, where it is wrong and what ranks now', async () => {
  const page = await openPage('/train', { before: withSplits });
  await says(/training for the best.*votes in the data.*answers \(none yet\)/, await find('region', 'Train a model'));
  await page.press('Train', await find('region', 'Train a model'));
  const figures = await find('region', 'How good it is');
  await says(
    /^How good it is\s*See the ranking\s*quick-1 agrees with people's votes on \d+ to \d+ of 10 pairs that it has not seen; “the longer comment wins” does on [\d to]+, chance on 5\./,
    figures,
  );
  await says(/What it learned from\s*Votes votes on 8 pairs/, figures);
  await says(/Would more answers help\?\s*Not known yet/, figures);
  // What needs explaining waits until it is asked for.
  const details = within(figures).getByText('Details').closest('details');
  expect(details).toHaveProperty('open', false);
  for (const term of ['Loss', 'NDCG', 'Accuracy']) expect(details!.textContent).toContain(term);
  // Of few pairs the interval stands first.
  await says(
    /Right on [\d.]+% to [\d.]+% of pairs of the test split, which it never learned from: 75\.0% of 8 pairs\./,
    figures,
  );
  await says('no earlier reward model', figures);
  await find('heading', 'best-1');
  const chosen = await find('region', 'What was chosen');
  await says('quick-1 ranks: there was nothing to blend it with.', chosen);
  await says(
    /Comment alone, deep and together were left out\. To tell which model is better, 60 pairs with a better side/,
    chosen,
  );
  const mistakes = await find('region', 'Pairs it got most wrong');
  expect(within(mistakes).getAllByRole('listitem')).toHaveLength(2);
  // It came from a file: nobody chose it, and so nobody could change it.
  expect(mistakes.textContent).toMatch(/Votes put first\s*Votes\s*Short 3/);
  expect(mistakes.textContent).not.toContain('People chose');
  await find('region', 'What could rank');
  const { runs } = await page.api.train.runs();
  expect(runs).toMatchObject([
    { name: 'quick-1', status: 'done', config: { method: 'quick', best: 1 } },
    { name: 'best-1', status: 'done', modelName: 'quick-1', config: { method: 'best', minutes: 5 } },
  ]);
  // Its parts have pages of their own.
  await page.press('quick-1', await within(chosen).findByRole('table'), 'link');
  await find('heading', 'quick-1');
  await says('A quick model, to rank with at once: part 1 of 5 of the training for the best best-1.');
  await page.press('best-1', undefined, 'link');
  await find('region', 'What was chosen');
  expect(screen.queryByRole('region', { name: 'How it learned' })).toBeNull();
  await page.press('See the ranking', undefined, 'link');
  await waitFor(() => expect(page.path()).toBe('/rankings'));
});

test('each way to train has the choices that apply to it', async () => {
  const page = await openPage('/train', { before: withSplits });
  const drawer = await openSettings(page);
  const place = within(drawer);
  const minutes = () => place.queryByRole('spinbutton', { name: 'Minutes that it may take' });
  const encoder = () => place.queryByRole('group', { name: 'Text reader' });
  expect(
    place.getAllByRole('radio', { name: /^(Best|Quick|Deep|Together|GPT)/ }).map((one) => one.getAttribute('value')),
  ).toEqual(['best', 'quick', 'deep', 'together', 'gpt']);
  expect(minutes()).toHaveProperty('placeholder', '5');
  expect(encoder()).toBeNull();
  await setNumber(page, 'Minutes that it may take', '0.01', drawer);
  await waitFor(() => expect(minutes()).toHaveProperty('value', ''));
  await setNumber(page, 'Minutes that it may take', '2', drawer);
  await check(page, /^Only the title/, drawer);
  await says('Together reads the post with each comment, so it is left out then.', drawer);
  await says('2 settings changed', drawer);

  await check(page, /^Together/, drawer);
  await says('All as by default', drawer);
  expect(minutes()).toHaveProperty('placeholder', 'no limit');
  expect(place.getByRole('radio', { name: /^Only the title/ })).toHaveProperty('disabled', true);
  await says("so the post can't be left out: train deep or quick for that", drawer);
  // Without the post it is another model, which sees none of it whatever is chosen.
  await setNumber(page, 'Reads post', '0', drawer);
  await waitFor(() => expect(place.queryByRole('radio', { name: /^Only the title/ })).toBeNull());
  await says('A training of a text reader for the comment alone');
  await page.press('Reset Reads post', drawer);

  await check(page, /^Quick/, drawer);
  expect(minutes()).toBeNull();
  expect(encoder()).not.toBeNull();
  await check(page, /^Deep/, drawer);
  await check(page, /^all-MiniLM-L6-v2/, drawer);
  await says('1 setting changed', drawer);
  await check(page, /^Universal Sentence Encoder/, drawer);
  await says('All as by default', drawer);

  // What was chosen for the best is still there, and is what it trains with.
  await check(page, /^Best/, drawer);
  await page.press('Train', drawer);
  await find('heading', 'best-1');
  const { runs } = await page.api.train.runs();
  const run = runs.find(({ name }) => name === 'best-1');
  expect(run!.config).toMatchObject({ method: 'best', minutes: 2, context: 'none' });
});

test('every setting can be chosen, is counted, is said before the training and is what it trains with', async () => {
  const page = await openPage('/train', { before: withSplits });
  const drawer = await openSettings(page);
  expect(within(drawer).queryByRole('spinbutton', { name: 'Epochs' })).toBeNull();
  await check(page, /^GPT/, drawer);
  await setNumber(page, 'Epochs', '3', drawer);
  await says('Changed from', drawer);
  await setNumber(page, 'Seed', '7', drawer);
  await check(page, /^Votes/, drawer);
  await check(page, /^Only the title/, drawer);
  await select(page, 'Device', 'cpu', drawer);
  await says('5 settings changed', drawer);
  await page.press('Reset Seed', drawer);
  await says('4 settings changed', drawer);
  await page.user.keyboard('{Escape}');
  await gone('dialog', 'Settings of the training');
  const start = await find('region', 'Train a model');
  await says(/GPT training.*learns from the votes in the data, on/, start);
  await says('4 settings differ from the defaults', start);
  await page.press('Train', start);
  await find('heading', 'reward-1');
  const { config } = await newest(page);
  expect(config).toMatchObject({ method: 'gpt', epochs: 3, pairs: 'votes', context: 'none', device: 'cpu' });
  expect(config.seed).not.toBe(7);

  // The next one begins as this one did, until the defaults are wanted.
  await page.press('All runs', undefined, 'link');
  await says('4 settings differ', await find('region', 'Train a model'));
  await page.press('Use the defaults');
  await waitFor(() => expect(page.text()).not.toContain('from the defaults'));
});

test('what votes say can be set, is counted, and the page of the run says what came of it', async () => {
  const page = await openPage('/train', { before: withSplits });
  const drawer = await openSettings(page);
  await check(page, /^Quick/, drawer);
  const margin = within(drawer).getByRole('spinbutton', { name: 'Smallest difference of votes that counts' });
  expect(margin).toHaveProperty('value', '0');
  await setNumber(page, 'Smallest difference of votes that counts', '-3', drawer);
  await waitFor(() => expect(margin).toHaveProperty('value', '0'));
  await setNumber(page, 'Smallest difference of votes that counts', '2', drawer);
  await check(page, /^How sure it is/, drawer);
  await check(page, /^Regress it out/, drawer);
  await says('3 settings changed', drawer);
  // People's answers have no votes.
  await check(page, /^Answers/, drawer);
  await waitFor(() => expect(within(drawer).queryByRole('spinbutton', { name: /difference of votes/ })).toBeNull());
  await check(page, /^Both/, drawer);
  await page.user.keyboard('{Escape}');
  await gone('dialog', 'Settings of the training');
  await page.press('Train', await find('region', 'Train a model'));
  await find('heading', 'quick-1');
  await says(
    /A difference below 2 in votes was no preference\..*On the same \d+ pairs/,
    await find('region', 'What it made of votes'),
  );
  const run = await newest(page);
  expect(run.config).toMatchObject({ margin: 2, votes: 'sure', time: 'regress' });
  expect(run.report!.votes!.changes).toBeDefined();

  // The next one begins as this one did.
  await page.press('All runs', undefined, 'link');
  await says('3 settings differ', await find('region', 'Train a model'));
});

test('a language model has no pairs to choose, and settings of its own', async () => {
  const page = await openPage('/train', { before: withSplits });
  const drawer = await openSettings(page);
  await check(page, /^Language model first/, drawer);
  await waitFor(() => expect(within(drawer).queryByRole('group', { name: 'How' })).toBeNull());
  expect(within(drawer).queryByRole('group', { name: 'Learn from' })).toBeNull();
  await find('spinbutton', 'Blocks per batch', drawer);
  expect(within(drawer).queryByRole('spinbutton', { name: 'Pairs per batch' })).toBeNull();
  await setNumber(page, 'Epochs', '1', drawer);
  await page.press('Train', drawer);
  await find('heading', 'sft-1');
  await waitFor(async () => expect(await newest(page)).toMatchObject({ kind: 'sft', status: 'done' }));
  expect(screen.queryByRole('region', { name: 'How good it is' })).toBeNull();
});

test('a setting beyond its limits is refused with a sentence, and nothing is begun', async () => {
  const page = await openPage('/train', { before: withSplits });
  const drawer = await openSettings(page);
  await check(page, /^GPT/, drawer);
  await setNumber(page, 'Width', '1.5', drawer);
  await page.press('Train', drawer);
  await says(/width/i, await find('alert', ''));
  expect((await page.api.train.runs()).runs).toEqual([]);
  expect(within(await find('region', 'Train a model')).getByRole('button', { name: 'Train' })).toHaveProperty(
    'disabled',
    false,
  );
});

test('a preset needs a model to start from, says in what it differs, and what was changed by hand', async () => {
  const page = await openPage('/train', {
    before: async (house) => {
      await withSplits(house);
      await house.app.train(gpt());
    },
  });
  const drawer = await openSettings(page);
  expect(await find('radio', /^Original/, drawer)).toHaveProperty('disabled', true);
  await find('option', 'reward-1', drawer);
  await select(page, 'Start from', 'reward-1', drawer);
  await says('starts from reward-1', await waitFor(() => screen.getByLabelText('Train a model')));
  await check(page, /^Original/, drawer);
  const cells = (name: string): readonly string[] => {
    const row = within(drawer).getByRole('rowheader', { name }).closest('tr')!;
    return [...row.querySelectorAll('td')].map(({ textContent }) => textContent?.trim() ?? '');
  };
  await waitFor(() => expect(cells('Learns from')).toEqual(['Neighbours', 'Both', 'Neighbours']));
  expect(await find('radio', /^Neighbours/, drawer)).toHaveProperty('checked', true);
  expect(await find('spinbutton', 'Width', drawer)).toHaveProperty('disabled', true);
  await says('Comes with reward-1', drawer);
  await setNumber(page, 'Learning rate', '0.0002', drawer);
  await waitFor(() => expect(cells('Learning rate')[2]).toBe('0.0002 (changed)'));
  await check(page, /^Recommended/, drawer);
  await waitFor(() => expect(cells('Learning rate')[2]).toBe(cells('Learning rate')[1]));
  await select(page, 'Start from', '', drawer);
  await waitFor(() => expect(within(drawer).queryByRole('table')).toBeNull());
});

test('a look ahead says what a training takes, proposes what fits, and knows when something was changed since', async () => {
  const page = await openPage('/train', { before: withSplits });
  await page.press('Look ahead', await find('region', 'What it takes'));
  await says('Until a quick model ranks', await find('region', 'What it takes'));
  const drawer = await openSettings(page);
  await check(page, /^GPT/, drawer);
  const forecast = await find('region', 'What it takes', drawer);
  await says('Something was changed since', forecast);
  await setNumber(page, 'Seed', '14', drawer);
  await page.press('Look ahead again', forecast);
  await says(/Does not fit: .*, with 500 MB to spare/, forecast);
  await says(/40 steps on Fake/, forecast);
  await page.press(/^Use this/, forecast);
  await says('Something was changed since', forecast);
  expect(await find('spinbutton', 'Tokens per batch', drawer)).toHaveProperty('value', '256');
});

test('a training that does not fit is refused with what would, and can be begun all the same', async () => {
  const page = await openPage('/train', { before: withSplits });
  const drawer = await openSettings(page);
  await check(page, /^GPT/, drawer);
  for (const [name, value] of [
    ['Tokens per batch', '1000000'],
    ['Seed', '14'],
    ['Epochs', '2'],
  ] as const) {
    await setNumber(page, name, value, drawer);
  }
  await page.press('Train', drawer);
  await says(/Nothing was begun.*Run 256 tokens at once/, await find('alert', ''));
  expect((await page.api.train.runs()).runs).toEqual([]);
  await page.press('Train anyway');
  await find('heading', 'reward-1');
  await waitFor(async () => expect(await newest(page)).toMatchObject({ status: 'done' }));
});

test('a training that goes on shows its steps, curves and sample pairs, and is the only one', async () => {
  const page = await openPage('/train', { before: withSplits });
  await page.api.train.start(endless);
  const live = await find('region', 'reward-1 is running');
  await says(/Step\s*\d+ of 2,000/, live);
  await says('10 sequences/s', live);
  await says(/At step \d+ the chosen comment has the higher reward in 1 of 2 pairs/, live);
  await find('group', 'How curves are shown', live);
  expect(within(await find('region', 'Train a model')).getByRole('button', { name: 'Train' })).toHaveProperty(
    'disabled',
    true,
  );
  await says('One training at a time');
  // It is told in every view.
  await page.go('/');
  const tasks = await find('region', 'Running');
  await says('Training a reward model', tasks);
  await page.press(/^Cancel/, tasks);
  await gone('region', 'Running');
  await waitFor(async () => expect(await newest(page)).toMatchObject({ status: 'cancelled', modelName: null }));
});

test('a run is paused, says where it stands, and goes on to its end', async () => {
  const page = await openPage('/train/1', {
    before: async (house) => {
      await withSplits(house);
      await house.api.train.start(gpt({ epochs: 400, checkpointEvery: 1 }));
      await waitFor(async () => expect((await house.api.train.runs()).runs[0]?.step).toBeGreaterThan(2));
    },
  });
  await page.press('Pause');
  await says(/Paused at step \d+\. It goes on from there/);
  expect(await newest(page)).toMatchObject({ status: 'interrupted', paused: true });
  await page.press('Go on');
  await find('region', 'How good it is');
  const { curve, run } = await page.api.train.run({ run: 1 });
  expect(run).toMatchObject({ status: 'done', step: 400 });
  expect(curve.map(({ step }) => step)).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
});

test('a training that fails says why on its page, and what to do', async () => {
  const page = await openPage('/train', { before: withSplits });
  await page.api.train.start(gpt({ seed: 13 }));
  await page.go('/train/1');
  await says(/^Failed/, await waitFor(() => screen.getByText(/^Failed ·/)));
  await says('continues it from its last checkpoint');
  // What is told here is not told in the list of tasks as well.
  await gone('region', 'Running');
  await says(/ended|stopped|engine/i);
});

test('the page of a run: curves by name, sample pairs by step, notes, and the settings', async () => {
  const page = await openPage('/train/1', {
    before: async (house) => {
      await withSplits(house);
      await trained(house, gpt({ epochs: 10, evaluateEvery: 2 }));
    },
  });
  const curves = await find('region', 'How it learned');
  await says('Step 10 was kept, the best on the validation split', curves);
  // A plot is read by keys, value by value, and its numbers stand in a table.
  const [reader] = await within(curves).findAllByRole('slider', { name: /^Read .*error/i });
  reader!.focus();
  await page.user.keyboard('{Home}');
  await waitFor(() => expect(reader!.getAttribute('aria-valuetext')).toMatch(/^Step 1\b/));
  await page.user.keyboard('{End}');
  await waitFor(() =>
    expect(reader!.getAttribute('aria-valuetext')).toMatch(/^Step 10\b.*Error on what is held back 0.2/),
  );
  expect(screen.getAllByRole('columnheader', { name: 'Error on what is held back' })).not.toHaveLength(0);
  await page.fill(await find('searchbox', 'Metrics whose name holds', curves), 'acc');
  await says(/acc/, curves);
  await page.fill(await find('searchbox', 'Metrics whose name holds', curves), 'nothing like it');
  await says('No metric has “nothing like it” in its name', curves);

  const samples = await find('region', 'Sample pairs');
  await says('At step 10 the chosen comment has the higher reward in 1 of 2 pairs', samples);
  const slider = within(samples).getByRole<HTMLInputElement>('slider');
  slider.value = '0';
  slider.dispatchEvent(new Event('input'));
  await says('At step 2 ', samples);

  await page.fill(await find('textbox', 'Notes'), 'Ten epochs are <b>enough</b>');
  await says('Saved', await find('region', 'Notes'));
  expect((await newest(page)).notes).toBe('Ten epochs are <b>enough</b>');
  await page.user.click(screen.getByText('Settings of this run'));
  expect(screen.getByRole('rowheader', { name: 'Epochs' }).nextElementSibling?.textContent).toBe('10');
});

test('a second model is held against the one before, and the better one can be put in use', async () => {
  const page = await openPage('/train/2', {
    before: async (house) => {
      await withSplits(house);
      await trained(house, { kind: 'reward', method: 'quick' });
      await trained(house, gpt());
      await house.api.models.use({ model: 'reward-1' });
    },
  });
  await says('quick-1, before', await find('region', 'How good it is'));
  const candidates = await find('region', 'What could rank');
  await page.press(/^Use quick-1/, candidates);
  await says('quick-1 ranks from now on', await find('region', 'Messages'));
  expect((await page.api.settings.get()).modelInUse).toBe('quick-1');
});

test('a run is renamed and deleted on its page, and brought back', async () => {
  const page = await openPage('/train/1', {
    before: async (house) => {
      await importPosts(house.app, plainPosts(4, 2));
      await house.app.train(gpt());
    },
  });
  await page.choose('More for reward-1', 'Rename');
  await page.user.keyboard('The first{Enter}');
  await find('heading', 'The first');
  expect((await newest(page)).name).toBe('The first');
  await page.choose('More for The first', 'Delete');
  await find('heading', 'Train');
  await says(/The first was deleted\. Its model reward-1 stays/, await find('region', 'Messages'));
  await page.go('/train/1');
  await says('This run is deleted');
  await page.press('Restore');
  await find('button', 'More for The first');
  expect((await newest(page)).deletedAt).toBeNull();
});

/** Three runs that ended, two of a kind. */
const withRuns = async (house: OpenHouse): Promise<void> => {
  await importPosts(house.app, plainPosts(6, 2));
  for (const seed of [1, 2]) await house.app.train(gpt({ seed, evaluateEvery: 1 }));
  await house.app.train({ kind: 'sft', config: { epochs: 1 } });
};
const names = (): readonly string[] =>
  [...document.querySelectorAll('tbody th[scope="row"] a')].map(({ textContent }) => textContent ?? '');

test('runs are found by words, by what they train, how they stand, and by settings', async () => {
  const page = await openPage('/train', { before: withRuns });
  await find('heading', 'Runs');
  await waitFor(() => expect(names()).toEqual(['sft-1', 'reward-2', 'reward-1']));
  const filter = await find('group', 'Which runs are shown');
  await select(page, 'What was trained', 'gpt', filter);
  await says('2 of 3 runs', filter);
  const conditions = await find('searchbox', 'Settings and figures', filter);
  await page.fill(conditions, 'seed<=1');
  await waitFor(() => expect(names()).toEqual(['reward-1']));
  await page.fill(conditions, 'seed');
  await says('Write a name, a sign and a value', filter);
  await page.fill(conditions, 'seed>5');
  await says('No run fits');
  await page.press('Clear', filter);
  await waitFor(() => expect(names()).toHaveLength(3));
  await page.fill(await find('searchbox', 'Words in name or notes', filter), 'sft');
  await waitFor(() => expect(names()).toEqual(['sft-1']));
  await select(page, 'How it stands', 'failed', filter);
  await says('No run fits');
});

test('in the table a run is renamed or left as it was, deleted, taken back, and restored later', async () => {
  const page = await openPage('/train', { before: withRuns });
  await page.choose('More for reward-1', 'Rename');
  await page.user.keyboard('Nothing{Escape}');
  await gone('textbox', 'Name of the run');
  await waitFor(() => expect(names()).toContain('reward-1'));
  await page.choose('More for reward-1', 'Rename');
  await page.user.keyboard('One{Enter}');
  await waitFor(() => expect(names()).toEqual(['sft-1', 'reward-2', 'One']));
  // The keyboard goes on where it was.
  await waitFor(() => expect(document.activeElement?.textContent).toBe('One'));

  await page.choose('More for One', 'Delete');
  await waitFor(() => expect(names()).toEqual(['sft-1', 'reward-2']));
  await page.press('Undo', await find('region', 'Messages'));
  await waitFor(() => expect(names()).toEqual(['sft-1', 'reward-2', 'One']));
  await page.choose('More for reward-2', 'Delete');
  await says('Recently deleted (1)');
  await page.user.click(screen.getByText('Recently deleted (1)'));
  await page.press('Restore reward-2');
  await waitFor(() => expect(names()).toContain('reward-2'));
});

test('two runs are laid beside each other: what differs, what is the same, and a report on both', async () => {
  const page = await openPage('/train', { before: withRuns });
  await says('Tick two or more');
  await page.press('Compare reward-1', undefined, 'checkbox');
  await says('Tick one more');
  await page.press('Compare reward-2', undefined, 'checkbox');
  await page.press('Compare 2 runs', undefined, 'link');
  await find('heading', 'Compare 2 runs');
  const settings = await find('region', 'Table of settings');
  const heads = (): readonly string[] =>
    within(settings)
      .getAllByRole('rowheader')
      .map(({ textContent }) => textContent ?? '');
  expect(heads()).toEqual(['Seed']);
  await page.press(/Show those that are the same/, undefined, 'checkbox');
  await waitFor(() => expect(heads().length).toBeGreaterThan(5));
  const figures = await find('region', 'Table of figures');
  expect(within(figures).getByRole('rowheader', { name: 'Status' }).parentElement?.textContent).toBe('StatusDoneDone');
  await find('region', 'Curves');
  await page.press('Make a report');
  await find('heading', 'Report 1');
  expect((await page.api.reports.list()).reports[0]?.runs.toSorted()).toEqual([1, 2]);
});

test('what the post is worth: two trainings, one page with figures, kept in the list, saved as a file', async () => {
  const page = await openPage('/train', {
    before: async (house) => {
      await withSplits(house);
      await trained(house, gpt());
    },
  });
  await page.press('Settings', await find('region', 'Train a model'));
  await check(page, /^Quick/, await find('dialog', 'Settings of the training'));
  await page.user.keyboard('{Escape}');
  // One click starts nothing yet: it says what would be done, and that what ranks stays.
  await page.press('With and without the post');
  const asked = await find('dialog', 'With and without the post');
  await says(/trains two quick models.*title alone.*reward-1 goes on ranking/, asked);
  expect(await newest(page)).toMatchObject({ name: 'reward-1' });
  await page.press('Train both', asked);
  const table = await find('region', 'Table of figures');
  const { report } = (await page.api.contextComparisons.list()).comparisons[0]!;
  await says(report!.says, await find('region', 'What the post is worth'));
  expect(
    within(table)
      .getAllByRole('rowheader')
      .map(({ textContent }) => textContent),
  ).toEqual([
    expect.stringMatching(/^With the post/),
    expect.stringMatching(/^Without/),
    'The longer comment wins',
    'Random',
    'Difference',
  ]);
  expect((await page.api.models.list()).models.filter(({ inUse }) => inUse)).toMatchObject([{ name: 'reward-1' }]);
  await page.press('Save as CSV');
  await says('Saved as', await find('region', 'Messages'));
  await page.press(/without the post/, undefined, 'link');
  await says(/One half of\s+with and without the post/);
  await page.press('All runs', undefined, 'link');
  await find('link', /^Quick, /, await find('region', 'What the post is worth'));
});

test('a comparison that is cancelled keeps what it has, and goes on', async () => {
  const page = await openPage('/train', { before: withSplits });
  await page.api.contextComparisons.start({ method: 'gpt', config: { epochs: 2000 } });
  const live = await find('region', 'With and without the post');
  await says('without the post (1 of 2)', live);
  await page.press(/^Cancel/, live);
  const list = await find('region', 'What the post is worth');
  await says('not done', list);
  await page.press(/^Go on with the comparison/, list);
  await page.press(/^Cancel/, await find('region', 'With and without the post'));
  await find('button', /^Go on with the comparison/, list);
  await page.press(/^GPT, /, list, 'link');
  await says('This comparison was broken off');
  await page.press('Go on');
  await page.press(/^Cancel/, await find('region', 'With and without the post'));
  await says('This comparison was broken off');
});
