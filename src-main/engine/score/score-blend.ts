import { readBlendFolder } from '../../checkpoint/blend-folder.ts';
import type { ScoreRequest, ScoreResult } from '../../contract/engine.ts';
import type { RequestContext } from '../runtime/request-context.ts';

type Score = (request: ScoreRequest, context: RequestContext) => Promise<ScoreResult>;

/** One reward per text: the weighted sum of what the models of a blend give. Vectors that are given are for its quick one. */
export async function scoreBlend(request: ScoreRequest, score: Score, context: RequestContext): Promise<ScoreResult> {
  const parts = await readBlendFolder(request.modelFolder);
  const { vectors, ...plain } = request;
  const rewards = new Float32Array(request.texts.length);
  let result: ScoreResult | null = null;
  for (const [k, { folder, method, weight }] of parts.entries()) {
    const part = method === 'quick' ? request : plain;
    const found = await score(
      { ...part, modelFolder: folder },
      {
        ...context,
        // All models read all texts: each is a share of the work.
        onProgress: ({ done, ...progress }) =>
          context.onProgress({
            ...progress,
            done: Math.floor((k * request.texts.length + done) / parts.length),
            total: request.texts.length,
          }),
      },
    );
    for (let i = 0; i < rewards.length; i++) rewards[i]! += weight * found.rewards[i]!;
    // What was cut, and where it ran, is told of the model that reads deepest.
    if (result === null || method !== 'quick') result = found;
  }
  return { ...result!, rewards };
}
