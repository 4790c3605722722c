import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { addAnswer } from '../../../src-main/store/answers.ts';
import { addModel } from '../../../src-main/store/models.ts';
import type { WritingStore } from '../../../src-main/store/open.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { setRewards } from '../../../src-main/store/rewards.ts';
import { importPosts, type OpenHouse, plainPosts } from '../../support/house-with-posts.ts';
import {
  find,
  gone,
  hasFocus,
  heldByAnother,
  openPage,
  says,
  screen,
  until,
  waitFor,
  within,
  withoutTable,
} from '../../support/mounted.ts';
import { hostile } from '../../support/run-records.ts';

// The engine of these tests gives the length of a comment as its reward.
const posts = [
  { id: 'a', title: 'Soup', text: 'Soup\n\nWhich one?', comments: ['bb', 'a', 'four', 'ccc'] },
  { id: 'b', title: 'Bread', text: 'Rye', comments: ['one', 'three'] },
  { id: 'c', title: 'Tea', text: 'Green', comments: ['x', 'yy'] },
];

function reward(store: WritingStore, name: string, folder = name): number {
  return addModel(store, {
    name,
    kind: 'reward',
    folder: `models/${folder}`,
    base: null,
    runId: null,
    metrics: {},
  }).id;
}
const withModel = { posts, before: ({ store }: OpenHouse) => reward(store, 'reward-1') };

/** Places, texts and so on of the comments that are shown, as lines. */
async function comments(): Promise<readonly string[]> {
  const post = await find('region', 'Post');
  const items = await within(post).findAllByRole('listitem');
  return items.map(({ textContent }) => (textContent ?? '').replace(/\s+/g, ' ').trim());
}

/** The comment of the first post with this text is better than another one, as a person said. */
function prefer(store: WritingStore, better: string, worse: string, annotator = 'me'): void {
  const { comments } = findPost(store, 1);
  const idOf = (text: string): number => comments.find((comment) => comment.text === text)!.id;
  addAnswer(store, {
    postId: 1,
    leftId: idOf(better),
    rightId: idOf(worse),
    choice: 'left',
    annotator,
    origin: 'compare',
  });
}

test('without posts there is nothing to rank, and a way to import some', async () => {
  const { press, path } = await openPage('/rankings');
  await find('heading', 'No posts yet');
  expect(screen.queryByRole('button', { name: 'Export' })).toBeNull();
  await press('Import comments', undefined, 'link');
  await waitFor(() => expect(path()).toMatch('/data'));
});

test('without a model comments stand in the order of the data, with a way to train', async () => {
  const { press, path } = await openPage('/rankings/1', { posts });
  await says('There is no model yet, so comments stand in the order of the data.');
  expect((await comments()).map((line) => /^Place (\d)(\w+?)\W*People/.exec(line)?.slice(1))).toEqual([
    ['1', 'bb'],
    ['2', 'a'],
    ['3', 'four'],
    ['4', 'ccc'],
  ]);
  expect(screen.queryByRole('combobox', { name: 'Ranked by' })).toBeNull();
  await press('Train a model', undefined, 'link');
  await waitFor(() => expect(path()).toBe('/train'));
});

test('comments stand by reward, with what people said and the chance to be better than the next one', async () => {
  const { text } = await openPage('/rankings/1', {
    posts,
    before: ({ store }) => {
      reward(store, 'reward-1');
      prefer(store, 'bb', 'a');
    },
  });
  await says(/Reward 4\.00/);
  const lines = await comments();
  expect(lines.map((line) => Number(/Reward (\d)\.00/.exec(line)?.[1]))).toEqual([4, 3, 2, 1]);
  expect(lines[2]).toContain('People: won 1, lost 0, tied 0');
  expect(lines[3]).toContain('People: won 0, lost 1, tied 0');
  expect(lines[0]).toContain('People: not compared yet');
  // About sigmoid(1), but for the comments that somebody has answered on.
  expect(lines[0]).toContain('73% chance to be better than the next one');
  expect(lines[2]).toMatch(/8\d% chance to be better than the next one/);
  expect(lines[3]).not.toContain('than the next one');
  expect(lines[0]).toMatch(/^Place 1between places 1–[23]Reward/);
  expect(text()).toContain('Ranked by');
});

