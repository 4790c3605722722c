import { describe, expect, test } from 'vitest';
import type { NewComment } from '../../src-main/contract/records.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { addCommentUnder, replyHead } from '../../src-main/store/add-comment.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import type { CommentUnder } from '../../src-main/store/adding.ts';
import { startImport } from '../../src-main/store/imports.ts';
import { dropRepeatedLists } from '../../src-main/store/lists.ts';
import { addModel } from '../../src-main/store/models.ts';
import type { WritingStore } from '../../src-main/store/open.ts';
import { listPostIds } from '../../src-main/store/post-list.ts';
import { dropLonePosts, findPost, postByKey } from '../../src-main/store/posts.ts';
import { countRewards, setRewards } from '../../src-main/store/rewards.ts';
import { undoImport } from '../../src-main/store/undo-import.ts';
import { countWaiting } from '../../src-main/store/waiting-posts.ts';
import { temporaryStore } from '../support/temporary.ts';

type Figures = Readonly<Record<string, number | null>>;
const voted = (votes: Figures): NewComment[] =>
  Object.entries(votes).map(([text, figure]) => ({ text, rank: null, votes: figure }));
const placed = (places: Figures): NewComment[] =>
  Object.entries(places).map(([text, rank]) => ({ text, rank, votes: null }));
const head = { key: 'p', title: null, text: 'post', context: null, group: 'p', split: 'train' as const };
const row = (store: WritingStore, importId: number, line: number, comments: readonly NewComment[]) =>
  addPost(store, { ...head, comments }, { importId, line, list: 'row' });
const told = (store: WritingStore, importId: number, line: number, comments: readonly NewComment[]) =>
  addPost(store, { ...head, comments }, { importId, line, list: 'thread' });
const begun = (store: WritingStore): number => startImport(store, 'file', 'posts');

/** The lists of the post: each the places of its comments. */
function lists(store: WritingStore, key = 'p'): readonly Readonly<Record<string, number | null>>[] {
  const post = findPost(store, key);
  const texts = new Map(post.comments.map(({ id, text }) => [id, text]));
  return post.lists.map(({ entries }) =>
    Object.fromEntries(entries.map(({ commentId, place }) => [texts.get(commentId)!, place])),
  );
}

describe('lists', () => {
  test('places follow from votes within a list, and one hidden figure takes no other with it', () => {
    const store = temporaryStore();
    row(store, begun(store), 1, voted({ a: 2, b: 412, hidden: null, c: 412, d: 0 }));
    expect(lists(store)).toEqual([{ a: 2, b: 0, c: 0, d: 3 }]);
    expect(findPost(store, 'p').comments.map(({ rank }) => rank)).toEqual([2, 0, null, 0, 3]);
  });

  test('two rows of one post stay two lists, and one that says the same again is not added', () => {
    const store = temporaryStore();
    const id = begun(store);
    row(store, id, 1, placed({ a: 0, b: 1 }));
    expect(row(store, id, 2, placed({ b: 0, c: 1, a: 2 })).comments).toEqual(['listed', 'new', 'listed']);
    const both = [
      { a: 0, b: 1 },
      { b: 0, c: 1, a: 2 },
    ];
    expect(lists(store)).toEqual(both);
    expect(row(store, begun(store), 1, placed({ a: 0, b: 1 })).comments).toEqual(['known', 'known']);
    expect(lists(store)).toEqual(both);
  });

  test('newer votes of a thread count, also where rows tell it whole, and undoing them brings back the older', () => {
    const store = temporaryStore();
    const first = begun(store);
    row(store, first, 1, voted({ a: 5, b: 3, c: 1 }));
    const second = begun(store);
    expect(row(store, second, 1, voted({ a: 5, b: 30, new: 9 })).comments).toEqual(['known', 'updated', 'new']);
    expect(lists(store)).toEqual([{ b: 0, new: 1, a: 2, c: 3 }]);
    const third = begun(store);
    expect(row(store, third, 1, voted({ b: 31 })).comments).toEqual(['updated']);
    toEnd(undoImport(store, second));
    expect(findPost(store, 'p').comments.map(({ text, votes }) => [text, votes])).toEqual([
      ['a', 5],
      ['b', 31],
      ['c', 1],
    ]);
    toEnd(undoImport(store, third));
    expect(lists(store)).toEqual([{ a: 0, b: 1, c: 2 }]);
  });

  test('a comment that a later import holds too stays when its own is undone', () => {
    const store = temporaryStore();
    const first = begun(store);
    told(store, first, 1, voted({ a: 5, b: 3, c: 1 }));
    told(store, begun(store), 1, voted({ a: 6, b: 7 }));
    toEnd(undoImport(store, first));
    expect(lists(store)).toEqual([{ a: 1, b: 0 }]);
  });

  test('the same text twice in one thread is one comment with the larger votes, however often the file comes', () => {
    const store = temporaryStore();
    for (let time = 0; time < 2; time++) {
      const id = begun(store);
      told(store, id, 1, voted({ same: 10 }));
      told(store, id, 2, voted({ other: 5 }));
      expect(told(store, id, 3, voted({ same: 3 })).comments).toEqual(['same']);
      expect(findPost(store, 'p').comments.map(({ votes }) => votes)).toEqual([10, 5]);
    }
    expect(row(store, begun(store), 1, [...voted({ same: 1 }), ...voted({ same: 12 })]).comments).toHaveLength(2);
  });

  test('the places of two files never mix, and a table that comes again adds no list', () => {
    const store = temporaryStore();
    const table = (places: Figures): void => {
      const id = begun(store);
      for (const [at, one] of placed(places).entries()) told(store, id, at + 1, [one]);
      dropRepeatedLists(store, id, 0, 100);
    };
    table({ a: 0, b: 1, c: 2 });
    table({ a: 0, b: 1, c: 2 });
    expect(lists(store)).toEqual([{ a: 0, b: 1, c: 2 }]);
    table({ c: 0, d: 1, a: 2 });
    expect(lists(store)).toEqual([
      { a: 0, b: 1, c: 2 },
      { c: 0, d: 1, a: 2 },
    ]);
  });

  test('a comment is known by its id: an edited text stays as it was, and its votes are the newest', () => {
    const store = temporaryStore();
    const one = (text: string, votes: number, key: string): NewComment => ({ text, rank: null, votes, key });
    told(store, begun(store), 1, [one('first', 1, 'k1'), one('second', 2, 'k2')]);
    const added = told(store, begun(store), 1, [one('first, edited', 7, 'k1'), one('second', 2, 'k2')]);
    expect(added.comments).toEqual(['edited', 'known']);
    expect(findPost(store, 'p').comments).toMatchObject([
      { text: 'first', votes: 7, rank: 0 },
      { text: 'second', votes: 2, rank: 1 },
    ]);
  });
});

