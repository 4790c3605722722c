import { neededFor, type Tensor } from '../graph/graph.ts';
import type { Dim, Shape } from '../graph/shape.ts';
import { emitNode } from './onnx-operators.ts';
import { onnx } from './onnx-schema.ts';
import { createWriter, dataTypes, type OnnxNode, type Writer } from './onnx-writer.ts';
import { anyShape, type HostTensor, neededInputs, type ProgramSpec, type Weights } from './runtime.ts';

const operatorSet = 20;

/**
 * Writes a program as an ONNX model, operator set 20. Inputs keep their names; a result is called 'out:' and its name,
 * since a state tensor and its new value may share one. The provider that is to run it is known by ONNX Runtime's name.
 * @param weights state inputs that are initialisers, each in a file called after it (what is in memory may be such a file)
 * @param unread whether the first result is `unreadName`
 */
export function emitOnnx(
  spec: ProgramSpec,
  provider: string,
  weights: Weights = new Map(),
  unread = false,
): Uint8Array {
  const all = neededInputs(spec);
  const isFixed = ({ input }: Tensor) => input?.kind === 'state' && weights.has(input.name);
  const inputs = all.filter((tensor) => !isFixed(tensor));
  const { writer, nameOf } = emitProgram(spec, provider, resultName);
  if (unread) writer.node('SequenceEmpty', [], {}, [unreadName]);
  const results = resultsOf(spec).map(([name, tensor]) => valueInfo(resultName(name), tensor.shape, tensor.type));
  const Model = onnx.lookupType('Model');
  return Model.encode(
    Model.fromObject({
      irVersion: 10,
      producerName: 'tiebreak',
      opsetImport: [
        { domain: '', version: operatorSet },
        { domain: 'com.microsoft', version: 1 },
      ],
      graph: {
        name: 'tiebreak',
        node: resultsLast(writer.nodes),
        initializer: [
          ...writer.initializers.values(),
          ...all.filter(isFixed).map(({ input }) => initializer(input!.name, weights.get(input!.name)!)),
        ],
        input: inputs.map((tensor) => valueInfo(nameOf(tensor), tensor.shape, tensor.type)),
        output: unread ? [{ name: unreadName, type: sequenceOfFloats }, ...results] : results,
      },
    }),
  ).finish();
}

/** The nodes of a program, whose results are called as `called` says. `before` may write nodes that make its inputs. */
export function emitProgram(
  spec: ProgramSpec,
  provider: string,
  called: (result: string) => string,
  before: (writer: Writer) => void = () => {},
): { readonly writer: Writer; readonly nameOf: (tensor: Tensor) => string } {
  const results = resultsOf(spec);
  // A tensor is called by its result's name where it can be: an Identity would copy it.
  const names = new Map<number, string>();
  for (const [name, tensor] of results) if (!tensor.input) names.set(tensor.id, called(name));
  const nameOf = (tensor: Tensor) => tensor.input?.name ?? names.get(tensor.id) ?? `t${tensor.id}`;
  const writer = createWriter(neededInputs(spec), nameOf, provider);
  before(writer);
  const wanted = results.map(([, tensor]) => tensor);
  for (const node of neededFor(spec.graph, wanted)) emitNode(writer, node);
  for (const [name, tensor] of results) {
    if (nameOf(tensor) !== called(name)) writer.node('Identity', [nameOf(tensor)], {}, [called(name)]);
  }
  return { writer, nameOf };
}

function initializer(name: string, { data, shape }: HostTensor): object {
  const place = { location: name, offset: '0', length: String(data.byteLength) };
  const externalData = Object.entries(place).map(([key, value]) => ({ key, value }));
  return { name, dims: shape, dataType: dataTypes.float32, externalData, dataLocation: external };
}

/** TensorProto.DataLocation: what stands in a file beside the model. */
const external = 1;

const resultsOf = ({ outputs, stored }: ProgramSpec) => Object.entries({ ...outputs, ...stored });

/** How an input or output is declared. Without a shape, a tensor of any rank fits. */
export function valueInfo(name: string, shape: Shape, type: keyof typeof dataTypes): object {
  const known = shape.includes(anyShape) ? {} : { shape: { dim: shape.map(dimension) } };
  return { name, type: { tensorType: { elemType: dataTypes[type], ...known } } };
}

export const resultName = (name: string): string => `out:${name}`;

/** A result that is no tensor: an empty sequence. */
export const unreadName = 'unread';
const sequenceOfFloats = { sequenceType: { elemType: { tensorType: { elemType: dataTypes.float32 } } } };

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
