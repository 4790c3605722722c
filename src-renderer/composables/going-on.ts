import type { ContextComparison } from '../../src-main/contract/context-comparison.ts';
import type { RunLine } from '../../src-main/contract/views.ts';
import { client } from '../api.ts';
import { succeeds } from './toasts.ts';

/** Goes on with a run that was stopped. @returns whether it does */
export const resumeRun = ({ id }: Pick<RunLine, 'id'>): Promise<boolean> =>
  succeeds(() => client.train.resume({ run: id }));

/** Goes on with a comparison with and without the post. @returns whether it does */
export const resumeComparison = ({ id }: Pick<ContextComparison, 'id'>): Promise<boolean> =>
  succeeds(() => client.contextComparisons.goOn({ comparison: id }));
