import { expect, test } from 'vitest';
import wabt from 'wabt';
import { defaultConfig } from '../../../src-main/common/default-config.ts';
import { createNormal, createRandom } from '../../../src-main/common/random.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import { compiled, source } from '../../../src-main/engine/train/adamw-kernel.ts';
import { createDeviceOptimizer } from '../../../src-main/engine/train/device-optimizer.ts';
import { createMemoryOptimizer } from '../../../src-main/engine/train/memory-optimizer.ts';
import { adamWFeeds, adamWNames } from '../../../src-main/engine/train/optimizer.ts';

test('the bytes are what its text compiles to', async () => {
  const module = (await wabt()).parseWat('adamw.wat', source, { simd: true, threads: true });
  expect(Buffer.from(module.toBinary({}).buffer).toString('base64')).toBe(compiled);
});

/** More than a block and than a slice, and not multiples of four. */
const parameters = [
  { name: 'small', shape: [3] },
  { name: 'blocks', shape: [2, 8192 + 5] },
  { name: 'slices', shape: [3, 131072 + 1] },
].map((one) => ({ ...one, deviation: 0, centre: 0 as const }));
const all = parameters.map(({ name }) => name);

test.each([
  { what: 'in one thread, where memory is not shared', shares: false, helpers: 0, maxGradientNorm: 1 },
  { what: 'in one thread', shares: true, helpers: 0, maxGradientNorm: 1 },
  { what: 'in three threads', shares: true, helpers: 2, maxGradientNorm: 1 },
  { what: 'unclipped', shares: true, helpers: 1, maxGradientNorm: 0 },
])('several steps are those of its programs, bit for bit: $what', async ({ shares, helpers, maxGradientNorm }) => {
  const config = { ...defaultConfig('reward'), maxGradientNorm, weightDecay: 0.1 };
  const normal = createNormal(createRandom(3));
  const drawn = (shape: readonly number[]) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, normal),
  });
  const runtime = createOnnxRuntime('cpu');
  expect(await runtime.takesSharedMemory()).toBe(true);
  const [own, reference] = [runtime.createState(), runtime.createState()];
  const put = (state: typeof own, name: string, tensor: ReturnType<typeof drawn>) => {
    if (!state.names.includes(name)) state.put(new Map([[name, { ...tensor, data: tensor.data.slice() }]]));
    // As a program writes it: over what is there.
    else state.inPlace!(name).set(tensor.data);
  };
  const inBoth = (name: string, tensor: ReturnType<typeof drawn>) => {
    put(own, name, tensor);
    put(reference, name, tensor);
  };
  for (const { name, shape } of parameters) {
    const { weight, gradient, m, v } = adamWNames(name);
    inBoth(weight, drawn(shape));
    for (const one of [gradient, m, v]) inBoth(one, { shape, data: new Float32Array(drawn(shape).data.length) });
  }
  const optimizers = [
    createMemoryOptimizer(config, own, parameters, shares, helpers),
    await createDeviceOptimizer(runtime, config, reference, parameters, null),
  ] as const;
  for (let at = 1; at <= 3; at++) {
    for (const { name, shape } of parameters) inBoth(adamWNames(name).gradient, drawn(shape));
    const [norm, expected] = await Promise.all(optimizers.map((one) => one.gradientNorm(all)));
    expect(norm! / expected!).toBeCloseTo(1, 5);
    const scalarsOf = new Map(all.map((name, i) => [name, adamWFeeds(config, at, 1e-2 * (i + 1), expected!)]));
    for (const one of optimizers) await one.update(scalarsOf);
    for (const name of all) {
      const names = adamWNames(name);
      for (const one of [names.weight, names.m, names.v]) {
        expect(Buffer.compare(bytesOf(await own.read(one)), bytesOf(await reference.read(one)))).toBe(0);
      }
    }
  }
  for (const one of optimizers) await one.dispose();
  own.dispose();
  reference.dispose();
});

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
