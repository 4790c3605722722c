import { readModelFolder } from '../../checkpoint/model-folder.ts';
import { cutsOnce } from '../../checkpoint/reading-facts.ts';
import type { ScoreRequest, ScoreResult } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Tokenizer } from '../../tokenizer/bpe.ts';
import { loadTokenizer } from '../../tokenizer/files.ts';
import { rowFeeds } from '../batch/row-feeds.ts';
import { type Block, blocksOf } from '../batch/rows.ts';
import { encodeAll } from '../batch/tokens.ts';
import { rowRewardProgram } from '../model/reward-program.ts';
import { toGpt2Config } from '../model/weights.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import type { FixedProgram, Runtime } from '../runtime/runtime.ts';

/** A reward model on a device, ready to score. */
export type LoadedModel = {
  readonly folder: string;
  readonly device: string;
  readonly tokenizer: Tokenizer;
  readonly maxTokens: number;
  readonly heads: number;
  /** Whether a post that doesn't fit is cut once for all its comments. */
  readonly cutOnce: boolean;
  readonly program: FixedProgram;
};

/** Tokens that run at once: few on the processor, so that they stay in its cache and rows are of nearly one length. */
const tokensPerBatch = (device: string): number => (device === 'cpu' ? 1024 : 4096);

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
  return {
    folder,
    device: runtime.device,
    tokenizer: await loadTokenizer(folder),
    maxTokens: Math.min(manifest?.maxTokens ?? 512, model.positions),
    heads: model.heads,
    cutOnce: cutsOnce(manifest),
    program: await runtime.compileFixed(rowRewardProgram(model), tensors),
  };
}

export function unloadModel({ program }: LoadedModel): Promise<void> {
  return program.dispose();
}

/** One reward per text, in the order given. Each post is read once for its comments; blocks of similar length run together. */
export async function score(
  model: LoadedModel,
  { texts }: ScoreRequest,
  { onProgress, signal }: RequestContext,
): Promise<ScoreResult> {
  const { encoded, cuts } = encodeAll(model.tokenizer, texts, model.maxTokens, model.cutOnce);
  const rewards = new Float32Array(texts.length);
  const blocks = blocksByPost(texts, encoded);
  const begun = performance.now();
  let done = 0;
  for (let from = 0; from < blocks.length; ) {
    if (signal.aborted) throw new TiebreakError('cancelled', 'The scoring was cancelled. Nothing was changed.');
    const batch = atOnce(blocks, from, tokensPerBatch(model.device));
    const places = batch.flatMap(({ members }) => members);
    const feeds = rowFeeds(
      places.map((i) => encoded[i]!),
      model.heads,
      renumbered(batch),
    );
    const result = await model.program.run(feeds);
    for (const [row, i] of places.entries()) rewards[i] = result.rewards![row]!;
    from += batch.length;
    done += places.length;
    const seconds = (performance.now() - begun) / 1000;
    onProgress({
      phase: 'score',
      done,
      total: texts.length,
      speed: done / seconds,
      secondsLeft: (seconds * (texts.length - done)) / done,
    });
  }
  return { rewards, device: model.device, cuts };
}

/** What is read at once of each post, the longest first. Members are places among all texts. */
function blocksByPost(texts: ScoreRequest['texts'], encoded: readonly Int32Array[]): Block[] {
  const byPost = Map.groupBy(texts.keys(), (i) => texts[i]!.post);
  const blocks = [...byPost.values()].flatMap((places) =>
    blocksOf(places.map((i) => encoded[i]!)).map((block) => ({
      ...block,
      members: block.members.map((i) => places[i]!),
    })),
  );
  return blocks.sort((a, b) => b.tokens - a.tokens);
}

/** As many blocks from one on as have no more than so many tokens, one at least. */
function atOnce(blocks: readonly Block[], from: number, most: number): Block[] {
  let to = from;
  for (let tokens = 0; to < blocks.length; to++) {
    tokens += blocks[to]!.tokens;
    if (tokens > most) break;
  }
  return blocks.slice(from, Math.max(from + 1, to));
}

/** The same blocks with members numbered as they come. */
function renumbered(blocks: readonly Block[]): Block[] {
  let count = 0;
  return blocks.map((block) => ({ ...block, members: block.members.map(() => count++) }));
}
