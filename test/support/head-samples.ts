import { createRandom } from '../../src-main/common/random.ts';
import { type PairGroup, type PairInput, vectorWidth } from '../../src-main/contract/engine.ts';
import { type HeadData, headData } from '../../src-main/engine/head/data.ts';
import { scaleRows, scalingOf, widen } from '../../src-main/engine/head/features.ts';

export type Sample = { readonly group: PairGroup; readonly vectors: Float32Array };

/** Vectors of the length 1, drawn by chance. */
function randomVectors(count: number, random: () => number): Float32Array {
  const vectors = new Float32Array(count * vectorWidth);
  for (let row = 0; row < count; row++) {
    const vector = Float32Array.from({ length: vectorWidth }, () => random() - 0.5);
    const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
    vectors.set(
      vector.map((x) => x / length),
      row * vectorWidth,
    );
  }
  return vectors;
}

/**
 * Posts with three comments each, all pairs among them. Which is better is told by the first numbers of their vectors, and
 * their lengths say nothing.
 */
export function samplePosts(count: number, seed = 1): readonly Sample[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, post) => {
    const vectors = randomVectors(4, random);
    const texts = [1, 2, 3].map((place) => {
      const words = Array.from({ length: 1 + Math.floor(12 * random()) }, () => `w${Math.floor(200 * random())}`);
      return { post: `Post ${post}`, comment: `${words.join(' ')} ${place}` };
    });
    const worth = texts.map((_, i) => {
      const [value, from] = [random() - 0.5, (i + 1) * vectorWidth];
      for (let at = 0; at < 40; at++) vectors[from + at]! += 0.15 * value;
      return value;
    });
    const pairs: PairInput[] = [];
    for (const [first, second] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      pairs.push({ first, second, target: worth[first]! > worth[second]! ? 1 : 0 });
    }
    return { group: { texts, pairs }, vectors };
  });
}

/** Data as they are trained on. */
export function prepared(samples: readonly Sample[]): HeadData {
  const data = headData(samples);
  const scaling = scalingOf(data.rows, data.post);
  scaleRows(data.rows, scaling);
  return { ...data, rows: widen(data.rows, scaling, data.texts) };
}

/** The same posts with other pairs. */
export function withPairs(samples: readonly Sample[], pairs: (of: PairGroup) => readonly PairInput[]): Sample[] {
  return samples.map(({ group, vectors }) => ({ group: { ...group, pairs: pairs(group) }, vectors }));
}
