import type { RunDetail } from '../../contract/views.ts';
import { comparisonOfRun } from '../../store/context-comparisons.ts';
import { evaluationOf } from '../../store/evaluations.ts';
import { findKeptModel, modelBefore } from '../../store/models.ts';
import { curveOfRun, findRunLine, runLine, runsOfBest } from '../../store/runs.ts';
import type { House } from '../kernel/house.ts';
import { compareOnSplit } from '../models/model-comparison.ts';

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
  const split = (['test', 'validation'] as const).find((name) => run.modelId && evaluationOf(store, run.modelId, name));
  if (run.modelId === null || split === undefined) {
    return { run, curve, evaluation: null, previous: null, difference: null, mistakes: [], comparison, parts, partOf };
  }
  const model = findKeptModel(store, run.modelId);
  const before = modelBefore(store, model.id);
  const { difference, mistakes } = await compareOnSplit(house, split, model, before, signal);
  return {
    run,
    curve,
    evaluation: evaluationOf(store, model.id, split),
    previous: before && evaluationOf(store, before.id, split),
    difference,
    mistakes,
    comparison,
    parts,
    partOf,
  };
}
