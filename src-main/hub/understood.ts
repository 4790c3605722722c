import type { z } from 'zod';

/**
 * What a schema makes of an answer; null where it is of another form. Zod asks for the length of what should be a text before it knows that it is
 * one: of a thing whose length can't be compared it would throw.
 */
export function understood<T>(schema: z.ZodType<T>, answer: unknown): T | null {
  try {
    return schema.safeParse(answer).data ?? null;
  } catch {
    return null;
  }
}
