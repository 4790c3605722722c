import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Noun, nouns, shapeNames } from '../../src-main/contract/reading.ts';
import { totals } from '../../src-main/store/counts.ts';
import { type ImportReport, importFile } from '../../src-main/transfer/import-file.ts';
import { temporaryFile, temporaryStore } from '../support/temporary.ts';

const folder = join(import.meta.dirname, '../fixtures/files/own');
const files = readdirSync(folder).filter((file) => shapeNames.some((name) => file.startsWith(`${name}-`)));

/** Of these nothing can come in: rows that compare nothing, or answers on posts of other files. */
const withoutAny = new Set(['doccano-labels.jsonl', 'potato-table.tsv', 'stack-exchange-dump-comments.xml']);

function expectWhole({ read, imported, reported }: ImportReport): void {
  const left = (noun: Noun): number =>
    reported.filter((one) => one.of === noun && one.left).reduce((sum, one) => sum + one.count, 0);
  for (const noun of nouns) {
    expect(imported[noun]).toBeGreaterThanOrEqual(0);
    expect({ noun, imported: imported[noun] }).toEqual({ noun, imported: read[noun] - left(noun) });
  }
}

describe.each(['leave', 'under'] as const)('the example of each shape, replies: %s', (replies) => {
  test.each(files.filter((file) => !withoutAny.has(file)))(
    '%s: what came in is what was read less what is reported',
    async (file) => {
      const store = temporaryStore();
      const report = await importFile(store, join(folder, file), { replies });
      expectWhole(report);
      expect(totals(store).comments).toBe(report.comments);
      const again = await importFile(store, join(folder, file), { replies });
      expectWhole(again);
      expect({ posts: again.posts, comments: again.comments, labels: again.labels }).toEqual({
        posts: 0,
        comments: 0,
        labels: 0,
      });
    },
  );

  test.each([...withoutAny])('%s: an error that says why', async (file) => {
    await expect(importFile(temporaryStore(), join(folder, file), { replies })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(`Nothing came in of ${join(folder, file)}`),
    });
  });
});

describe('records whose parts stay out', () => {
  const line = (id: string, body: string, parent: string): string =>
    JSON.stringify({ id, body, link_id: 't3_a', parent_id: parent, score: 3, subreddit: 'x', created_utc: 1700000000 });
  const submission = JSON.stringify({ id: 'a', title: 'A', selftext: 'Text', subreddit: 'x', num_comments: 2 });
  const fileOf = (...lines: string[]): string => temporaryFile(`${lines.join('\n')}\n`);
  const replies = [line('c', 'One reply', 't1_b'), line('d', 'Another', 't1_b')];

  test('replies alone: nothing came in, and with --replies under all of them', async () => {
    await expect(importFile(temporaryStore(), fileOf(...replies))).rejects.toMatchObject({ code: 'bad-input' });
    const report = await importFile(temporaryStore(), fileOf(...replies), { replies: 'under' });
    expectWhole(report);
    expect(report.imported).toMatchObject({ row: 2, reply: 2, vote: 2 });
  });

  test('deleted comments alone, of a post that is there: nothing came in', async () => {
    const store = temporaryStore();
    await importFile(store, fileOf(submission, line('e', 'One', 't3_a'), line('f', 'Two', 't3_a')));
    const deleted = [line('g', '[deleted]', 't3_a'), line('e', '[removed]', 't3_a')];
    await expect(importFile(store, fileOf(...deleted))).rejects.toMatchObject({ code: 'bad-input' });
    expect(totals(store).comments).toBe(2);
  });

  test('a submission after its comments is a row that came in, each time', async () => {
    const store = temporaryStore();
    const file = fileOf(line('e', 'One', 't3_a'), line('f', 'Two', 't3_a'), submission);
    for (const _ of [1, 2]) {
      const report = await importFile(store, file);
      expectWhole(report);
      expect(report.imported.row).toBe(3);
    }
  });

  test('replies within a comment that is a record by itself come in under it', async () => {
    const snippet = (id: string, likeCount: number) => ({
      id,
      snippet: { videoId: 'v', textOriginal: `Text ${id}`, likeCount, authorDisplayName: 'x' },
    });
    const thread = {
      kind: 'youtube#commentThread',
      id: 'a',
      snippet: { videoId: 'v', topLevelComment: snippet('a', 4), totalReplyCount: 2 },
      replies: { comments: [snippet('a.1', 2), snippet('a.2', 1)] },
    };
    const other = { ...thread, snippet: { ...thread.snippet, topLevelComment: snippet('b', 1), totalReplyCount: 0 } };
    const { replies: _, ...alone } = other;
    const report = await importFile(temporaryStore(), fileOf(JSON.stringify(thread), JSON.stringify(alone)), {
      replies: 'under',
    });
    expectWhole(report);
    expect(report.imported).toMatchObject({ row: 2, comment: 2, reply: 2, vote: 4 });
  });
});