test('answers move comments, the page says how, and the answer that helps most is one click away', async () => {
  const { api, path, press } = await openPage('/rankings/1', {
    posts,
    before: ({ store }) => {
      reward(store, 'reward-1');
      for (const annotator of ['Anna', 'Ben', 'Cy', 'Di']) prefer(store, 'bb', 'four', annotator);
    },
  });
  await says('Of two comments, this order has the better one first with a chance of');
  const lines = await comments();
  expect(lines[0]).toContain('bb');
  expect(lines[0]).toContain('3rd by the model alone');
  await says('The order joins the model with 4 answers of people on this post.');
  await says('How sure this model may be was never learned, so its rewards are taken at their word');
  const asked = await find('region', 'How sure this order is');
  const places = /at place (\d) and (\d)\./
    .exec(asked.textContent ?? '')!
    .slice(1)
    .map(Number);
  const view = await api.rankings.post({ post: 1 });
  const wanted = places.map((place) => view.comments[place - 1]!.text).sort();
  await press('Compare them');
  await waitFor(() => expect(path()).toBe('/'));
  const first = (await find('article', 'Left comment')).textContent ?? '';
  const second = (await find('article', 'Right comment')).textContent ?? '';
  for (const text of wanted) expect(`${first} ${second}`).toContain(text);
});

test('why one comment stands before another is told when it is asked for, of any two of the post', async () => {
  const { user, press, api } = await openPage('/rankings/1', {
    posts: [{ id: 'a', comments: ['It is a long one. With more.', 'Middling one!', 'Short'] }],
    before: (house) => reward(house.store, 'lengths'),
  });
  await says(/Reward 28\.00/);
  // Below the last one there is nothing to stand before.
  expect(screen.getAllByRole('button', { name: /^Why\?/ })).toHaveLength(2);
  await press('Why? Place 1 before place 2');
  const dialog = await find('dialog', 'Why this order');
  const [one, other] = ['First', 'Second'].map((name) => within(dialog).getByRole('combobox', { name }));
  await hasFocus(one!);
  await says('lengths gives the first 15.00 more reward. By the model alone, the first is better', dialog);
  const row = (name: string) => within(dialog).getByRole('row', { name: new RegExp(`^${name}`) });
  expect(row('Length').textContent).toMatch(/the longer comment ends after as many words.*23\.00 for the first/);
  expect(row('Word order').textContent).toContain('nothing for either');
  expect(row('Answers').textContent).toContain('nothing for either');
  await says('Such parts need not add up', dialog);
  const sentences = within(dialog).getByRole('region', { name: 'Sentences that matter most' });
  expect(sentences.textContent).toMatch(/Of the first comment, 18\.00 for the first:\s*It is a long one\./);
  await says('Nobody has answered on this post yet.', dialog);
  await says('People have compared no other pair yet.', dialog);

  // A comment is not held against itself.
  expect(within(other!).getByRole('option', { name: /^1st/ })).toHaveProperty('disabled', true);
  await user.selectOptions(other!, within(other!).getByRole('option', { name: '3rd: Short' }));
  await says('lengths gives the first 23.00 more reward.', dialog);
  await user.selectOptions(one!, within(one!).getByRole('option', { name: /^2nd/ }));
  await says('lengths gives the first 8.00 more reward.', dialog);
  await user.keyboard('{Escape}');
  await gone('dialog', 'Why this order');
  await hasFocus(screen.getByRole('button', { name: 'Why? Place 1 before place 2' }));

  // What people say meanwhile is part of the next answer.
  const { comments: known } = await api.rankings.post({ post: 1 });
  const [leftId, rightId] = [known[2]!.id, known[1]!.id];
  const key = crypto.randomUUID();
  await api.answers.add({ tab: 'another', key, postId: 1, leftId, rightId, choice: 'left' });
  await press('Why? Place 2 before place 3');
  await says('lengths gives the first 8.00 more reward. Joined with people’s answers, the first is better');
  await says('Of these two, 1 person prefers the second. 1 answer on this post was joined with the model.');
});

test('what can not be reckoned is said, and can be asked for again', async () => {
  const { press, store } = await openPage('/rankings/1', withModel);
  await says(/Reward 4\.00/);
  store.db.exec(`UPDATE models SET folder = 'models/refuse'`);
  await press('Why? Place 1 before place 2');
  const dialog = await find('dialog', 'Why this order');
  expect((await within(dialog).findByRole('alert')).textContent).toContain('This model is broken.');
  store.db.exec(`UPDATE models SET folder = 'models/whole'`);
  await press('Try again', dialog);
  await says('reward-1 gives the first 1.00 more reward.', dialog);
});

