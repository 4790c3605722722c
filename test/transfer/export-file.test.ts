import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnswerOrigin, NewPost, Preference } from '../../src-main/contract/records.ts';
import type { WrittenFormat } from '../../src-main/dataset/row.ts';
import { pairsOfPost } from '../../src-main/recipe/pairs.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import { addAnswer, revokeAnswer } from '../../src-main/store/answers.ts';
import { totals } from '../../src-main/store/counts.ts';
import { allAnswers } from '../../src-main/store/labels.ts';
import { addModel } from '../../src-main/store/models.ts';
import { closeStore, openStore, type WritingStore } from '../../src-main/store/open.ts';
import { commentsOfPost, findPost, postsWithComments } from '../../src-main/store/posts.ts';
import { commentsWithoutReward, setRewards } from '../../src-main/store/rewards.ts';
import { exportFile } from '../../src-main/transfer/export-file.ts';
import { importFile } from '../../src-main/transfer/import-file.ts';
import { addedPost } from '../support/added-post.ts';
import { temporaryFile, temporaryFolder, temporaryStore } from '../support/temporary.ts';

const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

function samplePost(store: WritingStore, more: Partial<NewPost> = {}): number {
  const comments = ['best', 'middle', 'worst'].map((text, rank) => ({ text, rank, votes: 9 - rank }));
  const post = { key: 'k', title: 'T', text: 'the post', context: 'C', group: 'g', split: 'test' as const, comments };
  return addedPost(store, { ...post, ...more });
}

function withModel(store: WritingStore): number {
  const { id } = addModel(store, {
    name: 'reward-1',
    kind: 'reward',
    folder: 'm',
    base: null,
    runId: null,
    metrics: {},
  });
  return id;
}

