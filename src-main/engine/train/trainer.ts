/**
 * A model in training on its device, and the step itself: the loss and the gradients of each batch, added up; the norm of the
 * gradients; AdamW, tensor by tensor.
 */

import { readTensors, type StoredTensor, type TensorSource } from '../../checkpoint/safetensors.ts';
import { createRandom } from '../../common/random.ts';
import type { TrainingConfig } from '../../contract/engine.ts';
import type { Batch } from '../batch/batches.ts';
import { resolve } from '../graph/shape.ts';
import type { ParameterSpec } from '../model/parameters.ts';
import { type HostTensor, type HostTensors, neededInputs, type Runtime, readSizes } from '../runtime/runtime.ts';
import { createDeviceOptimizer } from './device-optimizer.ts';
import type { LossProgram, LossPrograms } from './loss-graph.ts';
import { createLossScale, lossScaleName } from './loss-scale.ts';
import { createMemoryOptimizer } from './memory-optimizer.ts';
import { adamWFeeds, adamWNames, companionsOf, firstMomentOf, secondMomentOf } from './optimizer.ts';
import { createWordTable, type WordRows, waitingNames } from './word-rows.ts';

/** Its weights, gradients and moments stay on the device. */
export type Trainer = {
  /**
   * One optimiser step over the given batches, whose shares count together. Steps count from 1. In mixed precision a step whose gradients
   * are too large for it changes nothing, and gives a norm of 0.
   */
  step(batches: readonly Batch[], step: number, learningRate: number): Promise<{ loss: number; gradientNorm: number }>;
  /** Runs the program of a look on the feeds of one batch. */
  evaluate(feeds: HostTensors): Promise<Record<string, Float32Array>>;
  /** The weights alone, to be read before the next step. */
  weights(): ReadonlyMap<string, TensorSource>;
  /** Weights and moments, to be read before the next step: all that a run needs to go on. */
  everything(): ReadonlyMap<string, TensorSource>;
  dispose(): Promise<void>;
};

/**
 * Compiles the programs and puts the tensors on the device.
 * @param tensors the weights, and the moments where a run goes on
 * @param rateOf a tensor's factor on the learning rate
 */
