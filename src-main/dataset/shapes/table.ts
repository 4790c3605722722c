import type { Field } from '../../contract/reading.ts';
import type { RawFact, RawPost } from '../facts.ts';
import { reasons } from '../reasons.ts';
import { keyOf } from '../values.ts';
import { isSaid, shown } from './entries.ts';
import { ofTable } from './names.ts';
import { commentOf, createPick, handIn, isGone, type Picked, postOf } from './pick.ts';
import { isRow, notARow } from './row.ts';

const isNothing = (value: unknown): boolean => !isSaid(value);

/** Reads a table with a comment in each row, whose posts are repeated or, where a spreadsheet merged their cells, left empty after the first. */
export function openTable(fields: ReadonlyMap<string, Field>): (value: unknown) => readonly RawFact[] {
  const pick = createPick(ofTable, (key) => fields.get(key));
  // The post of the row above, for cells that were merged.
  let above: RawPost = {};
  let merged = false;
  return (value) => {
    if (!isRow(value)) return [notARow(value)];
    const row = pick(value);
    const own = postOf(row);
    const isEmpty = [own.id, own.thread, own.group, own.title, own.text, own.context].every(isNothing);
    merged ||= isEmpty;
    const post = isEmpty || goesOn(own, above) ? above : merged ? under(own, above) : own;
    above = post;
    const read = { ...commentOf(row), byHand: handIn(value) };
    const comment = isGone(value) ? { ...read, deleted: true } : read;
    const parent = parentIn(row);
    if (parent !== null) {
      if (!isNothing(post.id) || [post.text, post.title].every(isNothing))
        return [{ kind: 'comment', post: post.id, parent, comment, group: post.group }];
      return [
        { kind: 'left', of: 'reply', why: 'reply-left', reason: reasons['reply-left'], text: shown(comment.text) },
      ];
    }
    return [{ kind: 'post', post, comments: [comment], list: 'thread' }];
  };
}

/** What a comment answers, where that is not the post. Reddit's ids stand with and without what kind of thing they name. */
function parentIn({ parent, id }: Picked): string | null {
  const key = keyOf(parent);
  if (key === null || /^(?:0|-1|null|none|nan)$/i.test(key)) return null;
  const post = keyOf(id);
  const bare = (one: string): string => one.replace(/^t[1-6]_/, '');
  return post !== null && bare(key) === bare(post) ? null : bare(key);
}

/** Whether a row without an id goes on with the post of the row above: what it says of it is the same. */
function goesOn(own: RawPost, above: RawPost): boolean {
  if (!isNothing(own.id) || isNothing(above.id) || isNothing(own.text ?? own.title)) return false;
  return (['thread', 'group', 'title', 'text', 'context'] as const).every(
    (field) => isNothing(own[field]) || own[field] === above[field],
  );
}

/** Cells may be merged at several levels: a group goes on while its posts change. */
const under = (own: RawPost, above: RawPost): RawPost => ({
  ...own,
  group: isNothing(own.group) ? above.group : own.group,
  split: isNothing(own.split) ? above.split : own.split,
});
