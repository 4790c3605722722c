import { setImmediate as turn } from 'node:timers/promises';
import { append } from '../../common/lists.ts';
import type {
  EmbedResult,
  ExplainRequest,
  ExplainResult,
  Progress,
  ScoreRequest,
  ScoreResult,
  TextInput,
} from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { headDeviations } from './drawn-rewards.ts';
import { namedShares } from './explain.ts';
import { blocksOfWeights } from './features.ts';
import type { DrawnHead, Head } from './head-folder.ts';
import { rewardPartsOf } from './reward-parts.ts';

/** Longest stretch of work in ms. */
const stretch = 100;

/** The reward of one comment from the vectors of its post and itself: the sum of its parts. */
export function headReward(head: Head, text: TextInput, post: Float32Array, comment: Float32Array): number {
  const { length, form, words, meaning, post: fit } = rewardPartsOf(head, text, post, comment);
  return length + form + words + meaning + fit;
}

/**
 * One reward per text, in the order given.
 * @param embed gives the encoder's vectors where the request has none
 */
export async function scoreWithHead(
  head: DrawnHead,
  { texts, vectors, deviations: wanted }: ScoreRequest,
  embed: Embed,
  { onProgress, signal }: { readonly onProgress: (progress: Progress) => void; readonly signal: AbortSignal },
): Promise<ScoreResult> {
  const known = await vectorsFor(head, texts, vectors, embed);
  const rewards = new Float32Array(texts.length);
  const deviations: number[] = [];
  let last = performance.now();
  for (const [i, text] of texts.entries()) {
    if (performance.now() - last > stretch) {
      // So that word of a cancellation can come.
      await turn();
      last = performance.now();
      onProgress({ phase: 'score', done: i, total: texts.length, speed: null, secondsLeft: null });
    }
    if (signal.aborted) throw new TiebreakError('cancelled', 'The scoring was cancelled. Nothing was changed.');
    const [post, comment] = [known.vectorOf(i, 'post'), known.vectorOf(i, 'comment')];
    rewards[i] = headReward(head, text, post, comment);
    if (wanted) append(deviations, headDeviations(head, text, post, comment));
  }
  onProgress({ phase: 'score', done: texts.length, total: texts.length, speed: null, secondsLeft: null });
  const cuts = { inputs: texts.length, postCut: 0, commentCut: known.cut };
  return { rewards, device: known.device, cuts, ...(wanted ? { deviations: Float32Array.from(deviations) } : {}) };
}

/**
 * Takes the rewards of two comments apart, as exactly as they are added up.
 * @param embed gives the encoder's vectors where the request has none
 */
export async function explainHead(
  head: Head,
  { texts, vectors }: Pick<ExplainRequest, 'texts' | 'vectors'>,
  embed: Embed,
): Promise<ExplainResult> {
  const { vectorOf } = await vectorsFor(head, texts, vectors, embed);
  const partsOf = (i: 0 | 1) => rewardPartsOf(head, texts[i], vectorOf(i, 'post'), vectorOf(i, 'comment'));
  return { parts: [partsOf(0), partsOf(1)], ...namedShares(head, texts) };
}

type Embed = (texts: readonly string[]) => Promise<EmbedResult>;
type Known = { readonly vectorOf: VectorOf; readonly cut: number; readonly device: string };

async function vectorsFor(
  head: Head,
  texts: readonly TextInput[],
  vectors: Float32Array | undefined,
  embed: Embed,
): Promise<Known> {
  return vectors
    ? { vectorOf: given(texts, vectors, widthOf(head)), cut: 0, device: 'cpu' }
    : embedded(texts, embed, widthOf(head));
}

type VectorOf = (text: number, of: keyof TextInput) => Float32Array;

/** The width of the vectors that a head reads. */
const widthOf = ({ weights }: Head): number => blocksOfWeights(weights).product;

function given(texts: readonly TextInput[], vectors: Float32Array, width: number): VectorOf {
  if (vectors.length !== 2 * texts.length * width) throw new RangeError('texts and vectors disagree');
  return (text, of) => {
    const at = (2 * text + (of === 'post' ? 0 : 1)) * width;
    return vectors.subarray(at, at + width);
  };
}

/** Reads every text once, however often it comes. */
async function embedded(texts: readonly TextInput[], embed: Embed, width: number): Promise<Known> {
  const places = new Map<string, number>();
  for (const { post, comment } of texts) {
    for (const text of [post, comment]) if (!places.has(text)) places.set(text, places.size);
  }
  const { embeddings, cut, device } = await embed([...places.keys()]);
  const vectorOf: VectorOf = (text, of) => {
    const at = places.get(texts[text]![of])! * width;
    return embeddings.subarray(at, at + width);
  };
  return { vectorOf, cut, device };
}
