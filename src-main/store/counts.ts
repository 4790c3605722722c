import { hash } from 'node:crypto';
import { lookingWays } from '../common/blind.ts';
import type { Answer, Preference, Split } from '../contract/records.ts';
import { splits } from '../contract/records.ts';
import type { AnnotatorCounts, DataNumbers, SplitCounts, Totals } from '../contract/statistics.ts';
import { type ReadingStore, row, rows, statement } from './connection.ts';

/** Posts, comments and answers that count, in each split. */
export function countsBySplit(store: ReadingStore): Readonly<Record<Split, SplitCounts>> {
  const found = rows<SplitCounts & { split: Split }>(
    store,
    `SELECT split, count(*) AS posts, sum(post_counts.comments) AS comments, sum(post_counts.labels) AS labels
     FROM posts JOIN post_counts ON post_id = posts.id GROUP BY split`,
  );
  const of = (split: Split): SplitCounts => {
    const { posts = 0, comments = 0, labels = 0 } = found.find((counts) => counts.split === split) ?? {};
    return { posts, comments, labels };
  };
  return Object.fromEntries(splits.map((split) => [split, of(split)])) as Record<Split, SplitCounts>;
}

/** Answers that count, by day (UTC) and person. */
export function answersPerDay(store: ReadingStore): DataNumbers['answersPerDay'] {
  return rows(
    store,
    `SELECT coalesce(date(created_at), substr(created_at, 1, 10)) AS day, annotator, count(*) AS answers
     FROM labels WHERE id NOT IN (SELECT label_id FROM revocations)
     GROUP BY day, annotator ORDER BY day, annotator`,
  );
}

/** The most frequent of the texts that are there more than once, how many such texts there are, and how many posts or comments have one. */
export type Duplicates = { readonly all: number; readonly texts: number; readonly top: DataNumbers['duplicatePosts'] };

const duplicatesShown = 20;
const excerptCharacters = 200;

/** What a text is compared by, so that texts need not be held: SQLite sorts them on the disk where they are many. */
const digest = (text: string): Buffer => hash('sha256', text, 'buffer').subarray(0, 16);

/** Posts with the same title and text. */
export function duplicatePosts(store: ReadingStore): Duplicates {
  store.db.function('text_digest', { deterministic: true }, (text: unknown) => digest(String(text)));
  return duplicatesOf(
    store,
    `SELECT min(id) AS id, count(*) AS times FROM posts
     GROUP BY text_digest(coalesce(title, '') || char(10) || text) HAVING count(*) > 1`,
    `SELECT substr(trim(coalesce(title, '') || ' ' || text), 1, ${excerptCharacters}) FROM posts WHERE id = ?`,
  );
}

/** Posts whose titles are the same by their patterns, and how many have a title. @param patternOf a title without what changes from one time to the next */
export function recurringTitles(
  store: ReadingStore,
  patternOf: (title: string) => string,
): Duplicates & { readonly titled: number } {
  store.db.function('title_digest', { deterministic: true }, (title: unknown) => digest(patternOf(String(title))));
  const found = duplicatesOf(
    store,
    `SELECT min(id) AS id, count(*) AS times FROM posts WHERE title IS NOT NULL
     GROUP BY title_digest(title) HAVING count(*) > 1`,
    `SELECT substr(title, 1, ${excerptCharacters}) FROM posts WHERE id = ?`,
  );
  return { ...found, titled: row<{ count: number }>(store, 'SELECT count(title) AS count FROM posts')!.count };
}

/** Comments with the same text. */
export function duplicateComments(store: ReadingStore): Duplicates {
  return duplicatesOf(
    store,
    'SELECT min(id) AS id, count(*) AS times FROM comments GROUP BY text_hash HAVING count(*) > 1',
    `SELECT substr(text, 1, ${excerptCharacters}) FROM comments WHERE id = ?`,
  );
}

