import type { Field } from '../../contract/reading.ts';
import type { RawFact } from '../facts.ts';
import { fieldsByName, type Names, plainName } from './names.ts';
import { isRow } from './row.ts';
import type { Sample, Shape } from './shape.ts';

/** By the id of a post, a text alone is its context. */
const byId: Names = { id: ['id', 'postid', 'key'], context: ['context', 'article', 'body', 'text'] };
/** Without an id, a text is that of the post. */
const byText: Names = {
  text: ['text', 'post', 'posttext'],
  title: ['title', 'posttitle'],
  context: ['context', 'article', 'body'],
};

/** A context for each post, by its id or else its text: the articles that posts link to. */
export const context: Shape = {
  name: 'context',
  title: 'Contexts: one text for each post that is there',
  needs: 'id, and context or text; or, without an id, text or post (the text of the post), and context',
  fits: (sample) => {
    const fields = fieldsOf(sample);
    const found = new Set(fields.values());
    if (!found.has('context') || !(found.has('id') || found.has('text'))) return 0;
    // Ids and texts that come with much else are rows of something else.
    const name = [...fields].find(([, field]) => field === 'context')![0];
    return ['context', 'article'].includes(plainName(name)) || fields.size <= 3 ? 0.3 : 0;
  },
  fieldsOf,
  open:
    ({ fields }) =>
    (value) =>
      read(value, fields),
};

/**
 * Rows need not be alike: where one lacks what a column was found to be, its other names count. A row that names its post by an id goes by that
 * alone.
 */
function read(value: unknown, fields: ReadonlyMap<string, Field>): readonly RawFact[] {
  if (!isRow(value)) {
    const reason = 'no row with named fields';
    return [{ kind: 'left', of: 'row', why: 'not-a-row', reason, text: JSON.stringify(value) ?? '' }];
  }
  const names = Object.keys(value).filter((name) => (value[name] ?? '') !== '');
  const found = new Map<Field, string>();
  for (const name of names) {
    const field = fields.get(name);
    if (field !== undefined && field !== 'nothing') found.set(field, name);
  }
  const claimed = new Set(found.values());
  for (const [name, field] of namesOf(names)) if (!found.has(field) && !claimed.has(name)) found.set(field, name);
  const at = (field: Field): unknown => {
    const name = found.get(field);
    return name === undefined ? undefined : value[name];
  };
  return [{ kind: 'context', post: { id: at('id'), text: at('text'), title: at('title') }, context: at('context') }];
}

function namesOf(names: readonly string[]): Map<string, Field> {
  const ids = fieldsByName(names, byId);
  return [...ids.values()].includes('id') ? ids : fieldsByName(names, byText);
}

function fieldsOf({ columns, values }: Sample): ReadonlyMap<string, Field> {
  const rows = values.filter(isRow);
  const names = columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const found = namesOf(names);
  for (const name of names) if (!found.has(name)) found.set(name, 'nothing');
  return found;
}
