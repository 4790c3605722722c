import type { EmbedResult, Progress, ScoreRequest, ScoreResult, TextInput } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { blocksOfWeights, lengthOf, plainFeature, priorReward, squareOf, wordsOf } from './features.ts';
import type { Head } from './head-folder.ts';
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

/**
 * One reward per text, in the order given.
 * @param embed gives the encoder's vectors where the request has none
 */
export async function scoreWithHead(
  head: Head,
  { texts, vectors }: ScoreRequest,
  embed: (texts: readonly string[]) => Promise<EmbedResult>,
  { onProgress, signal }: { readonly onProgress: (progress: Progress) => void; readonly signal: AbortSignal },
): Promise<ScoreResult> {
  const known = vectors
    ? { vectorOf: given(texts, vectors, widthOf(head)), cut: 0, device: 'cpu' }
    : await embedded(texts, embed, widthOf(head));
  const rewards = new Float32Array(texts.length);
  for (const [i, text] of texts.entries()) {
    if (signal.aborted) throw new TiebreakError('cancelled', 'The scoring was cancelled. Nothing was changed.');
    rewards[i] = headReward(head, text, known.vectorOf(i, 'post'), known.vectorOf(i, 'comment'));
  }
  onProgress({ phase: 'score', done: texts.length, total: texts.length, speed: null, secondsLeft: null });
  return { rewards, device: known.device, cuts: { inputs: texts.length, postCut: 0, commentCut: known.cut } };
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
