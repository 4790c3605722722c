import type { Field } from '../../contract/reading.ts';
import { fieldsByName, type Names } from './names.ts';
import { isRow, notARow } from './row.ts';
import type { Sample, Shape } from './shape.ts';

const names: Names = {
  id: ['id', 'postid', 'post'],
  'comment key': ['commentkey'],
  'input key': ['inputkey'],
  comment: ['comment', 'commenttext', 'text'],
  reward: ['reward', 'rewards'],
};

/** What a model gave elsewhere for comments that are here, as score_parquet.py of a bundle for scoring writes it. */
export const rewards: Shape = {
  name: 'rewards',
  title: 'Rewards: what a model gave elsewhere for comments that are here',
  needs: 'id (of the post), comment_key or comment (its text), and reward',
  // Posts with rewards beside them are rankings: without keys of comments, it has to be said that a file is this.
  fits: (sample) => {
    const found = new Set(fieldsOf(sample).values());
    return (['id', 'comment key', 'reward'] as const).every((field) => found.has(field)) ? 0.95 : 0;
  },
  fieldsOf,
  open: ({ fields }) => {
    const nameOf = new Map([...fields].map(([name, field]) => [field, name]));
    return (value) => {
      if (!isRow(value)) return [notARow(value)];
      const at = (field: Field): unknown => {
        const name = nameOf.get(field);
        return name === undefined ? undefined : value[name];
      };
      const [post, reward] = [at('id'), at('reward')];
      return [
        {
          kind: 'reward',
          post,
          commentKey: at('comment key'),
          comment: at('comment'),
          inputKey: at('input key'),
          reward,
        },
      ];
    };
  },
};

function fieldsOf({ columns, values }: Sample): ReadonlyMap<string, Field> {
  const given = columns ?? [...new Set(values.filter(isRow).flatMap((row) => Object.keys(row)))];
  const found = fieldsByName(given, names);
  for (const name of given) if (!found.has(name)) found.set(name, 'nothing');
  return found;
}