test('the text of a post stands once, without the title that it repeats', async () => {
  await openPage('/rankings/1', withModel);
  const post = await find('region', 'Post');
  await says('Which one?', post);
  expect(post.textContent?.match(/Soup/g)).toHaveLength(1);
});

test('another model can be chosen in the address, compared with, and put in use', async () => {
  const { user, api, path, press } = await openPage('/rankings/1', {
    posts,
    before: ({ store }) => {
      const second = reward(store, 'turned');
      reward(store, 'lengths');
      const { comments } = findPost(store, 1);
      setRewards(
        store,
        second,
        comments.map(({ id, text }) => ({ commentId: id, reward: -text.length })),
      );
    },
  });
  const by = await find('combobox', 'Ranked by');
  await waitFor(() => expect(by).toHaveProperty('value', 'lengths'));
  expect(within(by).getByRole('option', { name: 'lengths (in use)' })).toHaveProperty('selected', true);
  expect(screen.queryByRole('button', { name: 'Use this model' })).toBeNull();

  await user.selectOptions(screen.getByRole('combobox', { name: 'Compare with' }), 'turned');
  await says('turned puts 4 of 4 comments in another place.');
  expect(path()).toBe('/rankings/1?with=turned');
  const [first] = await comments();
  expect(first).toMatch(/↑ 3up 3 from 4th.* with turned \(−4\.00\)/);

  await user.selectOptions(by, 'turned');
  await waitFor(() => expect(path()).toMatch('model=turned'));
  await says(/Place 1\s*between places 1–2\s*Reward −1\.00/);
  // A model is not compared with itself.
  const other = screen.getByRole('combobox', { name: 'Compare with' });
  expect(within(other).getByRole('option', { selected: true }).textContent).toBe('None');
  await press('Use this model');
  await says('turned ranks from now on.');
  expect((await api.settings.get()).modelInUse).toBe('turned');
  await gone('button', 'Use this model');
  await hasFocus(by);
  expect(path()).not.toMatch('model=');
});

test('a model that can not score says why, and can be asked again', async () => {
  const { press, store } = await openPage('/rankings/1', {
    posts,
    before: ({ store }) => reward(store, 'reward-1', 'refuse'),
  });
  const post = await find('region', 'Post');
  const why = await within(post).findByRole('alert');
  expect(why.textContent).toContain('This model is broken.');
  store.db.exec(`UPDATE models SET folder = 'models/whole'`);
  await press('Try again', post);
  await says(/Reward 4\.00/);
});

test('a post that is gone says so', async () => {
  await openPage('/rankings/99', withModel);
  await find('heading', 'This post is no longer there');
});

test('posts are searched and filtered, and all come back', async () => {
  const { user, press } = await openPage('/rankings', {
    posts,
    before: ({ store }) => {
      reward(store, 'reward-1');
      prefer(store, 'bb', 'a');
    },
  });
  const list = await find('region', 'Posts');
  const search = within(list).getByRole('searchbox', { name: 'Search posts' });
  await says('3 posts', list);
  await user.type(search, 'rye');
  await says('1 post found', list);
  expect(within(list).getAllByRole('listitem')).toHaveLength(1);
  await user.clear(search);
  await user.selectOptions(within(list).getByRole('combobox', { name: "People's answers" }), 'Compared');
  await waitFor(() => expect(within(list).getByRole('listitem').textContent).toMatch(/Soup.*4 comments · 1 answer/s));
  await user.selectOptions(within(list).getByRole('combobox', { name: 'Split' }), 'Test');
  await find('heading', 'Nothing found', list);
  await press('Show all posts', list);
  await says('3 posts', list);
  await hasFocus(search);
});