/** A store's content without its row numbers. */
function contentOf(store: WritingStore): unknown {
  const posts = [...postsWithComments(store)].map(({ id: _, comments, lists, ...post }) => ({
    ...post,
    lists: lists.map(({ entries }) =>
      entries
        .map(({ commentId, ...figures }) => ({ text: comments.find(({ id }) => id === commentId)!.text, ...figures }))
        .toSorted((a, b) => (a.text < b.text ? -1 : 1)),
    ),
    comments: comments
      .map(({ text, rank, votes }) => ({ text, rank, votes }))
      .toSorted((a, b) => (a.text < b.text ? -1 : 1)),
  }));
  return posts.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function labelsOf(store: WritingStore): unknown {
  return [...allAnswers(store, { revoked: true })].map(({ id: _, postId, leftId, rightId, ...answer }) => {
    const comments = new Map(commentsOfPost(store, postId).map((comment) => [comment.id, comment.text]));
    return { ...answer, post: findPost(store, postId).key, left: comments.get(leftId), right: comments.get(rightId) };
  });
}

describe('writers', () => {
  test('CUP IT has positions as scores with the reward beside', async () => {
    const store = temporaryStore();
    samplePost(store);
    const modelId = withModel(store);
    const path = join(temporaryFolder(), 'out.jsonl');
    await expect(exportFile(store, path, { format: 'cupit', modelId })).rejects.toThrow('3 comments have no reward');
    setRewards(
      store,
      modelId,
      [...commentsWithoutReward(store, modelId)].map(({ commentId }, n) => ({ commentId, reward: n })),
    );
    expect(await exportFile(store, path, { format: 'cupit', modelId })).toMatchObject({ file: path, rows: 1 });
    expect(lines(path)).toEqual([
      {
        id: 'k',
        group: 'g',
        split: 'test',
        title: 'T',
        text: 'the post',
        context: 'C',
        comments: [
          { text: 'worst', score: 0, reward: 2, votes: 7 },
          { text: 'middle', score: 1, reward: 1, votes: 8 },
          { text: 'best', score: 2, reward: 0, votes: 9 },
        ],
      },
    ]);
    expect(await exportFile(store, path, { format: 'cupit', split: 'train' })).toMatchObject({ rows: 0 });
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  test('CSV carries no formula', async () => {
    const store = temporaryStore();
    const comments = ['=cmd|calc', '@x', '\tx', '-1', '\ry'].map((text, rank) => ({ text, rank, votes: -rank }));
    samplePost(store, { key: '=k', title: '+t', text: '=HYPERLINK("http://a")', comments });
    const path = join(temporaryFolder(), 'out.csv');
    expect(await exportFile(store, path, { format: 'csv' })).toMatchObject({ rows: 5 });
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(`'=k,g,test,'+t,"'=HYPERLINK(""http://a"")",C,'=cmd|calc,0,,0\r\n`);
    expect(text).not.toMatch(/(^|[,"\n])[=+@\t]/);
  });

  test('pairs have the three fields TRL reads, from ranks and labels', async () => {
    const store = temporaryStore();
    const postId = samplePost(store);
    const [best, , worst] = findPost(store, postId).comments.map((comment) => comment.id);
    const said = { postId, leftId: best!, rightId: worst!, annotator: 'ann', origin: 'compare' as const };
    addAnswer(store, { ...said, choice: 'right' });
    addAnswer(store, { ...said, choice: 'tie' });
    const path = join(temporaryFolder(), 'out.jsonl');
    await exportFile(store, path, { format: 'pairs' });
    const prompt = 'the post';
    expect(lines(path)).toEqual([
      { prompt, chosen: 'best', rejected: 'middle' },
      { prompt, chosen: 'best', rejected: 'worst' },
      { prompt, chosen: 'middle', rejected: 'worst' },
      { prompt, chosen: 'worst', rejected: 'best' },
    ]);
    expect(await exportFile(store, path, { format: 'pairs', pairs: 'labels' })).toMatchObject({ rows: 1 });
    // However often one person says the same, it is one line; who says both says nothing, and others are others.
    const [pair] = lines(path);
    addAnswer(store, { ...said, choice: 'right', again: true });
    addAnswer(store, { ...said, choice: 'right', annotator: 'bob' });
    addAnswer(store, { ...said, choice: 'right', annotator: 'cid' });
    addAnswer(store, { ...said, choice: 'left', annotator: 'cid', again: true });
    expect(await exportFile(store, path, { format: 'pairs', pairs: 'labels' })).toMatchObject({ rows: 2 });
    expect(lines(path)).toEqual([pair, pair]);
    expect(await exportFile(store, path, { format: 'pairs', pairs: 'votes' })).toMatchObject({ rows: 3 });
  });

  test('a file appears whole or not at all', async () => {
    const store = temporaryStore();
    samplePost(store);
    const folder = temporaryFolder();
    const path = join(folder, 'out.jsonl');
    writeFileSync(path, 'before');
    const signal = AbortSignal.abort();
    await expect(exportFile(store, path, { format: 'cupit' }, { signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(readFileSync(path, 'utf8')).toBe('before');
    await expect(exportFile(store, join(folder, 'no', 'such'), { format: 'cupit' })).rejects.toThrow(
      "can't be written",
    );
    mkdirSync(join(folder, 'taken'));
    await expect(exportFile(store, join(folder, 'taken'), { format: 'cupit' })).rejects.toThrow("can't be written");
    expect(readdirSync(folder).toSorted()).toEqual(['out.jsonl', 'taken']);
  });
});

describe('round trips', () => {
  const text = fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({
        unit: fc.constantFrom('=', '+', '-', '@', "'", '"', ',', '\n', '\r', '\t', 'a', ' ', '\u2028', '\uFEFF'),
        minLength: 1,
      }),
    )
    .filter((value) => value.trim() !== '' && !value.includes('\0') && value.isWellFormed());
  const comment = fc.record({
    text,
    rank: fc.option(fc.nat(9)),
    votes: fc.option(
      fc.oneof(
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      ),
    ),
  });
  const post = fc.record({
    key: text,
    title: fc.option(text),
    text,
    context: fc.option(text),
    group: text,
    split: fc.constantFrom('train' as const, 'validation' as const, 'test' as const),
    comments: fc.uniqueArray(comment, { selector: (entry) => entry.text, minLength: 2, maxLength: 4 }),
  });

  async function roundTrip(
    posts: readonly NewPost[],
    format: WrittenFormat,
    folder: string,
  ): Promise<[unknown, unknown]> {
    const [from, to] = [openStore(':memory:'), openStore(':memory:')];
    try {
      // Some of the comments get a rank and others not: that can't be told from votes alone, so rank all or none.
      for (const entry of posts)
        addPost(
          from,
          { ...entry, comments: entry.comments.map((c, n) => ({ ...c, rank: n })) },
          { importId: null, line: null },
        );
      const path = join(folder, 'out');
      await exportFile(from, path, { format });
      const report = await importFile(to, path, { as: format });
      expect(report.skipped).toEqual([]);
      expect(await importFile(from, path, { as: format })).toMatchObject({ posts: 0, comments: 0, skippedCount: 0 });
      return [contentOf(to), contentOf(from)];
    } finally {
      closeStore(from);
      closeStore(to);
    }
  }

  test.each(['cupit', 'csv'] as const)('%s keeps every text, split, rank and vote', async (format) => {
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(post, { selector: (entry) => entry.key, minLength: 1, maxLength: 4 }),
        async (posts) => {
          const [came, went] = await roundTrip(posts, format, folder);
          expect(came).toEqual(went);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('labels come back without loss, revoked ones as well, with or without their posts', async () => {
    const store = temporaryStore();
    const choices: readonly Preference[] = ['left', 'right', 'tie', 'left', 'right', 'bad'];
    const origins: readonly AnswerOrigin[] = ['compare', 'terminal', 'import'];
    const postId = samplePost(store);
    const other = samplePost(store, { key: 'k2', group: 'k2', title: null, context: null, split: 'validation' });
    for (let n = 0; n < 12; n += 1) {
      const [left, right] = commentsOfPost(store, n % 4 ? postId : other).slice(n % 2, (n % 2) + 2);
      const { answer } = addAnswer(store, {
        postId: left!.postId,
        leftId: n % 5 ? left!.id : right!.id,
        rightId: n % 5 ? right!.id : left!.id,
        choice: choices[n % 6]!,
        note: n % 5 === 1 ? ' a "note"\n' : '',
        again: n % 7 === 2,
        annotator: `person "${n % 2}" é`,
        origin: origins[n % 3]!,
        durationMs: n % 3 ? n * 100 : null,
      });
      if (n % 4 === 1) revokeAnswer(store, answer.key);
    }
    const folder = temporaryFolder();
    const [posts, labels] = [join(folder, 'posts'), join(folder, 'labels')];
    await exportFile(store, posts, { format: 'cupit' });
    expect(await exportFile(store, labels, { format: 'labels' })).toMatchObject({ rows: 12 });

    const full = temporaryStore();
    await importFile(full, posts);
    expect(await importFile(full, labels)).toMatchObject({
      format: 'labels',
      posts: 0,
      comments: 0,
      labels: 12,
      skippedCount: 0,
    });
    expect(labelsOf(full)).toEqual(labelsOf(store));
    expect(contentOf(full)).toEqual(contentOf(store));

    const bare = temporaryStore();
    expect(await importFile(bare, labels)).toMatchObject({ posts: 2, labels: 12, skippedCount: 0 });
    expect(labelsOf(bare)).toEqual(labelsOf(store));
    await importFile(bare, posts);
    expect(contentOf(bare)).toEqual(contentOf(store));

    for (const again of [store, full, bare]) {
      const before = totals(again);
      expect(await importFile(again, labels)).toMatchObject({ labels: 0, skippedCount: 0 });
      expect(totals(again)).toEqual(before);
    }

    // A label that was revoked after the first export is revoked by importing the later one.
    const active = [...allAnswers(store)][0]!;
    revokeAnswer(store, active.key);
    await exportFile(store, labels, { format: 'labels' });
    await importFile(full, labels);
    expect(labelsOf(full)).toEqual(labelsOf(store));
  });

  test('labels from before there was "both bad" still read, and are known by the same keys', async () => {
    const store = temporaryStore();
    const head = { post: 'p', text: 'a post', left: 'one', right: 'two' };
    const old = [
      { ...head, outcome: 'tie' },
      { ...head, outcome: 'left', annotator: 'Anna', createdAt: '2026-01-31T12:00:00.000Z', durationMs: 5 },
    ];
    const lines = [...old, { ...old[0], bothBad: false }, { ...old[0], bothBad: true }, { ...old[1], bothBad: true }];
    const path = temporaryFile(lines.map((line) => JSON.stringify(line)).join('\n'));
    expect(await importFile(store, path)).toMatchObject({
      labels: 3,
      skipped: [{ line: 5, reason: 'bothBad is true and outcome is not tie' }],
    });
    const [tie, left, bad, ...more] = [...allAnswers(store)];
    // As they were given by the version before.
    expect(tie).toMatchObject({ key: 'h:4649b7fab893d3a7eb731d0a9034e1b0', choice: 'tie', note: '', again: false });
    expect(left).toMatchObject({ key: 'h:0e9cc45b7560840bf4ab0b58400e4e4a', choice: 'left', note: '', again: false });
    expect(bad).toMatchObject({ choice: 'bad' });
    expect(more).toEqual([]);
  });

  test('what one person said of a pair several times in a file stays as it is, and is one say in training', async () => {
    const store = temporaryStore();
    const head = { post: 'p', text: 'a post', left: 'one', right: 'two', annotator: 'Anna' };
    const rows = [
      { ...head, id: 'a', outcome: 'left' },
      { ...head, id: 'b', outcome: 'left' },
      { ...head, id: 'c', outcome: 'left', again: true },
      { ...head, id: 'd', outcome: 'right', annotator: 'Ben' },
      { ...head, id: 'e', outcome: 'left', again: 'yes' },
    ];
    const path = temporaryFile(rows.map((row) => JSON.stringify(row)).join('\n'));
    expect(await importFile(store, path)).toMatchObject({
      labels: 4,
      skipped: [{ line: 5, reason: 'again is not true or false' }],
    });
    expect([...allAnswers(store)].map(({ key, again }) => [key, again])).toEqual([
      ['a', false],
      ['b', false],
      ['c', true],
      ['d', false],
    ]);
    const { pairs } = pairsOfPost(findPost(store, 'p'), [...allAnswers(store)], 'labels');
    expect(pairs).toEqual([expect.objectContaining({ target: 0.5 })]);
  });

  test('labels on posts that are not there are reported', async () => {
    const store = temporaryStore();
    samplePost(store);
    const path = join(temporaryFolder(), 'labels');
    const row = { post: 'k', left: 'best', right: 'worst', outcome: 'left' };
    const rows = [
      { ...row, post: 'none' },
      { ...row, left: 'gone' },
      { ...row, outcome: 'both' },
      { ...row, createdAt: 'now' },
      row,
    ];
    writeFileSync(path, rows.map((entry) => JSON.stringify(entry)).join('\n'));
    const report = await importFile(store, path);
    expect(report.labels).toBe(1);
    expect(report.skipped).toEqual([
      { line: 1, reason: 'there is no post none' },
      { line: 2, reason: 'the post has no comment with the text of left' },
      { line: 3, reason: 'outcome is not one of left, right, tie' },
      { line: 4, reason: 'createdAt is not a time like 2026-01-31T12:00:00.000Z' },
    ]);
  });
});
