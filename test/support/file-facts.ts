import { fileURLToPath } from 'node:url';
import type { RawComment, RawFact } from '../../src-main/dataset/facts.ts';
import { findFile, readRecords } from '../../src-main/dataset/records/read.ts';
import { isRecord } from '../../src-main/dataset/records/record.ts';
import type { Shape } from '../../src-main/dataset/shapes/shape.ts';

/** Where a small file of the tests is. */
const ownFile = (name: string): string => fileURLToPath(new URL(`../fixtures/files/own/${name}`, import.meta.url));

/** What a shape says of each record of a file of the tests, as the records are read in earnest. */
export async function factsOfFile(shape: Shape, name: string): Promise<RawFact[][]> {
  const path = ownFile(name);
  const read = shape.open({ fields: new Map() });
  const facts: RawFact[][] = [];
  for await (const { items } of readRecords(path, await findFile(path, {}), { onDamage: () => undefined })) {
    for (const item of items) if (isRecord(item)) facts.push([...read(item.value)]);
  }
  return facts;
}

/** Facts in short: posts and comments with what they stand under and their votes, and what stays out. */
export function inShort(facts: readonly RawFact[]): string[] {
  return facts.flatMap((fact) => {
    if (fact.kind === 'post') return [`post ${String(fact.post.id)}`, ...fact.comments.flatMap((one) => tree(one, 1))];
    if (fact.kind === 'comment') {
      const { post, parent, comment } = fact;
      return [`${line(comment)} under ${String(post ?? '?')}${parent === post ? '' : ` answers ${String(parent)}`}`];
    }
    return fact.kind === 'left' ? [`left ${fact.of} ${fact.why} ${fact.count ?? 1}`] : [fact.kind];
  });
}

function tree(comment: RawComment, depth: number): string[] {
  return [`${'  '.repeat(depth)}${line(comment)}`, ...(comment.replies ?? []).flatMap((one) => tree(one, depth + 1))];
}

const line = ({ id, votes, deleted }: RawComment): string =>
  [
    String(id),
    ...(votes === undefined || votes === null ? [] : [`votes ${String(votes)}`]),
    ...(deleted === true ? ['deleted'] : []),
  ].join(' ');
