import { emitProgram, valueInfo } from '../runtime/onnx-emit.ts';
import { anyProvider } from '../runtime/onnx-operators.ts';
import { onnx } from '../runtime/onnx-schema.ts';
import type { dataTypes, OnnxNode, Writer } from '../runtime/onnx-writer.ts';
import { neededInputs, type ProgramSpec } from '../runtime/runtime.ts';

/** ONNX's operator set 17 and IR version 8, both of 2022: what is needed is in them, and few readers are older. */
const version = { operatorSet: 17, ir: 8 };

/** An ONNX model without its weights: `start` and `graph` are pieces of its file, `weights` what has to follow them. */
export type OnnxFrame = {
  /** Every field of the model but its graph. */
  readonly start: Uint8Array;
  /** The graph's fields but for the weights. */
  readonly graph: Uint8Array;
  /** Names of the tensors that the graph reads, with their shapes. */
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
};

/** An input or output: its name, its type, and its sizes, or what they are called. */
export type Declared = readonly [name: string, type: keyof typeof dataTypes, shape: readonly (string | number)[]];

export type OnnxInterface = {
  /** What the graph is called. */
  readonly name: string;
  readonly inputs: readonly Declared[];
  /** The program's one output. */
  readonly output: Declared;
  readonly metadata: Readonly<Record<string, string>>;
  /** Computes what the program is fed in the house from the inputs. */
  readonly feeds: (writer: Writer) => void;
  /** Feeds that number off what they are the places of: a lookup by them changes nothing. */
  readonly identities?: readonly string[];
  /** Tensors that `feeds` reads beside the program's weights. */
  readonly tables?: OnnxFrame['weights'];
};

/** A program as a model for others, in ONNX's own operators alone. */
export function onnxFrame(
  spec: ProgramSpec,
  { name, inputs, output, metadata, feeds, identities = [], tables = [] }: OnnxInterface,
): OnnxFrame {
  const { nodes, initializers } = emitProgram(spec, anyProvider, (result) => result, feeds).writer;
  const needed = withoutUnread(withoutLookups(nodes, identities), output[0]);
  const declare = ([called, type, shape]: Declared): object => valueInfo(called, shape, type);
  return {
    start: encode('Model', {
      irVersion: version.ir,
      producerName: 'tiebreak',
      opsetImport: [{ domain: '', version: version.operatorSet }],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    }),
    graph: encode('Graph', {
      name,
      node: needed.map((node, i) => ({ ...node, name: `${node.opType}_${i}` })),
      initializer: [...initializers.values()],
      input: inputs.map(declare),
      output: [declare(output)],
    }),
    weights: [
      ...neededInputs(spec).flatMap(({ input, shape }) =>
        input?.kind === 'state' ? [{ name: input.name, shape: shape.map(Number) }] : [],
      ),
      ...tables,
    ],
  };
}

function encode(name: string, value: object): Uint8Array {
  const type = onnx.lookupType(name);
  return type.encode(type.fromObject(value)).finish();
}

/** The nodes without those that look up every row where it stands. */
function withoutLookups(nodes: readonly OnnxNode[], identities: readonly string[]): readonly OnnxNode[] {
  const same = new Map<string, string>();
  return nodes.flatMap((node) => {
    const from = node.input.map((name) => same.get(name) ?? name);
    if (node.opType !== 'Gather' || !identities.includes(from[1]!)) return [{ ...node, input: from }];
    same.set(node.output[0]!, from[0]!);
    return [];
  });
}

/** The nodes that a result depends on. */
function withoutUnread(nodes: readonly OnnxNode[], result: string): OnnxNode[] {
  const read = new Set([result]);
  const kept: OnnxNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.output.some((name) => read.has(name))) continue;
    for (const name of node.input) read.add(name);
    kept.push(node);
  }
  return kept.reverse();
}
