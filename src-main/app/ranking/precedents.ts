import type { EncoderPlace } from '../../contract/engine.ts';
import type { Precedent, Precedents, Verdict } from '../../contract/why.ts';
import { type Say, saysOf } from '../../recipe/says.ts';
import { vectorsOfComments } from '../../store/embeddings.ts';
import { newestAnswers } from '../../store/labels.ts';
import type { ReadingStore } from '../../store/open.ts';
import { commentTexts } from '../../store/some-comments.ts';
import { createPauses } from '../kernel/time-slices.ts';

/** Answers that are looked at: the newest. */
const mostAnswers = 10_000;
/** Pairs whose vectors are read at once: some milliseconds of work. */
const atOnce = 128;
/** Pairs that are shown. */
const shown = 3;
/** Differences less alike than this have nothing to do with each other: of two drawn by chance, few are. */
const leastLikeness = 0.3;

type Compared = { readonly postId: number; readonly one: number; readonly other: number; readonly verdict: Verdict };
type Found = Compared & { readonly likeness: number };

/**
 * The compared pairs whose comments differ most nearly as two others do: by the cosine of the differences of their vectors, whichever way
 * round. Pairs on which people are divided, and the two themselves, are left out.
 * @param two numbers of the comments
 * @param difference the first one's vector less the second's; asked for once it is known that others have vectors
 */
export async function precedentsOf(
  store: ReadingStore,
  encoder: EncoderPlace,
  two: readonly [number, number],
  difference: () => Promise<Float32Array>,
  signal: AbortSignal | undefined,
): Promise<Precedents> {
  const pause = createPauses(signal);
  const { pairs, older } = await comparedPairs(store, two, pause);
  let wanted: Float32Array | null = null;
  let unread = 0;
  let nearest: Found[] = [];
  for (let from = 0; from < pairs.length; from += atOnce) {
    await pause();
    const some = pairs.slice(from, from + atOnce);
    const ids = new Set(some.flatMap(({ one, other }) => [one, other]));
    const vectors = vectorsOfComments(store, encoder.name, [...ids]);
    for (const pair of some) {
      const [better, worse] = [vectors.get(pair.one), vectors.get(pair.other)];
      if (!better || !worse) {
        unread += 1;
        continue;
      }
      wanted ??= await difference();
      const likeness = cosineOfDifference(wanted, better, worse);
      if (Math.abs(likeness) < leastLikeness) continue;
      nearest = [...nearest, { ...pair, likeness }]
        .sort((a, b) => Math.abs(b.likeness) - Math.abs(a.likeness))
        .slice(0, shown);
    }
  }
  const list = nearest.map((pair) => withTexts(store, pair));
  return { list, pairs: pairs.length, unread, older, encoder: encoder.name };
}

/** Pairs of the newest answers on which more people are on one side, the better comment first. */
async function comparedPairs(store: ReadingStore, two: readonly [number, number], pause: () => Promise<void>) {
  const posts = new Map<number, number>();
  const answers = [];
  let older = false;
  for (const answer of newestAnswers(store)) {
    await pause();
    if (answers.length === mostAnswers) {
      older = true;
      break;
    }
    answers.push(answer);
    posts.set(answer.leftId, answer.postId);
  }
  const byPair = new Map<string, Say[]>();
  for (const say of saysOf(answers)) {
    const name = `${say.firstId} ${say.secondId}`;
    byPair.set(name, [...(byPair.get(name) ?? []), say]);
  }
  const pairs: Compared[] = [];
  for (const says of byPair.values()) {
    const { firstId, secondId } = says[0]!;
    if (two.includes(firstId) && two.includes(secondId)) continue;
    const verdict = verdictOf(says);
    if (verdict.first === verdict.second) continue;
    const postId = (posts.get(firstId) ?? posts.get(secondId))!;
    if (verdict.first > verdict.second) pairs.push({ postId, one: firstId, other: secondId, verdict });
    else pairs.push({ postId, one: secondId, other: firstId, verdict: turned(verdict) });
  }
  return { pairs, older };
}

/** How many people are for which of two comments, each once. */
export function verdictOf(says: readonly Say[]): Verdict {
  const count = (is: (share: number) => boolean): number => says.filter(({ share }) => is(share)).length;
  return {
    first: count((share) => share > 0.5),
    second: count((share) => share < 0.5),
    neither: count((share) => share === 0.5),
  };
}

export const turned = ({ first, second, neither }: Verdict): Verdict => ({ first: second, second: first, neither });

/** 0 where one of the differences is none. */
function cosineOfDifference(wanted: Float32Array, better: Float32Array, worse: Float32Array): number {
  let [product, one, other] = [0, 0, 0];
  for (let i = 0; i < wanted.length; i++) {
    const difference = better[i]! - worse[i]!;
    product += wanted[i]! * difference;
    one += wanted[i]! ** 2;
    other += difference ** 2;
  }
  return one === 0 || other === 0 ? 0 : product / Math.sqrt(one * other);
}

function withTexts(store: ReadingStore, { postId, one, other, verdict, likeness }: Found): Precedent {
  const texts = commentTexts(store, [one, other]);
  return {
    post: postId,
    better: texts.get(one)?.text ?? '',
    worse: texts.get(other)?.text ?? '',
    people: verdict,
    likeness,
  };
}
