/**
 * The table of words in training: half of a small encoder's numbers and more of a small GPT's, of which a step's texts have a few hundred rows. A step takes
 * those rows alone, and the others are left until they are needed: a row without a gradient changes in AdamW by what the steps
 * themselves give (its moments fade, it decays), so it is caught up later, and the numbers are those of the whole table's
 * optimiser.
 */

import type { StoredTensor, TensorSource } from '../../checkpoint/safetensors.ts';
import type { HostTensors } from '../runtime/runtime.ts';
import { type AdamWConfig, firstMomentOf, secondMomentOf } from './optimizer.ts';

/** The rows that some texts need, one after the other, each once. */
export type WordRows = {
  /** Their places in the table. */
  readonly ids: Int32Array;
  readonly weight: StoredTensor;
  readonly m: StoredTensor;
  readonly v: StoredTensor;
  /** Ids as places among these rows. */
  readonly placesOf: (ids: Int32Array) => Int32Array;
};

export type WordTable = {
  /** The rows of some ids as they are after all steps so far. */
  take(ids: readonly Int32Array[]): WordRows;
  /** Ends a step: its rows, changed, and what `adamWFeeds` gave for it. */
  keep(rows: WordRows, scalars: HostTensors): void;
  /** The whole table as it is after all steps so far; no copy. */
  weights(): Promise<Float32Array>;
  /** All that a run needs to go on: the table and its moments with rows that wait, and how long they have waited. */
  everything(): ReadonlyMap<string, TensorSource>;
};

const keptUpTo = (name: string): string => `rows:${name}`;
const stepsOf = (name: string): string => `steps:${name}`;
/** What a checkpoint has of a table beside weights and moments. */
export const waitingNames = (name: string): string[] => [keptUpTo(name), stepsOf(name)];

/** From this share of what it was on, what fading moments add to a weight is less than the weight's own last digit. */
const nothing = 1e-9;

/**
 * @param tensors the table, and its moments and `waitingNames` where a run goes on
 */
export function createWordTable(
  name: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  { beta1, beta2 }: Pick<AdamWConfig, 'beta1' | 'beta2'>,
): WordTable {
  const { shape, data: weight } = tensors.get(name)!;
  const [count, width] = shape as [number, number];
  const known = (other: string): Float32Array => tensors.get(other)?.data ?? new Float32Array(count * width);
  const m = known(firstMomentOf(name));
  const v = known(secondMomentOf(name));
  /** Of each row, how many of the steps below are in it. */
  const upTo = tensors.get(keptUpTo(name))?.data ?? new Float32Array(count);
  /** Decay, step size and epsilon of every step since the table was read. */
  const steps = Array.from(tensors.get(stepsOf(name))?.data ?? []);
  const stepCount = (): number => steps.length / 3;

  const fading = Math.log(beta1 / Math.sqrt(beta2));
  const longest = beta1 === 0 ? 1 : fading < 0 ? Math.ceil(Math.log(nothing) / fading) : Number.POSITIVE_INFINITY;
  const [first, second] = [Math.fround(beta1), Math.fround(beta2)];

  const decayAfter = (step: number): number => {
    let decay = 1;
    for (let at = step; at < stepCount(); at++) decay *= steps[3 * at]!;
    return decay;
  };
  const touched = (from: number): boolean => {
    for (let i = from; i < from + width; i++) if (v[i] !== 0) return true;
    return false;
  };
  const catchUp = (row: number, decayFrom: (step: number) => number): void => {
    const from = row * width;
    let at = upTo[row]!;
    if (at === stepCount()) return;
    if (touched(from)) {
      for (const end = Math.min(stepCount(), at + longest); at < end; at++) {
        const [decay, stepSize, epsilon] = [steps[3 * at]!, steps[3 * at + 1]!, steps[3 * at + 2]!];
        fadeOnce(weight, m, v, from, from + width, first, second, decay, stepSize, epsilon);
      }
    }
    const left = stepCount() - at;
    if (left > 0) {
      const [decay, less, lesser] = [decayFrom(at), beta1 ** left, beta2 ** left];
      for (let i = from; i < from + width; i++) {
        weight[i]! *= decay;
        m[i]! *= less;
        v[i]! *= lesser;
      }
    }
    upTo[row] = stepCount();
  };
  const everyRow = (): void => {
    const decays = new Float64Array(stepCount() + 1).fill(1);
    for (let at = stepCount() - 1; at >= 0; at--) decays[at] = decays[at + 1]! * steps[3 * at]!;
    for (let row = 0; row < count; row++) catchUp(row, (step) => decays[step]!);
  };
  const source = (data: Float32Array, of: readonly number[]): TensorSource => ({ shape: of, read: async () => data });

  return {
    take(all) {
      const ids = Int32Array.from(new Set(all.flatMap((some) => [...some]))).sort();
      const places = new Map(Array.from(ids, (id, place) => [id, place]));
      for (const id of ids) catchUp(id, decayAfter);
      const rowsOf = (table: Float32Array): StoredTensor => {
        const data = new Float32Array(ids.length * width);
        for (const [place, id] of ids.entries()) data.set(table.subarray(id * width, (id + 1) * width), place * width);
        return { shape: [ids.length, width], data };
      };
      return {
        ids,
        weight: rowsOf(weight),
        m: rowsOf(m),
        v: rowsOf(v),
        placesOf: (some) => some.map((id) => places.get(id)!),
      };
    },
    keep(rows, { decay, stepSize, epsilon }) {
      for (const one of [decay, stepSize, epsilon]) steps.push(one!.data[0]!);
      for (const [place, id] of rows.ids.entries()) {
        for (const [table, changed] of [
          [weight, rows.weight],
          [m, rows.m],
          [v, rows.v],
        ] as const) {
          table.set(changed.data.subarray(place * width, (place + 1) * width), id * width);
        }
        upTo[id] = stepCount();
      }
    },
    async weights() {
      everyRow();
      return weight;
    },
    everything: () =>
      new Map([
        [name, source(weight, shape)],
        [firstMomentOf(name), source(m, shape)],
        [secondMomentOf(name), source(v, shape)],
        [keptUpTo(name), source(upTo, [count])],
        [stepsOf(name), source(Float32Array.from(steps), [stepCount(), 3])],
      ]),
  };
}

/** A step of adamWProgram on some numbers whose gradient is zero, in single precision as there. */
function fadeOnce(
  weight: Float32Array,
  m: Float32Array,
  v: Float32Array,
  from: number,
  to: number,
  beta1: number,
  beta2: number,
  decay: number,
  stepSize: number,
  epsilon: number,
): void {
  for (let i = from; i < to; i++) {
    const first = Math.fround(m[i]! * beta1);
    const second = Math.fround(v[i]! * beta2);
    const share = Math.fround(first / Math.fround(Math.fround(Math.sqrt(second)) + epsilon));
    m[i] = first;
    v[i] = second;
    weight[i] = Math.fround(weight[i]! * decay) - Math.fround(share * stepSize);
  }
}
