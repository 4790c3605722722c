import { type DataType, neededFor, type Tensor } from '../graph/graph.ts';
import type { Dim, Shape } from '../graph/shape.ts';
import { emitNode } from './onnx-operators.ts';
import { onnx } from './onnx-schema.ts';
import { createWriter, dataTypes, type OnnxNode } from './onnx-writer.ts';
import { anyShape, neededInputs, type ProgramSpec } from './runtime.ts';

/**
 * Writes a program as an ONNX model, operator set 20. Inputs keep their names; a result is called 'out:' and its name,
 * since a state tensor and its new value may share one. The provider that is to run it is known by ONNX Runtime's name.
 */
export function emitOnnx(spec: ProgramSpec, provider: string): Uint8Array {
  const inputs = neededInputs(spec);
  const results = Object.entries({ ...spec.outputs, ...spec.stored });
  // A tensor is called by its result's name where it can be: an Identity would copy it.
  const called = new Map<number, string>();
  for (const [name, tensor] of results) if (!tensor.input) called.set(tensor.id, resultName(name));
  const nameOf = (tensor: Tensor) => tensor.input?.name ?? called.get(tensor.id) ?? `t${tensor.id}`;
  const writer = createWriter(inputs, nameOf, provider);
  const wanted = results.map(([, tensor]) => tensor);
  for (const node of neededFor(spec.graph, wanted)) emitNode(writer, node);
  for (const [name, tensor] of results) {
    if (nameOf(tensor) !== resultName(name)) writer.node('Identity', [nameOf(tensor)], {}, [resultName(name)]);
  }

  const value = (name: string, shape: Shape, type: DataType) => ({
    name,
    // Without a shape, a tensor of any rank fits.
    type: {
      tensorType: {
        elemType: dataTypes[type],
        ...(shape.includes(anyShape) ? {} : { shape: { dim: shape.map(dimension) } }),
      },
    },
  });
  const Model = onnx.lookupType('Model');
  return Model.encode(
    Model.fromObject({
      irVersion: 10,
      producerName: 'tiebreak',
      opsetImport: [
        { domain: '', version: 20 },
        { domain: 'com.microsoft', version: 1 },
      ],
      graph: {
        name: 'tiebreak',
        node: resultsLast(writer.nodes),
        initializer: [...writer.initializers.values()],
        input: inputs.map((tensor) => value(nameOf(tensor), tensor.shape, tensor.type)),
        output: results.map(([name, tensor]) => value(resultName(name), tensor.shape, tensor.type)),
      },
    }),
  ).finish();
}

export const resultName = (name: string): string => `out:${name}`;

function dimension(dim: Dim): object {
  return typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim };
}

/**
 * Moves the nodes that no other node reads to the end, the first of them last. ONNX Runtime runs these from the last to the
 * first, each after what it still needs. Like this every weight's gradient comes as soon as it can, while what it reads is
 * in the cache, and that is then freed; as they stand, the gradients would all come at the very end.
 */
function resultsLast(nodes: readonly OnnxNode[]): OnnxNode[] {
  const read = new Set(nodes.flatMap(({ input }) => input));
  const isRead = ({ output }: OnnxNode) => output.some((name) => read.has(name));
  return [...nodes.filter(isRead), ...nodes.filter((node) => !isRead(node)).reverse()];
}
