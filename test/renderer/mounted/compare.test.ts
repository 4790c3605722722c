import { screen, within } from '@testing-library/dom';
import { expect, onTestFinished, test, vi } from 'vitest';
import { doubleClickMs } from '../../../src-renderer/views/compare/clicks.ts';
import { plainPosts } from '../../support/house-with-posts.ts';
import { doneQuickRun, worthMore } from '../../support/more-answers.ts';
import { find, gone, openPage, type Page, says, waitFor } from '../../support/mounted.ts';
import { hostile } from '../../support/run-records.ts';
import { temporaryFile } from '../../support/temporary.ts';

const pane = (side: 'Left' | 'Right'): Promise<HTMLElement> => find('article', `${side} comment`);
/** The two texts that stand there now. */
async function shownPair(): Promise<readonly string[]> {
  const panes = [await pane('Left'), await pane('Right')];
  return panes.map((each) => each.querySelector('p')?.textContent ?? '');
}

const given = async ({ api }: Pick<Page, 'api'>): Promise<readonly string[]> =>
  (await api.answers.recent({})).answers.map(({ choice }) => choice).reverse();
const untilGiven = (page: Page, answers: readonly string[]): Promise<void> =>
  waitFor(async () => expect(await given(page)).toEqual(answers));

/** Presses a key and waits until another pair is shown. @returns the pair that was answered */
async function answerByKey({ user }: Page, key: string): Promise<readonly string[]> {
  const before = await shownPair();
  await user.keyboard(key);
  await waitFor(async () => expect(await shownPair()).not.toEqual(before));
  return before;
}

async function openRecent({ press }: Page): Promise<HTMLElement> {
  await press('Recent answers');
  return find('dialog', 'Recent answers');
}

const writeLines = (...rows: readonly object[]): string =>
  temporaryFile(rows.map((row) => JSON.stringify(row)).join('\n'));

const long = `${'A line of a text that goes on and on. '.repeat(30)}The end.`;

test('every key gives its answer to the pair that is shown, with the sides as shown', async () => {
  const page = await openPage('/', { posts: plainPosts(8, 2) });
  const pairs: (readonly string[])[] = [];
  for (const key of ['a', 'd', 's', 'x', 'w', 'f']) pairs.push(await answerByKey(page, key));
  await untilGiven(page, ['left', 'right', 'tie', 'bad', 'skip', 'flag']);
  const { answers } = await page.api.answers.recent({});
  expect(answers.map(({ left, right }) => [left.text, right.text]).reverse()).toEqual(pairs);
});

test('every button gives its answer', async () => {
  const page = await openPage('/', { posts: plainPosts(8, 2) });
  const others = await find('group', 'Other answers');
  const buttons = [/^This one is better.*left/, /^This one is better.*right/, /^Tie/, /^Both bad/, /^Skip/, /^Flag/];
  for (const [index, name] of buttons.entries()) {
    const before = await shownPair();
    await page.press(name, index < 2 ? await pane(index === 0 ? 'Left' : 'Right') : others);
    await waitFor(async () => expect(await shownPair()).not.toEqual(before));
  }
  await untilGiven(page, ['left', 'right', 'tie', 'bad', 'skip', 'flag']);
  await says(/Saved.*flagged/);
});

