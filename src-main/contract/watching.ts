/** A folder whose files are imported as they come and change. */
import { z } from 'zod';
import { importInput } from './calls.ts';

export const watchCall = importInput(z.string())
  .omit({ files: true })
  .extend({ folder: z.string().min(1) });
export type WatchCall = z.input<typeof watchCall>;

/** What became of a file of a watched folder. */
export type WatchedFile = {
  readonly file: string;
  /** ISO 8601. */
  readonly at: string;
  /** What arrived, or why nothing did, in words. */
  readonly says: string;
  readonly failed: boolean;
};

/** A folder that an open app watches, as its pages show it. */
export type WatchedFolder = {
  /** The folder, as people know it; null where none is watched. */
  readonly folder: string | null;
  /** waiting: until what is going on is done; gone: until the folder is there again. */
  readonly state: 'off' | 'watching' | 'waiting' | 'gone';
  /** The last ones of this session, the newest first. */
  readonly files: readonly WatchedFile[];
};
