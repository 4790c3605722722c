import { randomUUID } from 'node:crypto';
import { TiebreakError } from '../contract/errors.ts';
import type { Label, LabelOrigin, Outcome, Split } from '../contract/records.ts';
import { inTransaction, now, type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';

const columns = `labels.id, labels.key, labels.post_id AS postId, left_id AS leftId, right_id AS rightId, outcome,
  annotator, origin, created_at AS createdAt, duration_ms AS durationMs, revoked_at AS revokedAt, both_bad AS bothBad, labels.note`;
const source = 'labels LEFT JOIN revocations ON label_id = labels.id';
const pageSize = 512;

type LabelRow = Omit<Label, 'bothBad'> & { readonly bothBad: number };

export type NewLabel = {
  readonly postId: number;
  readonly leftId: number;
  readonly rightId: number;
  readonly outcome: Outcome;
  readonly annotator: string;
  readonly origin: LabelOrigin;
  readonly durationMs?: number | null | undefined;
  /** Now, where it is not said. */
  readonly createdAt?: string | undefined;
  /** A new one, where it is not said. A label whose key is there already is not added again. */
  readonly key?: string | undefined;
  readonly revokedAt?: string | null | undefined;
  /** Only with the outcome tie. */
  readonly bothBad?: boolean | undefined;
  /** The import it came with. */
  readonly importId?: number | undefined;
  readonly note?: string | undefined;
};

/** Adds one person's answer on one pair, and gives it back. With a known key nothing is added, and the known one comes back. */
export function addLabel(store: WritingStore, label: NewLabel): { readonly label: Label; readonly added: boolean } {
  return inTransaction(store, () => {
    const key = label.key ?? randomUUID();
    const known = label.key === undefined ? undefined : labelByKey(store, key);
    if (known === undefined) insertLabel(store, label, key);
    const stored = known ?? labelByKey(store, key)!;
    if (!label.revokedAt || stored.revokedAt) return { label: stored, added: known === undefined };
    return { label: revokeLabel(store, stored.id, label.revokedAt), added: known === undefined };
  });
}

function insertLabel(store: WritingStore, label: NewLabel, key: string): void {
  checkSides(store, label);
  statement(
    store,
    `INSERT INTO labels (key, post_id, left_id, right_id, outcome, annotator, origin, created_at, duration_ms,
       both_bad, import_id, note)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    key,
    label.postId,
    label.leftId,
    label.rightId,
    label.outcome,
    label.annotator,
    label.origin,
    label.createdAt ?? now(),
    label.durationMs ?? null,
    label.bothBad ? 1 : 0,
    label.importId ?? null,
    label.note ?? '',
  );
}

/** Throws TiebreakError where the two are not different comments of this post. */
export function checkSides(store: ReadingStore, pair: Pick<Label, 'postId' | 'leftId' | 'rightId'>): void {
  const sides = row<{ count: number }>(
    store,
    'SELECT count(*) AS count FROM comments WHERE post_id = ? AND id IN (?, ?)',
    pair.postId,
    pair.leftId,
    pair.rightId,
  );
  if (sides?.count === 2) return;
  throw new TiebreakError(
    'bad-input',
    'An answer needs two different comments of one post, and these are not, or not any more. Nothing was saved: go on with another pair.',
  );
}

/** Takes a label back: it stays in the table and no longer counts. Revoking twice changes nothing. */
export function revokeLabel(store: WritingStore, id: number, revokedAt: string = now()): Label {
  const known = labelById(store, id);
  statement(store, 'INSERT INTO revocations (label_id, revoked_at) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
    known.id,
    revokedAt,
  );
  return labelById(store, id);
}

/** The label with this number; says so where there is none. */
function labelById(store: ReadingStore, id: number): Label {
  const found = row<LabelRow>(store, `SELECT ${columns} FROM ${source} WHERE labels.id = ?`, id);
  if (!found) throw new TiebreakError('not-found', `There is no label ${id}.`);
  return parsed(found);
}

/** The labels of a post that were not revoked, the oldest first. */
export function activeLabelsOfPost(store: ReadingStore, postId: number): readonly Label[] {
  const sql = `SELECT ${columns} FROM ${source} WHERE labels.post_id = ? AND revoked_at IS NULL ORDER BY labels.id`;
  return rows<LabelRow>(store, sql, postId).map(parsed);
}

/** The newest label of a person that was not revoked, or null: what undo would take back. */
export function newestActiveLabel(store: ReadingStore, annotator: string): Label | null {
  const sql = `SELECT ${columns} FROM ${source} WHERE annotator = ? AND revoked_at IS NULL ORDER BY labels.id DESC LIMIT 1`;
  const found = row<LabelRow>(store, sql, annotator);
  return found ? parsed(found) : null;
}

export type LabelFilter = {
  readonly split?: Split | undefined;
  /** Revoked ones as well. */
  readonly revoked?: boolean | undefined;
};

/** All labels, the oldest first, a page at a time: the store may be written to in between. */
export function* allLabels(store: ReadingStore, filter: LabelFilter = {}): Generator<Label> {
  const sql = `SELECT ${columns} FROM ${source} ${filter.split ? 'JOIN posts ON posts.id = labels.post_id' : ''}
    WHERE labels.id > ? ${filter.split ? 'AND split = ?' : ''} ${filter.revoked ? '' : 'AND revoked_at IS NULL'}
    ORDER BY labels.id LIMIT ${pageSize}`;
  let last = 0;
  for (;;) {
    const page = rows<LabelRow>(store, sql, last, ...(filter.split ? [filter.split] : [])).map(parsed);
    yield* page;
    if (page.length < pageSize) return;
    last = page[page.length - 1]!.id;
  }
}

/** The label with this key, if there is one. */
export function labelByKey(store: ReadingStore, key: string): Label | undefined {
  const found = row<LabelRow>(store, `SELECT ${columns} FROM ${source} WHERE labels.key = ?`, key);
  return found && parsed(found);
}

function parsed(label: LabelRow): Label {
  return { ...label, bothBad: label.bothBad === 1 };
}
