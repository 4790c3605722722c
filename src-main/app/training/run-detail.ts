import type { RunDetail } from '../../contract/views.ts';
import { comparisonOfRun } from '../../store/context-comparisons.ts';
import { curveOfRun, findRunLine, runLine, runsOfBest } from '../../store/runs.ts';
import type { House } from '../kernel/house.ts';
import { measuredOf } from './model-detail.ts';

/** A run with its curve, and how its model did beside the reward model before it. Computes no rewards. */
export async function runDetail(house: House, id: number, signal?: AbortSignal): Promise<RunDetail> {
  const { store } = house;
  const run = runLine(store, id);
  const curve = curveOfRun(store, id);
  const comparison = comparisonOfRun(store, id);
  const parts = runsOfBest(store, id)
    .map((part) => runLine(store, part.id))
    .toReversed();
  const partOf = typeof run.config.best === 'number' ? findRunLine(store, run.config.best) : null;
  const measured = await measuredOf(house, run.modelId, signal);
  return { run, curve, ...measured, comparison, parts, partOf };
}
