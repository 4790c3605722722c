import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ShapeName, shapeNames } from '../../../src-main/contract/reading.ts';
import { lookAt } from '../../../src-main/dataset/look.ts';

/** Each file of the examples is recognised as what it is, and as nothing else. */
const folder = join(import.meta.dirname, '../../fixtures/files');
const own = join(folder, 'own');

/** Of other people's files, by their names; posts where nothing is said. */
const ofOthers: Readonly<Record<string, ShapeName>> = {
  '02-hn-items.jsonl': 'hacker-news',
  '03-nine-to-one-pairs.jsonl': 'pairs',
  '10-hh-implicit-prompt.jsonl': 'hh-rlhf',
  '10b-trl-conversational.jsonl': 'pairs',
  '10e-equal-scores.jsonl': 'pairs',
  '11-shp.jsonl': 'shp',
  '11d-oasst-tree.jsonl': 'openassistant',
  '11e-label-studio.json': 'label-studio',
  '11f-argilla-ranking.jsonl': 'argilla',
  '11g-reddit-pushshift.jsonl': 'reddit',
  '20-kwise.jsonl': 'k-wise',
  '25-labels-iso-offset.jsonl': 'labels',
  '28d-stack-posts.xml': 'stack-exchange',
  '29-helpsteer.jsonl': 'ratings',
};
/** No file of rows, one that can't be opened or is refused with the way out, or examples of formats whose rows mean nothing. */
const unread =
  /^(?:expected\.json|28c-dump\.zst|c11-no-header\.csv|p06-two\.zip|j1[34]-.*|p1[0234]-.*|table-\w+\.parquet|two-members\.jsonl\.gz|.*\.py)$/;

/** Our own examples of a shape are called by it; those with a number are what one kind of file may be, and are held elsewhere. */
const byLength = [...shapeNames].sort((a, b) => b.length - a.length);
const shapeOfOwn = (file: string): ShapeName | undefined => byLength.find((name) => file.startsWith(`${name}-`));

const files = (of: string): string[] =>
  readdirSync(of, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !unread.test(entry.name))
    .map(({ name }) => name);

describe('what a file is', () => {
  test.each(files(folder))('%s', async (file) => {
    expect((await lookAt(join(folder, file))).found.shape).toBe(ofOthers[file] ?? 'posts');
  });

  test.each(files(own).filter((file) => shapeOfOwn(file) !== undefined))('own/%s', async (file) => {
    expect((await lookAt(join(own, file))).found.shape).toBe(shapeOfOwn(file));
  });
});
