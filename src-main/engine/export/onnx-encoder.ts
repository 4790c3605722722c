/** Encoders, and the reward models on them, as graphs of their own: padded tokens in, as others feed them. */

import { distanceBucket } from '../batch/bert-feeds.ts';
import { hidden } from '../batch/feeds.ts';
import { createGraph, type Graph, state, type Tensor } from '../graph/graph.ts';
import type { BertConfig } from '../model/bert.ts';
import { encoderRewardParameters, encoderRewards } from '../model/encoder-reward.ts';
import type { ParameterSpec } from '../model/parameters.ts';
import { isBert, type TextEncoderConfig, textEncoderParameters, textVectors } from '../model/text-encoder.ts';
import { togetherParameters, togetherRewards } from '../model/together-reward.ts';
import { dataTypes, type Writer } from '../runtime/onnx-writer.ts';
import type { ProgramSpec } from '../runtime/runtime.ts';
import { type Declared, type OnnxFrame, type OnnxInterface, onnxFrame } from './onnx-frame.ts';

/** The tensor of the position signal of Universal Sentence Encoder, [positions, embedding], which is no weight in the house. */
export const timingTable = 'timing.table';

type Metadata = Readonly<Record<string, string>>;

/** An encoder: its tokens to `vectors` [batch, width]. */
export function vectorsOnnx(config: TextEncoderConfig, metadata: Metadata): OnnxFrame {
  const spec = program('vectors', textEncoderParameters(config), (body) => textVectors({ ...body, config }));
  const output: Declared = ['vectors', 'float32', ['batch', config.width]];
  return onnxFrame(spec, { name: 'encoder', output, metadata, ...tokensOf(config) });
}

/** A model that reads post and comment as one: tokens of both to `rewards` [batch]. */
export function togetherOnnx(config: BertConfig, metadata: Metadata): OnnxFrame {
  const spec = program('rewards', togetherParameters(config), (body) => togetherRewards({ ...body, config }));
  const { feeds, ...tokens } = tokensOf(config);
  return onnxFrame(spec, {
    name: 'reward',
    output: ['rewards', 'float32', ['batch']],
    metadata,
    ...tokens,
    feeds(writer) {
      feeds(writer);
      const { node, floats } = writer;
      node('Expand', [floats([0], [1]), node('Shape', ['input_ids'], { start: 0, end: 1 })], {}, ['before']);
    },
  });
}

/**
 * A model that reads post and comment apart: tokens of texts, and for each row the places of its `comment` and `post` among them, with its
 * `text_reward`, what the head finds in the text itself. To `rewards` [rows].
 */
export function encoderRewardOnnx(config: TextEncoderConfig, metadata: Metadata): OnnxFrame {
  const spec = program('rewards', encoderRewardParameters(config), (body) => encoderRewards({ ...body, config }));
  const { feeds, inputs, ...tokens } = tokensOf(config);
  const rows = ['rows'];
  return onnxFrame(spec, {
    name: 'reward',
    output: ['rewards', 'float32', rows],
    metadata,
    ...tokens,
    inputs: [...inputs, ['comment', 'int64', rows], ['post', 'int64', rows], ['text_reward', 'float32', rows]],
    feeds(writer) {
      feeds(writer);
      writer.node('Identity', ['text_reward'], {}, ['textReward']);
    },
  });
}

type Body = Omit<Parameters<typeof textVectors>[0], 'config'>;

function program(output: string, parameters: readonly ParameterSpec[], build: (body: Body) => Tensor): ProgramSpec {
  const graph: Graph = createGraph();
  const weights = new Map(parameters.map(({ name, shape }) => [name, state(graph, name, shape)]));
  const result = build({ graph, weight: (name) => weights.get(name)!, dropout: (x) => x });
  return { graph, outputs: { [output]: result }, stored: {} };
}

type Tokens = Pick<OnnxInterface, 'inputs' | 'feeds' | 'identities' | 'tables'>;

