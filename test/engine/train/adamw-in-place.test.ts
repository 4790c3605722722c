import { expect, test } from 'vitest';
import wabt from 'wabt';
import { defaultConfig } from '../../../src-main/common/default-config.ts';
import { createNormal, createRandom } from '../../../src-main/common/random.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import { adamWInPlace, compiled, source } from '../../../src-main/engine/train/adamw-in-place.ts';
import { adamWFeeds, adamWNames, adamWProgram } from '../../../src-main/engine/train/optimizer.ts';

test('the bytes are what its text compiles to', async () => {
  const module = (await wabt()).parseWat('adamw.wat', source, { simd: true });
  expect(Buffer.from(module.toBinary({}).buffer).toString('base64')).toBe(compiled);
});

// More than a block, and not a multiple of four.
const length = 2 * 8192 + 5;

test.each([0, 1])('several steps are those of its program, bit for bit (clipped to %s)', async (maxGradientNorm) => {
  const config = { ...defaultConfig('reward'), maxGradientNorm, weightDecay: 0.1 };
  const normal = createNormal(createRandom(3));
  const drawn = () => Float32Array.from({ length }, normal);
  const names = adamWNames('some');
  const [weight, m, v] = [drawn(), new Float32Array(length), new Float32Array(length)];
  const own = { weight: weight.slice(), m: m.slice(), v: v.slice() };
  const runtime = createOnnxRuntime('cpu');
  const [state, program, step] = [
    runtime.createState(),
    await runtime.compile(adamWProgram(config)),
    adamWInPlace(config),
  ];
  const put = (name: string, data: Float32Array) => state.put(new Map([[name, { data, shape: [length] }]]));
  put(names.weight, weight);
  put(names.m, m);
  put(names.v, v);
  for (let at = 1; at <= 3; at++) {
    const gradient = drawn();
    const scalars = adamWFeeds(config, at, 1e-2, 5 * at);
    put(names.gradient, gradient.slice());
    await program.run(scalars, state, names);
    step({ ...own, gradient }, scalars);
    for (const name of ['weight', 'm', 'v'] as const) expect(own[name]).toEqual(await state.read(names[name]));
  }
  await program.dispose();
  state.dispose();
});
