import { describe, expect, test } from 'vitest';
import { gradients } from '../../../src-main/engine/graph/gradient.ts';
import { createGraph, type Graph, input, type Operator, type Tensor } from '../../../src-main/engine/graph/graph.ts';
import * as o from '../../../src-main/engine/graph/operators.ts';
import { encoderParameters } from '../../../src-main/engine/model/encoder.ts';
import { encoderRewardParameters } from '../../../src-main/engine/model/encoder-reward.ts';
import { parameters } from '../../../src-main/engine/model/gpt2.ts';
import { trainedAbove } from '../../../src-main/engine/model/parameters.ts';
import {
  encoderRewardLossProgram,
  languageModelLossProgram,
  rewardLossProgram,
} from '../../../src-main/engine/train/loss-graph.ts';
import { gradientOf } from '../../../src-main/engine/train/optimizer.ts';
import type { Value } from '../../support/graph/arrays.ts';
import { buildCase, cases } from '../../support/graph/cases.ts';
import {
  drawEncoderWeights,
  encoderLossProgram,
  tinyEncoder,
  tinyEncoderFeeds,
  tinyEncoderRewardFeeds,
} from '../../support/graph/encoder.ts';
import { evaluate, type Values } from '../../support/graph/float64.ts';
import { drawWeights, languageModelFeeds, rewardFeeds, tiny, toValues } from '../../support/graph/gpt2.ts';

/** Whether an operator can be differentiated, or why it need not be. */
const differentiable: Readonly<Record<Operator['op'], true | string>> = {
  constant: true,
  add: true,
  sub: true,
  mul: true,
  div: true,
  neg: true,
  sqrt: true,
  sigmoid: true,
  softplus: true,
  relu: true,
  step: 'serves the gradient of relu only',
  erf: 'serves the gradient of gelu only',
  exp: 'serves the gradient of gelu only',
  gelu: true,
  softmax: true,
  layerNorm: true,
  matmul: true,
  linear: true,
  sum: true,
  mean: 'serves the gradient of layerNorm only',
  sumSquares: 'serves the norm for clipping only',
  expandLike: true,
  after: 'serves the recomputation of layers only',
  cast: 'serves mixed precision only, which is made of graphs with their gradients',
  reshape: true,
  transpose: true,
  split: true,
  concat: true,
  gather: true,
  pad: true,
  unpad: true,
  scatterAdd: true,
  crossEntropy: true,
  crossEntropyGradient: 'is a gradient itself',
};

const operators = Object.keys(differentiable) as Operator['op'][];

describe.each(operators)('%s', (op) => {
  test('has cases, and each uses it', () => {
    expect(cases[op].length, `the operator '${op}' has no case`).toBeGreaterThan(0);
    for (const which of cases[op]) {
      const used = buildCase(which).graph.nodes.some((node) => node.operator.op === op);
      expect(used, `the case '${which.title}' of '${op}' doesn't use it`).toBe(true);
    }
  });

  test.each(cases[op])('$title', (which) => {
    const { graph, scalar, floats, values } = buildCase(which);
    if (differentiable[op] !== true) {
      expect(() => gradients(scalar, floats)).toThrow(`The operator '${op}' has no gradient`);
      return;
    }
    const named = floats.filter((tensor) => dependsOn(graph, scalar, tensor));
    expect(named.length, `'${op}', ${which.title}: nothing to differentiate by`).toBeGreaterThan(0);
    const ds = gradients(scalar, named);
    const names = named.map((tensor) => tensor.input!.name);
    compare(`'${op}', ${which.title}`, graph, scalar, names, evaluate(graph, values, ds), values);
    ds.forEach((d, i) => {
      expect(d.shape, `shape of the gradient of '${op}'`).toEqual(named[i]!.shape);
    });
  });
});

