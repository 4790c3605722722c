import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { hasLargeThread, pairTotalsInWords } from '../../src-main/common/export-words.ts';
import { type AnswerOrigin, type NewPost, type Preference, waysOfChoosing } from '../../src-main/contract/records.ts';
import type { PairTotals } from '../../src-main/contract/reports.ts';
import type { FileRecord } from '../../src-main/dataset/facts.ts';
import { findFile, readRecords } from '../../src-main/dataset/records/read.ts';
import { xlsxOf } from '../../src-main/dataset/writers/xlsx.ts';
import { pairsOfPost } from '../../src-main/recipe/pairs.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import { addAnswer, revokeAnswer } from '../../src-main/store/answers.ts';
import { totals } from '../../src-main/store/counts.ts';
import { allAnswers } from '../../src-main/store/labels.ts';
import { addModel } from '../../src-main/store/models.ts';
import type { WritingStore } from '../../src-main/store/open.ts';
import { commentsOfPost, findPost, postsWithComments } from '../../src-main/store/posts.ts';
import { commentsWithoutReward, setRewards } from '../../src-main/store/rewards.ts';
import { exportFile } from '../../src-main/transfer/export-file.ts';
import type { Piece } from '../../src-main/transfer/export-ranking-table.ts';
import { tablePieces } from '../../src-main/transfer/export-table.ts';
import { importFile } from '../../src-main/transfer/import-file.ts';
import { createNotSaid } from '../../src-main/transfer/not-said.ts';
import { temporaryFile, temporaryFolder, temporaryStore } from '../support/temporary.ts';

const lines = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