/** Where a click counts: the pair has been there for longer than a double click takes. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, doubleClickMs + 50));
const areaOf = async (side: 'Left' | 'Right'): Promise<HTMLElement> => (await pane(side)).querySelector('.area')!;

test('a click on a comment chooses it, a double click on its words does not, and what was chosen lights up', async () => {
  const page = await openPage('/', { posts: plainPosts(6, 2), settings: { repeatShare: 0 } });
  const first = await shownPair();
  await settled();
  const words = (await areaOf('Right')).querySelector('p')!;
  await page.user.dblClick(words);
  await settled();
  expect([await shownPair(), await given(page)]).toEqual([first, []]);
  expect((await pane('Right')).querySelector('.flash')).toBeNull();
  getSelection()!.selectAllChildren(words);
  await page.user.click(await areaOf('Left'));
  await settled();
  expect(await given(page)).toEqual([]);
  getSelection()!.removeAllRanges();

  await page.user.click(words);
  // Nothing is said yet: a second click may come.
  expect((await pane('Right')).querySelector('.frame')!.className).toContain('pending');
  await waitFor(async () => expect(await shownPair()).not.toEqual(first));
  await untilGiven(page, ['right']);
  expect((await pane('Right')).querySelector('.flash')).not.toBeNull();
  expect((await pane('Left')).querySelector('.flash')).toBeNull();
  await settled();
  await page.user.click(await areaOf('Left'));
  await untilGiven(page, ['right', 'left']);
});

test('undo marks what was chosen before, and the mark goes with the next answer', async () => {
  const page = await openPage('/', { posts: plainPosts(6, 2), settings: { repeatShare: 0 } });
  for (const [key, name] of [
    ['d', /^This one is better.*right.*your answer before/],
    ['x', /^Both bad.*your answer before/],
  ] as const) {
    const pair = await answerByKey(page, key);
    await page.user.keyboard('z');
    await waitFor(async () => expect(await shownPair()).toEqual(pair));
    expect(await screen.findAllByText(/your answer before/)).toHaveLength(1);
    await find('button', name);
    await answerByKey(page, 'a');
    expect(screen.queryByText(/your answer before/)).toBeNull();
  }
  await untilGiven(page, ['left', 'left']);
});

test('texts become larger and smaller by keys and from the options, and this browser keeps it', async () => {
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  const before = await shownPair();
  const scale = (): string => document.querySelector<HTMLElement>('.compare')!.style.getPropertyValue('--text-scale');
  expect(scale()).toBe('1');
  await page.user.keyboard('+=');
  expect(scale()).toBe('1.3');
  await page.user.keyboard('-');
  expect(scale()).toBe('1.15');
  await page.choose(/^Options/, /^Larger text/);
  expect(scale()).toBe('1.3');
  await page.user.keyboard('{Escape}');
  for (let i = 0; i < 9; i++) await page.user.keyboard('-');
  expect([scale(), await shownPair()]).toEqual(['0.875', before]);
  expect(localStorage.getItem('tiebreak.text-size')).toBe('0');
});

test('a project asks in its own words, and gets those of the app back', async () => {
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  await find('heading', 'Which comment is better?');
  await page.choose(/^Options/, /^Word the question/);
  const dialog = await find('dialog', 'The question');
  await page.fill(within(dialog).getByRole('textbox'), ' Which one is kinder? <b>  ');
  await page.press('Save', dialog);
  await find('heading', 'Which one is kinder? <b>');
  expect((await page.api.settings.get()).ownQuestion).toBe('Which one is kinder? <b>');
  await page.choose(/^Options/, /^Word the question/);
  await page.press('“Which comment is better?”', await find('dialog', 'The question'));
  await find('heading', 'Which comment is better?');
  expect((await page.api.settings.get()).ownQuestion).toBe('');
});

test('a post at a time: chosen in the options, the next pairs are of the post on the screen', async () => {
  const page = await openPage('/', { posts: plainPosts(12, 3), settings: { repeatShare: 0 } });
  await shownPair();
  await page.press(/^Options/);
  await page.press('A post at a time', undefined, 'menuitemradio');
  await waitFor(async () => expect((await page.api.settings.get()).work).toBe('post'));
  const postNow = async () => (await find('region', 'Post')).textContent;
  const post = await postNow();
  // The queue is asked anew in the background.
  await settled();
  await answerByKey(page, 'a');
  expect(await postNow()).toBe(post);
});

test('only some posts are compared, which is said, ends where they are finished, and can be ended', async () => {
  const page = await openPage('/data/posts', { posts: plainPosts(5, 2), settings: { repeatShare: 0 } });
  await page.press('Compare only this post');
  const chip = (await find('button', 'Compare all posts')).closest('p')!;
  await says('Only one post: 1 post, 1 pair left', chip);
  await page.user.keyboard('a');
  await find('heading', 'These posts are finished');
  await page.press('Compare all posts', document.querySelector<HTMLElement>('.empty')!);
  await pane('Left');
  await says('4 pairs left');
  await page.go('/data/posts');
  await page.fill(await find('searchbox', 'Search posts'), 'p3');
  await page.press('Compare only these posts');
  await says('Only posts with “p3”: 1 post');
  await pane('Left');
  await page.press('Compare all posts');
  await waitFor(() => expect(screen.queryByText(/Only posts with/)).toBeNull());
});

test('undo brings the pair back with the same sides, as often as there were answers, and then does nothing', async () => {
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  const first = await answerByKey(page, 'a');
  const second = await answerByKey(page, 's');
  await page.user.keyboard('z');
  await waitFor(async () => expect(await shownPair()).toEqual(second));
  await says('Taken back');
  await page.press(/^Undo/);
  await waitFor(async () => expect(await shownPair()).toEqual(first));
  await untilGiven(page, []);
  await waitFor(() => expect(screen.getByRole('button', { name: /^Undo/ }).getAttribute('aria-disabled')).toBe('true'));
  await page.press(/^Undo/);
  expect(await shownPair()).toEqual(first);
});

test('a tab that was opened anew takes back what was answered here before, and leaves what a file brought', async () => {
  const file = writeLines({ text: 'Post f', left: 'One', right: 'Other', outcome: 'left', annotator: 'me' });
  const page = await openPage('/', {
    posts: plainPosts(4, 2),
    settings: { repeatShare: 0 },
    before: async ({ api, app }) => {
      await app.import({ files: [file] });
      const { pairs } = await api.answers.nextPairs({ tab: 'closed', count: 1 });
      const { post, left, right } = pairs[0]!;
      const pair = { postId: post.id, leftId: left.id, rightId: right.id };
      await api.answers.add({ tab: 'closed', key: crypto.randomUUID(), ...pair, choice: 'tie' });
    },
  });
  await waitFor(() =>
    expect(screen.getByRole('button', { name: /^Undo/ }).getAttribute('aria-disabled')).toBe('false'),
  );
  await page.press(/^Undo/);
  await says('Taken back');
  await untilGiven(page, ['left']);
  expect(screen.getByRole('button', { name: /^Undo/ }).getAttribute('aria-disabled')).toBe('true');
});

test('skipped pairs are no answers: they are asked again when one wants them', async () => {
  const page = await openPage('/', { posts: plainPosts(2, 2), settings: { repeatShare: 0 } });
  await answerByKey(page, 'w');
  await says('1 skipped', await find('list', 'Progress'));
  await page.user.keyboard('w');
  await find('heading', 'What is left was skipped');
  await says('You have answered every pair but 2 that you skipped');
  await page.press('Ask 2 skipped pairs again');
  await pane('Left');
  await untilGiven(page, []);
  await answerByKey(page, 'a');
  await page.user.keyboard('a');
  await find('heading', 'Every pair is answered');
});

test('before there is a model it is trained, and not retrained', async () => {
  const page = await openPage('/', { posts: plainPosts(40, 2), settings: { repeatShare: 0 } });
  await shownPair();
  const { pairs } = await page.api.answers.nextPairs({ tab: 'other', count: 20 });
  for (const { post, left, right } of pairs) {
    const pair = { postId: post.id, leftId: left.id, rightId: right.id };
    await page.api.answers.add({ tab: 'other', key: crypto.randomUUID(), ...pair, choice: 'left' });
  }
  const status = await find('list', 'Progress');
  await says(/20 answers\. ?Train(?!ing)/, status);
  expect(status.textContent).not.toContain('Retrain');
});

test('one above the other, comments are the upper and the lower one', async () => {
  const { happyDOM } = window as unknown as { happyDOM: { setViewport: (size: { width: number }) => void } };
  happyDOM.setViewport({ width: 800 });
  onTestFinished(() => happyDOM.setViewport({ width: 1280 }));
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  await find('article', 'Upper comment');
  await page.user.keyboard('d');
  await says(/Saved.*lower is better/);
});

test('a key that is held answers once, and one with Control not at all', async () => {
  const page = await openPage('/', { posts: plainPosts(6, 2) });
  await shownPair();
  await page.user.keyboard('{Control>}a{/Control}{Alt>}d{/Alt}{Shift>}S{/Shift}');
  await page.user.keyboard('{a>5}');
  await untilGiven(page, ['left']);
  await page.user.keyboard('{/a}');
  await answerByKey(page, 'd');
  await untilGiven(page, ['left', 'right']);
});

test('where single keys are off, they do nothing, no button names one, and buttons answer', async () => {
  const page = await openPage('/', { posts: plainPosts(4, 2), settings: { keysEnabled: false } });
  const before = await shownPair();
  expect(document.querySelectorAll('kbd')).toHaveLength(0);
  await page.user.keyboard('adsxwfz?gt');
  expect(await shownPair()).toEqual(before);
  await page.press(/right/, await pane('Right'));
  await untilGiven(page, ['right']);
});

test('a changed key answers, and the one before does not', async () => {
  const keys = { left: 'j', right: 'd', tie: '', bad: 'x', skip: 'w', flag: 'f', undo: 'z' };
  const page = await openPage('/', { posts: plainPosts(4, 2), settings: { keys } });
  await shownPair();
  expect((await find('group', 'Other answers')).textContent).not.toContain('TieS');
  await page.user.keyboard('as');
  await answerByKey(page, 'j');
  await untilGiven(page, ['left']);
});

test('a flagged pair takes a note, from its message or later, and the note can be changed', async () => {
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  await answerByKey(page, 'f');
  await page.press('Add a note', await find('region', 'Messages'));
  const dialog = await find('dialog', 'Note on the flagged pair');
  await page.user.type(within(dialog).getByRole('textbox'), 'No sense <b>at all</b>');
  await page.press('Save note', dialog);
  await gone('dialog', 'Note on the flagged pair');
  const noteOf = async () => (await page.api.answers.recent({})).answers[0]?.note;
  await waitFor(async () => expect(await noteOf()).toBe('No sense <b>at all</b>'));

  const list = await openRecent(page);
  await says('Note: No sense <b>at all</b>', list);
  await page.press('Edit note', list);
  const again = await find('dialog', 'Note on the flagged pair');
  const field = within(again).getByRole('textbox');
  expect(field).toHaveProperty('value', 'No sense <b>at all</b>');
  await page.user.type(field, '!');
  await page.press('Cancel', again);
  await gone('dialog', 'Note on the flagged pair');
  expect(await noteOf()).toBe('No sense <b>at all</b>');
});

test('recent answers are listed, the newest first; one is changed and one taken back', async () => {
  const page = await openPage('/', { posts: plainPosts(6, 2) });
  const shown: (readonly string[])[] = [];
  for (const key of ['a', 's', 'w']) shown.push(await answerByKey(page, key));
  const list = await openRecent(page);
  await waitFor(() => expect(within(list).getAllByRole('listitem')).toHaveLength(3));
  const items = () => within(list).getAllByRole('listitem');
  expect(items().map((item) => item.querySelector('strong')?.textContent)).toEqual([
    'Skipped',
    'Tie',
    'Left is better',
  ]);
  for (const text of shown[0]!) expect(items()[2]!.textContent).toContain(text);
  expect(within(items()[2]!).getByText('Better').parentElement?.textContent).toContain(shown[0]![0]);

  await page.press('Change', items()[2]);
  const offered = (await screen.findAllByRole('menuitem')).map(({ textContent }) => textContent?.trim());
  expect(offered).toEqual(['Right is better', 'Tie', 'Both bad', 'Skip', 'Flag']);
  await page.press('Both bad', undefined, 'menuitem');
  await waitFor(async () => expect((await given(page)).toSorted()).toEqual(['bad', 'skip', 'tie']));
  await waitFor(() => expect(items()[0]!.textContent).toContain('Both bad'));

  const skipped = items().find(({ textContent }) => textContent?.includes('Skipped'))!;
  await page.press('Take back', skipped);
  await waitFor(() => expect(items()).toHaveLength(2));
  await page.user.keyboard('{Escape}');
  await gone('dialog', 'Recent answers');
  // What was taken back is asked again.
  await waitFor(async () => expect(await shownPair()).toEqual(shown[2]));
});

test('without answers the list says so, and more than twenty come on request', async () => {
  const page = await openPage('/', { posts: plainPosts(30, 2) });
  await shownPair();
  const list = await openRecent(page);
  await says('No answers yet', list);
  await page.user.keyboard('{Escape}');
  await gone('dialog', 'Recent answers');
  for (let i = 0; i < 22; i++) await answerByKey(page, 'a');
  const full = await openRecent(page);
  await waitFor(() => expect(full.querySelectorAll('li')).toHaveLength(20));
  await page.press('Show more', full);
  await waitFor(() => expect(full.querySelectorAll('li')).toHaveLength(22));
});

test('the goal of the day, the pairs that are left and a ring that closes', async () => {
  const page = await openPage('/', { posts: plainPosts(6, 2), settings: { goal: 2 } });
  await says('0 of 2 today');
  const status = await find('list', 'Progress');
  expect(status.querySelector('.done')).toBeNull();
  expect(status.textContent).toContain('6 pairs left');
  await answerByKey(page, 'a');
  await says('1 of 2 today', status);
  expect(status.querySelector('.done')).not.toBeNull();
  expect(status.querySelector('.tick')).toBeNull();
  await answerByKey(page, 'a');
  await says('2 of 2 today', status);
  expect(status.querySelector('.tick')).not.toBeNull();
});

test('enough new answers ask for a training', async () => {
  const page = await openPage('/', {
    posts: plainPosts(40, 2),
    before: ({ app }) => app.train({ kind: 'reward', config: { epochs: 1 } }),
  });
  await shownPair();
  expect(screen.queryByRole('link', { name: 'Retrain' })).toBeNull();
  for (let i = 0; i < 25 && !screen.queryByRole('link', { name: 'Retrain' }); i++) await answerByKey(page, 'a');
  await page.press('Retrain', undefined, 'link');
  await find('heading', 'Train');
});

test('guidelines are written beside the pair: what is typed answers nothing, and markup stays text', async () => {
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  const before = await shownPair();
  await page.press('Guidelines');
  const panel = await find('complementary', 'Guidelines');
  await page.press('Write', panel);
  const field = await within(panel).findByRole('textbox');
  await waitFor(() => expect(document.activeElement).toBe(field));
  await page.user.keyboard('# Rules\n\na dsx wfz? gt <img src=x>');
  await page.press('Save', panel);
  await find('heading', 'Rules', panel);
  expect(panel.textContent).toContain('a dsx wfz? gt <img src=x>');
  expect(panel.querySelector('img')).toBeNull();
  expect((await page.api.settings.get()).guidelines).toContain('# Rules');
  expect(await shownPair()).toEqual(before);

  await page.press('Edit', panel);
  await page.user.type(await within(panel).findByRole('textbox'), ' more');
  await page.press('Cancel', panel);
  await find('heading', 'Rules', panel);
  expect((await page.api.settings.get()).guidelines).not.toContain('more');
});

test('where the window is narrow, guidelines come in a drawer, and can begin with an example', async () => {
  const narrow = vi
    .spyOn(window, 'matchMedia')
    .mockImplementation(
      (media) =>
        Object.assign(new EventTarget(), { matches: false, media, onchange: null }) as unknown as MediaQueryList,
    );
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  await shownPair();
  await page.press('Guidelines');
  const drawer = await find('dialog', 'Guidelines');
  await page.press('Begin with an example', drawer);
  await page.press('Save', drawer);
  await find('heading', 'A better comment', drawer);
  narrow.mockRestore();
});

test('the post is shown with its title, and its context on request', async () => {
  const page = await openPage('/', {
    before: ({ app }) =>
      app.import({
        files: [
          writeLines({
            id: 'p',
            title: 'A title',
            text: 'A title\nWhat is asked',
            context: 'The whole article',
            comments: [
              { text: 'One', score: 0 },
              { text: 'Two', score: 1 },
            ],
          }),
        ],
        split: 'train',
      }),
  });
  const post = await find('region', 'Post');
  expect(within(post).getByRole('heading').textContent).toBe('A title');
  expect(post.textContent?.match(/A title/g)).toHaveLength(1);
  expect(post.textContent).not.toContain('The whole article');
  await page.press('Show context', post);
  await says('The whole article', post);
  await page.press('Hide context', post);
  await waitFor(() => expect(post.textContent).not.toContain('The whole article'));
});

test('a text that does not fit is folded and can be scrolled; both comments scroll together where one says so', async () => {
  // What layout would measure: all that is longer than a few lines does not fit.
  const height = vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockImplementation(function measure(
    this: HTMLElement,
  ) {
    return (this.textContent ?? '').length > 500 ? 400 : 0;
  });
  const page = await openPage('/', {
    posts: [{ id: 'p', title: 'T', text: long, comments: [long, `${long} Or not.`] }],
  });
  const post = await find('region', 'Post');
  await page.press('Show all', post);
  await find('button', 'Show less', post);
  await find('region', 'Text of the post', post);
  expect((await find('region', 'Left comment')).tabIndex).toBe(0);
  await page.press('Scroll together', undefined, 'checkbox');
  await waitFor(async () => expect((await page.api.settings.get()).scrollTogether).toBe(true));
  const [left, right] = [await find('region', 'Left comment'), await find('region', 'Right comment')];
  left.scrollTop = 200;
  left.dispatchEvent(new Event('scroll'));
  await waitFor(() => expect(right.scrollTop).toBe(200));
  height.mockRestore();
});

test('texts of people are text, whatever they hold', async () => {
  const page = await openPage('/', {
    posts: [{ id: 'p', title: hostile, text: `Text ${hostile}`, comments: [`One ${hostile}`, `Two ${hostile}`] }],
    settings: { guidelines: hostile },
  });
  expect((await shownPair()).toSorted()).toEqual([`One ${hostile}`, `Two ${hostile}`]);
  expect((await find('region', 'Post')).textContent).toContain(hostile);
  await page.press('Guidelines');
  await find('complementary', 'Guidelines');
  await page.user.keyboard('f');
  await page.press('Recent answers');
  await says(`One ${hostile.slice(0, 20)}`, await find('dialog', 'Recent answers'));
  expect(document.querySelector('img, script, a[href^="javascript"]')).toBeNull();
});

test('an answer that can not be written says so and keeps the pair, which is then answered once', async () => {
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  const before = await shownPair();
  const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  page.store.db.exec("CREATE TRIGGER full BEFORE INSERT ON labels BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
  await page.user.keyboard('a');
  const failure = await find('alert', '');
  await says('This pair stays here', failure);
  expect(await shownPair()).toEqual(before);
  expect(await given(page)).toEqual([]);
  expect(reported).toHaveBeenCalledOnce();
  reported.mockRestore();
  page.store.db.exec('DROP TRIGGER full');
  expect(await answerByKey(page, 'd')).toEqual(before);
  await untilGiven(page, ['right']);
  expect(screen.queryByText(/This pair stays here/)).toBeNull();
});

test('a pair that was answered elsewhere is not answered twice, and one can go on', async () => {
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  const before = await shownPair();
  const tab = sessionStorage.getItem('tiebreak.tab')!;
  const [pair] = (await page.api.answers.nextPairs({ tab, count: 1 })).pairs;
  expect([pair!.left.text, pair!.right.text]).toEqual(before);
  await page.api.answers.add({
    tab,
    key: crypto.randomUUID(),
    postId: pair!.post.id,
    leftId: pair!.left.id,
    rightId: pair!.right.id,
    choice: 'left',
  });
  await page.user.keyboard('d');
  await says('answered this pair already', await find('alert', ''));
  expect(await given(page)).toEqual(['left']);
  await page.press('Next pair');
  await waitFor(async () => expect(await shownPair()).not.toEqual(before));
  await answerByKey(page, 'd');
  await untilGiven(page, ['left', 'right']);
});

test('when every pair is answered, what to do next is said, and the last answer can be taken back', async () => {
  const page = await openPage('/', { posts: plainPosts(1, 2) });
  const before = await shownPair();
  await page.user.keyboard('a');
  await find('heading', 'Every pair is answered');
  await find('link', 'Train a model');
  await find('link', 'Look at the ranking');
  await page.press('Undo the last answer');
  await waitFor(async () => expect(await shownPair()).toEqual(before));
});

test('without comments, the sample can be taken, and pairs appear', async () => {
  const page = await openPage('/');
  await find('heading', 'No comments yet');
  await find('link', 'Import comments');
  await page.press('Use the sample');
  expect((await shownPair()).every((text) => text !== '')).toBe(true);
});

test('comments that come in while there is nothing to compare are asked about at once', async () => {
  const page = await openPage('/');
  await find('heading', 'No comments yet');
  await page.app.import({
    files: [
      writeLines({
        id: 'p',
        text: 'Post',
        comments: [
          { text: 'One', score: 0 },
          { text: 'Two', score: 1 },
        ],
      }),
    ],
  });
  expect((await shownPair()).toSorted()).toEqual(['One', 'Two']);
});

test('what more answers bring stands in the line, says more when asked by keyboard, and changes with a new training', async () => {
  const page = await openPage('/', {
    posts: plainPosts(4, 2),
    before: ({ store }) => void doneQuickRun(store, worthMore),
  });
  const line = await find('button', /^From 60.0% to 68.0% right so far\. 50 more answers: about \+0.4 points/);
  expect(line.querySelector('.meter .next')).not.toBeNull();
  line.focus();
  await page.user.keyboard('{Enter}');
  const dialog = await find('dialog', 'What 50 more answers bring');
  expect(dialog.textContent).toContain('on average');
  expect(within(dialog).getAllByRole('row')).toHaveLength(3);
  await page.user.keyboard('{Escape}');
  await gone('dialog', 'What 50 more answers bring');
  // Answering goes on by key.
  await answerByKey(page, 'a');
  doneQuickRun(page.store, { ...worthMore, gain: null });
  await answerByKey(page, 'd');
  // Too few to say: nothing is drawn of it.
  const early = await find('button', /^50 more answers: too early to tell on so few posts/);
  expect(early.querySelector('.meter')).toBeNull();
});
