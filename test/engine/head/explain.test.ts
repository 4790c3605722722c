import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNormal, createRandom } from '../../../src-main/common/random.ts';
import { namedShares } from '../../../src-main/engine/head/explain.ts';
import { blocksOf, plainNames, priorReward, rowsOf, scaleRows, widen } from '../../../src-main/engine/head/features.ts';
import type { Head } from '../../../src-main/engine/head/head-folder.ts';
import { rewardPartsOf } from '../../../src-main/engine/head/reward-parts.ts';
import { explainHead, headReward } from '../../../src-main/engine/head/score-head.ts';
import { textFeatureNames } from '../../../src-main/engine/head/text-features.ts';
import { hashedWords } from '../../../src-main/engine/head/words.ts';

const width = 6;
const blocks = blocksOf(width);

function randomHead(seed: number): Head {
  const normal = createNormal(createRandom(seed));
  return {
    weights: Float32Array.from({ length: blocks.end }, normal),
    mean: Float32Array.from(plainNames, normal),
    deviation: Float32Array.from(plainNames, () => 0.2 + Math.abs(normal())),
  };
}
const head = randomHead(1);
const none = new Float32Array(width);

/** The reward as the training adds it up: a row of features times weights, and the words. */
function trainedReward({ weights, mean, deviation }: Head, comment: string, post: Float32Array, own: Float32Array) {
  const text = { post: 'A post', comment };
  const scaling = { comment: 1, product: 1, mean, deviation, plain: 1 };
  const raw = rowsOf([{ text, post, comment: own }], width);
  scaleRows(raw, scaling);
  const { values, words } = widen(raw, scaling, [comment]);
  let sum = priorReward(comment);
  for (let i = 0; i < blocks.words; i++) sum += values[i]! * weights[i]!;
  for (const [i, bucket] of words[0]!.buckets.entries()) sum += words[0]!.values[i]! * weights[blocks.words + bucket]!;
  return sum;
}

const text = fc.oneof(
  fc.string({ maxLength: 300, unit: 'binary' }),
  fc
    .array(fc.constantFrom('Well,', 'I', 'think', 'NO', '42', 'https://a.bc', '\n\n', 'ok...', '?', '语言'), {
      maxLength: 60,
    })
    .map((words) => words.join(' ')),
);
const vector = fc
  .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: width, maxLength: width })
  .map((numbers) => Float32Array.from(numbers));

test('the parts of a reward add up to what the training learned, whatever the text, the vectors and the weights', () => {
  fc.assert(
    fc.property(text, vector, vector, fc.integer({ min: 1, max: 1000 }), (comment, post, own, seed) => {
      const of = randomHead(seed);
      const { length, form, words, meaning, post: fit } = rewardPartsOf(of, { comment }, post, own);
      const sum = length + form + words + meaning + fit;
      expect(headReward(of, { post: '', comment }, post, own)).toBe(sum);
      expect(sum).toBeCloseTo(trainedReward(of, comment, post, own), 3);
    }),
  );
});

test('each part comes from its own evidence alone', () => {
  const parts = (comment: string, post = none, own = none) => rewardPartsOf(head, { comment }, post, own);
  const one = none.slice().fill(0.3);
  const plain = parts('some words stand here');
  // Capitals change neither the words nor how long they are.
  const shouted = parts('SOME words stand here');
  expect(shouted.form).not.toBe(plain.form);
  expect({ ...shouted, form: 0 }).toEqual({ ...plain, form: 0 });
  const meant = parts('some words stand here', none, one);
  expect(meant.meaning).not.toBe(0);
  expect({ ...meant, meaning: 0 }).toEqual({ ...plain, meaning: 0 });
  const under = parts('some words stand here', one, one);
  expect(under.post).not.toBe(plain.post);
  expect({ ...under, post: 0 }).toEqual({ ...meant, post: 0 });
  // As many characters, words and sentences, and features of the same values.
  expect(parts('bake five rolls soon')).toMatchObject({ length: parts('cook four beans soon').length });
});

test('the words that add most are named with what they add, and swapping the comments turns it round', () => {
  const weights = new Float32Array(blocks.end);
  const [kind, rude] = ['kindly', 'rubbish'].map((word) => blocks.words + hashedWords(word).buckets[0]!);
  weights[kind!] = 1;
  weights[rude!] = -3;
  const only: Head = { ...head, weights };
  const texts = [{ comment: 'Kindly done' }, { comment: 'What rubbish' }] as const;
  const { words, form } = namedShares(only, texts);
  expect(form).toEqual([]);
  expect(words.map(({ what }) => what)).toEqual(['rubbish', 'kindly']);
  expect(words[0]!.share).toBeCloseTo(1.5 / Math.sqrt(3), 6);
  expect(words[1]!.share).toBeCloseTo(0.5 / Math.sqrt(3), 6);
  const turned = namedShares(only, [texts[1], texts[0]]);
  expect(turned.words).toEqual(words.map(({ what, share }) => ({ what, share: -share })));
});

test('of its form the features are named that tell the two apart', () => {
  const weights = new Float32Array(blocks.end);
  weights[blocks.plain + textFeatureNames.indexOf('has a question mark')] = 2;
  const { form } = namedShares({ ...head, weights }, [{ comment: 'Really?' }, { comment: 'Really.' }]);
  expect(form.map(({ what }) => what)).toEqual(['has a question mark']);
  expect(form[0]!.share).toBeGreaterThan(0);
});

test('two comments are taken apart with vectors that are given, or that are asked for once', async () => {
  const texts = [
    { post: 'The post', comment: 'One.' },
    { post: 'The post', comment: 'And another one?' },
  ] as const;
  const [post, first, second] = [0.1, 0.2, -0.4].map((x) => none.map((_, i) => x * (i + 1)));
  const asked: (readonly string[])[] = [];
  const embed = (of: readonly string[]) => {
    asked.push(of);
    const embeddings = Float32Array.from([post!, first!, second!].flatMap((numbers) => [...numbers]));
    return Promise.resolve({ embeddings, width, cut: 0, device: 'cpu' });
  };
  const computed = await explainHead(head, { texts }, embed);
  expect(asked).toEqual([['The post', 'One.', 'And another one?']]);
  const vectors = Float32Array.from([post!, first!, post!, second!].flatMap((numbers) => [...numbers]));
  const given = await explainHead(head, { texts, vectors }, () => Promise.reject(new Error('not asked for')));
  expect(given).toEqual(computed);
  expect(given.parts[1]).toEqual(rewardPartsOf(head, texts[1], post!, second!));
});
