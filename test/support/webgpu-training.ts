import * as ort from 'onnxruntime-node';
import { createGraph, input } from '../../src-main/engine/graph/graph.ts';
import * as o from '../../src-main/engine/graph/operators.ts';
import { openRuntime } from '../../src-main/engine/runtime/devices.ts';
import { emitOnnx } from '../../src-main/engine/runtime/onnx-emit.ts';
import type { Runtime, State } from '../../src-main/engine/runtime/runtime.ts';
import { runSmallEncoder, smallEncoderProgram } from './small-encoder.ts';
import { smallPrograms, trainSmall } from './small-training.ts';

/**
 * A process of its own, as the Vulkan driver is chosen by the environment it starts with. Writes one line of JSON: what came
 * out, or why there is no adapter. Which nodes went to which device is in ONNX Runtime's log on standard error.
 */
const opened = await openRuntime('webgpu').catch((error: Error) => error.message);
if (typeof opened === 'string') {
  console.log(JSON.stringify({ reason: opened }));
} else {
  const locations = new Set<string>();
  const look = (state: State) => {
    const { tensors } = state as State & { readonly tensors: ReadonlyMap<string, ort.Tensor> };
    for (const tensor of tensors.values()) locations.add(tensor.location);
  };
  const trained = await trainSmall(opened.runtime, look);
  const encoder = await runSmallEncoder(opened.runtime);
  for (const spec of [...Object.values(smallPrograms()), smallEncoderProgram()]) {
    const options = { executionProviders: ['webgpu'], logSeverityLevel: 0, logVerbosityLevel: 1 } as const;
    await (await ort.InferenceSession.create(emitOnnx(spec, 'webgpu'), options)).release();
  }
  const answer = { trained, encoder, locations: [...locations], scatterError: await scatterError(opened.runtime) };
  console.log(JSON.stringify(answer));
}

/** Of sums over very many repeated indices, which a device may add in any order, but must all add. */
async function scatterError(runtime: Runtime): Promise<number> {
  const [rows, width, table] = [1024, 64, 8];
  const graph = createGraph();
  const y = o.scatterAdd(table, input(graph, 'at', ['n'], 'int32'), input(graph, 'values', ['n', width]));
  const program = await runtime.compile({ graph, outputs: { y }, stored: {} });
  const at = { data: Int32Array.from({ length: rows }, (_, i) => (i * 7) % table), shape: [rows] };
  const values = { data: new Float32Array(rows * width).fill(0.5), shape: [rows, width] };
  const found = (await program.run({ at, values }, runtime.createState())).y!;
  return Math.max(...found.map((sum) => Math.abs(sum - (0.5 * rows) / table)));
}