describe('whole models', () => {
  test.each([1, 2])('reward loss with a tie, %i layer(s)', (layers) => {
    const config = tiny(layers);
    const trained = parameters(config, true);
    const spec = rewardLossProgram(config, { dropout: false, trained });
    const values = { ...Object.fromEntries(drawWeights(config, true, 0.4)), ...toValues(rewardFeeds(config)) };
    checkModel(spec.graph, spec.outputs.loss!, spec.stored, trained, values);
  });

  test.each([1, 2])('language model loss with padding, %i layer(s)', (layers) => {
    const config = tiny(layers);
    const trained = parameters(config, false);
    const spec = languageModelLossProgram(config, { dropout: false, trained });
    const values = { ...Object.fromEntries(drawWeights(config, false, 0.4)), ...toValues(languageModelFeeds(config)) };
    checkModel(spec.graph, spec.outputs.loss!, spec.stored, trained, values);
  });

  test.each([1, 2])('reward loss of the sentence encoder with its head, %i layer(s)', (layers) => {
    const config = tinyEncoder(layers);
    const specs = encoderRewardParameters(config);
    const spec = encoderRewardLossProgram(config, { dropout: false, trained: specs });
    const weights = drawEncoderWeights(config, 0.4, { specs });
    const values = { ...Object.fromEntries(weights), ...toValues(tinyEncoderRewardFeeds(config)) };
    checkModel(spec.graph, spec.outputs.loss!, spec.stored, specs, values);
  });

  test.each([1, 2])('sentence encoder with padding and an empty text, %i layer(s)', (layers) => {
    const config = tinyEncoder(layers);
    const spec = encoderLossProgram(config);
    const values = { ...Object.fromEntries(drawEncoderWeights(config, 0.4)), ...toValues(tinyEncoderFeeds(config)) };
    checkModel(spec.graph, spec.outputs.loss!, spec.stored, encoderParameters(config), values);
  });

  test('frozen layers get no gradients', () => {
    const config = tiny(2);
    const trained = trainedAbove(parameters(config, true), config.layers, 1);
    const spec = rewardLossProgram(config, { dropout: false, trained });
    expect(Object.keys(spec.stored)).not.toContain(gradientOf('h.0.mlp.c_fc.weight'));
    const values = { ...Object.fromEntries(drawWeights(config, true, 0.4)), ...toValues(rewardFeeds(config)) };
    checkModel(spec.graph, spec.outputs.loss!, spec.stored, trained, values);
  });
});

describe('gradients', () => {
  test('of a tensor used several times add up', () => {
    const graph = createGraph();
    const x = input(graph, 'x', [2]);
    const y = o.sum(o.add(o.mul(x, x), o.mul(o.add(x, x), 3)), [0]);
    const values = { x: { data: Float64Array.of(2, -1), shape: [2] } };
    const [d] = evaluate(graph, values, gradients(y, [x]));
    expect([...d!.data]).toEqual([10, 4]);
  });

  test('of something that the scalar does not depend on are refused', () => {
    const graph = createGraph();
    const [x, y] = [input(graph, 'x', [2]), input(graph, 'y', [2])];
    expect(() => gradients(o.sum(x, [0]), [y])).toThrow("The scalar doesn't depend on 'y'");
  });
});

function checkModel(
  graph: Graph,
  loss: Tensor,
  stored: Readonly<Record<string, Tensor>>,
  trained: readonly { readonly name: string }[],
  values: Values,
): void {
  const names = trained.map(({ name }) => name);
  const found = evaluate(
    graph,
    values,
    names.map((name) => stored[gradientOf(name)]!),
  );
  compare('the model', graph, loss, names, found, values);
}

function dependsOn(graph: Graph, scalar: Tensor, tensor: Tensor): boolean {
  const reached = new Set([tensor.id]);
  for (const node of graph.nodes) {
    // What expandLike and a gather's indices give is a shape or a place, not a value.
    const read = node.operator.op === 'expandLike' ? node.inputs.slice(0, 1) : node.inputs;
    if (read.some(({ id }) => reached.has(id))) for (const { id } of node.outputs) reached.add(id);
  }
  return reached.has(scalar.id);
}

/** Holds gradients against central differences, for every element of the named inputs. */
function compare(
  what: string,
  graph: Graph,
  scalar: Tensor,
  names: readonly string[],
  found: readonly Value[],
  values: Values,
): void {
  const step = 1e-5;
  names.forEach((name, i) => {
    const { data, shape } = values[name]!;
    data.forEach((x, at) => {
      const moved = (by: number): number => {
        const other = Float64Array.from(data);
        other[at] = x + by;
        return evaluate(graph, { ...values, [name]: { data: other, shape } }, [scalar])[0]!.data[0]!;
      };
      const expected = (moved(step) - moved(-step)) / (2 * step);
      const error = Math.abs(found[i]!.data[at]! - expected);
      const message = `gradient of ${what} with respect to ${name}[${at}]: ${found[i]!.data[at]}, not ${expected}`;
      // Not toBeLessThan: a NaN must fail with the message too.
      expect(error <= 1e-7 * Math.max(1, Math.abs(expected)), message).toBe(true);
    });
  });
}
