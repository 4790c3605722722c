import { addNode, createGraph, type Tensor } from '../../src-main/engine/graph/graph.ts';
import { cast } from '../../src-main/engine/graph/operators.ts';
import { createOnnxRuntime } from '../../src-main/engine/runtime/onnx.ts';
import type { ProgramSpec, Runtime } from '../../src-main/engine/runtime/runtime.ts';

/**
 * The processor in the place of a device with float16. ONNX Runtime's own processor takes such casts away and computes in
 * float32: here every float16 number is a float32 one that was rounded, by a cast there and one back, which it leaves alone.
 */
export function halfPrecisionOnCpu(): Runtime {
  const cpu = createOnnxRuntime('cpu');
  return { ...cpu, hasFloat16: async () => true, compile: (spec) => cpu.compile(rounded(spec)) };
}

function rounded<S extends ProgramSpec>(spec: S): S {
  const graph = createGraph();
  const made = new Map<number, Tensor>();
  for (const tensor of spec.graph.inputs) {
    const own: Tensor = { ...tensor, graph, id: graph.tensors++ };
    graph.inputs.push(own);
    made.set(tensor.id, own);
  }
  const round = (x: Tensor): Tensor => cast(cast(x, 'float16'), 'float32');
  for (const { operator, inputs, outputs } of spec.graph.nodes) {
    const given = inputs.map(({ id }) => made.get(id)!);
    const shapes = outputs.map(({ shape }) => shape);
    const results = operator.op === 'cast' ? given : addNode(operator, graph, given, shapes).outputs;
    outputs.forEach(({ id, type }, i) => {
      made.set(id, type === 'float16' ? round(results[i]!) : results[i]!);
    });
  }
  const results = (of: ProgramSpec['outputs']) =>
    Object.fromEntries(Object.entries(of).map(([name, { id }]) => [name, made.get(id)!]));
  return { ...spec, graph, outputs: results(spec.outputs), stored: results(spec.stored) };
}
