import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ShapeName } from '../../../src-main/contract/reading.ts';
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

/** Our own examples are called by their shape; those with a number are posts where nothing is said, and so is the spreadsheet. */
const shapesOfOwn: Readonly<Record<string, ShapeName>> = {
  a01: 'pairs',
  a02: 'pairs',
  a03: 'pairs',
  a04: 'pairs',
  a05: 'arena',
  a06: 'labels',
  a07: 'pairs',
  a08: 'arena',
  a09: 'pairs',
  a10: 'pairs',
  a11: 'pairs',
  a12: 'pairs',
  a13: 'labels',
  a14: 'arena',
  a15: 'ratings',
  a16: 'pairs',
  a17: 'pairs',
  a18: 'arena',
  a19: 'pairs',
  t01: 'label-studio',
  t02: 'label-studio',
  t03: 'arena',
  t04: 'openassistant',
  t05: 'ratings',
  t06: 'shp',
  t07: 'hh-rlhf',
  t08: 'ultrafeedback',
  t09: 'argilla',
  t10: 'k-wise',
  t11: 'k-wise',
  t12: 'ratings',
  t13: 'ratings',
  t14: 'arena',
  t15: 'ratings',
  t16: 'reddit',
  t17: 'reddit',
  t19: 'stack-exchange',
  t20: 'pairs',
  t21: 'arena',
  t22: 'pairs',
  t23: 'arena',
  t24: 'pku-saferlhf',
  t25: 'shp',
  v13: 'ratings',
  x04: 'pairs',
  sheets: 'posts',
};
const names: readonly ShapeName[] = [
  'hacker-news',
  'hh-rlhf',
  'k-wise',
  'label-studio',
  'pku-saferlhf',
  'stack-exchange',
];

function shapeOfOwn(file: string): string {
  const whole = names.find((name) => file.startsWith(`${name}-`));
  const first = file.split('-')[0]!.split('.')[0]!;
  return whole ?? shapesOfOwn[first] ?? (/^[a-z]\d/.test(first) ? 'posts' : first);
}

const files = (of: string): string[] =>
  readdirSync(of, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !unread.test(entry.name))
    .map(({ name }) => name);

describe('what a file is', () => {
  test.each(files(folder))('%s', async (file) => {
    expect((await lookAt(join(folder, file))).found.shape).toBe(ofOthers[file] ?? 'posts');
  });

  test.each(files(own))('own/%s', async (file) => {
    expect((await lookAt(join(own, file))).found.shape).toBe(shapeOfOwn(file));
  });
});
