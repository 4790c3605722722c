import { readFileSync } from 'node:fs';
import type { RawFact } from '../../src-main/dataset/facts.ts';
import type { Sample, Shape } from '../../src-main/dataset/shapes/shape.ts';

/** The records of a small file of the tests: JSON Lines, a JSON list or object, or CSV without quotes or with simple ones. */
export function sampleOf(name: string): Sample {
  const text = readFileSync(new URL(`../fixtures/files/own/${name}`, import.meta.url), 'utf8');
  if (name.endsWith('.jsonl')) {
    const values = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    return { format: 'jsonl', columns: null, values };
  }
  if (name.endsWith('.json')) {
    const value = JSON.parse(text) as unknown;
    return { format: 'json', columns: null, values: Array.isArray(value) ? value : [value] };
  }
  const separator = name.endsWith('.tsv') ? '\t' : ',';
  const [columns, ...rows] = text
    .trim()
    .split('\n')
    .map((line) => cellsOf(line, separator));
  const values = rows.map((row) => Object.fromEntries(columns!.map((column, at) => [column, row[at] ?? ''])));
  return { format: 'csv', columns: columns!, values };
}

/** Cells of one line; quotes inside of a quoted cell are doubled. */
function cellsOf(line: string, separator: string): string[] {
  const cells = line.match(new RegExp(`(?:^|${separator})(?:"(?:[^"]|"")*"|[^${separator}]*)`, 'g')) ?? [];
  return cells.map((cell, at) => {
    const bare = at === 0 ? cell : cell.slice(1);
    return bare.startsWith('"') ? bare.slice(1, -1).replaceAll('""', '"') : bare;
  });
}

/** What a shape says of each record of a file of the tests, by what it found of its columns itself. */
export function factsIn(shape: Shape, name: string): RawFact[][] {
  const sample = sampleOf(name);
  const read = shape.open({ fields: shape.fieldsOf?.(sample) ?? new Map() });
  return sample.values.map((value) => [...read(value)]);
}

/** The kinds of what stays out, each with what it is of. */
export const leftIn = (facts: readonly RawFact[]): string[] =>
  facts.flatMap((fact) => (fact.kind === 'left' ? [`${fact.of} ${fact.why}`] : []));

/** Answers in short: what was asked, the left one, the right one, what was chosen, and by whom. */
export const answersIn = (facts: readonly RawFact[]): unknown[][] =>
  facts.flatMap((fact) =>
    fact.kind === 'answer'
      ? [
          [fact.post.text, fact.left.text, fact.right.text, fact.choice, fact.annotator].filter(
            (one) => one !== undefined,
          ),
        ]
      : [],
  );
