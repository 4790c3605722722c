import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pairsOfPost } from '../../src-main/recipe/pairs.ts';
import { totals } from '../../src-main/store/counts.ts';
import { allAnswers } from '../../src-main/store/labels.ts';
import type { WritingStore } from '../../src-main/store/open.ts';
import { findPost, postsWithComments } from '../../src-main/store/posts.ts';
import { undoImport } from '../../src-main/store/undo-import.ts';
import type { ImportOptions, ImportReport } from '../../src-main/transfer/import-file.ts';
import { importFile } from '../../src-main/transfer/import-file.ts';
import { temporaryFile, temporaryStore } from '../support/temporary.ts';

/** Files in the shapes that people have, and what must come of each (test/fixtures/README.md). */
const folder = join(import.meta.dirname, '../fixtures/files');

const ownFolder = join(folder, 'own');

type Expected = {
  /** Every (better, worse) that votes, places and answers mean; null where that is not the point. */
  readonly pairs: readonly (readonly [string, string])[] | null;
  readonly note: string;
  readonly posts?: number;
  readonly labels?: number;
  readonly validation?: boolean;
  readonly after?: string;
};
/** What else is said of files of our own making. */
type OwnExpected = Expected & {
  readonly by: 'own';
  /** What a person says of the file. */
  readonly choices?: ImportOptions;
  /** It is refused with a sentence in which this stands. */
  readonly refused?: string;
  /** Some of its pairs, where all of them are not the point. */
  readonly includes?: readonly (readonly [string, string])[];
  /** 'answer same-sides 1': of what, its kind and how often. */
  readonly reports?: readonly string[];
  readonly comments?: number;
  readonly updated?: number;
  readonly neverTrains?: boolean;
  /** A second import of it adds nothing. */
  readonly again?: boolean;
};
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Readonly<Record<string, Expected>>;
const ownExpected = JSON.parse(readFileSync(join(ownFolder, 'expected.json'), 'utf8')) as Readonly<
  Record<string, OwnExpected>
>;

/** What the store says is better than what: by votes and places, and by each answer. */
function pairsIn(store: WritingStore): string[] {
  const pairs = new Set<string>();
  const add = (better: string, worse: string): unknown => pairs.add(JSON.stringify([better, worse]));
  for (const post of postsWithComments(store)) {
    const made = pairsOfPost(post, [], 'votes');
    for (const { first, second, target } of made.pairs) {
      if (target !== 0.5) add(made.comments[first]!.text, made.comments[second]!.text);
    }
  }
  for (const { postId, leftId, rightId, choice } of allAnswers(store)) {
    const texts = new Map(findPost(store, postId).comments.map(({ id, text }) => [id, text]));
    const [left, right] = [texts.get(leftId)!, texts.get(rightId)!];
    if (choice === 'left') add(left, right);
    if (choice === 'right') add(right, left);
  }
  return [...pairs].sort();
}

