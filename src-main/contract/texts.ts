import { z } from 'zod';

/** A name or a note that comes back from every file: one of CSV with a NUL in it is none, and half a character becomes another one. */
export const exportable = z
  .string()
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'holds a character that no file can hold');