/** What an encoder takes, and how that becomes what it is fed in the house. */
function tokensOf(config: TextEncoderConfig): Tokens {
  const shape = ['batch', 'length'];
  const inputs: Declared[] = [
    ['input_ids', 'int64', shape],
    ['attention_mask', 'int64', shape],
  ];
  if (!isBert(config)) {
    const tables = [{ name: timingTable, shape: [config.positions, config.embedding] }];
    return { inputs, feeds: emitUseFeeds, tables };
  }
  if (config.segments > 1) inputs.push(['token_type_ids', 'int64', shape]);
  return { inputs, feeds: (writer) => emitBertFeeds(writer, config), identities: ['tokenAt', 'placeOf'] };
}

/** The mask as numbers, [batch, length], what hides padding, and each token's share in a mean, which is 0 where there is none. */
function emitMask({ node, integers, floats }: Writer): { readonly mask: string; readonly share: string } {
  const mask = node('Cast', ['attention_mask'], { to: dataTypes.float32 });
  node('Mul', [node('Sub', [floats([1], []), mask]), floats([hidden], [])], {}, ['visible']);
  const count = node('Max', [node('ReduceSum', [mask, integers([1])], { keepdims: 1 }), floats([1], [])]);
  return { mask, share: node('Div', [mask, count]) };
}

function emitUseFeeds(writer: Writer): void {
  const { node, integers } = writer;
  const { share } = emitMask(writer);
  node('Identity', ['input_ids'], {}, ['ids']);
  node('Identity', [share], {}, ['share']);
  const length = node('Shape', ['input_ids'], { start: 1, end: 2 });
  node('Slice', [timingTable, integers([0]), length, integers([0])], {}, ['timing']);
}

/** Padding stays where it is, as tokens that nothing looks at: so the graph's shapes depend on those of its inputs alone. */
function emitBertFeeds(writer: Writer, config: BertConfig): void {
  const { node, integers, floats } = writer;
  const flat = (from: string, to: string): string => node('Reshape', [from, integers([-1])], {}, [to]);
  const long = (from: string): string => node('Cast', [from], { to: dataTypes.int64 });
  const { mask, share } = emitMask(writer);
  flat('input_ids', 'ids');

  const along = integers([1]);
  const place = node('CumSum', [mask, node('Squeeze', [along])]);
  if (config.family === 'bert') {
    flat(long(node('Max', [node('Sub', [place, floats([1], [])]), floats([0], [])])), 'positions');
  } else {
    // A padding token that somebody has written out counts as none.
    const padding = node('Equal', ['input_ids', node('Squeeze', [integers([config.firstPosition - 1])])]);
    const counted = node('Mul', [mask, node('Cast', [node('Not', [padding])], { to: dataTypes.float32 })]);
    const own = node('Mul', [node('CumSum', [counted, node('Squeeze', [along])]), counted]);
    flat(long(node('Add', [own, floats([config.firstPosition - 1], [])])), 'positions');
  }
  if (config.segments > 0) {
    flat(config.segments > 1 ? 'token_type_ids' : node('Sub', ['input_ids', 'input_ids']), 'segments');
  }

  const first = node('Mul', [node('Cast', [node('Equal', [place, floats([1], [])])], { to: dataTypes.float32 }), mask]);
  const size = (axis: number): string => node('Shape', ['input_ids'], { start: axis, end: axis + 1 });
  const scalar = (value: number): string => node('Squeeze', [integers([value])]);
  const numbered = (count: string): string => node('Range', [scalar(0), node('Squeeze', [count]), scalar(1)]);
  const [row, column] = [along, integers([0])].map((axis) => node('Unsqueeze', [numbered(size(0)), axis]));
  const own = node('Cast', [node('Equal', [row!, column!])], { to: dataTypes.float32 });
  const shares = node('Mul', [
    node('Unsqueeze', [own, integers([2])]),
    node('Unsqueeze', [config.pooling === 'mean' ? share : first, integers([0])]),
  ]);
  node('Reshape', [shares, integers([0, -1])], {}, ['share']);

  if (config.distances > 0) {
    const farthest = config.positionRows - 1;
    const buckets = Array.from({ length: 2 * farthest + 1 }, (_, i) => distanceBucket(config.distances, i - farthest));
    const places = numbered(size(1));
    const apart = node('Sub', [node('Unsqueeze', [places, integers([0])]), node('Unsqueeze', [places, along])]);
    const bucket = node('Gather', [integers(buckets), node('Add', [apart, scalar(farthest)])], { axis: 0 });
    flat(bucket, 'distance');
  }
}
