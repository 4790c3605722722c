import type { CutCounts, TrainRequest, TrainResult } from '../../contract/engine.ts';
import { writeModelFolder } from '../checkpoint/model-folder.ts';
import { toModelConfig } from '../model/weights.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { clearRunFolder, type Position, type RunFolder } from './run-folder.ts';
import type { StartingPoint } from './starting-point.ts';
import type { Trainer } from './trainer.ts';

/** Writes the finished model: the weights that did best on validation, or the last ones where there is no such split. */
export async function finish(done: {
  readonly request: TrainRequest;
  readonly from: StartingPoint;
  readonly trainer: Trainer;
  readonly folder: RunFolder;
  readonly position: Position;
  readonly runtime: Runtime;
  readonly cuts: CutCounts;
  /** performance.now() at the start. */
  readonly begun: number;
}): Promise<TrainResult> {
  const { request, from, trainer, folder, position } = done;
  const weights = position.best === null ? await trainer.weights() : await folder.readBest();
  const tail = position.curve.slice(-Math.ceil(position.curve.length / 10));
  const result: TrainResult = {
    steps: position.step,
    loss: tail.reduce((total, { loss }) => total + loss, 0) / tail.length,
    bestStep: position.best === null ? position.step : position.bestStep,
    validation: position.best ?? {},
    parameters: [...weights.values()].reduce((total, { data }) => total + data.length, 0),
    device: done.runtime.device,
    cuts: done.cuts,
    seconds: (performance.now() - done.begun) / 1000,
  };
  await writeModelFolder(request.modelFolder, {
    config: toModelConfig(from.model),
    manifest: {
      kind: request.kind,
      createdAt: new Date().toISOString(),
      trainingConfig: request.config,
      result,
      maxTokens: from.maxTokens,
    },
    tensors: weights,
    tokenizer: from.tokenizer,
  });
  await clearRunFolder(request.runFolder);
  return result;
}