test('the arrow keys move among the posts, of which one is a stop of the keyboard', async () => {
  const { user, path } = await openPage('/rankings', withModel);
  const list = await find('region', 'Posts');
  const search = within(list).getByRole('searchbox', { name: 'Search posts' });
  await within(list).findAllByRole('listitem');
  const links = within(list).getAllByRole('link');
  await user.click(search);
  await user.keyboard('{ArrowDown}');
  await hasFocus(links[0]!);
  await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
  await hasFocus(links[2]!);
  expect(links.filter(({ tabIndex }) => tabIndex === 0)).toEqual([links[2]]);
  await user.keyboard('{Home}');
  await hasFocus(links[0]!);
  await user.keyboard('{End}{Enter}');
  await waitFor(() => expect(path()).toBe('/rankings/3'));
});

test('posts come in pages', async () => {
  const { press } = await openPage('/rankings', { posts: plainPosts(120, 2) });
  const list = await find('region', 'Posts');
  await says('120 posts', list);
  const titles = () => within(list).getAllByRole('link')[0]?.textContent;
  const first = titles();
  expect(within(list).getByRole('button', { name: 'Previous' }).getAttribute('aria-disabled')).toBe('true');
  await press('Next', list);
  await waitFor(() => expect(titles()).not.toBe(first));
  await press('Next', list);
  await waitFor(() => expect(within(list).getAllByRole('listitem')).toHaveLength(20));
  expect(within(list).getByRole('button', { name: 'Next' }).getAttribute('aria-disabled')).toBe('true');
  await press('Previous', list);
  await waitFor(() => expect(within(list).getAllByRole('listitem')).toHaveLength(50));
});

test('where people and the model differ is found once all comments are scored', async () => {
  const { user, press } = await openPage('/rankings', {
    posts,
    before: ({ store }) => {
      reward(store, 'reward-1');
      prefer(store, 'a', 'four');
    },
  });
  const list = await find('region', 'Posts');
  await within(list).findAllByRole('listitem');
  await user.selectOptions(within(list).getByRole('combobox', { name: "People's answers" }), 'Model disagrees');
  await says('Posts on which reward-1 and people differ, as far as their comments are scored.');
  await press('Score all comments', list);
  await says(/\d+ comments? scored\./);
  await waitFor(() => expect(within(list).getByRole('listitem').textContent).toContain('1 against the model'));
  await press('Score all comments', list);
  await says('All comments have been scored already.');
});

test('a scoring is cancelled by the button that began it', { timeout: 60_000 }, async () => {
  const { user, press, app } = await openPage('/rankings', {
    posts,
    before: ({ store }) => reward(store, 'reward-1', 'slow'),
  });
  const list = await find('region', 'Posts');
  await user.selectOptions(await within(list).findByRole('combobox', { name: "People's answers" }), 'Model disagrees');
  await press('Score all comments', list);
  await press('Cancel', list);
  await find('button', 'Score all comments', list);
  await until(() => expect(app.tasks.list().filter(({ state }) => state === 'running')).toEqual([]));
});

test('long comments are folded, and hostile ones are text', async () => {
  const long = 'word '.repeat(400).trim();
  const { press } = await openPage('/rankings/1', {
    posts: [{ id: 'a', title: hostile, text: hostile, comments: [hostile, long] }],
  });
  const post = await find('region', 'Post');
  await says(hostile.replace(/\s+/g, ' '), post);
  expect(document.querySelector('main img, main script, main a[href^="javascript"]')).toBeNull();
  expect(post.textContent).not.toContain(long);
  await press(/^Show all 1,999 characters/, post);
  await waitFor(() => expect(post.textContent).toContain(long));
  await press(/^Show less/, post);
  await waitFor(() => expect(post.textContent).not.toContain(long));
});

test('of many comments the first ones are listed, then more, from which the keyboard goes on', async () => {
  const { press } = await openPage('/rankings/1', {
    posts: [{ id: 'a', comments: Array.from({ length: 120 }, (_, index) => `Comment ${index}`) }],
  });
  expect(await comments()).toHaveLength(50);
  await press('Show 50 more of 120');
  await waitFor(async () => expect(await comments()).toHaveLength(100));
  expect(document.activeElement?.textContent).toContain('Comment 50');
  await press('Show 20 more of 120');
  await gone('button', /more of 120/);
});

