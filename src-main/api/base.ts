import { implement, ORPCError } from '@orpc/server';
import { explained } from '../app/kernel/tasks.ts';
import { complaint, type Issue } from '../common/complaint.ts';
import { withBeginnings } from '../common/long-texts.ts';
import { api } from '../contract/api.ts';
import type { FilePurpose, TakenFile } from '../contract/files.ts';

/** What a call learns of the door it came through. */
export type Door = {
  readonly kind: 'window' | 'browser';
  /** The system's dialogs; only a window has them. */
  readonly choose?: (purpose: FilePurpose) => Promise<readonly TakenFile[]>;
  /** Shows a folder as the system does. */
  readonly openFolder?: (path: string) => Promise<void>;
  readonly save?: (handle: string) => Promise<{ readonly saved: boolean }>;
  /** Shows the project of another data folder in the place of this one. Without it, this door stays with one. */
  readonly openProject?: (home: string) => Promise<void>;
};

const implemented = implement(api).$context<{ readonly door: Door }>();

/** The contract, to be implemented group by group. Errors leave as a code and a sentence. */
export const os = implemented.use(async ({ next }) => {
  try {
    return await next();
  } catch (error) {
    throw asAnswer(error);
  }
});

/** For calls that show texts: of a text of megabytes its beginning, since the page has no place for more, and asks for the rest where somebody wants it. */
export const beginnings = implemented.middleware(async ({ next }) => {
  const result = await next();
  return { ...result, output: withBeginnings(result.output) };
});

function asAnswer(error: unknown): ORPCError<string, unknown> {
  if (error instanceof ORPCError) {
    const issues = (error.data as { readonly issues?: readonly Issue[] } | undefined)?.issues;
    if (!issues?.length) return error;
    return new ORPCError('bad-input', { status: 400, message: `${complaint({ issues })}. Nothing was changed.` });
  }
  const { code, message } = explained(error);
  return new ORPCError(code, { status: code === 'defect' ? 500 : 400, message });
}
