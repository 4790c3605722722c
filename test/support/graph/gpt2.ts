import { inputFeeds } from '../../../src-main/engine/batch/feeds.ts';
import { rowFeeds } from '../../../src-main/engine/batch/row-feeds.ts';
import { type Gpt2Config, parameters } from '../../../src-main/engine/model/gpt2.ts';
import type { HostTensors } from '../../../src-main/engine/runtime/runtime.ts';
import type { Value } from './arrays.ts';
import { random } from './cases.ts';

/** A GPT-2 small enough for float64 and finite differences. */
export const tiny = (layers: number): Gpt2Config => ({
  width: 4,
  layers,
  heads: 2,
  vocabulary: 6,
  positions: 5,
  epsilon: 1e-5,
});

/** Weights large enough that no part of the model stays linear. */
export function drawWeights(config: Gpt2Config, head: boolean, deviation: number, seed = 3): Map<string, Value> {
  const next = random(seed);
  const draw = () => (next() + next() + next() - 1.5) * 2 * deviation;
  return new Map(
    parameters(config, head).map(({ name, shape, centre }) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return [name, { data: Float64Array.from({ length }, () => centre + draw()), shape }];
    }),
  );
}

const vector = (values: readonly number[]) => ({ data: Float32Array.from(values), shape: [values.length] });
const indices = (values: readonly number[]) => ({ data: Int32Array.from(values), shape: [values.length] });

/** Inputs of so many tokens, of which all but the third begin alike. */
function rewardInputs({ vocabulary }: Gpt2Config, lengths = [3, 5, 2, 4], seed = 11): Int32Array[] {
  const next = random(seed);
  const end = vocabulary - 1;
  const beginning = [3, 1];
  return lengths.map((length, row) => {
    const shared = row === 2 ? 0 : Math.min(length - 1, 2);
    return Int32Array.from({ length }, (_, i) => {
      const drawn = Math.floor(next() * end);
      return i === length - 1 ? end : i < shared ? beginning[i]! : drawn;
    });
  });
}

/** Four comments of different lengths in three pairs, one of them a tie, one comment in all three. */
export function rewardFeeds(config: Gpt2Config, lengths = [3, 5, 2, 4], seed = 11): HostTensors {
  return {
    ...rowFeeds(rewardInputs(config, lengths, seed), config.heads),
    first: indices([0, 1, 1]),
    second: indices([1, 2, 3]),
    target: vector([1, 0.5, 0]),
    weight: vector([0.5, 0.25, 0.25]),
  };
}

/** Two sequences, one with padding behind it that counts for nothing. */
export function languageModelFeeds({ vocabulary }: Gpt2Config): HostTensors {
  const sequences = [Int32Array.of(1, 0, 3, 1), Int32Array.of(2, 2)];
  return {
    ...inputFeeds(sequences, vocabulary - 1),
    targets: indices([0, 3, 1, 5, 2, 5, 0, 0]),
    weight: vector([0.2, 0.1, 0.2, 0.1, 0.2, 0.2, 0, 0]),
  };
}

export function toValues(feeds: HostTensors): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { data, shape }]) => [name, { data: Float64Array.from(data), shape }]),
  );
}