export async function createTrainer(
  runtime: Runtime,
  config: TrainingConfig,
  { learning, looking }: LossPrograms,
  trained: readonly ParameterSpec[],
  tensors: ReadonlyMap<string, TensorSource>,
  rateOf: (name: string) => number = () => 1,
): Promise<Trainer> {
  const { rowsOf: table } = learning;
  const programs = {
    learning: await runtime.compile(learning),
    looking: await runtime.compile(looking),
  };
  const state = runtime.createState();
  const shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  const given = await readTensors(tensors);
  const words = table === null ? null : createWordTable(table, given, config);
  const kept = trained.filter(({ name }) => name !== table);
  const scale = config.mixedPrecision > 0 ? createLossScale(given.get(lossScaleName)) : null;
  const tableNames = table === null ? [] : [table, ...companionsOf(table), ...waitingNames(table)];
  const own = [...tableNames, lossScaleName];
  for (const name of own) given.delete(name);
  state.put(given);
  const momentNames = kept.flatMap(({ name, shape }) =>
    [firstMomentOf(name), secondMomentOf(name)].map((moment) => {
      shapes.set(moment, shape);
      return moment;
    }),
  );
  // Nothing that stays keeps what was given: in the computer's own memory its numbers have been laid elsewhere.
  const givenNames = [...tensors.keys()];
  const weightNames = givenNames.filter((name) => !momentNames.includes(name) && !own.includes(name));
  const sources = (names: readonly string[]) =>
    new Map(names.map((name) => [name, { shape: shapes.get(name)!, read: () => state.read(name) }]));
  /** Puts the rows of a step where the optimiser finds them. */
  const putRows = ({ weight, m, v }: WordRows, name: string): void => {
    const { weight: at, gradient, m: first, v: second } = adamWNames(name);
    const zeros = { shape: weight.shape, data: new Float32Array(weight.data.length) };
    state.put(
      new Map([
        [at, weight],
        [gradient, zeros],
        [first, m],
        [second, v],
      ]),
    );
  };
  /** The same rows as the optimiser left them. */
  const changed = async (rows: WordRows, name: string): Promise<WordRows> => {
    const read = async (one: string): Promise<StoredTensor> => ({ ...rows.weight, data: await state.read(one) });
    return {
      ...rows,
      weight: await read(name),
      m: await read(firstMomentOf(name)),
      v: await read(secondMomentOf(name)),
    };
  };
  const optimizer = state.inPlace
    ? createMemoryOptimizer(config, state, kept, await runtime.takesSharedMemory())
    : await createDeviceOptimizer(runtime, config, state, trained, table);
  state.put(companions(kept, new Set(state.names)));
  const onRows = (feeds: HostTensors, rows: WordRows | null): HostTensors =>
    rows ? { ...feeds, ids: { ...feeds.ids!, data: rows.placesOf(idsOf(feeds)) }, [table!]: rows.weight } : feeds;

  return {
    async step(batches, step, learningRate) {
      const shares = batches.reduce((total, batch) => total + batch.share, 0);
      let total = 0;
      // The words of all batches are brought at once; without such a table a batch is made when it runs.
      const fed = words ? batches.map((batch) => batch.feeds(1 / shares)) : [];
      const rows = fed.length > 0 ? words!.take(fed.map(idsOf)) : null;
      if (rows) putRows(rows, table!);
      // The first batch overwrites the gradients of the step before, further ones add to them.
      for (const [i, batch] of batches.entries()) {
        const random = createRandom(config.seed, step, i);
        const kept = { data: Float32Array.of(i === 0 ? 0 : 1), shape: [] };
        const feeds = { ...onRows(fed[i] ?? batch.feeds(1 / shares), rows), kept, ...scale?.feeds() };
        const masks = dropoutFeeds(learning, feeds, config.dropout, random);
        const result = await programs.learning.run({ ...feeds, ...masks }, state);
        total += result.loss![0]!;
      }
      const changing = trained.filter(({ name }) => name !== table || rows);
      const gradientNorm = await optimizer.gradientNorm(changing.map(({ name }) => name));
      if (scale && !scale.fits(gradientNorm)) return { loss: total, gradientNorm: 0 };
      const updates = step - (scale?.skipped ?? 0);
      const scalarsOf = new Map(
        changing.map(({ name, shape }) => [
          name,
          adamWFeeds(decayOf(config, shape), updates, learningRate * rateOf(name), gradientNorm),
        ]),
      );
      await optimizer.update(scalarsOf);
      if (rows) words!.keep(await changed(rows, table!), scalarsOf.get(table!)!);
      return { loss: total, gradientNorm };
    },
    evaluate: (feeds) => programs.looking.run(onRows(feeds, words?.take([idsOf(feeds)]) ?? null), state),
    weights: () =>
      new Map(
        givenNames
          .filter((name) => name === table || weightNames.includes(name))
          .map((name) => [
            name,
            { shape: shapes.get(name)!, read: () => (name === table ? words!.weights() : state.read(name)) },
          ]),
      ),
    everything: () =>
      new Map([
        ...sources([...weightNames, ...momentNames]),
        ...(words?.everything() ?? []),
        ...(scale?.everything() ?? []),
      ]),
    async dispose() {
      for (const program of Object.values(programs)) await program.dispose();
      await optimizer.dispose();
      state.dispose();
    },
  };
}

const idsOf = (feeds: HostTensors): Int32Array => feeds.ids!.data as Int32Array;

/** Vectors are the biases and the weights of layer norms. */
function decayOf(config: TrainingConfig, shape: readonly number[]): TrainingConfig {
  return shape.length > 1 || config.decayVectors !== 0 ? config : { ...config, weightDecay: 0 };
}

/** What a training keeps beside the weights, as zeros, but for what is there already. */
function companions(trained: readonly ParameterSpec[], known: ReadonlySet<string>): Map<string, StoredTensor> {
  const names = trained.flatMap(({ name, shape }) => companionsOf(name).map((own) => ({ own, shape })));
  return new Map(
    names
      .filter(({ own }) => !known.has(own))
      .map(({ own, shape }) => [own, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]),
  );
}

/** Masks are drawn here rather than on the device: every runtime then drops the same units. */
function dropoutFeeds(
  program: LossProgram,
  feeds: HostTensors,
  share: number,
  random: () => number,
): Record<string, HostTensor> {
  if (program.masks.length === 0) return {};
  const drawn = new Set(program.masks.map(({ name }) => name));
  const given = neededInputs(program).filter(({ input }) => !drawn.has(input?.name ?? ''));
  const sizes = readSizes(given, feeds);
  const masks: Record<string, HostTensor> = {};
  for (const { name, shape } of program.masks) {
    const known = shape.map((dim) => resolve(dim, sizes));
    const data = new Float32Array(known.reduce((a, b) => a * b, 1));
    for (let i = 0; i < data.length; i++) data[i] = random() < share ? 0 : 1 / (1 - share);
    masks[name] = { data, shape: known };
  }
  return masks;
}
