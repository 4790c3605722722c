import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Noun, nouns, shapeNames } from '../../src-main/contract/reading.ts';
import { totals } from '../../src-main/store/counts.ts';
import type { WritingStore } from '../../src-main/store/open.ts';
import { type ImportReport, importFile } from '../../src-main/transfer/import-file.ts';
import { temporaryFile, temporaryStore } from '../support/temporary.ts';

const folder = join(import.meta.dirname, '../fixtures/files/own');
const files = readdirSync(folder).filter((file) => shapeNames.some((name) => file.startsWith(`${name}-`)));

function expectWhole({ read, imported, reported }: ImportReport): void {
  const left = (noun: Noun): number =>
    reported.filter((one) => one.of === noun && one.left).reduce((sum, one) => sum + one.count, 0);
  for (const noun of nouns) {
    expect(imported[noun]).toBeGreaterThanOrEqual(0);
    expect({ noun, imported: imported[noun] }).toEqual({ noun, imported: read[noun] - left(noun) });
  }
}

/** The report of an import, which holds; of a file of which nothing comes in, the error that says why. */
async function reportOf(store: WritingStore, file: string, replies: 'leave' | 'under'): Promise<ImportReport | null> {
  const path = join(folder, file);
  const report = await importFile(store, path, { replies }).catch((error: unknown) => error);
  if (report instanceof Error) {
    expect(report).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(`Nothing came in of ${path}.`),
    });
    expect(report.message).toMatch(/\(line \d+: ./);
    expect(totals(store)).toMatchObject({ posts: 0, comments: 0, labels: 0 });
    return null;
  }
  expectWhole(report as ImportReport);
  return report as ImportReport;
}

describe('the example of each shape: what came in is what was read less what is reported', () => {
  const came = new Set<string>();

  test.each(files)('%s', async (file) => {
    const left = await reportOf(temporaryStore(), file, 'leave');
    const store = temporaryStore();
    const report = await reportOf(store, file, 'under');
    if (left ?? report) came.add(shapeNames.filter((name) => file.startsWith(`${name}-`)).at(-1)!);
    if (!report) return;
    expect(totals(store).comments).toBe(report.comments);
    const again = await reportOf(store, file, 'under');
    expect(again).toMatchObject({ posts: 0, comments: 0, labels: 0 });
  });

  test('something comes in of each', () => {
    expect(shapeNames.filter((name) => files.some((file) => file.startsWith(`${name}-`)) && !came.has(name))).toEqual(
      [],
    );
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