/** What must be reported of some files, beside their pairs. */
const reports: Readonly<Record<string, (report: ImportReport) => void>> = {
  '01-reddit-score-is-votes.jsonl': ({ found }) =>
    expect(found).toMatchObject({ score: 'votes', scoreSays: 'score was read as votes: 412 is better than 2' }),
  '02-hn-items.jsonl': ({ read, reported }) => {
    expect(read.reply).toBe(1);
    expect(reported).toContainEqual(expect.objectContaining({ of: 'reply', left: true, count: 1 }));
    expect(reported).toContainEqual(expect.objectContaining({ of: 'comment', kind: 'deleted', count: 1 }));
  },
  '04-nested-replies.jsonl': ({ reported }) =>
    expect(reported).toContainEqual(expect.objectContaining({ of: 'reply', left: true, count: 3 })),
  '05-deleted.jsonl': ({ reported }) =>
    expect(reported).toContainEqual(expect.objectContaining({ of: 'comment', kind: 'deleted', count: 3 })),
  '05b-null-comment.jsonl': ({ reported }) =>
    expect(reported).toContainEqual(expect.objectContaining({ of: 'comment', kind: 'empty', count: 2 })),
  '07-day2.csv': ({ updated, comments }) => expect({ updated, comments }).toEqual({ updated: 2, comments: 1 }),
  '10e-equal-scores.jsonl': ({ reported }) =>
    expect(reported).toContainEqual(expect.objectContaining({ of: 'answer', left: true, count: 1 })),
  '11g-reddit-pushshift.jsonl': ({ textless }) => expect(textless).toBe(1),
  '16-surrogate-nul-bigint.jsonl': ({ reported }) =>
    expect(reported).toContainEqual(expect.objectContaining({ kind: 'half-character', left: false, count: 1 })),
  '18-html.jsonl': ({ looksLikeHtml }) => expect(looksLikeHtml).toBe(1),
  '23-same-text-twice.csv': ({ reported }) =>
    expect(reported).toContainEqual(expect.objectContaining({ of: 'comment', kind: 'same-text', count: 1 })),
  '24-daily-thread.csv': ({ found, posts }) =>
    expect({ thread: found.thread, posts }).toEqual({ thread: 'date', posts: 2 }),
  '26-merged-cells.csv': ({ posts }) => expect(posts).toBe(2),
};

const damaged = '28c-dump.zst';

/** What came in is what was read without what was reported as left out. */
function expectNothingLost(report: ImportReport): void {
  for (const noun of ['row', 'comment', 'reply', 'vote', 'answer', 'context'] as const) {
    const left = report.reported.filter((one) => one.of === noun && one.left).reduce((sum, one) => sum + one.count, 0);
    expect({ noun, imported: report.imported[noun] }).toEqual({ noun, imported: report.read[noun] - left });
  }
}

describe('files in the shapes that people have', () => {
  test.each(Object.entries(expected).filter(([file]) => file !== damaged))(
    '%s',
    async (file, { pairs, posts, labels, validation, after }) => {
      const store = temporaryStore();
      if (after !== undefined) await importFile(store, join(folder, after));
      const report = await importFile(store, join(folder, file));
      if (pairs !== null) expect(pairsIn(store)).toEqual(pairs.map((pair) => JSON.stringify(pair)).sort());
      if (posts !== undefined) expect(report.posts).toBe(posts);
      if (labels !== undefined) expect(report.labels).toBe(labels);
      if (validation) expect([...postsWithComments(store)].every(({ split }) => split === 'validation')).toBe(true);
      reports[file]?.(report);
      expectNothingLost(report);
    },
  );

  test('a damaged archive is an error that says so', async () => {
    const store = temporaryStore();
    await expect(importFile(store, join(folder, damaged))).rejects.toThrow(/ends early or is damaged/);
    expect(totals(store).posts).toBe(0);
  });

  test('HTML becomes plain text on request, and what only looks like it stays', async () => {
    const store = temporaryStore();
    await importFile(store, join(folder, '18-html.jsonl'), { html: true });
    const [post] = [...postsWithComments(store)];
    expect(post!.text).toBe('Is "x < y" fine?');
    expect(post!.comments.map(({ text }) => text)).toEqual([
      'Yes & no.\n\nSee here.\n\nif (a < b && c) {\n  go();\n}',
      "Use List<String> — it's safer.",
      'I <3 this & that, 2 < 3.',
    ]);
  });
});

