/** The end of a step, shared out among threads: parameters in slices, each of which the next free thread takes. */

import { type AdamWKernel, createKernel, type SharedMemory } from './adamw-kernel.ts';

/** A part of one parameter: where its numbers stand in one of the memories, in bytes. */
export type Slice = {
  readonly memory: number;
  readonly parameter: number;
  readonly weight: number;
  readonly gradient: number;
  readonly m: number;
  readonly v: number;
  readonly bytes: number;
};

/** All that the threads have in common. */
export type SharedSteps = {
  readonly memories: readonly SharedMemory[];
  readonly slices: readonly Slice[];
  readonly beta1: number;
  readonly beta2: number;
  /** By `place`. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** Decay, step size, epsilon and the gradient's factor of each parameter. */
  readonly scalars: Float32Array<SharedArrayBuffer>;
  /** Of each slice, the sum of its gradient's squares. */
  readonly sums: Float64Array<SharedArrayBuffer>;
};

const place = { round: 0, next: 1, done: 2, work: 3 } as const;
export const works = { sums: 0, step: 1 } as const;
export const scalarsEach = 4;

export function createSharedSteps(
  parts: Pick<SharedSteps, 'memories' | 'slices' | 'beta1' | 'beta2'>,
  parameters: number,
): SharedSteps {
  return {
    ...parts,
    control: new Int32Array(new SharedArrayBuffer(4 * Object.keys(place).length)),
    scalars: new Float32Array(new SharedArrayBuffer(4 * scalarsEach * parameters)),
    sums: new Float64Array(new SharedArrayBuffer(8 * parts.slices.length)),
  };
}

/** Gives what a thread does in a round: it takes slices until none is left. */
function sliceTaker(steps: SharedSteps): () => void {
  const { slices, control, beta1, beta2, scalars, sums } = steps;
  const kernels = steps.memories.map(createKernel);
  const doSlice = ({ step, sumSquares }: AdamWKernel, slice: Slice, at: number): void => {
    const { weight, gradient, m, v, bytes } = slice;
    if (Atomics.load(control, place.work) === works.sums) {
      sums[at] = sumSquares(gradient, gradient + bytes);
      return;
    }
    const [decay, stepSize, epsilon, scale] = scalars.subarray(scalarsEach * slice.parameter);
    step(weight, gradient, m, v, weight + bytes, beta1, beta2, decay!, stepSize!, epsilon!, scale!);
  };
  return () => {
    for (;;) {
      const at = Atomics.add(control, place.next, 1);
      const slice = slices[at];
      if (!slice) return;
      doSlice(kernels[slice.memory]!, slice, at);
      if (Atomics.add(control, place.done, 1) + 1 === slices.length) Atomics.notify(control, place.done);
    }
  };
}

/**
 * Gives what the thread that leads does: a round of one of `works` on all slices, with whoever helps; it is done when it returns. A helper
 * that is late finds nothing left.
 */
export function leadRounds(steps: SharedSteps): (work: number) => void {
  const { control, slices } = steps;
  const take = sliceTaker(steps);
  return (work) => {
    Atomics.store(control, place.work, work);
    Atomics.store(control, place.done, 0);
    // From here on helpers find slices, so all that they read stands before.
    Atomics.store(control, place.next, 0);
    Atomics.add(control, place.round, 1);
    Atomics.notify(control, place.round);
    take();
    for (;;) {
      const done = Atomics.load(control, place.done);
      if (done === slices.length) return;
      Atomics.wait(control, place.done, done);
    }
  };
}

/** Whether this thread may wait for others: where the program around it does not let it, it works alone. */
export function mayWait(): boolean {
  try {
    return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1) === 'not-equal';
  } catch {
    return false;
  }
}

/** What a helping thread does until it is ended: it sleeps between rounds. */
export function helpRounds(steps: SharedSteps): never {
  const take = sliceTaker(steps);
  for (let seen = 0; ; ) {
    Atomics.wait(steps.control, place.round, seen);
    seen = Atomics.load(steps.control, place.round);
    take();
  }
}
