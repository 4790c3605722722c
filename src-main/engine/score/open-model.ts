import { readArchitecture } from '../../checkpoint/folder.ts';
import type { ExplainRequest, ExplainResult, ScoreRequest, ScoreResult } from '../../contract/engine.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { loadModel, score, unloadModel } from './score.ts';
import { explainWithEncoder, loadEncoderModel, scoreWithEncoder, unloadEncoderModel } from './score-encoder.ts';
import { loadTogether, scoreTogether, unloadTogether } from './score-together.ts';

/** A reward model of any architecture on a device, ready to score. */
export type OpenModel = {
  readonly folder: string;
  readonly device: string;
  score(request: ScoreRequest, context: RequestContext): Promise<ScoreResult>;
  /** Takes rewards apart, where they are sums of what can be named. */
  explain?(request: ExplainRequest, context: RequestContext): Promise<ExplainResult>;
  close(): Promise<void>;
};

/** Loads a model folder by what its manifest says it is. Throws TiebreakError bad-input for a model without rewards. */
export async function openModel(runtime: Runtime, folder: string): Promise<OpenModel> {
  const { device } = runtime;
  const architecture = await readArchitecture(folder);
  if (architecture === 'encoder') {
    const model = await loadEncoderModel(runtime, folder);
    return {
      folder,
      device,
      score: (request, context) => scoreWithEncoder(model, request, context),
      explain: (request, context) => explainWithEncoder(model, request, context),
      close: () => unloadEncoderModel(model),
    };
  }
  if (architecture === 'together') {
    const model = await loadTogether(runtime, folder);
    return {
      folder,
      device,
      score: (request, context) => scoreTogether(model, request, context),
      close: () => unloadTogether(model),
    };
  }
  const model = await loadModel(runtime, folder);
  return {
    folder,
    device,
    score: (request, context) => score(model, request, context),
    close: () => unloadModel(model),
  };
}
