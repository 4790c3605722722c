import { beforeEach, describe, expect, type TestContext, test } from 'vitest';
import { gradients } from '../../../src-main/engine/graph/gradient.ts';
import { createGraph, input, state, type Tensor } from '../../../src-main/engine/graph/graph.ts';
import * as o from '../../../src-main/engine/graph/operators.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import {
  anyShape,
  checkOverwriting,
  type HostTensor,
  type HostTensors,
  type Runtime,
} from '../../../src-main/engine/runtime/runtime.ts';
import { createTensorflowRuntime } from '../../../src-main/engine/runtime/tensorflow.ts';
import { type BuiltCase, buildCase, cases, random } from '../../support/graph/cases.ts';
import { evaluate } from '../../support/graph/float64.ts';
import { nativeTensorflow } from '../../support/native-tensorflow.ts';

const runtimes: Record<string, (context: TestContext) => Runtime | Promise<Runtime>> = {
  'ONNX Runtime': () => createOnnxRuntime('cpu'),
  'TensorFlow, node by node': () => createTensorflowRuntime({ interpreted: true }),
  'TensorFlow, whole programs': async (context) => (await nativeTensorflow(context)).runtime,
};

describe.each(Object.keys(runtimes))('%s', (name) => {
  let runtime: Runtime;
  beforeEach(async (context) => {
    runtime ??= await runtimes[name]!(context);
  });

  const all = Object.entries(cases).flatMap(([op, list]) => list.map((which) => ({ op, title: which.title, which })));

  test.each(all)('$op: $title', async ({ op, title, which }) => {
    const built = buildCase(which);
    const wanted = [...built.outputs, ...gradientsOf(built)];
    const outputs = Object.fromEntries(wanted.map((tensor, i) => [`result${i}`, tensor]));
    const program = await runtime.compile({ graph: built.graph, outputs, stored: {} });
    const found = await program.run(feedsOf(built), runtime.createState());
    evaluate(built.graph, built.values, wanted).forEach(({ data }, i) => {
      const part = i < built.outputs.length ? `result ${i}` : `gradient ${i - built.outputs.length}`;
      const message = `${name}, operator '${op}', ${title}, ${part}`;
      expect(found[`result${i}`]!.length, message).toBe(data.length);
      data.forEach((expected, at) => {
        const actual = found[`result${i}`]![at]!;
        const close = Math.abs(actual - expected) <= 2e-5 * Math.max(1, Math.abs(expected));
        expect(close, `${message}, [${at}]: ${actual}, not ${expected}`).toBe(true);
      });
    });
    await program.dispose();
  });

  test('scatterAdd of very many repeated indices is exact enough, and the same on every run', async () => {
    const [rows, width, table] = [4096, 256, 50];
    const graph = createGraph();
    const at = input(graph, 'at', ['n'], 'int32');
    const values = input(graph, 'values', ['n', width]);
    const y = o.scatterAdd(table, at, values);
    const next = random(5);
    const indices = Int32Array.from({ length: rows }, () => Math.floor(next() * table));
    const data = Float32Array.from({ length: rows * width }, () => next() - 0.5);
    const feeds = { at: { data: indices, shape: [rows] }, values: { data, shape: [rows, width] } };
    const given = {
      at: { data: Float64Array.from(indices), shape: [rows] },
      values: { data: Float64Array.from(data), shape: [rows, width] },
    };
    const expected = evaluate(graph, given, [y])[0]!.data;
    const program = await runtime.compile({ graph, outputs: { y }, stored: {} });
    let first: Float32Array | undefined;
    for (let run = 0; run < 20; run++) {
      const found = (await program.run(feeds, runtime.createState())).y!;
      first ??= found;
      expect(Buffer.compare(Buffer.from(found.buffer), Buffer.from(first.buffer)), `run ${run}`).toBe(0);
    }
    const error = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - first![i]!)), 0);
    expect(error).toBeLessThan(1e-4);
    await program.dispose();
  });

  test('keeps stored tensors between runs and takes them back', async () => {
    const graph = createGraph();
    const x = input(graph, 'x', ['n']);
    const total = state(graph, 'total', [2]);
    const sum = o.add(total, o.mul(o.expandLike(o.sum(x, [0]), total), 1));
    const program = await runtime.compile({ graph, outputs: { doubled: o.mul(sum, 2) }, stored: { total: sum } });
    const kept = runtime.createState();
    kept.put(new Map([['total', { data: Float32Array.of(1, 10), shape: [2] }]]));
    const run = (...values: number[]) => program.run({ x: host(values) }, kept);
    expect([...(await run(1, 2)).doubled!]).toEqual([8, 26]);
    expect([...(await run(5)).doubled!]).toEqual([18, 36]);
    expect([...(await kept.read('total'))]).toEqual([9, 18]);
    expect(kept.names).toEqual(['total']);
    kept.put(new Map([['total', { data: Float32Array.of(0, 0), shape: [2] }]]));
    expect([...(await run(3)).doubled!]).toEqual([6, 6]);
    kept.dispose();
    expect(kept.names).toEqual([]);
    await expect(run(3)).rejects.toThrow("There is no 'total' on the device");
    await program.dispose();
  });

  test('gives the same with weights that are part of the program', async () => {
    const graph = createGraph();
    const [weight, bias] = [state(graph, 'weight', [8, 4]), state(graph, 'bias', [4])];
    const y = o.linear(input(graph, 'x', ['n', 8]), weight, bias);
    state(graph, 'not read', [1]);
    const spec = { graph, outputs: { y }, stored: {} };
    const next = random(3);
    const drawn = (shape: number[]) => ({
      data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next() - 0.5),
      shape,
    });
    const [weights, x] = [
      new Map([
        ['weight', drawn([8, 4])],
        ['bias', drawn([4])],
        ['more', drawn([2])],
      ]),
      drawn([5, 8]),
    ];
    const kept = runtime.createState();
    kept.put(weights);
    const expected = (await (await runtime.compile(spec)).run({ x }, kept)).y!;
    const fixed = await runtime.compileFixed(spec, weights);
    for (let run = 0; run < 2; run++) {
      const found = (await fixed.run({ x })).y!;
      expect(found.length).toBe(20);
      for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
    }
    await fixed.dispose();
    weights.delete('bias');
    await expect(runtime.compileFixed(spec, weights)).rejects.toThrow("There is no 'bias' among the weights");
  });

  test('runs elementwise programs on tensors of any shape and name', async () => {
    const graph = createGraph();
    const [weight, gradient] = ['weight', 'gradient'].map((name) => state(graph, name, [anyShape])) as [Tensor, Tensor];
    const scaled = o.mul(gradient, input(graph, 'scale', []));
    const stored = { weight: o.sub(weight, scaled), gradient: o.mul(scaled, 3) };
    const program = await runtime.compile({ graph, outputs: {}, stored });
    const kept = runtime.createState();
    const shapes = { small: [], matrix: [3, 5], large: [301, 500] };
    for (const [name, shape] of Object.entries(shapes)) {
      const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i % 1000);
      kept.put(
        new Map([
          [name, { data, shape }],
          [`d:${name}`, { data: data.map((x) => x + 1), shape }],
        ]),
      );
      await program.run({ scale: { data: Float32Array.of(2), shape: [] } }, kept, {
        weight: name,
        gradient: `d:${name}`,
      });
      const expected = data.map((_, i) => (i % 1000) - 2 * ((i % 1000) + 1));
      expect(await kept.read(name)).toEqual(expected);
      expect((await kept.read(`d:${name}`)).at(-1)).toBe(6 * (((data.length - 1) % 1000) + 1));
    }
    expect(kept.names.length).toBe(6);
    await program.dispose();
  });

  test('refuses feeds that are missing or of another shape', async () => {
    const graph = createGraph();
    const [x, y] = [input(graph, 'x', ['n']), input(graph, 'y', ['n'])];
    const program = await runtime.compile({ graph, outputs: { z: o.add(x, y) }, stored: {} });
    const kept = runtime.createState();
    await expect(program.run({ x: host([1]) }, kept)).rejects.toThrow("The feed 'y' is missing");
    await expect(program.run({ x: host([1]), y: host([1, 2]) }, kept)).rejects.toThrow(
      "The feed 'y' has the shape [2]",
    );
    await program.dispose();
  });
});