function duplicatesOf(store: ReadingStore, groups: string, excerpt: string): Duplicates {
  let [all, texts] = [0, 0];
  let top: { id: number; times: number }[] = [];
  for (const group of statement(store, groups).iterate() as IterableIterator<{ id: number; times: number }>) {
    all += group.times;
    texts += 1;
    const lowest = top.at(-1);
    if (top.length === duplicatesShown && lowest && group.times < lowest.times) continue;
    top = [...top, group].sort((a, b) => b.times - a.times || a.id - b.id).slice(0, duplicatesShown);
  }
  const textOf = (id: number): string => statement(store, excerpt).pluck().get(id) as string;
  return { all, texts, top: top.map(({ id, times }) => ({ excerpt: textOf(id), times })) };
}

/** How many answers each person gave, the most first. Revoked ones are counted apart. */
export function countsByAnnotator(store: ReadingStore): readonly AnnotatorCounts[] {
  return rows<AnnotatorCounts>(
    store,
    `SELECT annotator, origin, sum(revoked_at IS NULL) AS labels,
       sum(revoked_at IS NULL AND outcome = 'tie') AS ties, sum(revoked_at IS NOT NULL) AS revoked
     FROM labels LEFT JOIN revocations ON label_id = labels.id
     GROUP BY annotator, origin ORDER BY labels DESC, annotator, origin`,
  );
}

/** How long the answers that count took, in milliseconds, where that was measured. */
export function* answerTimes(
  store: ReadingStore,
): Generator<{ readonly annotator: string; readonly durationMs: number }> {
  yield* statement(
    store,
    `SELECT annotator, duration_ms AS durationMs FROM labels
     WHERE duration_ms IS NOT NULL AND id NOT IN (SELECT label_id FROM revocations)`,
  ).iterate() as IterableIterator<{ annotator: string; durationMs: number }>;
}

/** The answers that count on pairs answered by two or more people, pair by pair; a person's newest answer on a pair. Verdicts are not among them, nor pairs that were chosen by what comments say. */
export function sharedAnswers(
  store: ReadingStore,
): readonly Pick<Answer<Preference>, 'leftId' | 'rightId' | 'choice' | 'annotator'>[] {
  return rows(
    store,
    `WITH active AS (
       SELECT id, key, created_at, left_id, right_id, min(left_id, right_id) AS a, max(left_id, right_id) AS b,
         CASE both_bad WHEN 1 THEN 'bad' ELSE outcome END AS choice, annotator
       FROM labels WHERE verdict = 0 AND id NOT IN (SELECT label_id FROM revocations)
         AND (chosen_by IS NULL OR chosen_by NOT IN (SELECT value FROM json_each(?)))
     ), newest AS (
       -- By the time at which they were given: that in which they came in depends on which file came first.
       SELECT id, max(created_at || ' ' || key) FROM active GROUP BY a, b, annotator
     ),
     shared AS (SELECT a, b FROM active GROUP BY a, b HAVING count(DISTINCT annotator) > 1)
     SELECT left_id AS leftId, right_id AS rightId, choice, annotator
     FROM active JOIN newest USING (id) JOIN shared USING (a, b) ORDER BY a, b, active.id`,
    JSON.stringify(lookingWays),
  );
}

/** Of each post the answers that count on two comments with different votes, and how many of them choose the one with more. */
export function answersBesideVotes(store: ReadingStore): readonly { readonly sum: number; readonly count: number }[] {
  return rows(
    store,
    `SELECT sum((one.votes > other.votes) = (outcome = 'left')) AS sum, count(*) AS count
     FROM labels JOIN comments AS one ON one.id = left_id JOIN comments AS other ON other.id = right_id
     WHERE outcome IN ('left', 'right') AND one.votes != other.votes
       AND labels.id NOT IN (SELECT label_id FROM revocations)
     GROUP BY labels.post_id ORDER BY labels.post_id`,
  );
}

/** How many posts, comments, answers that count, models and runs there are. */
export function totals(store: ReadingStore): Totals {
  return row(
    store,
    `SELECT (SELECT count(*) FROM posts) AS posts, (SELECT count(*) FROM comments) AS comments,
       (SELECT count(*) FROM labels) - (SELECT count(*) FROM revocations) AS labels,
       (SELECT count(*) FROM models WHERE deleted_at IS NULL) AS models,
       (SELECT count(*) FROM runs WHERE deleted_at IS NULL) AS runs`,
  )!;
}
