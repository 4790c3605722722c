import type { Field } from '../../contract/reading.ts';
import { figureOf } from '../values.ts';
import { fieldsByName, ofComment, ofHead, ofTable, plainName, plurals } from './names.ts';

/** Columns of votes that hold yes and no, or nothing, say what whoever asked thinks; those called after many things may count them. */
const judged = new Set<string>([...(ofTable.votes ?? []), ...(ofTable.downvotes ?? [])]);

/** The names under which something stands that its name promises: votes that are none, and numbers of comments, are left away. */
export function withValues(
  names: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
): readonly string[] {
  return names.filter((name) => {
    const plain = plainName(name);
    const counts = plurals.includes(plain);
    if (!counts && !judged.has(plain)) return true;
    const values = rows.map((row) => row[name]).filter((value) => (value ?? '') !== '');
    if (counts) return values.some((value) => typeof value === 'string' && figureOf(value) === undefined);
    return values.length === 0
      ? names.every((other) => other === name || !judged.has(plainName(other)))
      : values.some((value) => typeof value !== 'boolean');
  });
}

/**
 * What the columns of a table with a comment in each row are, by their names. Where names come twice, since two tables were joined, the first are
 * those of posts and the second those of comments.
 */
export function fieldsInTable(names: readonly string[]): Map<string, Field> {
  const found = fieldsByName(names, ofTable);
  if ([...found.values()].includes('comment')) return found;
  const seconds = new Map(names.flatMap((name) => firstOf(name, names)));
  const comments = fieldsByName([...seconds.values()], ofComment);
  if (![...comments.values()].includes('comment')) return found;
  const own = new Map([...seconds].map(([second, plain]) => [second, comments.get(plain)] as const));
  const firsts = new Map(
    [...seconds].flatMap(([second, plain]) =>
      names.filter((name) => name !== second && withoutCount(name) === plain).map((name) => [plain, name] as const),
    ),
  );
  const others = names.filter((name) => !seconds.has(name) && ![...firsts.values()].includes(name));
  const heads = fieldsByName([...others, ...firsts.keys()], ofHead);
  const ofOthers = fieldsByName(
    others.filter((name) => !heads.has(name)),
    ofComment,
  );
  return new Map(
    [
      ...[...ofOthers].filter(([, field]) => ![...own.values()].includes(field)),
      ...[...heads].map(([name, field]) => [firsts.get(name) ?? name, field] as const),
      ...own,
    ].filter((one): one is readonly [string, Field] => one[1] !== undefined),
  );
}

/** Names of a second column: 'text (2)', pandas' 'text.1' and 'text_y'. */
const counted = /(?: \(2\)|\.1|_y)$/;
const withoutCount = (name: string): string => name.replace(/(?: \(2\)|\.1|_[xy])$/, '');

function firstOf(name: string, names: readonly string[]): readonly (readonly [string, string])[] {
  if (!counted.test(name)) return [];
  const plain = withoutCount(name);
  return names.some((other) => other !== name && withoutCount(other) === plain) ? [[name, plain]] : [];
}