test('an export shows its first rows, is saved, and says what was written', async () => {
  const { user, press, saved } = await openPage('/rankings', withModel);
  await press('Export');
  const dialog = await find('dialog', 'Export');
  const preview = await find('region', 'First rows', dialog);
  // What is offered first is for people.
  const [place, score] = await waitFor(() => {
    const row = within(preview).getAllByRole('row')[1]!;
    const cells = within(row)
      .getAllByRole('cell')
      .map(({ textContent }) => textContent!.trim());
    return [cells[2], cells[5]];
  });
  expect([place, score]).toEqual(['1', '4.00']);
  await user.click(within(dialog).getByRole('radio', { name: /^CSV/ }));
  await waitFor(() => expect(preview.textContent).toMatch(/^idgroupsplittitle/));
  await user.click(within(dialog).getByRole('radio', { name: /^Answers/ }));
  await says(/^There are no answers yet/, preview);
  expect(within(dialog).getByRole('button', { name: 'Export' })).toHaveProperty('disabled', true);
  expect(within(dialog).queryByRole('combobox', { name: 'ranked by' })).toBeNull();
  await user.click(within(dialog).getByRole('radio', { name: /^CUP IT/ }));
  await user.selectOptions(within(dialog).getByRole('combobox', { name: 'Posts of' }), 'the train split');
  await waitFor(() => expect(within(dialog).getByRole('button', { name: 'Export' })).toHaveProperty('disabled', false));
  await press('Export', dialog);
  await gone('dialog', 'Export');
  await says(/3 posts exported to .*\.jsonl\./);
  const written = readFileSync(saved[0]!.path, 'utf8').trim().split('\n');
  expect(written.map((line) => JSON.parse(line).comments[0].text)).toEqual(['four', 'three', 'yy']);
  // The next one begins with the same choices.
  await press('Export');
  const again = await find('dialog', 'Export');
  expect(within(again).getByRole('radio', { name: /^CUP IT/ })).toHaveProperty('checked', true);
  expect(within(again).getByRole('combobox', { name: 'Posts of' })).toHaveProperty('value', 'train');
});

test('an export of pairs says how many there will be and takes a margin; CSV is written for a language', async () => {
  const large = { id: 'd', title: 'A long thread', comments: Array.from({ length: 110 }, (_, n) => `comment ${n}`) };
  const { user, press, saved } = await openPage('/rankings', { posts: [...posts, large] });
  await press('Export');
  const dialog = await find('dialog', 'Export');
  const choose = (name: RegExp) => user.click(within(dialog).getByRole('radio', { name }));
  await choose(/^Pairs/);
  await says('One post with 110 comments makes 5,995 of them', dialog);
  await user.type(within(dialog).getByRole('spinbutton', { name: 'pairs of a post, at most' }), '5');
  await says('12 pairs of 4 posts.', dialog);
  expect(within(dialog).queryByRole('combobox', { name: 'for' })).toBeNull();
  await choose(/^CSV/);
  expect(within(dialog).queryByRole('spinbutton')).toBeNull();
  const reader = within(dialog).getByRole('combobox', { name: 'for' });
  await user.selectOptions(reader, within(reader).getByRole('option', { name: /^Excel in / }));
  await press('Export', dialog);
  await gone('dialog', 'Export');
  await says(/118 comments exported to .*\.csv\./);
  expect(readFileSync(saved[0]!.path, 'utf8')).toMatch(/^\uFEFFid,group/);
});

test('a ranking is copied as a list, as the last one was', async () => {
  const { user, press, api } = await openPage('/rankings/1', withModel);
  const copied: string[] = [];
  const writing = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => void copied.push(text));
  onTestFinished(() => writing.mockRestore());
  await press('Copy as a list');
  const dialog = await find('dialog', 'Copy as a list');
  await user.selectOptions(within(dialog).getByRole('combobox', { name: 'of' }), 'the first 3');
  await user.click(within(dialog).getByRole('checkbox', { name: 'Scores' }));
  await press('Copy', dialog);
  await says('3 comments copied as Markdown.');
  expect(copied).toEqual(['1. four (score 4.00)\n2. ccc (score 3.00)\n3. bb (score 2.00)\n']);
  expect((await api.settings.get()).exported).toBe(true);
  await press('Copy as a list');
  const again = await find('dialog', 'Copy as a list');
  expect(within(again).getByRole('checkbox', { name: 'Scores' })).toHaveProperty('checked', true);
});

