import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src-main/common/random.ts';
import { inputFeeds } from '../../../src-main/engine/batch/feeds.ts';
import { rowFeeds } from '../../../src-main/engine/batch/row-feeds.ts';
import { blocksOf } from '../../../src-main/engine/batch/rows.ts';
import { gradients } from '../../../src-main/engine/graph/gradient.ts';
import { createGraph, input, type Tensor } from '../../../src-main/engine/graph/graph.ts';
import * as o from '../../../src-main/engine/graph/operators.ts';
import { declareWeights, type Gpt2Config, parameters, rewards } from '../../../src-main/engine/model/gpt2.ts';
import { trainedAbove } from '../../../src-main/engine/model/parameters.ts';
import { rewardProgram, rowRewardProgram } from '../../../src-main/engine/model/reward-program.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import type { HostTensors, ProgramSpec, Runtime } from '../../../src-main/engine/runtime/runtime.ts';
import { createTensorflowRuntime } from '../../../src-main/engine/runtime/tensorflow.ts';
import { rewardLossProgram } from '../../../src-main/engine/train/loss-graph.ts';
import { gradientOf } from '../../../src-main/engine/train/optimizer.ts';
import { drawWeights } from '../../support/graph/gpt2.ts';

const shape = { width: 16, heads: 4, vocabulary: 40, positions: 48, epsilon: 1e-5 };
const end = 39;

/** Posts of 0 to 30 tokens with one to six comments of 0 to 15, in no order; two comments are the same. */
function drawInputs(seed: number): Int32Array[] {
  const random = createRandom(seed);
  const text = (tokens: number): number[] => Array.from({ length: tokens }, () => Math.floor(random() * end));
  const all = [0, 3, 12, 30, 30].flatMap((tokens, post) => {
    const begun = text(tokens);
    return Array.from({ length: 1 + ((post * 3) % 6) }, () =>
      Int32Array.from([...begun, ...text(Math.floor(random() * 16)), end]),
    );
  });
  all.push(all.at(-1)!.slice());
  return all.sort(() => random() - 0.5);
}

/** Each with the next, some of them ties. */
function pairFeeds(count: number): HostTensors {
  const places = Array.from({ length: count - 1 }, (_, i) => i);
  const vector = (data: Float32Array | Int32Array) => ({ data, shape: [places.length] });
  return {
    first: vector(Int32Array.from(places)),
    second: vector(Int32Array.from(places, (i) => i + 1)),
    target: vector(Float32Array.from(places, (i) => [1, 0.5, 0][i % 3]!)),
    weight: vector(new Float32Array(places.length).fill(1 / places.length)),
  };
}

/** The loss by the graph that reads every input by itself, as it is exported. */
function apartLossProgram(config: Gpt2Config, frozen: number): ProgramSpec {
  const graph = createGraph();
  const weights = declareWeights(graph, config, true);
  const reward = rewards({ graph, config, weight: (name) => weights.get(name)!, dropout: (x) => x });
  const [first, second] = ['first', 'second'].map((name) => input(graph, name, ['pairs'], 'int32')) as [Tensor, Tensor];
  const [target, weight] = ['target', 'weight'].map((name) => input(graph, name, ['pairs'])) as [Tensor, Tensor];
  const x = o.sub(o.gather(reward, first), o.gather(reward, second));
  const losses = o.add(o.softplus(o.neg(x)), o.mul(o.sub(o.constant(graph, 1), target), x));
  const loss = o.sum(o.mul(losses, weight), [0]);
  const trained = trainedAbove(parameters(config, true), config.layers, frozen);
  const ds = gradients(
    loss,
    trained.map(({ name }) => weights.get(name)!),
  );
  const stored = Object.fromEntries(trained.map(({ name }, i) => [gradientOf(name), ds[i]!]));
  return { graph, outputs: { loss, rewards: reward }, stored };
}

type Run = { readonly loss: number; readonly rewards: number[]; readonly gradients: Map<string, Float32Array> };

async function run(
  runtime: Runtime,
  config: Gpt2Config,
  spec: ProgramSpec,
  feeds: readonly HostTensors[],
): Promise<Run> {
  const state = runtime.createState();
  for (const [name, { data, shape }] of drawWeights(config, true, 0.2)) {
    state.put(new Map([[name, { data: Float32Array.from(data), shape }]]));
    state.put(new Map([[gradientOf(name), { data: new Float32Array(data.length), shape }]]));
  }
  const program = await runtime.compile(spec);
  let loss = 0;
  const found: number[] = [];
  for (const given of feeds) {
    const result = await program.run(given, state);
    loss += result.loss?.[0] ?? 0;
    found.push(...(result.rewards ?? []));
  }
  const read = new Map<string, Float32Array>();
  for (const name of Object.keys(spec.stored)) read.set(name, Float32Array.from(await state.read(name)));
  await program.dispose();
  state.dispose();
  return { loss, rewards: found, gradients: read };
}

