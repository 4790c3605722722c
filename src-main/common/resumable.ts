import type { RunLine } from '../contract/views.ts';

/** Whether a run can go on from its last checkpoint. */
export const canResume = ({ status, config, step }: Pick<RunLine, 'status' | 'config' | 'step'>): boolean =>
  status !== 'done' && status !== 'running' && step > 0 && config.checkpointEvery !== 0;
