import { hidden } from '../batch/feeds.ts';
import type { Gpt2Config } from '../model/gpt2.ts';
import { rewardProgram } from '../model/reward-program.ts';
import { emitProgram, valueInfo } from '../runtime/onnx-emit.ts';
import { anyProvider } from '../runtime/onnx-operators.ts';
import { onnx } from '../runtime/onnx-schema.ts';
import { dataTypes, type OnnxNode, type Writer } from '../runtime/onnx-writer.ts';
import { neededInputs } from '../runtime/runtime.ts';

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

/**
 * A reward model as a graph of its own: `input_ids` and `attention_mask`, int64 [batch, length], to `rewards` [batch].
 * Sequences may be padded on either side with whatever id; the mask is 1 at their tokens.
 */
export function rewardOnnx(config: Gpt2Config, metadata: Readonly<Record<string, string>>): OnnxFrame {
  const spec = rewardProgram(config);
  const { nodes, initializers } = emitProgram(spec, anyProvider, (name) => name, emitFeeds).writer;
  const tokens = ['batch', 'length'];
  return {
    start: encode('Model', {
      irVersion: version.ir,
      producerName: 'tiebreak',
      opsetImport: [{ domain: '', version: version.operatorSet }],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    }),
    graph: encode('Graph', {
      name: 'reward',
      node: withoutUnread(nodes, 'rewards').map((node, i) => ({ ...node, name: `${node.opType}_${i}` })),
      initializer: [...initializers.values()],
      input: [valueInfo('input_ids', tokens, 'int64'), valueInfo('attention_mask', tokens, 'int64')],
      output: [valueInfo('rewards', ['batch'], 'float32')],
    }),
    weights: neededInputs(spec).flatMap(({ input, shape }) =>
      input?.kind === 'state' ? [{ name: input.name, shape: shape.map(Number) }] : [],
    ),
  };
}

function encode(name: string, value: object): Uint8Array {
  const type = onnx.lookupType(name);
  return type.encode(type.fromObject(value)).finish();
}

/**
 * Computes from the two inputs what inputFeeds computes for a run in the house: sequences moved to the left edge, their
 * places, the end token of each, and the two masks.
 */
function emitFeeds({ node, integers, floats }: Writer): void {
  const [batch, length] = [0, 1].map((axis) => node('Shape', ['input_ids'], { start: axis, end: axis + 1 })) as [
    string,
    string,
  ];
  const count = (size: string, to?: string) =>
    node('Range', [scalar(0), node('Squeeze', [size]), scalar(1)], {}, to === undefined ? undefined : [to]);
  const scalar = (value: number) => node('Squeeze', [integers([value])]);
  const behind = (place: string, border: string, to: string) =>
    node(
      'Mul',
      [node('Cast', [node('Greater', [place, border])], { to: dataTypes.float32 }), floats([hidden], [])],
      {},
      [to],
    );

  const positions = count(length, 'positions');
  // ArgMax of int64 is one that runtimes lack.
  const mask = node('Cast', ['attention_mask'], { to: dataTypes.float32 });
  const first = node('ArgMax', [mask], { axis: 1, keepdims: 1 });
  const from = node('Mod', [node('Add', [positions, first]), length]);
  node('GatherElements', ['input_ids', from], { axis: 1 }, ['ids']);

  const sum = node('Cast', [node('ReduceSum', [mask, integers([1])], { keepdims: 1 })], { to: dataTypes.int64 });
  const last = node('Max', [node('Sub', [sum, integers([1])]), integers([0])]);
  const row = node('Unsqueeze', [node('Mul', [count(batch), length]), integers([1])]);
  node('Squeeze', [node('Add', [row, last]), integers([1])], {}, ['end']);
  behind(positions, last, 'visible');
  behind(positions, node('Unsqueeze', [positions, integers([1])]), 'causal');
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
