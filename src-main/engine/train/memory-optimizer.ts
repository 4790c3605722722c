/** The optimiser where a training's numbers lie in the computer's own memory: AdamW on all of them where they are, by several threads. */

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { stepHelper } from '../../root.ts';
import type { ParameterSpec } from '../model/parameters.ts';
import type { HostTensors, State } from '../runtime/runtime.ts';
import { createKernel, createSharedMemory, mostSharedBytes, type SharedMemory } from './adamw-kernel.ts';
import { type AdamWConfig, adamWNames, type Optimizer } from './optimizer.ts';
import {
  createSharedSteps,
  leadRounds,
  mayWait,
  type SharedSteps,
  type Slice,
  scalarsEach,
  works,
} from './shared-steps.ts';

const names = ['weight', 'gradient', 'm', 'v'] as const;
type Tensors = Readonly<Record<(typeof names)[number], Float32Array>>;

/** Threads that help at most: from there on the memory is what is waited for. */
const mostHelpers = 3;
/** Slices for which another thread is worth its start: a millisecond of every step. */
const slicesEach = 8;
/** Numbers of a slice: 0.2 ms. */
const sliceLength = 131072;
/** A memory is no larger than this where no parameter needs more. */
const usualBytes = 2 ** 30;

/**
 * @param state holds the weights, and moments where a run goes on; they are laid into memory that threads share, beside zeros for what is not there
 * @param shares whether the runtime takes such memory; otherwise one thread works, on the tensors as they are
 * @param helpers threads beside this one, where it is not to be as many as are worth it
 */
