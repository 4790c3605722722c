import { expect, test } from 'vitest';
import { createGraph, state } from '../../../src-main/engine/graph/graph.ts';
import * as o from '../../../src-main/engine/graph/operators.ts';
import { anyShape } from '../../../src-main/engine/runtime/runtime.ts';
import { pieceSize } from '../../../src-main/engine/runtime/tensorflow-blocks.ts';
import { nativeTensorflow } from '../../support/native-tensorflow.ts';
import { trainSmall } from '../../support/small-training.ts';

test('an elementwise program on a large tensor runs in pieces, gives the same, and leaves none of them', async (context) => {
  const { runtime, binding } = await nativeTensorflow(context);
  const graph = createGraph();
  const [weight, gradient] = [state(graph, 'weight', [anyShape]), state(graph, 'gradient', [anyShape])];
  const stored = { weight: o.sub(weight, o.mul(gradient, 2)) };
  const program = await runtime.compile({ graph, outputs: {}, stored });
  const before = binding.getNumOfTensors();
  const kept = runtime.createState();
  const shape = [3, Math.ceil(pieceSize / 2)];
  const size = shape[0]! * shape[1]!;
  const given = { w: (i: number) => i % 1009, g: (i: number) => i % 13 };
  for (const [name, at] of Object.entries(given)) {
    kept.put(new Map([[name, { data: Float32Array.from({ length: size }, (_, i) => at(i)), shape }]]));
  }
  await program.run({}, kept, { weight: 'w', gradient: 'g' });
  expect(binding.getNumOfTensors() - before).toBe(2);
  const [w, g] = [await kept.read('w'), await kept.read('g')];
  expect([w.length, g.length]).toEqual([size, size]);
  expect(w.findIndex((x, i) => x !== given.w(i) - 2 * given.g(i))).toBe(-1);
  expect(g.findIndex((x, i) => x !== given.g(i))).toBe(-1);
  kept.dispose();
  await program.dispose();
  expect(binding.getNumOfTensors()).toBe(before);
});

test('the same training twice gives the same bits', async (context) => {
  const { runtime } = await nativeTensorflow(context);
  expect(await trainSmall(runtime)).toEqual(await trainSmall(runtime));
});
