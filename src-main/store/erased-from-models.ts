import type { LearnedErased } from '../contract/erasing.ts';
import type { Split } from '../contract/records.ts';
import { type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import type { ToErase } from './find-erasable.ts';
import { jsonField } from './kept-json.ts';

/** Which models learned from what was erased. */

/** A thing that is about to be erased. */
type Thing = { readonly comment: number } | { readonly post: number } | { readonly label: number };

type Learner = {
  readonly id: number;
  readonly name: string;
  readonly base: string | null;
  readonly kind: string;
  readonly pairs: string | null;
  readonly lastLabel: number;
  readonly lastImport: number;
};

/** What decides it of a thing: where it was, when it came, and what could be learned from it. */
type Facts = {
  readonly split: Split;
  readonly importId: number | null;
  readonly figure: 0 | 1;
  /** The first answer on it, and the import that brought that. */
  readonly label: number | null;
  readonly labelImport: number | null;
};

/** Models that were trained here, the oldest first, with how far the store had come by then. */
function learners(store: ReadingStore): readonly Learner[] {
  return rows<Learner>(
    store,
    `SELECT models.id, models.name, models.base, models.kind, ${jsonField('runs.config', 'pairs')} AS pairs,
       runs.last_label AS lastLabel, runs.last_import AS lastImport
     FROM models JOIN runs ON runs.id = models.run_id ORDER BY models.id`,
  );
}

/**
 * Those that learned from a thing: its post was on the training split, it was there when the training began, and it had what the training
 * asked for, votes or answers. A training may leave some of what it could learn from out; that is not known of each thing, so it counts.
 */
function learnedFrom(store: ReadingStore, thing: Thing): readonly { readonly id: number; readonly name: string }[] {
  const all = learners(store);
  const facts = all.length === 0 ? undefined : factsOf(store, thing);
  if (facts === undefined || facts.split !== 'train') return [];
  const found = new Map<string, Learner>();
  for (const learner of all) {
    const inherited = learner.base !== null && found.has(learner.base);
    if (inherited || learns(learner, facts, 'label' in thing)) found.set(learner.name, learner);
  }
  return [...found.values()];
}

function learns({ kind, pairs, lastLabel, lastImport }: Learner, facts: Facts, answer: boolean): boolean {
  if ((facts.importId ?? 0) > lastImport) return false;
  const { label, labelImport } = facts;
  // What a file brought came with its import, whatever its number.
  const answered = label !== null && (labelImport === null ? label <= lastLabel : labelImport <= lastImport);
  if (kind === 'sft') return !answer;
  if (pairs === 'labels' || answer) return answered && pairs !== 'votes' && pairs !== 'adjacent';
  if (pairs === 'votes' || pairs === 'adjacent') return facts.figure === 1;
  return answered || facts.figure === 1;
}

function factsOf(store: ReadingStore, thing: Thing): Facts | undefined {
  if ('comment' in thing) {
    return row<Facts>(
      store,
      `SELECT split, comments.import_id AS importId, comments.rank IS NOT NULL OR comments.votes IS NOT NULL AS figure,
         first.id AS label, first.import_id AS labelImport
       FROM comments JOIN posts ON posts.id = comments.post_id LEFT JOIN labels AS first ON first.id =
         (SELECT min(id) FROM labels WHERE labels.post_id = posts.id AND comments.id IN (left_id, right_id))
       WHERE comments.id = ?`,
      thing.comment,
    );
  }
  if ('label' in thing) {
    return row<Facts>(
      store,
      `SELECT split, labels.import_id AS importId, 0 AS figure, labels.id AS label, labels.import_id AS labelImport
       FROM labels JOIN posts ON posts.id = labels.post_id WHERE labels.id = ?`,
      thing.label,
    );
  }
  return row<Facts>(
    store,
    `SELECT split, posts.import_id AS importId,
       EXISTS (SELECT 1 FROM comments WHERE post_id = posts.id AND (rank IS NOT NULL OR votes IS NOT NULL)) AS figure,
       first.id AS label, first.import_id AS labelImport
     FROM posts LEFT JOIN labels AS first ON first.id = (SELECT min(id) FROM labels WHERE labels.post_id = posts.id)
     WHERE posts.id = ?`,
    thing.post,
  );
}

/** Notes of a thing, before it goes, which models learned from it. */
export function addErasedFromModels(store: WritingStore, erasure: number, thing: Thing): void {
  const [posts, comments, answers] = ['post', 'comment', 'label'].map((kind) => (kind in thing ? 1 : 0));
  for (const { id } of learnedFrom(store, thing)) {
    statement(
      store,
      `INSERT INTO erased_from_models (model_id, erasure_id, posts, comments, answers) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET posts = posts + excluded.posts, comments = comments + excluded.comments,
         answers = answers + excluded.answers`,
    ).run(id, erasure, posts, comments, answers);
  }
}

/** How much of what was erased since a model learned from. */
export function erasedFromModel(store: ReadingStore, model: number): LearnedErased {
  return row<LearnedErased>(
    store,
    `SELECT coalesce(sum(posts), 0) AS posts, coalesce(sum(comments), 0) AS comments, coalesce(sum(answers), 0) AS answers
     FROM erased_from_models WHERE model_id = ?`,
    model,
  )!;
}

/** Names of the models that learned from what would go, each as often as it did; null where others may have their turn. */
export function* learnersFrom(store: ReadingStore, to: ToErase, annotator: string | null): Generator<string | null> {
  if (learners(store).length === 0) return;
  const things: Thing[] = [
    ...[...to.posts, ...to.texts].map((post) => ({ post })),
    ...[...to.comments].map((comment) => ({ comment })),
  ];
  for (const thing of things) {
    yield null;
    for (const { name } of learnedFrom(store, thing)) yield name;
  }
  if (annotator === null) return;
  for (const { id: label } of rows<{ id: number }>(store, 'SELECT id FROM labels WHERE annotator = ?', annotator)) {
    yield null;
    for (const { name } of learnedFrom(store, { label })) yield name;
  }
}
