import type { EmbedResult, Progress, ScoreRequest, ScoreResult, TextInput } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { blocksOfWeights, lengthOf, plainFeature, priorReward, squareOf, wordsOf } from './features.ts';
import type { DrawnHead, Head } from './head-folder.ts';
import { textFeatures } from './text-features.ts';

/** The reward of one comment from the vectors of its post and itself. */
export function headReward(
  { weights, mean, deviation }: Head,
  { comment: text }: TextInput,
  post: Float32Array,
  comment: Float32Array,
): number {
  const blocks = blocksOfWeights(weights);
  let [sum, cosine] = [priorReward(text), 0];
  for (let i = 0; i < blocks.product; i++) {
    const product = comment[i]! * post[i]!;
    cosine += product;
    sum += comment[i]! * weights[blocks.comment + i]! + product * weights[blocks.product + i]!;
  }
  for (const [i, value] of [...textFeatures(text), cosine].entries()) {
    const distance = plainFeature(value, mean[i]!, deviation[i]!);
    sum += distance * weights[blocks.plain + i]! + squareOf(distance) * weights[blocks.bent + i]!;
    if (i === 0) sum += lengthOf(distance) * weights[blocks.words - 1]!;
  }
  const words = wordsOf(text);
  for (const [i, bucket] of words.buckets.entries()) sum += words.values[i]! * weights[blocks.words + bucket]!;
  return sum;
}

/** How far the reward of a comment lies from `headReward` by each of the heads that were drawn beside it; empty where none were. */
export function headDeviations(
  { weights, mean, deviation, deviations }: DrawnHead,
  { comment: text }: TextInput,
  post: Float32Array,
  comment: Float32Array,
): Float32Array {
  if (deviations === null) return new Float32Array(0);
  const blocks = blocksOfWeights(weights);
  const row = new Float32Array(blocks.words);
  let cosine = 0;
  for (let i = 0; i < blocks.product; i++) {
    const product = comment[i]! * post[i]!;
    cosine += product;
    row[blocks.comment + i] = comment[i]!;
    row[blocks.product + i] = product;
  }
  for (const [i, value] of [...textFeatures(text), cosine].entries()) {
    const distance = plainFeature(value, mean[i]!, deviation[i]!);
    row[blocks.plain + i] = distance;
    row[blocks.bent + i] = squareOf(distance);
    if (i === 0) row[blocks.words - 1] = lengthOf(distance);
  }
  return Float32Array.from({ length: deviations.length / row.length }, (_, head) => {
    let sum = 0;
    for (let i = 0; i < row.length; i++) sum += row[i]! * deviations[head * row.length + i]!;
    return sum;
  });
}

/**
 * One reward per text, in the order given.
 * @param embed gives the encoder's vectors where the request has none
 */
export async function scoreWithHead(
  head: DrawnHead,
  { texts, vectors, deviations: wanted }: ScoreRequest,
  embed: (texts: readonly string[]) => Promise<EmbedResult>,
  { onProgress, signal }: { readonly onProgress: (progress: Progress) => void; readonly signal: AbortSignal },
): Promise<ScoreResult> {
  const known = vectors
    ? { vectorOf: given(texts, vectors, widthOf(head)), cut: 0, device: 'cpu' }
    : await embedded(texts, embed, widthOf(head));
  const rewards = new Float32Array(texts.length);
  const deviations: number[] = [];
  for (const [i, text] of texts.entries()) {
    if (signal.aborted) throw new TiebreakError('cancelled', 'The scoring was cancelled. Nothing was changed.');
    const [post, comment] = [known.vectorOf(i, 'post'), known.vectorOf(i, 'comment')];
    rewards[i] = headReward(head, text, post, comment);
    if (wanted) deviations.push(...headDeviations(head, text, post, comment));
  }
  onProgress({ phase: 'score', done: texts.length, total: texts.length, speed: null, secondsLeft: null });
  const cuts = { inputs: texts.length, postCut: 0, commentCut: known.cut };
  return { rewards, device: known.device, cuts, ...(wanted ? { deviations: Float32Array.from(deviations) } : {}) };
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
async function embedded(
  texts: readonly TextInput[],
  embed: (texts: readonly string[]) => Promise<EmbedResult>,
  width: number,
): Promise<{ readonly vectorOf: VectorOf; readonly cut: number; readonly device: string }> {
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
