import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { resolve } from '../../../src-main/engine/graph/shape.ts';
import { encoderRewardParameters } from '../../../src-main/engine/model/encoder-reward.ts';
import { parameters } from '../../../src-main/engine/model/gpt2.ts';
import { trainedAbove } from '../../../src-main/engine/model/parameters.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import { type HostTensors, neededInputs, type Runtime, readSizes } from '../../../src-main/engine/runtime/runtime.ts';
import { createTensorflowRuntime } from '../../../src-main/engine/runtime/tensorflow.ts';
import {
  encoderRewardLossProgram,
  type LossOptions,
  type LossProgram,
  languageModelLossProgram,
  rewardLossProgram,
} from '../../../src-main/engine/train/loss-graph.ts';
import { gradientOf } from '../../../src-main/engine/train/optimizer.ts';
import { random } from '../../support/graph/cases.ts';
import { drawEncoderWeights, tinyEncoder, tinyEncoderRewardFeeds } from '../../support/graph/encoder.ts';
import { evaluate } from '../../support/graph/float64.ts';
import { drawWeights, languageModelFeeds, rewardFeeds, tiny, toValues } from '../../support/graph/gpt2.ts';

type Kind = {
  readonly title: string;
  /** The program, and how many of the layers stay as they are. */
  readonly program: (options: Partial<LossOptions>) => LossProgram;
  readonly weights: ReturnType<typeof drawWeights>;
  readonly feeds: HostTensors;
};

function kinds(): Kind[] {
  const gpt = tiny(3);
  const encoder = tinyEncoder(3);
  const gptTrained = (head: boolean, frozen = 0) => trainedAbove(parameters(gpt, head), gpt.layers, frozen);
  const plain = { dropout: false, recompute: false };
  const reward = (frozen: number) => ({
    program: (options: Partial<LossOptions>) =>
      rewardLossProgram(gpt, { ...plain, trained: gptTrained(true, frozen), ...options }),
    weights: drawWeights(gpt, true, 0.4),
    feeds: rewardFeeds(gpt),
  });
  return [
    { title: 'reward model, its last layer for the end tokens alone', ...reward(0) },
    { title: 'reward model with a frozen layer', ...reward(1) },
    { title: 'reward model of which only the last layer is trained', ...reward(2) },
    {
      title: 'language model',
      program: (options) => languageModelLossProgram(gpt, { ...plain, trained: gptTrained(false), ...options }),
      weights: drawWeights(gpt, false, 0.4),
      feeds: languageModelFeeds(gpt),
    },
    {
      title: 'sentence encoder with its head',
      program: (options) =>
        encoderRewardLossProgram(encoder, { ...plain, trained: encoderRewardParameters(encoder), ...options }),
      weights: drawEncoderWeights(encoder, 0.4, { specs: encoderRewardParameters(encoder) }),
      feeds: tinyEncoderRewardFeeds(encoder),
    },
  ];
}

/** The same masks for the same program: a third of all units is dropped. */
function withMasks(program: LossProgram, feeds: HostTensors): HostTensors {
  const next = random(5);
  const given = neededInputs(program).filter(({ input }) => !input!.name.startsWith('dropout.'));
  const sizes = readSizes(given, feeds);
  const drawn = program.masks.map(({ name, shape }) => {
    const known = shape.map((dim) => resolve(dim, sizes));
    const data = Float32Array.from({ length: known.reduce((a, b) => a * b, 1) }, () => (next() < 1 / 3 ? 0 : 1.5));
    return [name, { data, shape: known }] as const;
  });
  return { ...feeds, ...Object.fromEntries(drawn) };
}

describe.each(kinds())('recomputing the layers of a $title', ({ program, weights, feeds }) => {
  test.each([false, true])('gives the same gradients, with dropout: %s', (dropout) => {
    const [kept, again] = [false, true].map((recompute) => {
      const spec = program({ dropout, recompute });
      const values = { ...Object.fromEntries(weights), ...toValues(withMasks(spec, feeds)) };
      const wanted = [spec.outputs.loss!, ...Object.values(spec.stored)];
      return { spec, found: evaluate(spec.graph, values, wanted) };
    });
    expect(Object.keys(again!.spec.stored)).toEqual(Object.keys(kept!.spec.stored));
    kept!.found.forEach(({ data }, i) => {
      // The same operations on the same numbers in the same order: equal to the last bit.
      expect([...again!.found[i]!.data]).toEqual([...data]);
    });
  });
});

test('layers run once more, but for frozen ones and a last layer that is read at its end alone', () => {
  const softmaxes = (kind: Kind): number[] =>
    [false, true].map((recompute) => {
      const { graph } = kind.program({ recompute });
      return graph.nodes.filter(({ operator }) => operator.op === 'softmax').length;
    });
  const [reward, frozen, last, language, encoder] = kinds().map(softmaxes);
  expect(reward).toEqual([3, 5]);
  expect(frozen).toEqual([3, 4]);
  expect(last).toEqual([3, 3]);
  expect(language).toEqual([3, 6]);
  expect(encoder).toEqual([3, 5]);
});

const runtimes: Record<string, () => Runtime | Promise<Runtime>> = {
  'ONNX Runtime': () => createOnnxRuntime('cpu'),
  TensorFlow: createTensorflowRuntime,
};

test.each(Object.keys(runtimes))('%s gives the same gradients either way', async (name) => {
  const runtime = await runtimes[name]!();
  for (const { title, program, weights, feeds } of kinds()) {
    const results: Float32Array[][] = [];
    for (const recompute of [false, true]) {
      const spec = program({ dropout: true, recompute });
      const state = runtime.createState();
      for (const [own, { data, shape }] of weights) {
        state.put(new Map([[own, { data: Float32Array.from(data), shape }]]));
        state.put(new Map([[gradientOf(own), { data: new Float32Array(data.length), shape }]]));
      }
      const compiled = await runtime.compile(spec);
      await compiled.run(withMasks(spec, feeds), state);
      const read = [];
      for (const stored of Object.keys(spec.stored)) read.push(Float32Array.from(await state.read(stored)));
      results.push(read);
      await compiled.dispose();
      state.dispose();
    }
    const [kept, again] = results as [Float32Array[], Float32Array[]];
    kept.forEach((data, i) => {
      const error = data.reduce((most, x, at) => Math.max(most, Math.abs(x - again[i]![at]!)), 0);
      expect(error, `${title}, tensor ${i}`).toBeLessThan(1e-6);
    });
  }
});

test('ONNX Runtime takes much less memory for a step that recomputes its layers', () => {
  const program = fileURLToPath(new URL('../../bench/training.ts', import.meta.url));
  const peaks = [false, true].map((recompute) => {
    const plain = { device: 'cpu', kind: 'reward', frozenLayers: 0, accumulation: 1, steps: 2 };
    const request = { config: '128,8,4,128,16,300', ...plain, recompute };
    const { stdout, stderr, status } = spawnSync(process.execPath, [program, JSON.stringify(request)], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    return (JSON.parse(stdout) as { peakMB: number }).peakMB;
  }) as [number, number];
  // Some of both is the process itself.
  expect(peaks[1], `with: ${peaks[1]} MB, without: ${peaks[0]} MB`).toBeLessThan(0.8 * peaks[0]);
});
