// Makes the sample again: node resources/sample/make.mjs FOLDER, a folder with ukp/ and captions/ in the CUP IT row format.
// All rows of ukp; of captions those with the lowest hashes of their ids, the same ones every time.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const from = process.argv[2];
if (!from) throw new Error('Name the folder that holds ukp/ and captions/.');
const counts = { train: 150, validation: 40, test: 60 };
const hash = (text) => createHash('sha256').update(text).digest('hex');

for (const source of ['ukp', 'captions']) {
  for (const [split, count] of Object.entries(counts)) {
    const rows = readFileSync(join(from, source, `${split}.jsonl`), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    const kept = new Set(
      source === 'ukp' ? rows : rows.toSorted((a, b) => (hash(a.id) < hash(b.id) ? -1 : 1)).slice(0, count),
    );
    const lines = rows
      .filter((row) => kept.has(row))
      .map(({ id, group, title, text, comments }) =>
        JSON.stringify({ id, group, title, text, comments: comments.map(({ text, score, votes }) => ({ text, score, votes })) }),
      );
    writeFileSync(join(import.meta.dirname, `${source}-${split}.jsonl`), `${lines.join('\n')}\n`);
  }
}
