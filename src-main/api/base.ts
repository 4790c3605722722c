import { implement, ORPCError } from '@orpc/server';
import { explained } from '../app/kernel/tasks.ts';
import { api } from '../contract/api.ts';
import type { FilePurpose, TakenFile } from '../contract/files.ts';

/** What a call learns of the door it came through. */
export type Door = {
  readonly kind: 'window' | 'browser';
  /** The system's dialogs; only a window has them. */
  readonly choose?: (purpose: FilePurpose) => Promise<readonly TakenFile[]>;
  readonly save?: (handle: string) => Promise<{ readonly saved: boolean }>;
};

type Issue = { readonly path?: readonly PropertyKey[]; readonly message: string };

/** The contract, to be implemented group by group. Errors leave as a code and a sentence. */
export const os = implement(api)
  .$context<{ readonly door: Door }>()
  .use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw asAnswer(error);
    }
  });

function asAnswer(error: unknown): ORPCError<string, unknown> {
  if (error instanceof ORPCError) {
    const issue = (error.data as { issues?: readonly Issue[] } | undefined)?.issues?.[0];
    if (!issue) return error;
    const where = issue.path?.map(String).join('.') || 'The input';
    return new ORPCError('bad-input', {
      status: 400,
      message: `${where} is not right: ${issue.message}. Nothing was changed.`,
    });
  }
  const { code, message } = explained(error);
  return new ORPCError(code, { status: code === 'defect' ? 500 : 400, message });
}