describe('posts and comments that come apart', () => {
  const under = (
    store: WritingStore,
    importId: number,
    given: Partial<CommentUnder> & { readonly key: string; readonly text?: string },
  ) => {
    const { key, text = `comment ${key}`, ...more } = given;
    const comment = { text, rank: null, votes: 1, key };
    const nothing = { post: null, parent: null, group: null, replies: 'leave' as const };
    return addCommentUnder(store, { ...nothing, split: () => 'train', comment, ...more }, { importId, line: 1 });
  };
  const submission = (store: WritingStore, importId: number) =>
    addPost(
      store,
      { ...head, title: 'Title', author: 'ann', createdAt: '2026-01-01T00:00:00Z', comments: [] },
      { importId, line: 7 },
    );
  const lone = (store: WritingStore, importId: number) => dropLonePosts(store, importId, { after: 0, last: 1e9 });

  test('a post without comments waits for them, and waits again when their import is undone', () => {
    const store = temporaryStore();
    const first = begun(store);
    expect(submission(store, first)).toMatchObject({ outcome: 'waiting', postId: null });
    expect(countWaiting(store, first)).toBe(1);
    const second = begun(store);
    expect(under(store, second, { post: 'p', key: 'a' })).toMatchObject({ outcome: 'new', post: 'made-with-text' });
    under(store, second, { post: 'p', key: 'b' });
    expect(lone(store, second)).toEqual([]);
    expect(findPost(store, 'p')).toMatchObject({ text: 'post', title: 'Title', author: 'ann' });
    expect(countWaiting(store, first)).toBe(0);
    toEnd(undoImport(store, second));
    expect(postByKey(store, 'p')).toBe(null);
    expect(countWaiting(store, first)).toBe(1);
  });

  test('a post whose text comes later gets it, is found by it, and what models said without it is void', () => {
    const store = temporaryStore();
    const first = begun(store);
    under(store, first, { post: 'p', key: 'a' });
    const { postId } = under(store, first, { post: 'p', parent: 'p', key: 'b' });
    const kind = { kind: 'reward' as const, base: null, runId: null, metrics: {}, context: 'post' as const };
    const { id: model } = addModel(store, { ...kind, name: 'm', folder: 'models/m' });
    setRewards(store, model, [{ commentId: 1, reward: 1 }]);
    expect(findPost(store, 'p')).toMatchObject({ text: '', title: null });
    const second = begun(store);
    expect(submission(store, second)).toMatchObject({ outcome: 'filled', postId });
    expect(listPostIds(store, { search: 'titl' }, {}, 9)).toEqual([postId]);
    expect(countRewards(store, model)).toBe(0);
    toEnd(undoImport(store, second));
    expect(findPost(store, 'p')).toMatchObject({ text: '', title: null, author: null });
    expect(listPostIds(store, { search: 'titl' }, {}, 9)).toEqual([]);
  });

  test('a post that comes to one comment goes, and its text waits on', () => {
    const store = temporaryStore();
    const id = begun(store);
    submission(store, id);
    under(store, id, { post: 'p', key: 'a' });
    expect(lone(store, id)).toMatchObject([{ line: 1, comment: 'comment a', reply: false, waits: true }]);
    expect(countWaiting(store, id)).toBe(1);
  });

  // a and b answer the post p, c and d answer a, and e answers c. All say only what they answer.
  const thread = [
    ['a', 'p'],
    ['b', 'p'],
    ['c', 'a'],
    ['d', 'a'],
    ['e', 'c'],
    ['f', 'c'],
  ] as const;
  const orders = [thread, thread.toReversed(), [2, 5, 0, 4, 1, 3].map((at) => thread[at]!)];

  test.each(orders)('replies are left out in whatever order they come %#', (...order) => {
    const store = temporaryStore();
    const id = begun(store);
    submission(store, id);
    let left = 0;
    for (const [key, parent] of order) {
      const { outcome, turned } = under(store, id, { key, parent });
      left += turned + (outcome === 'left' ? 1 : 0);
    }
    lone(store, id);
    expect(left).toBe(4);
    expect(
      findPost(store, 'p')
        .comments.map(({ text }) => text)
        .toSorted(),
    ).toEqual(['comment a', 'comment b']);
    expect(store.db.prepare('SELECT count(*) FROM posts').pluck().get()).toBe(1);
  });

  test.each(orders)('answered comments become posts in whatever order they come %#', (...order) => {
    const store = temporaryStore();
    const id = begun(store);
    submission(store, id);
    for (const [key, parent] of order) under(store, id, { key, parent, replies: 'under' });
    expect(lone(store, id)).toEqual([]);
    const shown = (key: string) => {
      const { text, title, context, group, comments } = findPost(store, key);
      return { text, title, context, group, comments: comments.map((one) => one.text).toSorted() };
    };
    const about = { title: 'Title', group: 'p' };
    expect(shown('p')).toEqual({ ...about, text: 'post', context: null, comments: ['comment a', 'comment b'] });
    const ofA = { ...about, text: 'comment a', context: 'post', comments: ['comment c', 'comment d'] };
    expect(shown('p/a')).toEqual(ofA);
    const ofC = { ...about, text: 'comment c', context: 'comment a', comments: ['comment e', 'comment f'] };
    expect(shown('p/c')).toEqual(ofC);
  });

  test('what answers a deleted comment, or one of two with the same text, is known to be a reply', () => {
    const store = temporaryStore();
    const id = begun(store);
    submission(store, id);
    for (const key of ['a', 'b']) under(store, id, { key, parent: 'p' });
    under(store, id, { key: 'twin', parent: 'p', text: 'comment a' });
    under(store, id, { key: 'x', parent: 'gone' });
    expect(under(store, id, { key: 'gone', parent: 'p', text: '' })).toMatchObject({ outcome: 'deleted', turned: 1 });
    for (const parent of ['gone', 'twin', 'x']) {
      expect(under(store, id, { key: `under ${parent}`, parent })).toMatchObject({ outcome: 'left', reply: true });
    }
    expect(findPost(store, 'p').comments).toHaveLength(2);
  });

  test('replies within a record become posts with the heads that they are given', () => {
    const store = temporaryStore();
    const id = begun(store);
    const { postId } = row(store, id, 1, voted({ a: 1, b: 2 }));
    const first = replyHead({ ...head, id: postId! }, { text: 'a', key: 'ka' });
    const from = { importId: id, line: 1, list: 'row' as const };
    const added = addPost(store, { ...first, comments: voted({ c: 1, d: 2 }) }, from);
    expect(added).toMatchObject({ outcome: 'new', comments: ['new', 'new'] });
    expect(first).toMatchObject({ key: 'p/ka', text: 'a', context: 'post', group: 'p' });
    expect(replyHead({ ...first, id: added.postId! }, { text: 'c', key: 'kc' })).toMatchObject({
      key: 'p/kc',
      context: 'a',
    });
  });
});
