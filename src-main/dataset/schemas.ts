import { z } from 'zod';
import { splits } from '../contract/records.ts';

/** A text that can be kept: not empty, and whole characters only. */
const text = z.string().superRefine((value, context) => {
  const reason = flawOf(value);
  if (reason) context.addIssue({ code: 'custom', message: reason });
});

/** What is wrong with a text, or null. */
function flawOf(value: string): string | null {
  if (value.trim() === '') return 'is empty';
  if (value.includes('\0')) return 'holds a NUL character';
  if (!value.isWellFormed()) return 'holds half a character (a lone surrogate)';
  return null;
}

const absent = (value: unknown): unknown => (value === null || value === '' ? undefined : value);
const optionalText = z.preprocess(absent, text.optional());
const numberAsText = (value: unknown): unknown =>
  typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : absent(value);
const id = z.preprocess(numberAsText, text.optional());
/** Place in the order, 0 is best. */
const score = z.preprocess(absent, z.int('is not a whole number').min(0, 'is below 0').optional());
const votes = z.preprocess(absent, z.number().optional());
/** Other programs use the word for other things: what is no split of ours is passed over. */
const split = z.enum(splits).optional().catch(undefined);
const head = { id, group: id, title: optionalText, context: optionalText, split };

export const cupitSchema = z.object({ ...head, text, comments: z.array(z.object({ text, score, votes })) });

export const pairSchema = z.object({
  id,
  group: id,
  title: optionalText,
  context: optionalText,
  split,
  prompt: text,
  chosen: text,
  rejected: text,
});

const time = z.iso.datetime('is not a time like 2026-01-31T12:00:00.000Z');

export const labelSchema = z.object({
  ...head,
  post: id,
  text: optionalText,
  left: text,
  right: text,
  outcome: z.enum(['left', 'right', 'tie']),
  bothBad: z.boolean('is not true or false').optional(),
  note: z.preprocess(absent, z.string().optional()),
  again: z.boolean('is not true or false').optional(),
  annotator: text.default('import'),
  origin: z.enum(['import', 'compare', 'terminal']).default('import'),
  createdAt: z.preprocess(absent, time.optional()),
  durationMs: z.int('is not a whole number').min(0, 'is below 0').nullable().default(null),
  revokedAt: time.nullable().default(null),
});

const contextText = z.preprocess(absent, text);
export const contextSchema = z.object({ id: z.preprocess(numberAsText, text), context: contextText });
export const contextByTextSchema = z.object({ text, title: optionalText, context: contextText });

export const csvPostSchema = z.object({ ...head, text, comment: text, score, votes });
