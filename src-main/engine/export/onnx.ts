import protobuf from 'protobufjs/light.js';
import { tokenizerFiles } from '../../checkpoint/export-tokenizer.ts';
import type { ExportedFile } from '../../checkpoint/exported-file.ts';
import type { OpenModelFolder } from '../../checkpoint/model-folder.ts';
import type { ReadingFacts } from '../../checkpoint/reading-facts.ts';
import type { TensorSource } from '../../checkpoint/tensor-file.ts';
import { piecesOf, type TensorPieces } from '../../checkpoint/tensor-pieces.ts';
import { endToken, type Tokenizer } from '../../tokenizer/bpe.ts';
import { toGpt2Config } from '../model/weights.ts';
import { onnx } from '../runtime/onnx-schema.ts';
import { dataTypes } from '../runtime/onnx-writer.ts';
import type { OnnxFrame } from './onnx-frame.ts';
import { rewardOnnx } from './onnx-reward.ts';

const modelFile = 'model.onnx';
const dataFile = 'model.onnx.data';
/** A protobuf message can't be longer than 2 GiB; what is larger keeps its weights in a file beside it. */
const longestModel = 1.9 * 2 ** 30;
/** Where a tensor may begin in the file beside it, so that it can be mapped into memory. */
const alignment = 64 * 2 ** 10;

type Weight = { readonly name: string; readonly tensor: TensorPieces };

/**
 * A reward model as one ONNX model with its weights, and its tokenizer. The model holds, as metadata, what whoever makes its
 * input has to know.
 * @param longest bytes of weights above which they go into a file beside the model
 */
export function onnxFiles(
  model: OpenModelFolder,
  tokenizer: Tokenizer,
  facts: ReadingFacts,
  longest = longestModel,
): ExportedFile[] {
  const { endId, startId } = tokenizer;
  const frame = rewardOnnx(toGpt2Config(model.config), {
    max_length: String(facts.maxTokens),
    context: facts.context,
    cut_once: String(facts.cutOnce),
    end_id: String(endId),
    ...(startId === null ? {} : { start_id: String(startId) }),
  });
  const files = onnxModelFiles(frame, model.tensors, longest);
  return [...files, ...tokenizerFiles(tokenizer, { padding: endToken, maxTokens: facts.maxTokens })];
}

/** A graph with its weights: `model.onnx`, and a file beside it where they are larger than `longest`. */
export function onnxModelFiles(
  frame: OnnxFrame,
  tensors: ReadonlyMap<string, TensorSource>,
  longest = longestModel,
): ExportedFile[] {
  const weights = frame.weights.map(({ name }): Weight => ({ name, tensor: piecesOf(tensors.get(name)!) }));
  const total = weights.reduce((sum, { tensor }) => sum + tensor.bytes, 0);
  return total > longest ? besideIt(frame, weights) : [withinIt(frame, weights)];
}

type Frame = Pick<OnnxFrame, 'start' | 'graph'>;

/** One file: the weights are the last fields of the graph, each behind the few bytes that say what it is. */
function withinIt({ start, graph }: Frame, weights: readonly Weight[]): ExportedFile {
  const entries = weights.map(({ name, tensor }) => {
    const head = Buffer.concat([
      encodeTensor({ name, dims: tensor.shape, dataType: dataTypes.float32 }),
      prefix(fields.rawData, tensor.bytes),
    ]);
    const length = head.length + tensor.bytes;
    return { head: Buffer.concat([prefix(fields.initializer, length), head]), tensor };
  });
  const graphLength = entries.reduce((sum, { head, tensor }) => sum + head.length + tensor.bytes, graph.length);
  const opening = Buffer.concat([start, prefix(fields.graph, graphLength), graph]);
  return {
    name: modelFile,
    bytes: opening.length + graphLength - graph.length,
    async *content() {
      yield opening;
      for (const { head, tensor } of entries) {
        yield head;
        yield* tensor.pieces();
      }
    },
  };
}

/** Two files: the model says where in the other one each weight is. */
function besideIt({ start, graph }: Frame, weights: readonly Weight[]): ExportedFile[] {
  let end = 0;
  const placed = weights.map(({ name, tensor }) => {
    const gap = Math.ceil(end / alignment) * alignment - end;
    const offset = end + gap;
    end = offset + tensor.bytes;
    return { name, tensor, gap, offset };
  });
  const entries = placed.map(({ name, tensor, offset }) => {
    const place = { location: dataFile, offset: String(offset), length: String(tensor.bytes) };
    const externalData = Object.entries(place).map(([key, value]) => ({ key, value }));
    const message = encodeTensor({
      name,
      dims: tensor.shape,
      dataType: dataTypes.float32,
      externalData,
      dataLocation: externalLocation,
    });
    return Buffer.concat([prefix(fields.initializer, message.length), message]);
  });
  const whole = Buffer.concat([graph, ...entries]);
  const model = Buffer.concat([start, prefix(fields.graph, whole.length), whole]);
  const file = (name: string, bytes: number, content: ExportedFile['content']) => ({ name, bytes, content });
  return [
    file(modelFile, model.length, async function* () {
      yield model;
    }),
    file(dataFile, end, async function* () {
      for (const { tensor, gap } of placed) {
        if (gap > 0) yield new Uint8Array(gap);
        yield* tensor.pieces();
      }
    }),
  ];
}

/** Numbers of the fields that are written here by hand: Model.graph, Graph.initializer, TensorProto.raw_data. */
const fields = { graph: 7, initializer: 5, rawData: 9 } as const;
/** TensorProto.DataLocation.EXTERNAL */
const externalLocation = 1;
const lengthDelimited = 2;

/** What stands in front of a field of so many bytes. */
function prefix(field: number, bytes: number): Uint8Array {
  return protobuf.Writer.create()
    .uint32(field * 8 + lengthDelimited)
    .uint32(bytes)
    .finish();
}

function encodeTensor(tensor: object): Uint8Array {
  const TensorProto = onnx.lookupType('TensorProto');
  return TensorProto.encode(TensorProto.fromObject(tensor)).finish();
}