describe('files of our own making, of the same kinds', () => {
  const files = Object.entries(ownExpected);

  test.each(files.filter(([, { refused }]) => refused === undefined))('%s', async (file, wanted) => {
    const { pairs, includes = [], reports: kinds = [], choices = {}, after, validation, neverTrains, again } = wanted;
    const store = temporaryStore();
    if (after !== undefined) await importFile(store, join(ownFolder, after), choices);
    const before = JSON.stringify([...postsWithComments(store)]);
    const report = await importFile(store, join(ownFolder, file), choices);
    if (pairs !== null) expect(pairsIn(store)).toEqual(pairs.map((pair) => JSON.stringify(pair)).sort());
    for (const pair of includes) expect(pairsIn(store)).toContain(JSON.stringify(pair));
    for (const noun of ['posts', 'labels', 'comments', 'updated'] as const) {
      if (wanted[noun] !== undefined) expect({ [noun]: report[noun] }).toEqual({ [noun]: wanted[noun] });
    }
    const splits = new Set([...postsWithComments(store)].map(({ split }) => split));
    if (validation) expect([...splits]).toEqual(['validation']);
    if (neverTrains) expect(splits.has('train')).toBe(false);
    const said = report.reported.map(({ of, kind, count }) => `${of} ${kind} ${count}`);
    for (const one of kinds) expect(said).toContain(one);
    expectNothingLost(report);
    if (after !== undefined) {
      for (const _ of undoImport(store, report.importId));
      expect(JSON.stringify([...postsWithComments(store)])).toBe(before);
    }
    if (!again) return;
    const { posts, comments, labels } = await importFile(store, join(ownFolder, file), choices);
    expect({ posts, comments, labels }).toEqual({ posts: 0, comments: 0, labels: 0 });
  });

  test.each(files.filter(([, { refused }]) => refused !== undefined))('%s is refused', async (file, wanted) => {
    const store = temporaryStore();
    const path = join(ownFolder, file);
    await expect(importFile(store, path, wanted.choices)).rejects.toThrow(new RegExp(wanted.refused!));
    expect(totals(store).posts).toBe(0);
  });
});

test('the answer that was accepted is kept, whether it comes before its question or after it', async () => {
  const question = '<row Id="1" PostTypeId="1" AcceptedAnswerId="3" Title="Kettle" Body="&lt;p&gt;How?&lt;/p&gt;" />';
  const answers = [
    '<row Id="2" PostTypeId="2" ParentId="1" Score="9" Body="&lt;p&gt;Boil vinegar.&lt;/p&gt;" />',
    '<row Id="3" PostTypeId="2" ParentId="1" Score="2" Body="&lt;p&gt;Buy one.&lt;/p&gt;" />',
  ];
  for (const rows of [
    [question, ...answers],
    [...answers, question],
  ]) {
    const store = temporaryStore();
    await importFile(store, temporaryFile(`<?xml version="1.0"?>\n<posts>\n${rows.join('\n')}\n</posts>`, 'Posts.xml'));
    const [post] = [...postsWithComments(store)];
    expect(post!.comments.map(({ text, votes, accepted }) => [text, votes, accepted ?? false])).toEqual([
      ['Boil vinegar.', 9, false],
      ['Buy one.', 2, true],
    ]);
  }
});

test('rows that rank one post apart are lists apart, and what they contradict is counted', async () => {
  const row = (texts: readonly string[]): string =>
    JSON.stringify({ text: 'Which tea?', comments: texts.map((text, score) => ({ text, score })) });
  const store = temporaryStore();
  const path = temporaryFile([row(['a', 'b', 'c']), row(['d', 'e']), row(['b', 'a'])].join('\n'));
  const report = await importFile(store, path);
  // a and b are equal by two lists, and nobody ever compared a with d.
  expect(pairsIn(store)).toEqual(
    [
      ['a', 'c'],
      ['b', 'c'],
      ['d', 'e'],
    ].map((pair) => JSON.stringify(pair)),
  );
  expect(report.reported).toContainEqual(expect.objectContaining({ kind: 'contradictions', left: false, count: 1 }));
  const [post] = [...postsWithComments(store)];
  expect(post!.lists).toHaveLength(3);
  await importFile(store, path);
  expect([...postsWithComments(store)][0]!.lists).toHaveLength(3);
});

test('the order in which comments came is no place', async () => {
  const store = temporaryStore();
  const comments = [
    { text: 'late and liked', votes: 9, order: 2 },
    { text: 'first', votes: 1, order: 0 },
    { text: 'second', votes: 4, order: 1 },
  ];
  await importFile(store, temporaryFile(JSON.stringify({ id: 1, text: 'p', comments })));
  expect(findPost(store, '1').comments.map(({ rank }) => rank)).toEqual([0, 2, 1]);
});
