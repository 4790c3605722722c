import type { Field } from '../../contract/reading.ts';
import type { RawFact } from '../facts.ts';
import { fieldsByName, type Names, plainName } from './names.ts';
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
  fits: (sample) => {
    const fields = fieldsOf(sample);
    const found = new Set(fields.values());
    if (!found.has('context') || !(found.has('id') || found.has('text'))) return 0;
    // Ids and texts that come with much else are rows of something else.
    const name = [...fields].find(([, field]) => field === 'context')![0];
    return ['context', 'article'].includes(plainName(name)) || fields.size <= 3 ? 0.3 : 0;
  },
  fieldsOf,
  open: ({ fields }) => {
    const columnOf = (field: Field): string | undefined => [...fields].find(([, one]) => one === field)?.[0];
    const [id, text, title, body] = (['id', 'text', 'title', 'context'] as const).map(columnOf);
    return (value) => read(value, { id, text, title, body });
  },
};

type Columns = Readonly<Record<'id' | 'text' | 'title' | 'body', string | undefined>>;

function read(value: unknown, { id, text, title, body }: Columns): readonly RawFact[] {
  const row = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const at = (name: string | undefined): unknown => (name === undefined ? undefined : row[name]);
  return [{ kind: 'context', post: { id: at(id), text: at(text), title: at(title) }, context: at(body) }];
}

function fieldsOf({ columns, values }: Sample): ReadonlyMap<string, Field> {
  const rows = values.filter((value): value is object => typeof value === 'object' && value !== null);
  const names = columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const ids = fieldsByName(names, byId);
  const found = new Set(ids.values()).has('id') ? ids : fieldsByName(names, byText);
  for (const name of names) if (!found.has(name)) found.set(name, 'nothing');
  return found;
}
