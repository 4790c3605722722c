import { readModelFolder } from '../../checkpoint/model-folder.ts';
import type { Progress, ScoreRequest, ScoreResult } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Tokenizer } from '../../tokenizer/bpe.ts';
import { loadTokenizer } from '../../tokenizer/files.ts';
import { paddedLength } from '../batch/batches.ts';
import { inputFeeds } from '../batch/feeds.ts';
import { encodeAll } from '../batch/tokens.ts';
import { parameters } from '../model/gpt2.ts';
import { rewardProgram } from '../model/reward-program.ts';
import { toGpt2Config } from '../model/weights.ts';
import type { Program, Runtime, State } from '../runtime/runtime.ts';

/** A reward model on a device, ready to score. */
export type LoadedModel = {
  readonly folder: string;
  readonly device: string;
  readonly tokenizer: Tokenizer;
  readonly maxTokens: number;
  readonly program: Program;
  readonly state: State;
};

/** Padded tokens that run at once. */
const tokensPerBatch = 4096;

/** Throws TiebreakError bad-input for a model without a reward head. */
export async function loadModel(runtime: Runtime, folder: string): Promise<LoadedModel> {
  const { config, manifest, tensors } = await readModelFolder(folder);
  if (!tensors.has('v_head.weight')) {
    throw new TiebreakError(
      'bad-input',
      'This is a language model: it gives no rewards. Train a reward model from it first.',
    );
  }
  const model = toGpt2Config(config);
  const state = runtime.createState();
  state.put(new Map(parameters(model, true).map(({ name }) => [name, tensors.get(name)!])));
  return {
    folder,
    device: runtime.device,
    tokenizer: await loadTokenizer(folder),
    maxTokens: Math.min(manifest?.maxTokens ?? 512, model.positions),
    program: await runtime.compile(rewardProgram(model)),
    state,
  };
}

export async function unloadModel({ program, state }: LoadedModel): Promise<void> {
  await program.dispose();
  state.dispose();
}

/**
 * One reward per text, in the order given. Texts of similar length run together, so that little is padding.
 */
export async function score(
  model: LoadedModel,
  { texts }: ScoreRequest,
  { onProgress, signal }: { readonly onProgress: (progress: Progress) => void; readonly signal: AbortSignal },
): Promise<ScoreResult> {
  const { encoded, cuts } = encodeAll(model.tokenizer, texts, model.maxTokens);
  const rewards = new Float32Array(texts.length);
  const order = encoded.map((_, i) => i).sort((a, b) => encoded[b]!.length - encoded[a]!.length);
  const begun = performance.now();
  for (let from = 0; from < order.length; ) {
    if (signal.aborted) throw new TiebreakError('cancelled', 'The scoring was cancelled. Nothing was changed.');
    const length = paddedLength(encoded[order[from]!]!.length, model.maxTokens);
    const batch = order.slice(from, from + Math.max(1, Math.floor(tokensPerBatch / length)));
    const feeds = inputFeeds(
      batch.map((i) => encoded[i]!),
      model.tokenizer.endId,
      length,
    );
    const result = await model.program.run(feeds, model.state);
    batch.forEach((i, row) => {
      rewards[i] = result.rewards![row]!;
    });
    from += batch.length;
    const seconds = (performance.now() - begun) / 1000;
    onProgress({
      phase: 'score',
      done: from,
      total: order.length,
      speed: from / seconds,
      secondsLeft: (seconds * (order.length - from)) / from,
    });
  }
  return { rewards, device: model.device, cuts };
}