test('an export that was not saved can be saved from its message', async () => {
  let saves = false;
  const { press, saved, api } = await openPage('/rankings', { ...withModel, saves: () => saves });
  await press('Export');
  const dialog = await find('dialog', 'Export');
  await says('4.00', dialog);
  await press('Export', dialog);
  await says(/\.csv is ready, but not saved\./);
  expect((await api.settings.get()).exported).toBe(false);
  saves = true;
  await press('Save');
  await waitFor(() => expect(saved).toHaveLength(1));
  await waitFor(async () => expect((await api.settings.get()).exported).toBe(true));
});

test('an export goes on while its dialog is open, and is cancelled there', { timeout: 60_000 }, async () => {
  const { press, app, store } = await openPage('/rankings', {
    posts,
    before: async ({ store, app }) => {
      await importPosts(app, plainPosts(40, 2), 'test');
      reward(store, 'reward-1');
    },
  });
  await press('Export');
  const dialog = await find('dialog', 'Export');
  await says('4.00', dialog);
  store.db.exec(`UPDATE models SET folder = 'models/slow'`);
  await press('Export', dialog);
  await find('progressbar', /./, dialog);
  expect(within(dialog).getByRole('button', { name: 'Exporting' })).toHaveProperty('disabled', true);
  await press('Cancel export', dialog);
  await find('button', 'Export', dialog);
  expect(app.tasks.list().filter(({ state }) => state === 'running')).toEqual([]);
});

test('what could not be done is said: a model in use while another process writes', async () => {
  const page = await openPage('/rankings/1', {
    posts,
    before: ({ store }) => {
      reward(store, 'old');
      reward(store, 'new');
    },
  });
  await page.user.selectOptions(await find('combobox', 'Ranked by'), 'old');
  const letGo = await heldByAnother(page);
  await page.press('Use this model');
  await says('is at work on this data folder');
  expect((await page.api.settings.get()).modelInUse).toBeNull();
  letGo();
});

test('posts that can not be read are told, and asked for again', async () => {
  let repair = (): unknown => undefined;
  await openPage('/rankings', {
    ...withModel,
    before: (house) => {
      reward(house.store, 'reward-1');
      repair = withoutTable(house, 'posts');
    },
  });
  const [why] = await screen.findAllByRole('alert');
  expect(why?.textContent).toContain('no such table: posts');
  repair();
  for (const again of screen.getAllByRole('button', { name: 'Try again' })) again.click();
  await says('3 posts');
});

test('in a narrow window the open post takes the place of the list, and the keyboard goes with it', async () => {
  const { happyDOM } = window as unknown as { happyDOM: { setViewport: (size: { width: number }) => void } };
  happyDOM.setViewport({ width: 700 });
  onTestFinished(() => happyDOM.setViewport({ width: 1280 }));
  const { user, press, path } = await openPage('/rankings', withModel);
  const list = await find('region', 'Posts');
  await within(list).findAllByRole('listitem');
  // None opens by itself.
  expect(screen.queryByRole('region', { name: 'Post' })).toBeNull();
  const second = within(list).getAllByRole('link')[1]!;
  await user.click(second);
  const back = await find('button', '← Back to posts');
  expect(list.style.display).toBe('none');
  await hasFocus(back);
  await press('← Back to posts');
  await waitFor(() => expect(path()).toBe('/rankings'));
  expect(list.style.display).not.toBe('none');
  await hasFocus(within(list).getAllByRole('link')[1]!);
});

test('posts come where one more answer helps most, once they are weighed, and an answer moves them', async () => {
  const { user, press, store, api } = await openPage('/rankings', withModel);
  const list = await find('region', 'Posts');
  const order = await within(list).findByRole('combobox', { name: 'Order of posts' });
  await user.selectOptions(order, 'Where one more answer helps most');
  await says(/First the posts with the two comments whose order is most open/);
  await says(/3 posts are not in this list yet: reward-1 has still to score their comments/);
  await press('Score and weigh them', list);
  const titles = async (): Promise<readonly string[]> =>
    (await within(list).findAllByRole('link')).map(({ textContent }) => /Soup|Bread|Tea/.exec(textContent ?? '')![0]);
  // Two comments of the tea, and of the soup, differ by one letter; those of the bread by two. Of two posts the newer one comes first.
  await waitFor(async () => expect(await titles()).toEqual(['Tea', 'Soup', 'Bread']));
  await waitFor(() => expect(within(list).queryByRole('button', { name: 'Score and weigh them' })).toBeNull());
  expect(within(list).getAllByText(/order \d+(\.\d)?% sure/)).toHaveLength(3);
  const [x, yy] = findPost(store, 3).comments.map(({ id }) => id);
  const answer = { tab: 't', key: crypto.randomUUID(), postId: 3, leftId: x!, rightId: yy! };
  await api.answers.add({ ...answer, choice: 'tie' });
  await waitFor(async () => expect(await titles()).toEqual(['Soup', 'Bread', 'Tea']));
  await api.answers.revoke({ key: answer.key });
  await waitFor(async () => expect(await titles()).toEqual(['Tea', 'Soup', 'Bread']));
  await user.selectOptions(order, 'In the order of the data');
  await waitFor(async () => expect(await titles()).toEqual(['Soup', 'Bread', 'Tea']));
});

