import { expect, test } from 'vitest';
import { costOf } from '../../../src-main/engine/graph/cost.ts';
import { createGraph, input, state } from '../../../src-main/engine/graph/graph.ts';
import * as o from '../../../src-main/engine/graph/operators.ts';
import { parameters } from '../../../src-main/engine/model/gpt2.ts';
import { rewardLossProgram } from '../../../src-main/engine/train/loss-graph.ts';

const sizes = new Map([['n', 10]]);

test('counts what is there at once: results are written over what is read for the last time, and freed', () => {
  const graph = createGraph();
  const x = input(graph, 'x', ['n', 4]);
  // A constant of 4 bytes, and 160 of the product; relu and the other shape are in the same place; 40 of the sums.
  const y = o.sum(o.reshape(o.relu(o.mul(x, 2)), [4, 'n']), [0]);
  expect(costOf(graph, [y], [], sizes)).toEqual({ bytes: 160 + 40, operations: 0 });
  // What is read again stays where it is.
  const z = o.mul(x, 2);
  const twice = o.sum(o.add(o.relu(z), z), [1]);
  expect(costOf(graph, [twice], [], sizes).bytes).toBe(160 + 160);
});

test('counts no memory for what is written over what it replaces, and nothing that nobody wants', () => {
  const graph = createGraph();
  const [x, weight] = [input(graph, 'x', ['n', 4]), state(graph, 'weight', [4, 3])];
  const product = o.linear(x, weight);
  o.linear(x, weight);
  const gradient = o.linear(x, product, null, { transposeA: true });
  const { bytes, operations } = costOf(graph, [], [gradient], sizes);
  expect(bytes).toBe(4 * 10 * 3);
  expect(operations).toBe(2 * 10 * 3 * 4 + 2 * 4 * 3 * 10);
});

test('of a model with layers that run once more is less memory and more work', () => {
  const model = { width: 64, layers: 8, heads: 4, vocabulary: 100, positions: 64, epsilon: 1e-5 };
  const trained = parameters(model, true);
  const [kept, again] = [false, true].map((recompute) => {
    const { graph, outputs, stored } = rewardLossProgram(model, { dropout: false, trained, recompute });
    const of = new Map(Object.entries({ batch: 8, length: 64, tokens: 512, inputs: 8, ends: 1, pairs: 4 }));
    return costOf(graph, Object.values(outputs), Object.values(stored), of);
  }) as [ReturnType<typeof costOf>, ReturnType<typeof costOf>];
  expect(again.bytes).toBeLessThan(kept.bytes / 3);
  expect(again.operations).toBeGreaterThan(1.15 * kept.operations);
  expect(again.operations).toBeLessThan((4 / 3) * kept.operations);
});
