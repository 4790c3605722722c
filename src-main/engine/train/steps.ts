/** What every step of a training runs. */

import type { Batch, Batches } from '../batch/batches.ts';

/** The batches of every step, of which one epoch's order is held. */
export type Steps = {
  readonly count: number;
  /** Steps count from 1. */
  at(step: number): readonly Batch[];
  /** Inputs of a step. */
  sequencesOf(step: number): number;
  /** All batches of an epoch, which count from 0. */
  epoch(epoch: number): Batches;
};

/**
 * @param batchesOf the batches of an epoch in their order, the same whenever it is asked
 * @param accumulation batches of a step; none goes from one epoch into the next
 */
export function stepsOf(epochs: number, batchesOf: (epoch: number) => Batches, accumulation: number): Steps {
  let held: { readonly epoch: number; readonly batches: Batches } | null = null;
  const batchesIn = (epoch: number): Batches => {
    if (held?.epoch === epoch) return held.batches;
    // Never two at once.
    held = null;
    held = { epoch, batches: batchesOf(epoch) };
    return held.batches;
  };
  /** Inputs of each step, by epochs: looked at from the last, so that the first is there when the training begins. */
  const sequences: Int32Array[] = Array.from({ length: epochs }, () => new Int32Array());
  for (let epoch = epochs - 1; epoch >= 0; epoch--) {
    const batches = batchesIn(epoch);
    const counts = new Int32Array(Math.ceil(batches.length / accumulation));
    let i = 0;
    for (const { sequences } of batches) counts[Math.floor(i++ / accumulation)]! += sequences;
    sequences[epoch] = counts;
  }
  /** The epoch of a step, and its place in that. */
  const placeOf = (step: number): { readonly epoch: number; readonly place: number } => {
    let [epoch, place] = [0, step - 1];
    for (; place >= sequences[epoch]!.length; epoch++) place -= sequences[epoch]!.length;
    return { epoch, place };
  };
  return {
    epoch: batchesIn,
    count: sequences.reduce((total, { length }) => total + length, 0),
    at(step) {
      const { epoch, place } = placeOf(step);
      const batches = batchesIn(epoch);
      const own: Batch[] = [];
      for (let i = place * accumulation; own.length < accumulation && i < batches.length; i++) own.push(batches.at(i)!);
      return own;
    },
    sequencesOf(step) {
      const { epoch, place } = placeOf(step);
      return sequences[epoch]![place]!;
    },
  };
}
