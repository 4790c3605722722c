import fc from 'fast-check';
import { z } from 'zod';
import type { Draw } from './draw.ts';
import { mutatedJson } from './mutate.ts';

/** The part of JSON Schema in which zod says what the contract takes. */
type Schema = {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  readonly pattern?: string;
};

/** What is there to be named in a message. */
type Known = { readonly names: readonly string[]; readonly handles: readonly string[] };

export const schemaOf = (schema: z.ZodType): Schema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;

const anything = fc.anything({ maxDepth: 3, withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
const anyText = fc.string({ unit: 'binary', maxLength: 300 });

/** A message as a page may send it by this schema, or one that no page of ours would send. */
export function messageOf(draw: Draw, schema: Schema | null, known: Known): unknown {
  if (draw.chance(0.08) || schema === null) return draw.chance(0.5) ? undefined : draw.of(anything);
  const message = anyOf(draw, schema, known);
  return draw.chance(0.35) ? mutatedJson(draw, message) : message;
}

function anyOf(draw: Draw, schema: Schema, known: Known): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return draw.one(schema.enum);
  if (schema.anyOf) return anyOf(draw, draw.one(schema.anyOf), known);
  switch (schema.type) {
    case 'object':
      return objectOf(draw, schema, known);
    case 'array': {
      const { minItems = 0, maxItems = 4, items = {} } = schema;
      const length = draw.chance(0.02)
        ? Math.min(maxItems + 1, 300)
        : minItems + draw.below(Math.min(4, maxItems - minItems + 1));
      return Array.from({ length }, () => anyOf(draw, items, known));
    }
    case 'string':
      return textOf(draw, schema, known);
    case 'integer':
    case 'number': {
      const { minimum = -5, maximum = 2 ** 40 } = schema;
      const value = draw.chance(0.8)
        ? minimum + draw.below(20)
        : draw.one([minimum, maximum, minimum - 1, maximum + 1]);
      return schema.type === 'number' && draw.chance(0.3) ? value + 0.5 : Math.min(value, Number.MAX_SAFE_INTEGER);
    }
    case 'boolean':
      return draw.chance(0.5);
    case 'null':
      return null;
    default:
      return draw.of(anything);
  }
}

function objectOf(draw: Draw, schema: Schema, known: Known): unknown {
  const { properties = {}, required = [], additionalProperties: more, propertyNames } = schema;
  const named = Object.entries(properties).flatMap(([name, inner]) =>
    required.includes(name) || draw.chance(0.5) ? [[name, anyOf(draw, inner, known)] as const] : [],
  );
  const others = Array.from({ length: typeof more === 'object' ? draw.below(4) : 0 }, () => {
    const key = propertyNames
      ? anyOf(draw, propertyNames, known)
      : draw.one(['epochs', 'width', 'left', '__proto__', 'x']);
    return [String(key), anyOf(draw, more as Schema, known)] as const;
  });
  return Object.fromEntries([...named, ...others]);
}

function textOf(draw: Draw, { format, pattern }: Schema, known: Known): string {
  if (format === 'uuid') {
    const digits = (count: number): string => Array.from({ length: count }, () => draw.below(16).toString(16)).join('');
    return [digits(8), digits(4), `4${digits(3)}`, `8${digits(3)}`, digits(12)].join('-');
  }
  if (pattern?.includes('{16,64}')) return draw.chance(0.8) ? draw.one(known.handles) : 'x'.repeat(22);
  return draw.chance(0.7) ? draw.one(known.names) : draw.of(anyText);
}
