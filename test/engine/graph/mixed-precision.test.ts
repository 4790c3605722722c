import { describe, expect, test } from 'vitest';
import { createGraph, input, type Node, state } from '../../../src-main/engine/graph/graph.ts';
import { inMixedPrecision } from '../../../src-main/engine/graph/mixed-precision.ts';
import * as o from '../../../src-main/engine/graph/operators.ts';
import { parameters } from '../../../src-main/engine/model/gpt2.ts';
import { type LossOptions, rewardLossProgram } from '../../../src-main/engine/train/loss-graph.ts';
import { evaluate } from '../../support/graph/float64.ts';
import { drawWeights, rewardFeeds, tiny, toValues } from '../../support/graph/gpt2.ts';
import { halfPrecisionOnCpu } from '../../support/half-precision.ts';

const config = tiny(2);
const program = (options: Partial<LossOptions>) =>
  rewardLossProgram(config, { dropout: false, trained: parameters(config, true), ...options });

const shapeOf = ({ operator, inputs, outputs }: Node): string =>
  `${operator.op} ${[...inputs, ...outputs].map(({ type }) => type)}`;

test.each([false, true])('computes the same but for the rounding, with layers recomputed: %s', (recompute) => {
  const { graph, outputs, stored } = program({ recompute });
  const mixed = inMixedPrecision({ graph, outputs, stored });
  const given = { ...Object.fromEntries(drawWeights(config, true, 0.4)), ...toValues(rewardFeeds(config)) };
  const results = (of: typeof mixed) =>
    evaluate(of.graph, given, [...Object.values(of.outputs), ...Object.values(of.stored)]);
  expect(Object.keys(mixed.stored)).toEqual(Object.keys(stored));
  expect(results(mixed)).toEqual(results({ graph, outputs, stored }));
});

test('products take and give float16, sums and norms float32, and what comes in and out is float32', () => {
  const mixed = program({ mixed: true });
  const kinds = new Set(mixed.graph.nodes.map(shapeOf));
  expect(kinds).toContain('linear float16,float16,float16,float16');
  expect(kinds).toContain('matmul float16,float16,float16');
  expect(kinds).toContain('layerNorm float32,float32,float32,float32,float32,float32');
  expect(kinds).toContain('softmax float32,float32');
  expect(kinds).toContain('softplus float32,float32');
  // The reward itself.
  expect(kinds).toContain('linear float32,float32,float32');
  const half = [...kinds].filter((kind) => kind.includes('float16')).map((kind) => kind.split(' ')[0]!);
  const moving = ['reshape', 'transpose', 'split', 'concat', 'gather', 'pad', 'unpad', 'cast'];
  expect(half.filter((op) => ![...moving, 'linear', 'matmul'].includes(op))).toEqual([]);
  const outside = [...mixed.graph.inputs, ...Object.values(mixed.outputs), ...Object.values(mixed.stored)];
  expect(new Set(outside.map(({ type }) => type))).toEqual(new Set(['float32', 'int32']));
});

test('a weight that is read twice is cast once', () => {
  const graph = createGraph();
  const weight = state(graph, 'weight', [4, 4]);
  const y = o.linear(o.linear(input(graph, 'x', ['n', 4]), weight), weight);
  const mixed = inMixedPrecision({ graph, outputs: { y }, stored: {} });
  expect(mixed.graph.nodes.map(({ operator }) => operator.op)).toEqual(['cast', 'cast', 'linear', 'linear', 'cast']);
});

describe('a device that computes in float16', () => {
  test('rounds as float16 does, and overflows at 65504', async () => {
    const graph = createGraph();
    const y = o.linear(input(graph, 'x', [1, 2]), input(graph, 'w', [2, 2]));
    const runtime = halfPrecisionOnCpu();
    const compiled = await runtime.compile(inMixedPrecision({ graph, outputs: { y }, stored: {} }));
    const x = { data: Float32Array.of(1.0001, 300), shape: [1, 2] };
    const w = { data: Float32Array.of(1.0001, 0, 0.1, 300), shape: [2, 2] };
    // 1 and 0.0999756 for 1.0001 and 0.1; numbers above 30 are 1/32 apart.
    expect([...(await compiled.run({ x, w }, runtime.createState())).y!]).toEqual([31, Number.POSITIVE_INFINITY]);
  });
});