test.runIf(process.arch === 'x64')(
  'ONNX Runtime takes numbers for 0 that are so small that they are slow',
  async () => {
    const runtime = createOnnxRuntime('cpu');
    const graph = createGraph();
    const y = o.mul(o.mul(input(graph, 'x', ['n']), 1e-30), 1e-9);
    const program = await runtime.compile({ graph, outputs: { y }, stored: {} });
    expect([...(await program.run({ x: host([1]) }, runtime.createState())).y!]).toEqual([0]);
    await program.dispose();
  },
);

describe('checkOverwriting', () => {
  test('refuses a state input that is read by something its new value does not wait for', () => {
    const graph = createGraph();
    const weight = state(graph, 'weight', [2]);
    const late = o.mul(weight, 3);
    const stored = { weight: o.mul(weight, 2) };
    expect(() => checkOverwriting({ graph, outputs: { late }, stored })).toThrow("'weight' is read by nodes");
  });

  test('allows readers that the new value depends on, and new names', () => {
    const graph = createGraph();
    const weight = state(graph, 'weight', [2]);
    const first = o.mul(weight, 3);
    const stored = { weight: o.add(first, weight), other: first };
    expect(() => checkOverwriting({ graph, outputs: {}, stored })).not.toThrow();
  });
});

const host = (values: readonly number[]): HostTensor => ({ data: Float32Array.from(values), shape: [values.length] });

/** The gradients of a case's scalar, where its operators have any. */
function gradientsOf({ scalar, floats }: BuiltCase): Tensor[] {
  return floats.flatMap((tensor) => {
    try {
      return gradients(scalar, [tensor]);
    } catch {
      return [];
    }
  });
}

function feedsOf({ graph, values }: BuiltCase): HostTensors {
  return Object.fromEntries(
    graph.inputs.map((tensor) => {
      const { name } = tensor.input!;
      const { data, shape } = values[name]!;
      return [name, { data: tensor.type === 'int32' ? Int32Array.from(data) : Float32Array.from(data), shape }];
    }),
  );
}
