import type { Outcome, Split } from '../contract/records.ts';
import { splits } from '../contract/records.ts';
import type { AnnotatorCounts, SplitCounts, Totals } from '../contract/statistics.ts';
import { row, rows, type Store } from './connection.ts';

/** Posts, comments and labels that count, in each split. */
export function countsBySplit(store: Store): Readonly<Record<Split, SplitCounts>> {
  const count = (sql: string): Map<Split, number> =>
    new Map(rows<{ split: Split; count: number }>(store, sql).map((entry) => [entry.split, entry.count]));
  const posts = count('SELECT split, count(*) AS count FROM posts GROUP BY split');
  const comments = count(
    'SELECT split, count(*) AS count FROM comments JOIN posts ON posts.id = post_id GROUP BY split',
  );
  const labels = count(
    `SELECT split, count(*) AS count FROM labels JOIN posts ON posts.id = labels.post_id
     WHERE labels.id NOT IN (SELECT label_id FROM revocations) GROUP BY split`,
  );
  const of = (split: Split): SplitCounts => ({
    posts: posts.get(split) ?? 0,
    comments: comments.get(split) ?? 0,
    labels: labels.get(split) ?? 0,
  });
  return Object.fromEntries(splits.map((split) => [split, of(split)])) as Record<Split, SplitCounts>;
}

/** How many labels each person gave, the most first. Revoked labels are counted apart. */
export function countsByAnnotator(store: Store): readonly AnnotatorCounts[] {
  return rows<AnnotatorCounts>(
    store,
    `SELECT annotator, origin, sum(revoked_at IS NULL) AS labels,
       sum(revoked_at IS NULL AND outcome = 'tie') AS ties, sum(revoked_at IS NOT NULL) AS revoked
     FROM labels LEFT JOIN revocations ON label_id = labels.id
     GROUP BY annotator, origin ORDER BY labels DESC, annotator, origin`,
  );
}

/** One answer on a pair that at least two people answered. */
export type SharedAnswer = {
  readonly leftId: number;
  readonly rightId: number;
  readonly outcome: Outcome;
  readonly annotator: string;
};

/** The answers that count on pairs answered by two or more people, pair by pair; a person's newest answer on a pair. */
export function sharedAnswers(store: Store): readonly SharedAnswer[] {
  return rows<SharedAnswer>(
    store,
    `WITH active AS (
       SELECT id, left_id, right_id, min(left_id, right_id) AS a, max(left_id, right_id) AS b, outcome, annotator
       FROM labels WHERE id NOT IN (SELECT label_id FROM revocations)
     ), newest AS (SELECT max(id) AS id FROM active GROUP BY a, b, annotator),
     shared AS (SELECT a, b FROM active GROUP BY a, b HAVING count(DISTINCT annotator) > 1)
     SELECT left_id AS leftId, right_id AS rightId, outcome, annotator
     FROM active JOIN newest USING (id) JOIN shared USING (a, b) ORDER BY a, b, active.id`,
  );
}

/** How many posts, comments, labels that count, models and runs there are. */
export function totals(store: Store): Totals {
  return row(
    store,
    `SELECT (SELECT count(*) FROM posts) AS posts, (SELECT count(*) FROM comments) AS comments,
       (SELECT count(*) FROM labels) - (SELECT count(*) FROM revocations) AS labels,
       (SELECT count(*) FROM models) AS models, (SELECT count(*) FROM runs) AS runs`,
  )!;
}
