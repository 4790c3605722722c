import { createGraph, state } from '../graph/graph.ts';
import { add } from '../graph/operators.ts';
import { emitOnnx, resultName } from './onnx-emit.ts';
import * as ort from './onnxruntime.ts';

let tried: Promise<boolean> | null = null;

/** Whether Node's binding reads and writes memory that threads share, which older Nodes hand to no library. Tried once in the life of the process. */
export function triesSharedMemory(): Promise<boolean> {
  tried ??= addOne().catch(() => false);
  return tried;
}

async function addOne(): Promise<boolean> {
  const graph = createGraph();
  const spec = { graph, outputs: { to: add(state(graph, 'from', [2]), 1) }, stored: {} };
  const session = await ort.InferenceSession.create(emitOnnx(spec, 'cpu'), { logSeverityLevel: 4 });
  try {
    const [from, to] = [1, 0].map((value) => {
      const data = new Float32Array(new SharedArrayBuffer(8)).fill(value);
      return new ort.Tensor('float32', data, [2]);
    }) as [ort.Tensor, ort.Tensor];
    await session.run({ from }, { [resultName('to')]: to });
    return [...(to.data as Float32Array)].every((value) => value === 2);
  } finally {
    await session.release();
  }
}