test('without a model posts are sorted by what needs none', async () => {
  const { user } = await openPage('/rankings', { posts });
  const list = await find('region', 'Posts');
  const order = await within(list).findByRole('combobox', { name: 'Order of posts' });
  expect(
    within(order)
      .getAllByRole('option')
      .map(({ textContent }) => textContent),
  ).toEqual(['In the order of the data', 'Newest first', 'Most comments first']);
  await user.selectOptions(order, 'Newest first');
  await waitFor(() => expect(within(list).getAllByRole('link')[0]!.textContent).toContain('Tea'));
});

test('j and k open the next post and the one before', async () => {
  const { user, path } = await openPage('/rankings/1', withModel);
  await says(/Reward 4\.00/);
  await user.keyboard('j');
  await waitFor(() => expect(path()).toBe('/rankings/2'));
  await user.keyboard('jj');
  await waitFor(() => expect(path()).toBe('/rankings/3'));
  await user.keyboard('k');
  await waitFor(() => expect(path()).toBe('/rankings/2'));
});

test('an answer of yours that the order does not follow is named, and asked again', async () => {
  const { path, press } = await openPage('/rankings/1', {
    posts,
    before: ({ store }) => {
      reward(store, 'reward-1');
      prefer(store, 'a', 'four');
      prefer(store, 'bb', 'four', 'Anna');
      for (const annotator of ['Ben', 'Cy', 'Di', 'Eve']) prefer(store, 'four', 'a', annotator);
    },
  });
  const yours = await find('list', 'Answers of yours that this order does not follow');
  await says(/^You preferred the 4th over the (1st|2nd|3rd)\./, yours);
  expect(within(yours).getAllByRole('listitem')).toHaveLength(1);
  expect((await comments()).filter((line) => line.includes('You: won 1, lost 0, tied 0'))).toHaveLength(1);
  await press(/^Compare again/, yours);
  await waitFor(() => expect(path()).toBe('/'));
});

test('comments that are pasted are ranked by the model in use, and can be copied, saved and cleared', async () => {
  const page = await openPage('/rankings', withModel);
  await page.press('Score comments', undefined, 'link');
  await find('heading', 'Score comments');
  const before = await page.api.posts.list({ limit: 9 });
  await page.user.click(await find('textbox', 'Comments'));
  await page.user.paste('bb\nfour\n\nand more\na');
  await says('2 comments');
  await page.user.click(await find('radio', 'One comment a line'));
  await says('4 comments');
  await page.press('Rank by reward-1');
  await hasFocus(await find('heading', '4 comments ranked by reward-1'));
  const ranked = within(await find('region', 'Ranked comments')).getAllByRole('listitem');
  expect(ranked.map(({ textContent }) => (textContent ?? '').replace(/\s+/g, ' ').trim())).toEqual([
    expect.stringMatching(/^Place 1 ?Reward 8\.00 ?and more$/),
    expect.stringMatching(/^Place 2 ?Reward 4\.00 ?four$/),
    expect.stringMatching(/^Place 3 ?Reward 2\.00 ?bb$/),
    expect.stringMatching(/^Place 4 ?Reward 1\.00 ?a$/),
  ]);
  await page.press('Save as CSV');
  await until(() => expect(page.saved.map(({ name }) => name)).toEqual(['scored-comments.csv']));
  expect((await page.api.posts.list({ limit: 9 })).total).toBe(before.total);
  await page.press('Clear');
  await gone('region', 'Ranked comments');
});