function samplePost(store: WritingStore, more: Partial<NewPost> = {}): number {
  const comments = ['best', 'middle', 'worst'].map((text, rank) => ({ text, rank, votes: 9 - rank }));
  const post = { key: 'k', title: 'T', text: 'the post', context: 'C', group: 'g', split: 'test' as const, comments };
  return addPost(store, { ...post, ...more }, { importId: null, line: null }).postId!;
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
  const posts = [...postsWithComments(store)].map(({ id: _, comments, lists, ...post }) => {
    const texts = new Map(comments.map(({ id, text }) => [id, text]));
    return {
      ...post,
      comments: comments
        .map(({ text, rank, votes }) => ({ text, rank, votes }))
        .toSorted((a, b) => (a.text < b.text ? -1 : 1)),
      lists: lists.map(({ entries }) =>
        entries.map((one) => [texts.get(one.commentId), one.place, one.votes].join()).toSorted(),
      ),
    };
  });
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
        scores: 'places',
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
    expect(text).toContain(`'=k,g,test,'+t,"'=HYPERLINK(""http://a"")",C,"'=cmd|calc",0,,0\r\n`);
    expect(text).not.toMatch(/(^|[,"\n])[=+@\t]/);
  });

  test('pairs are what a training would read: title and context in the prompt, people above votes, none both ways', async () => {
    const store = temporaryStore();
    const postId = samplePost(store);
    const [best, , worst] = findPost(store, postId).comments.map((comment) => comment.id);
    const said = { postId, leftId: best!, rightId: worst!, annotator: 'ann', origin: 'compare' as const };
    addAnswer(store, { ...said, choice: 'right' });
    const path = join(temporaryFolder(), 'out.jsonl');
    const prompt = 'T\n\nthe post\n\nC';
    const rows = [
      { prompt, chosen: 'best', rejected: 'middle' },
      { prompt, chosen: 'middle', rejected: 'worst' },
      { prompt, chosen: 'worst', rejected: 'best' },
    ];
    expect(await exportFile(store, path, { format: 'pairs' })).toMatchObject({ rows: 3, notSaid: [] });
    expect(lines(path)).toEqual(rows);
    expect(await exportFile(store, path, { format: 'pairs', pairs: 'labels' })).toMatchObject({ rows: 1 });
    expect(lines(path)).toEqual(rows.slice(2));
    // However often people say the same, it is one line.
    for (const annotator of ['bob', 'cid']) addAnswer(store, { ...said, choice: 'right', annotator });
    expect(await exportFile(store, path, { format: 'pairs', pairs: 'labels' })).toMatchObject({ rows: 1 });
    expect(await exportFile(store, path, { format: 'conversations' })).toMatchObject({ rows: 3 });
    const message = (role: string, content: string) => [{ role, content }];
    expect(lines(path)).toEqual(
      rows.map(({ chosen, rejected }) => ({
        prompt: message('user', prompt),
        chosen: message('assistant', chosen),
        rejected: message('assistant', rejected),
      })),
    );
    expect(await exportFile(store, path, { format: 'pairs', pairs: 'votes' })).toMatchObject({ rows: 3 });
    // As many for the one as for the other: neither is better, and the votes are not asked.
    for (const annotator of ['dan', 'eva', 'fay']) addAnswer(store, { ...said, choice: 'left', annotator });
    expect(await exportFile(store, path, { format: 'pairs' })).toMatchObject({
      rows: 2,
      notSaid: [
        { kind: 'tie', count: 1, reason: 'pair was left out: by what people or lists say, neither comment is better' },
      ],
    });
    expect(lines(path)).toEqual(rows.slice(0, 2));
  });

  test('a difference of votes below the margin is no preference, whatever the ranks; an answer of a person is', async () => {
    const store = temporaryStore();
    const postId = samplePost(store);
    const [best, middle] = findPost(store, postId).comments.map((comment) => comment.id);
    const path = join(temporaryFolder(), 'out.jsonl');
    const pairs = async (margin?: number): Promise<unknown> => {
      await exportFile(store, path, { format: 'pairs', margin });
      return readFileSync(path, 'utf8') === ''
        ? []
        : lines(path).map((row) =>
            Object.values(row as object)
              .slice(1)
              .join(' > '),
          );
    };
    expect(await pairs()).toEqual(['best > middle', 'best > worst', 'middle > worst']);
    expect(await pairs(1)).toEqual(['best > middle', 'best > worst', 'middle > worst']);
    expect(await pairs(2)).toEqual(['best > worst']);
    expect(await pairs(3)).toEqual([]);
    addAnswer(store, { postId, leftId: best!, rightId: middle!, choice: 'right', annotator: 'ann', origin: 'compare' });
    expect(await pairs(3)).toEqual(['middle > best']);
  });

  test('of a thread with very many pairs that is said before, and so many are drawn, always the same ones', async () => {
    const store = temporaryStore();
    samplePost(store);
    const many = Array.from({ length: 400 }, (_, rank) => ({ text: `comment ${rank}`, rank, votes: null }));
    samplePost(store, { key: 'many', title: 'Many', group: 'h', comments: many });
    const path = join(temporaryFolder(), 'out.jsonl');
    const said: unknown[] = [];
    const onPairs = (totals: PairTotals): void => {
      said.push(existsSync(path), pairTotalsInWords(totals), hasLargeThread(totals));
    };
    const all = { format: 'pairs', pairsPerPost: 100_000 } as const;
    expect(await exportFile(store, path, all, { onPairs })).toMatchObject({ rows: 79_803, notSaid: [] });
    expect(said).toEqual([
      false,
      '79,803 pairs of 2 posts. One post with 400 comments makes 79,800 of them, 100.0% of all: “Many”.',
      true,
    ]);
    const drawn = { format: 'pairs', pairsPerPost: 50 } as const;
    expect(await exportFile(store, path, drawn, { onPairs })).toMatchObject({
      rows: 53,
      notSaid: [{ kind: 'drawn', count: 79_750 }],
    });
    expect(said.slice(3)).toEqual([true, '53 pairs of 2 posts.', false]);
    const first = readFileSync(path, 'utf8');
    expect(new Set(lines(path).map((row) => JSON.stringify(row))).size).toBe(53);
    await exportFile(store, path, drawn);
    expect(readFileSync(path, 'utf8')).toBe(first);
    // Where nobody says how many, there is a bound all the same.
    expect(await exportFile(store, path, { format: 'pairs' })).toMatchObject({
      rows: 20_003,
      notSaid: [{ kind: 'drawn', count: 59_800 }],
    });
  });

  test('what people compared goes to Label Studio, Argilla and an arena, whichever way the two stood', async () => {
    const store = temporaryStore();
    const postId = samplePost(store, { title: null, context: null });
    const [best, , worst] = findPost(store, postId).comments.map((comment) => comment.id);
    const answer = (leftId: number, rightId: number, choice: Preference, annotator: string) =>
      addAnswer(store, { postId, leftId, rightId, choice, annotator, origin: 'compare', durationMs: 1500 }).answer;
    answer(best!, worst!, 'left', '7');
    answer(worst!, best!, 'left', 'bob@example.org');
    answer(worst!, best!, 'tie', 'cid');
    answer(best!, worst!, 'bad', 'dan');
    revokeAnswer(store, answer(best!, worst!, 'left', 'eva').key);
    const folder = temporaryFolder();

    const tasks = join(folder, 'tasks.json');
    expect(await exportFile(store, tasks, { format: 'label-studio' })).toMatchObject({ rows: 1, notSaid: [] });
    const [task] = JSON.parse(readFileSync(tasks, 'utf8')) as {
      data: unknown;
      annotations: Record<string, unknown>[];
    }[];
    expect(task!.data).toEqual({ prompt: 'the post', text1: 'best', text2: 'worst' });
    const chosen = (selected: string) => [
      { from_name: 'pw', to_name: 'text1,text2', type: 'pairwise', value: { selected } },
    ];
    const tied = (choice: string) => [
      { from_name: 'tie', to_name: 'text1', type: 'choices', value: { choices: [choice] } },
    ];
    expect(task!.annotations.map(({ completed_by, result, lead_time }) => [completed_by, result, lead_time])).toEqual([
      [7, chosen('left'), 1.5],
      [{ email: 'bob@example.org' }, chosen('right'), 1.5],
      [{ email: 'cid' }, tied('Tie'), 1.5],
      [{ email: 'dan' }, tied('Both bad'), 1.5],
    ]);

    const records = join(folder, 'records.jsonl');
    expect(await exportFile(store, records, { format: 'argilla' })).toMatchObject({
      rows: 1,
      notSaid: [{ kind: 'bad-as-tie', count: 1 }],
    });
    const both = ['response-1', 'response-2'].map((value) => ({ value, rank: 1 }));
    expect(lines(records)).toEqual([
      {
        id: `k/${best}-${worst}`,
        fields: { prompt: 'the post', 'response-1': 'best', 'response-2': 'worst' },
        responses: {
          ranking: [
            { value: ['response-1', 'response-2'], user_id: '7' },
            { value: ['response-2', 'response-1'], user_id: 'bob@example.org' },
            { value: both, user_id: 'cid' },
            { value: both, user_id: 'dan' },
          ],
        },
      },
    ]);

    const battles = join(folder, 'battles.jsonl');
    expect(await exportFile(store, battles, { format: 'arena' })).toMatchObject({ rows: 4 });
    const rows = lines(battles) as Record<string, unknown>[];
    expect(rows.map(({ winner, judge }) => [winner, judge])).toEqual([
      ['model_a', '7'],
      ['model_a', 'bob@example.org'],
      ['tie', 'cid'],
      ['tie (bothbad)', 'dan'],
    ]);
    const turns = (text: string) => [
      { role: 'user', content: 'the post' },
      { role: 'assistant', content: text },
    ];
    expect(rows[1]).toMatchObject({ conversation_a: turns('worst'), conversation_b: turns('best'), model_a: null });

    const none = { split: 'train' } as const;
    expect(await exportFile(store, tasks, { format: 'label-studio', ...none })).toMatchObject({ rows: 0 });
    expect(JSON.parse(readFileSync(tasks, 'utf8'))).toEqual([]);
  });

  test('models, margins, authors, dates and links leave with labels and come back; a margin leaves with pairs where all have one', async () => {
    const [author, createdAt, link] = ['ada', '2026-01-31T12:00:00.000Z', 'https://example.org/1'];
    const store = temporaryStore();
    const comments = ['one', 'two', 'three'].map((text) => ({
      text,
      rank: null,
      votes: null,
      author,
      createdAt,
      link,
    }));
    const postId = samplePost(store, { comments, author, link });
    const [one, two, three] = findPost(store, postId).comments.map(({ id }) => id);
    const said = { postId, origin: 'import' as const, choice: 'left' as const, models: ['gpt-4', null] as const };
    addAnswer(store, { ...said, leftId: one!, rightId: two!, annotator: 'ann', margin: 2 });
    addAnswer(store, { ...said, leftId: one!, rightId: two!, annotator: 'ben', margin: 1 });
    addAnswer(store, { ...said, leftId: two!, rightId: one!, annotator: 'cid', margin: 50 });
    const folder = temporaryFolder();
    const [labels, pairs] = [join(folder, 'labels.jsonl'), join(folder, 'pairs.jsonl')];

    await exportFile(store, labels, { format: 'labels' });
    const [first] = lines(labels) as Record<string, unknown>[];
    expect(first).toMatchObject({ author, link, leftAuthor: author, leftDate: createdAt, rightLink: link });
    expect(first).toMatchObject({ models: ['gpt-4', null], margin: 2 });
    const other = temporaryStore();
    await importFile(other, labels);
    expect([...allAnswers(other)].map(({ models, margin }) => [models, margin])).toEqual([
      [['gpt-4', null], 2],
      [['gpt-4', null], 1],
      [['gpt-4', null], 50],
    ]);
    expect(findPost(other, 'k').comments[0]).toMatchObject({ text: 'one', author, createdAt, link });

    expect(await exportFile(store, pairs, { format: 'pairs' })).toMatchObject({ rows: 1, notSaid: [] });
    expect(lines(pairs)).toMatchObject([{ chosen: 'one', rejected: 'two', margin: 1.5 }]);
    addAnswer(store, { ...said, leftId: one!, rightId: three!, annotator: 'ann' });
    expect(await exportFile(store, pairs, { format: 'pairs' })).toMatchObject({
      rows: 2,
      notSaid: [{ kind: 'margin', count: 1 }],
    });
    expect(readFileSync(pairs, 'utf8')).not.toContain('margin');

    const table = join(folder, 'out.csv');
    await exportFile(store, table, { format: 'csv' });
    expect(readFileSync(table, 'utf8')).toContain(`,one,,,,ada,,${link},ada,${createdAt},${link}\r\n`);
  });

  test('a workbook holds a text as it is, or is not written', async () => {
    const store = temporaryStore();
    const texts = ['=1+1', "'=x", 'a\rb', '_x0041_ \u0001 \uFFFD \u{1FFFE} 😀', ' lead\n', '12'];
    samplePost(store, { comments: texts.map((text, rank) => ({ text, rank, votes: rank === 5 ? null : 9.5 - rank })) });
    const path = join(temporaryFolder(), 'out.xlsx');
    expect(await exportFile(store, path, { format: 'xlsx' })).toMatchObject({ rows: 6 });
    const cells: unknown[][] = [];
    for await (const { columns, items } of readRecords(path, await findFile(path, {}), { onDamage: () => undefined })) {
      expect(columns?.slice(6)).toEqual(['comment', 'score', 'reward', 'votes']);
      for (const item of items) {
        const { comment, score, votes } = (item as FileRecord).value as Record<string, unknown>;
        cells.push([comment, score, votes || null]);
      }
    }
    expect(cells).toEqual(texts.map((text, rank) => [text, rank, rank === 5 ? null : 9.5 - rank]));
    const before = readFileSync(path);
    samplePost(store, { key: 'long', group: 'h', context: 'x'.repeat(32_768) });
    await expect(exportFile(store, path, { format: 'xlsx' })).rejects.toThrow(
      '3 comments have a text, or a post or context beside it, of more than the 32,767 characters that a cell of Excel holds. Nothing was cut and nothing written: CSV and Parquet hold them whole.',
    );
    expect(readFileSync(path)).toEqual(before);
  });

  test('of a workbook only some rows are held at once', async () => {
    let [read, ahead] = [0, 0];
    function* table(): Generator<readonly string[]> {
      for (; read < 20_000; read++) yield Array.from({ length: 10 }, (_, at) => `${read * at * 7919} text`);
    }
    let rows = 0;
    for await (const piece of xlsxOf(table(), { origins: false, worths: false, byHand: false })) {
      rows += piece.rows;
      ahead = Math.max(ahead, read - rows);
    }
    expect(rows).toBe(20_000);
    expect(ahead).toBeLessThan(5_000);
  });

  test('Parquet has typed columns, and as many row groups as it takes', async () => {
    const store = temporaryStore();
    const comments = Array.from({ length: 10_001 }, (_, rank) => ({
      text: `é ${rank}`,
      rank,
      votes: rank % 2 ? null : 0.5,
    }));
    samplePost(store, { title: null, comments });
    const path = join(temporaryFolder(), 'out.parquet');
    const read = async () => {
      const bytes = readFileSync(path);
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
      return { rows: await parquetReadObjects({ file }), schema: parquetMetadata(file).schema };
    };
    expect(await exportFile(store, path, { format: 'parquet' })).toMatchObject({ rows: 10_001 });
    const { rows, schema } = await read();
    expect(rows.length).toBe(10_001);
    expect(rows[10_000]).toEqual({
      id: 'k',
      group: 'g',
      split: 'test',
      title: null,
      text: 'the post',
      context: 'C',
      comment: 'é 10000',
      score: 10_000,
      reward: null,
      votes: 0.5,
    });
    expect(rows[1]!.votes).toBeNull();
    const types = new Map(schema.map(({ name, type, converted_type }) => [name, converted_type ?? type]));
    expect(['comment', 'score', 'reward', 'votes'].map((name) => types.get(name))).toEqual([
      'UTF8',
      'INT32',
      'DOUBLE',
      'DOUBLE',
    ]);
    await exportFile(store, path, { format: 'parquet', split: 'train' });
    expect((await read()).rows).toEqual([]);
  });

  test('CSV for a language has its separator and decimals, and a mark for UTF-8', async () => {
    const store = temporaryStore();
    const comments = ['a;b', 'c,d'].map((text, rank) => ({ text, rank, votes: 1.5 - rank }));
    samplePost(store, { comments });
    const path = join(temporaryFolder(), 'out.csv');
    await exportFile(store, path, { format: 'csv', locale: 'de-DE' });
    const head = 'id;group;split;title;text;context;comment;score;reward;votes\r\n';
    expect(readFileSync(path, 'utf8')).toBe(
      `\uFEFF${head}k;g;test;T;the post;C;"a;b";0;;1,5\r\nk;g;test;T;the post;C;"c,d";1;;0,5\r\n`,
    );
    await exportFile(store, path, { format: 'csv', locale: 'en-GB' });
    expect(readFileSync(path, 'utf8')).toContain(
      `\uFEFF${head.replaceAll(';', ',')}k,g,test,T,the post,C,"a;b",0,,1.5\r\n`,
    );
    await exportFile(store, path, { format: 'csv' });
    expect(readFileSync(path, 'utf8').startsWith('id,group')).toBe(true);
  });

  test('a long thread is written in parts, between which others have their turn', () => {
    const store = temporaryStore();
    const comments = Array.from({ length: 2_500 }, (_, rank) => ({ text: `comment ${rank}`, rank, votes: null }));
    samplePost(store, { comments });
    for (const format of ['csv', 'table'] as const) {
      const pieces = [...(tablePieces(store, { locale: 'en' }, format, createNotSaid()) as Iterable<Piece>)];
      expect(pieces.map(({ rows }) => rows)).toEqual([0, 1_000, 1_000, 500]);
    }
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
        ...(n % 2 ? { chosenBy: waysOfChoosing[n % waysOfChoosing.length]!, chance: 1 / n } : {}),
        much: n % 5 === 2,
        question: n % 4 === 3 ? 'q' : null,
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
      found: { shape: 'labels' },
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
    expect(await importFile(store, path)).toMatchObject({ labels: 4, skipped: [{ line: 5 }] });
    // The same answer twice, without an id, is two.
    const [tie, left, again, bad, ...more] = [...allAnswers(store)];
    // As they were given by the version before.
    expect(tie).toMatchObject({ key: 'h:4649b7fab893d3a7eb731d0a9034e1b0', choice: 'tie', note: '', again: false });
    expect(left).toMatchObject({ key: 'h:0e9cc45b7560840bf4ab0b58400e4e4a', choice: 'left', note: '', again: false });
    expect(again).toMatchObject({ choice: 'tie' });
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
    expect(await importFile(store, path)).toMatchObject({ labels: 5, skipped: [] });
    expect([...allAnswers(store)].map(({ key, again }) => [key, again])).toEqual([
      ['a', false],
      ['b', false],
      ['c', true],
      ['d', false],
      ['e', true],
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
      { ...row, annotator: 'Ada', chosenBy: 'magic' },
      { ...row, annotator: 'Ben', chance: 5 },
      { ...row, annotator: 'Cleo', durationMs: 'long' },
      row,
    ];
    writeFileSync(path, rows.map((entry) => JSON.stringify(entry)).join('\n'));
    const report = await importFile(store, path);
    // A time, a duration, a way of choosing or a chance that is none is noted, and the answer comes in.
    expect(report.labels).toBe(5);
    expect(report.skipped.map(({ line }) => line)).toEqual([1, 2, 3]);
    expect(report.reported.map(({ kind, left }) => [kind, left])).toEqual(
      expect.arrayContaining([
        ['no-such-post', true],
        ['no-such-comment', true],
        ['no-choice', true],
        ['odd-time', false],
        ['odd-choosing', false],
        ['odd-duration', false],
      ]),
    );
  });
});
