import { z } from 'zod';

/**
 * JSON in rows, checked when it is read: a database that was damaged, or changed by hand, may hold anything. What can't be read costs its own
 * place alone: there stands `instead`, and unreadable.ts says where that is.
 */
export function keptJson<T, I>(
  schema: z.ZodType<T>,
  text: string | null,
  instead: I,
  reviver?: (key: string, value: unknown) => unknown,
): T | I {
  if (text === null) return instead;
  try {
    return schema.parse(JSON.parse(text, reviver));
  } catch {
    return instead;
  }
}

/** Whether a text is what keptJson reads by this schema. */
export function isReadable(schema: z.ZodType, text: string): boolean {
  return keptJson<unknown, typeof nothing>(schema, text, nothing) !== nothing;
}
const nothing = Symbol('nothing');

/** A member of a column of JSON in SQL; NULL where the column is none, which would end the whole query. */
export const jsonField = (column: string, path: string): string =>
  `CASE WHEN json_valid(${column}) THEN ${column} ->> '${path}' END`;

// What stands in the columns, as far as pages rest on it. A type of the contract is written as it is: its own program wrote it.
const named = z.record(z.string(), z.unknown());
const ids = z.array(z.number());
/** Figures with nothing to measure are null. */
const figures = z.record(z.string(), z.number().nullable());

export const keptSchemas = {
  config: named,
  metrics: figures,
  scale: z.looseObject({ ties: z.number(), side: z.number(), width: z.number(), votes: z.number() }),
  trainReport: z.looseObject({ validation: named }),
  more: z.looseObject({ pairs: z.number(), answers: z.number(), curve: z.array(z.unknown()) }),
  point: z.looseObject({ step: z.number() }),
  samples: z.array(named),
  evaluation: z.looseObject({ baselines: named, grouped: named, paired: named }),
  contextReport: z.looseObject({ with: named, without: named }),
  drift: z.looseObject({ import: z.number() }),
  ids,
  places: z.array(ids),
  names: z.array(z.string()),
  modelNames: z.array(z.string().nullable()),
  anything: z.unknown(),
} as const;
