import { spawnSync } from 'node:child_process';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createGraph, input, state } from '../../../src-main/engine/graph/graph.ts';
import * as o from '../../../src-main/engine/graph/operators.ts';
import { findDevice, openRuntime, possibleDevices } from '../../../src-main/engine/runtime/devices.ts';
import type { Runtime } from '../../../src-main/engine/runtime/runtime.ts';
import { createTensorflowRuntime } from '../../../src-main/engine/runtime/tensorflow.ts';
import { loadTensorflow, tensorflowInstallCommand } from '../../../src-main/engine/runtime/tensorflow-load.ts';
import { nativeTensorflow } from '../../support/native-tensorflow.ts';

describe('devices', () => {
  test('the processor is always there, and every other device says what it is or why not, in one line', async () => {
    const found = await Promise.all(possibleDevices().map(findDevice));
    const cpu = { device: 'cpu', available: true, onCard: false, slow: false, detail: expect.any(String) };
    expect(found).toContainEqual(cpu);
    expect(found.map(({ device }) => device)).toContain('tensorflow');
    for (const { detail } of found) expect(detail).toMatch(/^.+$/);
  });

  test('the processor opens', async () => {
    const { runtime, warning } = await openRuntime('cpu');
    expect({ device: runtime.device, warning }).toEqual({ device: 'cpu', warning: null });
  });

  test('a device that is not here is refused in one plain sentence', async () => {
    const missing = process.platform === 'darwin' ? 'cuda' : 'coreml';
    await expect(openRuntime(missing)).rejects.toMatchObject({
      code: 'device-unavailable',
      message: expect.stringMatching(`^The device '${missing}' can't be used here: .+$`),
    });
  });

  test('nothing is written to standard output on the way', () => {
    const modules = ['devices', 'tensorflow-load'].map((name) => {
      return new URL(`../../../src-main/engine/runtime/${name}.ts`, import.meta.url).href;
    });
    const script = `
      const { findDevice, openRuntime, possibleDevices } = await import('${modules[0]}');
      for (const device of possibleDevices()) await findDevice(device);
      await openRuntime('tensorflow');`;
    const { stdout, status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    // A Vulkan loader without drivers warns, and names a file of its own in which the word stands.
    expect(stderr).not.toMatch(/^\w*Error/m);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});

describe('tensorflow', () => {
  test('opens when asked for, with a warning where it is slow', async () => {
    const { runtime, warning } = await openRuntime('tensorflow');
    const { native, detail } = await loadTensorflow();
    expect(runtime.device).toBe('tensorflow');
    if (native) {
      expect(warning).toBeNull();
      expect(detail).toMatch(/^TensorFlow \d+\.\d+\.\S+ on the (processor|graphics card)/);
    } else {
      expect(warning).toContain('slow');
      expect(detail).toContain(tensorflowInstallCommand);
    }
  });

  test('frees everything but the state, node by node', async () => {
    const runtime = await createTensorflowRuntime({ interpreted: true });
    await expectFreed(runtime, () => tf.memory().numTensors);
  });

  test('frees everything but the state, in whole programs', async (context) => {
    const { runtime, binding } = await nativeTensorflow(context);
    await expectFreed(runtime, () => binding.getNumOfTensors());
  });
});

async function expectFreed(runtime: Runtime, count: () => number): Promise<void> {
  const before = count();
  const graph = createGraph();
  const x = input(graph, 'x', ['n', 4]);
  const weight = state(graph, 'weight', [4, 4]);
  const y = o.softmax(o.gelu(o.linear(x, weight)));
  const [left] = o.split(y, 1, [2, 2]) as [typeof y];
  const gradient = o.linear(x, y, null, { transposeA: true });
  const stored = { weight: o.sub(weight, gradient), gradient, same: gradient, unchanged: weight };
  const program = await runtime.compile({ graph, outputs: { left, again: left }, stored });
  const kept = runtime.createState();
  kept.put(new Map([['weight', { data: new Float32Array(16).fill(0.1), shape: [4, 4] }]]));
  const feeds = { x: { data: new Float32Array(8).fill(1), shape: [2, 4] } };
  for (let i = 0; i < 3; i++) await program.run(feeds, kept);
  expect(count() - before).toBe(4);
  expect(await kept.read('same')).toEqual(await kept.read('gradient'));
  await expect(program.run(feeds, runtime.createState())).rejects.toThrow("There is no 'weight' on the device");
  expect(count() - before).toBe(4);
  kept.dispose();
  expect(count() - before).toBe(0);
}