export function createMemoryOptimizer(
  config: AdamWConfig,
  state: State,
  parameters: readonly ParameterSpec[],
  shares: boolean,
  helpers?: number,
): Optimizer {
  const inPlace = state.inPlace!;
  const fitting = shares ? parameters.filter(({ shape }) => 4 * paddedBytes(sizeOf(shape)) <= mostSharedBytes) : [];
  const steps = fitting.length > 0 ? shareOut(config, state, fitting) : null;
  const shared = new Map(fitting.map(({ name }, i) => [name, i]));
  const lead = steps && leadRounds(steps);
  const worth = Math.min(mostHelpers, availableParallelism() - 1, Math.floor((steps?.slices.length ?? 0) / slicesEach));
  const threads = Array.from({ length: steps && mayWait() ? (helpers ?? worth) : 0 }, () => {
    const thread = new Worker(stepHelper, { workerData: steps satisfies SharedSteps | null });
    // One that can't start helps nothing, and is missed by nobody.
    thread.on('error', () => {});
    thread.unref();
    return thread;
  });
  const byBlocks = createBlockSteps(config);
  const tensorsOf = (name: string): Tensors => {
    const own = adamWNames(name);
    return Object.fromEntries(names.map((one) => [one, inPlace(own[one])])) as Tensors;
  };
  return {
    async gradientNorm(all) {
      lead?.(works.sums);
      const others = all.filter((name) => !shared.has(name));
      const sums = [...(steps?.sums ?? []), ...others.map((name) => byBlocks.sumSquares(tensorsOf(name).gradient))];
      return Math.sqrt(sums.reduce((a, b) => a + b, 0));
    },
    async update(scalarsOf) {
      for (const [name, scalars] of scalarsOf) {
        const at = shared.get(name);
        if (at === undefined) byBlocks.step(tensorsOf(name), scalars);
        else steps!.scalars.set(inOrder(config, scalars), scalarsEach * at);
      }
      lead?.(works.step);
    },
    async dispose() {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
/** Of so many numbers, to the end of a cache's line. */
const paddedBytes = (length: number): number => 64 * Math.ceil((4 * length) / 64);

function inOrder(config: AdamWConfig, { decay, stepSize, epsilon, scale }: HostTensors): number[] {
  const clipped = config.maxGradientNorm > 0 ? scale!.data[0]! : 1;
  return [decay!.data[0]!, stepSize!.data[0]!, epsilon!.data[0]!, clipped];
}

/** Lays the parameters' tensors into shared memory, where the state finds them from then on, and cuts them into slices. */
function shareOut(config: AdamWConfig, state: State, parameters: readonly ParameterSpec[]): SharedSteps {
  const groups: { readonly members: number[]; bytes: number }[] = [];
  for (const [i, { shape }] of parameters.entries()) {
    const bytes = 4 * paddedBytes(sizeOf(shape));
    const last = groups.at(-1);
    if (last && last.bytes + bytes <= usualBytes) {
      last.members.push(i);
      last.bytes += bytes;
    } else groups.push({ members: [i], bytes });
  }
  const known = new Set(state.names);
  const memories: SharedMemory[] = [];
  const slices: Slice[] = [];
  for (const { members, bytes } of groups) {
    const memory = createSharedMemory(bytes);
    let free = 0;
    for (const parameter of members) {
      const { name, shape } = parameters[parameter]!;
      const length = sizeOf(shape);
      const own = adamWNames(name);
      const places = names.map((one) => {
        const data = new Float32Array(memory.buffer, free, length);
        const before = known.has(own[one]) ? state.inPlace!(own[one]) : null;
        if (before) data.set(before);
        state.put(new Map([[own[one], { shape, data }]]));
        if (before) release(before);
        const at = free;
        free += paddedBytes(length);
        return at;
      });
      for (let from = 0; from < length; from += sliceLength) {
        const [weight, gradient, m, v] = places.map((at) => at + 4 * from) as [number, number, number, number];
        const part = paddedBytes(Math.min(sliceLength, length - from));
        slices.push({ memory: memories.length, parameter, weight, gradient, m, v, bytes: part });
      }
    }
    memories.push(memory);
  }
  const { beta1, beta2 } = config;
  return createSharedSteps({ memories, slices, beta1, beta2 }, parameters.length);
}

/** Gives the memory of numbers back at once, where they have it to themselves: a state's arrays are nobody else's. */
function release({ buffer, byteLength }: Float32Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** Numbers that are copied at once: of all four tensors they stay in the fastest cache but one. */
const blockLength = 8192;

/** Where blocks are worked on: one memory in the life of the process, since each takes gigabytes of its addresses. */
let blockMemory: ReturnType<typeof createBlockMemory> | null = null;

function createBlockMemory() {
  const memory = createSharedMemory(4 * 4 * blockLength);
  const places = names.map((_, i) => 4 * i * blockLength) as [number, number, number, number];
  const blocks = places.map((place) => new Float32Array(memory.buffer, place, blockLength));
  return { kernel: createKernel(memory), places, blocks };
}

/** The same on tensors that lie anywhere, block by block. */
function createBlockSteps(config: AdamWConfig): {
  sumSquares(data: Float32Array): number;
  step(tensors: Tensors, scalars: HostTensors): void;
} {
  blockMemory ??= createBlockMemory();
  const { kernel, places, blocks } = blockMemory;
  const blocksOf = (length: number) =>
    Array.from({ length: Math.ceil(length / blockLength) }, (_, i) => {
      const from = i * blockLength;
      return { from, to: Math.min(length, from + blockLength) };
    });
  return {
    sumSquares(data) {
      let sum = 0;
      for (const { from, to } of blocksOf(data.length)) {
        // What is behind the last number of a four counts nothing.
        blocks[0]!.fill(0, to - from, Math.min(blockLength, to - from + 3));
        blocks[0]!.set(data.subarray(from, to));
        sum += kernel.sumSquares(0, 4 * (to - from));
      }
      return sum;
    },
    step(tensors, scalars) {
      const [decay, stepSize, epsilon, scale] = inOrder(config, scalars) as [number, number, number, number];
      const { beta1, beta2 } = config;
      for (const { from, to } of blocksOf(tensors.weight.length)) {
        for (const [i, name] of names.entries()) blocks[i]!.set(tensors[name].subarray(from, to));
        kernel.step(...places, 4 * (to - from), beta1, beta2, decay, stepSize, epsilon, scale);
        for (const [i, name] of names.entries()) {
          if (name !== 'gradient') tensors[name].set(blocks[i]!.subarray(0, to - from), from);
        }
      }
    },
  };
}
