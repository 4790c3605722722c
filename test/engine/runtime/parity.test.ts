import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import { createTensorflowRuntime } from '../../../src-main/engine/runtime/tensorflow.ts';
import { runSmallEncoder, smallEncoderInFloat64 } from '../../support/small-encoder.ts';
import { type Trained, trainSmall } from '../../support/small-training.ts';

/** Where Debian's package chromium puts a software Vulkan driver, with a Vulkan loader beside it. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

let expected: Trained;
beforeAll(async () => {
  expected = await trainSmall(createOnnxRuntime('cpu'));
});

test('the training learns', () => {
  expect(expected.losses.at(-1)).toBeLessThan(expected.losses[0]! - 0.1);
});

test('the same training twice gives the same bits', async () => {
  expect(await trainSmall(createOnnxRuntime('cpu'))).toEqual(expected);
});

test('TensorFlow gives the same rewards and the same training trajectory', async () => {
  const found = await trainSmall(await createTensorflowRuntime());
  expectClose(found.rewards[0], expected.rewards[0], 1e-5, 'reward before training');
  expectClose(found.losses, expected.losses, 1e-4, 'loss of step');
  expectClose(found.norms, expected.norms, 1e-4, 'norm of step');
  expectClose(centred(found.rewards[1]), centred(expected.rewards[1]), 1e-4, 'reward after training');
});

test.each([
  ['ONNX Runtime', () => createOnnxRuntime('cpu')],
  ['TensorFlow', createTensorflowRuntime],
])('%s gives the sentence encoder and its gradients as float64 does', async (_, create) => {
  expectClose(await runSmallEncoder(await create()), smallEncoderInFloat64(), 1e-4, 'number');
});

describe('WebGPU', () => {
  type Answer = { trained: Trained; locations: string[]; scatterError: number; encoder: number[] };
  let answer: Answer | { reason: string };
  let log = '';

  beforeAll(() => {
    const env = { ...process.env };
    if (existsSync(swiftShader)) {
      env.VK_DRIVER_FILES = swiftShader;
      env.LD_LIBRARY_PATH = [env.LD_LIBRARY_PATH, dirname(swiftShader)].filter(Boolean).join(':');
    }
    const script = fileURLToPath(new URL('../../support/webgpu-training.ts', import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], { env, encoding: 'utf8' });
    expect(status, stderr.slice(-2000)).toBe(0);
    // Only our own line may be on standard output.
    answer = JSON.parse(stdout);
    log = stderr;
    // A graphics card made of software takes its time on a busy machine.
  }, 300_000);

  test('gives the losses of the processor', (context) => {
    if ('reason' in answer) return context.skip(answer.reason);
    expectClose(answer.trained.rewards[0], expected.rewards[0], 2e-3, 'reward before training');
    expectClose(answer.trained.losses, expected.losses, 2e-3, 'loss of step');
    expectClose(answer.trained.norms, expected.norms, 2e-3, 'norm of step');
    expectClose(centred(answer.trained.rewards[1]), centred(expected.rewards[1]), 2e-3, 'reward after training');
  });

  test('gives the sentence encoder and its gradients', (context) => {
    if ('reason' in answer) return context.skip(answer.reason);
    expectClose(answer.encoder, smallEncoderInFloat64(), 2e-3, 'number');
  });

  test('keeps weights, moments and gradients on the device between steps', (context) => {
    if ('reason' in answer) return context.skip(answer.reason);
    expect(answer.locations).toEqual(['gpu-buffer']);
  });

  test('adds up all values of repeated indices', (context) => {
    if ('reason' in answer) return context.skip(answer.reason);
    expect(answer.scatterError).toBeLessThan(1e-3);
  });

  test('leaves only work on shapes to the processor', (context) => {
    if ('reason' in answer) return context.skip(answer.reason);
    const left = [
      ...log.matchAll(/placed on \[CPUExecutionProvider\].*\n((?:.*VerifyEachNodeIsAssignedToAnEp\] {3}.*\n)*)/g),
    ]
      .flatMap(([, lines]) => lines!.trim().split('\n'))
      .map((line) => /\] {3}(\w+) \(/.exec(line)?.[1]);
    expect(log).toContain('placed on [WebGpuExecutionProvider]');
    expect(left.filter((type) => !['Concat', 'ConstantOfShape', 'Mul', 'Shape'].includes(type!))).toEqual([]);
  });
});

/**
 * The loss sees differences between rewards only. What all rewards have in common, the last normalisation's bias, has a
 * gradient of exactly zero but for rounding, and AdamW makes steps of full size of the rounding: it means nothing.
 */
function centred(rewards: readonly number[]): number[] {
  const mean = rewards.reduce((a, b) => a + b) / rewards.length;
  return rewards.map((reward) => reward - mean);
}

function expectClose(found: readonly number[], wanted: readonly number[], tolerance: number, what: string): void {
  expect(found.length).toBe(wanted.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!), `${what} ${i}: ${value}, not ${wanted[i]}`).toBeLessThan(tolerance);
  });
}
