import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NewComment } from '../../src-main/contract/records.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { addCommentUnder } from '../../src-main/store/add-comment.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import { addAnswer } from '../../src-main/store/answers.ts';
import { joinContext } from '../../src-main/store/contexts.ts';
import { nextPostOfImport, startImport } from '../../src-main/store/imports.ts';
import { dropRepeatedLists } from '../../src-main/store/lists.ts';
import { closeStore, inTransaction, integrityCheck, type WritingStore } from '../../src-main/store/open.ts';
import { commentsOfPost, dropLonePosts, postByKey } from '../../src-main/store/posts.ts';
import { undoImport } from '../../src-main/store/undo-import.ts';
import { storeInMemory } from '../support/new-store.ts';

const split = (): 'train' => 'train';
const number = (max: number) => fc.integer({ min: 0, max });
const comment = fc.record({
  text: number(5).map((n) => `text ${n}`),
  rank: fc.constant(null),
  votes: fc.option(number(3)),
  key: fc.option(number(5).map((n) => `c${n}`)),
});
const placed = fc.record({
  text: number(5).map((n) => `text ${n}`),
  rank: number(3),
  votes: fc.option(number(3)),
});
const postKey = number(2).map((n) => `p${n}`);
const step = fc.oneof(
  fc.record({
    kind: fc.constant('post' as const),
    key: postKey,
    text: fc.constantFrom('text', 'text', ''),
    context: fc.option(fc.constantFrom('one', 'other')),
    comments: fc.oneof(fc.array(comment, { maxLength: 5 }), fc.array(placed, { maxLength: 5 })),
    list: fc.constantFrom('row' as const, 'thread' as const),
  }),
  fc.record({
    kind: fc.constant('comment' as const),
    post: fc.option(postKey),
    parent: fc.option(
      fc.oneof(
        postKey,
        fc.integer({ min: 0, max: 5 }).map((n) => `c${n}`),
      ),
    ),
    comment: fc.record({
      text: fc.oneof(
        { weight: 9, arbitrary: number(9).map((n) => `text ${n}`) },
        { weight: 1, arbitrary: fc.constant('') },
      ),
      rank: fc.constant(null),
      votes: fc.option(number(3)),
      key: fc.option(
        number(5).map((n) => `c${n}`),
        { freq: 9 },
      ),
    }),
  }),
  fc.record({ kind: fc.constant('answer' as const), key: postKey }),
  fc.record({ kind: fc.constant('context' as const), key: postKey, context: fc.constantFrom('one', 'other') }),
);
const file = fc.record({
  replies: fc.constantFrom('leave' as const, 'under' as const),
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
});
type File = typeof file extends fc.Arbitrary<infer T> ? T : never;

function take(store: WritingStore, { steps, replies }: File): number {
  return inTransaction(store, () => {
    const importId = startImport(store, 'file', 'posts');
    for (const [at, given] of steps.entries()) {
      const line = at + 1;
      if (given.kind === 'post') {
        const { key, text, context, list } = given;
        const comments: readonly NewComment[] = given.comments;
        const title = text === '' ? null : 'Title';
        addPost(store, { key, title, text, context, group: key, split: 'train', comments }, { importId, line, list });
      } else if (given.kind === 'comment') {
        addCommentUnder(store, { ...given, group: null, split, replies }, { importId, line });
      } else if (given.kind === 'context') {
        joinContext(store, given.key, given.context, importId);
      } else {
        const post = postByKey(store, given.key);
        const [left, right] = post ? commentsOfPost(store, post.id) : [];
        if (!left || !right) continue;
        const pair = {
          postId: left.postId,
          leftId: left.id,
          rightId: right.id,
          choice: 'left',
          annotator: 'a',
        } as const;
        addAnswer(store, { ...pair, origin: 'import', importId, key: `${importId} ${line}`, createdAt: '2026-01-01' });
      }
    }
    dropRepeatedLists(store, importId, 0, 1000);
    const last = nextPostOfImport(store, importId, 0, 1000);
    if (last !== null) dropLonePosts(store, importId, { after: 0, last });
    return importId;
  });
}

/** All that a store holds but the list of imports. */
const content = ({ db }: WritingStore): unknown =>
  [
    'SELECT * FROM groups ORDER BY name',
    'SELECT * FROM posts ORDER BY id',
    `SELECT id, post_id, text, rank, votes, import_id, key, list, list_import_id FROM comments ORDER BY id`,
    'SELECT * FROM list_entries ORDER BY 1, 2, 3',
    'SELECT * FROM other_keys ORDER BY 1, 2',
    'SELECT * FROM waiting_posts ORDER BY 1',
    'SELECT * FROM labels ORDER BY id',
    'SELECT * FROM post_counts ORDER BY post_id',
    'SELECT * FROM pair_count',
  ].map((sql) => db.prepare(sql).all());

test('undoing the last imports in any order leaves what the store would be without them', () => {
  let undone = 0;
  fc.assert(
    fc.property(
      fc.array(file, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
      (files, last, order) => {
        const kept = files.slice(0, Math.max(0, files.length - last));
        const [store, without] = [storeInMemory(), storeInMemory()];
        for (const one of kept) take(without, one);
        const ids = files.map((one) => take(store, one)).slice(kept.length);
        while (ids.length > 0) toEnd(undoImport(store, ids.splice(order[ids.length - 1]! % ids.length, 1)[0]!));
        expect(content(store)).toEqual(content(without));
        expect(integrityCheck(store)).toEqual([]);
        undone += last;
        for (const one of [store, without]) closeStore(one);
      },
    ),
    { numRuns: 100 },
  );
  expect(undone).toBeGreaterThan(0);
});
