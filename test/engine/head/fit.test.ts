import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src-main/common/random.ts';
import { type PairInput, vectorWidth } from '../../../src-main/contract/engine.ts';
import type { HeadData } from '../../../src-main/engine/head/data.ts';
import { blocksOf } from '../../../src-main/engine/head/features.ts';
import { type Choice, fitHead } from '../../../src-main/engine/head/fit.ts';
import { headLoss, judge, rewardsOf } from '../../../src-main/engine/head/loss.ts';
import { startFrom, usualStart } from '../../../src-main/engine/head/start.ts';
import { textFeatureNames, textFeatures } from '../../../src-main/engine/head/text-features.ts';
import { prepared, samplePosts, withPairs } from '../../support/head-samples.ts';

const quiet = { onTried: () => {}, signal: new AbortController().signal };
const fit = (train: HeadData, held: HeadData, hooks: Parameters<typeof fitHead>[3]) =>
  fitHead(train, held, usual, hooks);
const nothing = prepared([]);
const validation = prepared(samplePosts(60, 99));

function accuracyOn(data: HeadData, weights: Float64Array): number {
  return judge(data.pairs, rewardsOf(data, weights)).accuracy;
}

/** What the prior alone gets right. */
const blocks = blocksOf(vectorWidth);
const usual = usualStart(blocks);
const priorAccuracy = accuracyOn(validation, usual.centre);

/** Rewards that are all numbers, and hardly worse than what was believed before. */
function expectSensible({ weights, loss }: Choice): void {
  expect(weights.every(Number.isFinite)).toBe(true);
  expect(Number.isNaN(loss) || loss >= 0).toBe(true);
  const rewards = rewardsOf(validation, weights);
  expect(rewards.every(Number.isFinite)).toBe(true);
  expect(accuracyOn(validation, weights)).toBeGreaterThan(priorAccuracy - 0.1);
}

test('the gradient of the loss is that of finite differences, in every block', () => {
  const data = prepared(
    withPairs(samplePosts(4), ({ pairs }) => pairs.map((pair, i) => ({ ...pair, target: [1, 0, 0.5][i]! }))),
  );
  const objective = headLoss(data, 0.7, startFrom({ 'log words': 0.2 }, { worth: 0.4, freedom: 3 }));
  const random = createRandom(3);
  const weights = Float64Array.from({ length: blocks.end }, () => random() - 0.5);
  const gradient = new Float64Array(blocks.end);
  objective(weights, gradient);
  const bucket = data.rows.words[0]!.buckets[0]!;
  const places = [0, 17, blocks.product + 3, blocks.plain, blocks.bent - 1, blocks.bent, blocks.words - 1];
  for (const at of [...places, blocks.words + bucket]) {
    const moved = (by: number): number => {
      const other = weights.slice();
      other[at]! += by;
      return objective(other, new Float64Array(blocks.end));
    };
    expect(gradient[at]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 4);
  }
});

describe('a fit', () => {
  test('learns what the vectors tell, and chooses by validation', async () => {
    const train = prepared(samplePosts(300));
    const tried: number[] = [];
    const choice = await fit(train, validation, { ...quiet, onTried: ({ number }) => tried.push(number) });
    expect(choice).toMatchObject({ by: 'validation' });
    expect(tried).toEqual(tried.map((_, i) => i + 1));
    expect(choice.number).toBeLessThanOrEqual(choice.tried);
    expect(accuracyOn(validation, choice.weights)).toBeGreaterThan(priorAccuracy + 0.15);
    expect(choice.validation!.accuracy).toBe(accuracyOn(validation, choice.weights));
  });

  test('learns without validation as well, and with too little of it to choose by', async () => {
    const train = prepared(samplePosts(300));
    const choice = await fit(train, nothing, quiet);
    expect(choice).toMatchObject({ by: 'caution', tried: 1, validation: null });
    const few = await fit(train, prepared(samplePosts(5, 98)), quiet);
    expect(few).toMatchObject({ by: 'caution', weights: choice.weights, validation: { decided: 15 } });
    expect(accuracyOn(validation, choice.weights)).toBeGreaterThan(priorAccuracy + 0.15);
  });

  test.each([0, 1, 5, 20, 100])('of %i pairs is sensible, with and without validation', async (count) => {
    let left = count;
    const take = ({ pairs }: { pairs: readonly PairInput[] }): PairInput[] => {
      const taken = pairs.slice(0, left);
      left -= taken.length;
      return taken;
    };
    const train = prepared(withPairs(samplePosts(40), take));
    expect(train.pairs).toHaveLength(count);
    for (const held of [validation, nothing]) expectSensible(await fit(train, held, quiet));
  });

  test('of nothing is what was believed before', async () => {
    const { weights } = await fit(nothing, nothing, quiet);
    expect(weights).toEqual(usual.centre);
    expect(accuracyOn(validation, weights)).toBe(priorAccuracy);
  });

  test('of noise stays near what was believed before', async () => {
    const random = createRandom(5);
    const noise = withPairs(samplePosts(150), ({ pairs }) =>
      pairs.map((pair) => ({ ...pair, target: random() < 0.5 ? 1 : 0 })),
    );
    for (const held of [validation, nothing]) expectSensible(await fit(prepared(noise), held, quiet));
  });

  test('of ties alone, of answers that contradict each other, of one text over and over is sensible', async () => {
    const ties = withPairs(samplePosts(40), ({ pairs }) => pairs.map((pair) => ({ ...pair, target: 0.5 })));
    const both = withPairs(samplePosts(40), ({ pairs }) =>
      pairs.flatMap((pair) => [pair, { ...pair, target: 1 - pair.target }]),
    );
    const same = samplePosts(40).map(({ group, vectors }) => ({
      group: { ...group, texts: group.texts.map(() => ({ post: 'p', comment: 'the same' })) },
      vectors: vectors.map((_, i) => (i % 512 === 0 ? 1 : 0)),
    }));
    const silent = samplePosts(40).map(({ group, vectors }) => ({
      group: { ...group, texts: group.texts.map(() => ({ post: '', comment: '' })) },
      vectors: vectors.map(() => 0),
    }));
    for (const samples of [ties, both, same, silent]) {
      for (const held of [validation, prepared(samples)]) {
        expectSensible(await fit(prepared(samples), held, quiet));
      }
    }
    const { weights } = await fit(prepared(ties), nothing, quiet);
    const [now, before] = [weights, usual.centre].map((w) => rewardsOf(prepared(ties), w!));
    const spread = (rewards: Float64Array): number => Math.max(...rewards) - Math.min(...rewards);
    expect(spread(now!)).toBeLessThan(2 * spread(before!));
  });

  test('ends where it is cancelled', async () => {
    const controller = new AbortController();
    const fitting = fit(prepared(samplePosts(50)), validation, {
      onTried: () => controller.abort(),
      signal: controller.signal,
    });
    await expect(fitting).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('what is counted in a text is finite, whatever the text, and has a name', () => {
  const texts = [
    '',
    ' ',
    '\n\n',
    '😀'.repeat(50),
    `${'!'.repeat(100_000)}x`,
    `${'A'.repeat(100_000)}a`,
    'I say: NO.\n\nWell…',
  ];
  for (const text of texts) {
    const features = textFeatures(text);
    expect(features).toHaveLength(textFeatureNames.length);
    expect(features.every(Number.isFinite)).toBe(true);
  }
});
