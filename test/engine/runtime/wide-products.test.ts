import { expect, test } from 'vitest';
import { createRandom } from '../../../src-main/common/random.ts';
import { createGraph, input } from '../../../src-main/engine/graph/graph.ts';
import { linear } from '../../../src-main/engine/graph/operators.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';

// ONNX Runtime turns the first factor itself in the narrow one, and is given it turned in the wide one.
test.each([8, 600])('the product of a turned factor by one of %i columns', async (columns) => {
  const [tokens, rows] = [13, 5];
  const graph = createGraph();
  const [a, b] = [input(graph, 'a', ['tokens', rows]), input(graph, 'b', ['tokens', columns])];
  const runtime = createOnnxRuntime('cpu');
  const program = await runtime.compile({
    graph,
    outputs: { y: linear(a, b, null, { transposeA: true }) },
    stored: {},
  });
  const random = createRandom(1);
  const drawn = (count: number) => Float32Array.from({ length: tokens * count }, () => random() - 0.5);
  const [x, z] = [drawn(rows), drawn(columns)];
  const feeds = { a: { data: x, shape: [tokens, rows] }, b: { data: z, shape: [tokens, columns] } };
  const { y } = await program.run(feeds, runtime.createState());
  expect(y).toHaveLength(rows * columns);
  for (const [row, column] of [
    [0, 0],
    [2, columns - 1],
    [rows - 1, 3],
  ] as const) {
    let sum = 0;
    for (let at = 0; at < tokens; at++) sum += x[at * rows + row]! * z[at * columns + column]!;
    expect(y![row * columns + column]).toBeCloseTo(sum, 5);
  }
  await program.dispose();
});