test('without a model, scoring comments leads to the training', async () => {
  await openPage('/score');
  await find('heading', 'No model yet');
  await find('link', 'Train a model');
});

/** Comments of all posts as they are listed: reward and text. */
async function across(): Promise<readonly string[]> {
  const items = await within(await screen.findByRole('main')).findAllByRole('listitem');
  return items.map(({ textContent }) => (textContent ?? '').replace(/\s+/g, ' ').trim());
}

test('the best and the worst comments of all posts are one click away, and lead to their place in their post', async () => {
  const { press, path, user, api } = await openPage('/rankings', {
    posts: [
      ...posts,
      { id: 'd', title: 'Many', comments: Array.from({ length: 60 }, (_, i) => `n${i}${'x'.repeat(60 - i)}`) },
    ],
    before: ({ store }) => {
      const model = reward(store, 'reward-1');
      const all = store.db.prepare('SELECT id, length(text) AS reward FROM comments').all() as {
        id: number;
        reward: number;
      }[];
      setRewards(
        store,
        model,
        all.filter(({ id }) => id < 20 || id > 60).map((one) => ({ commentId: one.id, reward: one.reward })),
      );
    },
  });
  await press('Best and worst comments', undefined, 'link');
  await waitFor(() => expect(path()).toBe('/comments'));
  await says('between posts its rewards are a rough guide and no measure');
  await says('comments have no reward from reward-1 yet, and are not in this list.');
  expect((await across())[0]).toMatch(/^Reward 62\.00n0x+on Many/);
  await user.selectOptions(await find('combobox', 'Order of comments'), 'Worst first');
  await waitFor(async () => expect((await across())[0]).toMatch(/^Reward 1\.00.on (Soup|Tea)/));
  await user.selectOptions(await find('combobox', 'Order of comments'), 'In the order of the data');
  await user.type(await find('searchbox', 'Search comments'), 'FOUR');
  await says('1 comment found');
  expect(document.querySelector('main mark')?.textContent).toBe('four');
  // One that stands far down is rendered, and has the focus.
  const { comments } = await api.rankings.post({ post: 4, limit: 100 });
  await user.clear(await find('searchbox', 'Search comments'));
  await user.type(await find('searchbox', 'Search comments'), comments[57]!.text);
  await press(comments[57]!.text, undefined, 'link');
  await waitFor(() => expect(path()).toBe(`/rankings/4?comment=${comments[57]!.id}`));
  await waitFor(() => expect(document.activeElement).toHaveProperty('dataset.comment', String(comments[57]!.id)));
});

test('a comment is pinned or excluded by keys and by its menu, told apart from its place, and all of it can be taken back', async () => {
  const { user, choose, press, text } = await openPage('/rankings/1', withModel);
  await says(/Reward 4\.00/);
  const item = (of: string): HTMLElement =>
    [...document.querySelectorAll<HTMLElement>('[data-comment]')].find((each) => each.textContent?.includes(of))!;
  item('ccc').focus();
  await user.keyboard('e');
  await says('Excluded by you on');
  await waitFor(() => expect(document.activeElement).toBe(item('bb')));
  await choose('More for comment 4', 'Pin to the top');
  await says('Pinned by you on');
  const placed = async () =>
    (await comments()).map((line) => /^Place (\d).*?(Pinned|Excluded|Reward)/.exec(line)?.slice(1).join(' '));
  await waitFor(async () => expect(await placed()).toEqual(['4 Pinned', '1 Reward', '3 Reward', '2 Excluded']));
  expect((await comments())[0]).toContain(': 4th without that');
  // The first and the third are no neighbours in the ranking.
  expect((await comments())[1]).not.toContain('than the next one');
  await press('Copy as a list');
  const list = await find('textbox', 'The list');
  expect((list as HTMLTextAreaElement).value).toMatch(/^1\. a\n2\. four\n3\. bb/);
  expect(text()).toContain('1 excluded comment is not in the list.');
  await user.keyboard('{Escape}');
  await press('Export');
  await find('checkbox', 'leave out 1 excluded comment');
  await user.keyboard('{Escape}');
  await press('Undo');
  await waitFor(async () => expect(await placed()).toContain('4 Reward'));
  item('ccc').focus();
  await user.keyboard('e');
  await waitFor(async () => expect(await placed()).toEqual(['1 Reward', '2 Reward', '3 Reward', '4 Reward']));
});
