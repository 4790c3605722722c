import { createGraph, input } from '../graph/graph.ts';
import { inMixedPrecision } from '../graph/mixed-precision.ts';
import * as o from '../graph/operators.ts';
import { emitOnnx, resultName } from './onnx-emit.ts';
import * as ort from './onnxruntime.ts';

/** Providers that take float16 but compute in float32, or that nobody has seen do otherwise. */
const withoutFloat16: ReadonlySet<string> = new Set(['cpu', 'coreml']);

const tried = new Map<string, Promise<boolean>>();

/** Whether a provider of ONNX Runtime multiplies in float16 here: some graphics cards can't. Tried once in the life of the process. */
export function triesFloat16(provider: string): Promise<boolean> {
  if (withoutFloat16.has(provider)) return Promise.resolve(false);
  const trial = tried.get(provider) ?? multiply(provider).catch(() => false);
  tried.set(provider, trial);
  return trial;
}

async function multiply(provider: string): Promise<boolean> {
  const graph = createGraph();
  const x = input(graph, 'x', [8, 8]);
  const spec = inMixedPrecision({ graph, outputs: { y: o.linear(x, x) }, stored: {} });
  // What can't be compiled shows only when it runs, and is no error of anyone's.
  const session = await ort.InferenceSession.create(emitOnnx(spec, provider), {
    executionProviders: [provider],
    logSeverityLevel: 4,
  });
  try {
    const feeds = { x: new ort.Tensor('float32', new Float32Array(64).fill(0.5), [8, 8]) };
    const results = await session.run(feeds, { logSeverityLevel: 4 });
    return ((results[resultName('y')] as ort.Tensor).data as Float32Array).every((sum) => sum === 2);
  } finally {
    await session.release();
  }
}