function expectSame(found: Run, wanted: Run): void {
  const close = (a: ArrayLike<number>, b: ArrayLike<number>, what: string) => {
    expect(a.length, what).toBe(b.length);
    for (let i = 0; i < a.length; i++) {
      expect(Math.abs(a[i]! - b[i]!), `${what}[${i}]: ${a[i]}, not ${b[i]}`).toBeLessThan(1e-5);
    }
  };
  close([found.loss], [wanted.loss], 'loss');
  // The program of a step gives its loss alone.
  if (found.gradients.size === 0) close(found.rewards, wanted.rewards, 'reward');
  expect([...found.gradients.keys()]).toEqual([...wanted.gradients.keys()]);
  for (const [name, data] of wanted.gradients) close(found.gradients.get(name)!, data, name);
}

const runtimes: [string, () => Runtime | Promise<Runtime>][] = [
  ['ONNX Runtime', () => createOnnxRuntime('cpu')],
  ['TensorFlow', createTensorflowRuntime],
];

describe.each(runtimes)('%s: reading once what inputs share', (_, open) => {
  test.each([1, 2, 3])('gives the rewards of one input at a time, %i layer(s)', async (layers) => {
    const runtime = await open();
    const config = { ...shape, layers };
    for (const seed of [1, 2, 3]) {
      const inputs = drawInputs(seed);
      expect(blocksOf(inputs).length).toBeLessThan(inputs.length);
      const together = await run(runtime, config, rowRewardProgram(config), [rowFeeds(inputs, config.heads)]);
      const alone = inputs.map((ids) => inputFeeds([ids], end));
      expectSame(together, await run(runtime, config, rewardProgram(config), alone));
    }
  });

  test.each([
    ['', {}],
    [', a layer frozen', { frozen: 1 }],
    [', layers computed once more', { recompute: true }],
    [', all layers but the last frozen', { frozen: 2 }],
  ] as [string, { frozen?: number; recompute?: boolean }][])(
    'gives the same loss and gradients%s',
    async (_, options) => {
      const runtime = await open();
      const { frozen = 0, recompute = false } = options;
      const config = { ...shape, layers: 3 };
      const trained = trainedAbove(parameters(config, true), config.layers, frozen);
      const spec = rewardLossProgram(config, { dropout: false, trained, recompute });
      const inputs = drawInputs(4);
      const pairs = pairFeeds(inputs.length);
      const apart = await run(runtime, config, apartLossProgram(config, frozen), [
        { ...inputFeeds(inputs, end), ...pairs },
      ]);
      expectSame(await run(runtime, config, spec, [{ ...rowFeeds(inputs, config.heads), ...pairs }]), apart);
      const single = inputs.map((ids, i) => ({ members: [i], shared: 0, tokens: ids.length }));
      expectSame(await run(runtime, config, spec, [{ ...rowFeeds(inputs, config.heads, single), ...pairs }]), apart);
    },
  );

  test('adds up batches as one at a time', async () => {
    const runtime = await open();
    const config = { ...shape, layers: 2 };
    const spec = rewardLossProgram(config, { dropout: false, trained: parameters(config, true), accumulate: true });
    const batches = [drawInputs(5), drawInputs(6)].map((inputs, i) => ({
      ...rowFeeds(inputs, config.heads),
      ...pairFeeds(inputs.length),
      kept: { data: Float32Array.of(i), shape: [] },
    }));
    const both = await run(runtime, config, spec, batches);
    const apart = [drawInputs(5), drawInputs(6)].map((inputs) =>
      run(runtime, config, apartLossProgram(config, 0), [{ ...inputFeeds(inputs, end), ...pairFeeds(inputs.length) }]),
    );
    const [one, other] = (await Promise.all(apart)) as [Run, Run];
    const sum = new Map(
      [...one.gradients].map(([name, data]) => [name, data.map((x, i) => x + other.gradients.get(name)![i]!)]),
    );
    expectSame(both, { loss: one.loss + other.loss, rewards: [...one.rewards, ...other.rewards], gradients: sum });
  });
});
