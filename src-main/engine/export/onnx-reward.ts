import { hidden } from '../batch/feeds.ts';
import type { Gpt2Config } from '../model/gpt2.ts';
import { rewardProgram } from '../model/reward-program.ts';
import { dataTypes, type Writer } from '../runtime/onnx-writer.ts';
import { type OnnxFrame, onnxFrame } from './onnx-frame.ts';

const tokens = ['batch', 'length'];

/**
 * A reward model as a graph of its own: `input_ids` and `attention_mask`, int64 [batch, length], to `rewards` [batch].
 * Sequences may be padded on either side with whatever id; the mask is 1 at their tokens.
 */
export function rewardOnnx(config: Gpt2Config, metadata: Readonly<Record<string, string>>): OnnxFrame {
  return onnxFrame(rewardProgram(config), {
    name: 'reward',
    inputs: [
      ['input_ids', 'int64', tokens],
      ['attention_mask', 'int64', tokens],
    ],
    output: ['rewards', 'float32', ['batch']],
    metadata,
    feeds: emitFeeds,
  });
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
