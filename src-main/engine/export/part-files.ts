/** Models of every kind as others read them: files, and the facts that a program needs to get rewards out of them. */

import { type ExportedFile, textFile } from '../../checkpoint/exported-file.ts';
import { readArchitecture } from '../../checkpoint/folder.ts';
import { openModelFolder } from '../../checkpoint/model-folder.ts';
import { cutsOnce, type ReadingFacts } from '../../checkpoint/reading-facts.ts';
import type { TensorSource } from '../../checkpoint/tensor-file.ts';
import { piecesIn } from '../../checkpoint/tensor-pieces.ts';
import type { EncoderPlace } from '../../contract/engine.ts';
import { startToken } from '../../tokenizer/bpe.ts';
import { loadTokenizer } from '../../tokenizer/files.ts';
import { tokenizerJson } from '../../tokenizer/pieces.ts';
import { timing } from '../batch/encoder-feeds.ts';
import { openEncoderFolder } from '../head/encoder-folder.ts';
import { type Head, readHeadFolder } from '../head/head-folder.ts';
import { openTogetherFolder } from '../head/together-folder.ts';
import { productScale } from '../model/encoder-reward.ts';
import { readEncoder } from '../model/read-encoder.ts';
import { isBert, readsMarked, type TextEncoderConfig, type TextReader } from '../model/text-encoder.ts';
import { bertFiles, markedTokenizerFiles, marksOf, padIdOf } from './bert-folder.ts';
import { huggingFaceFiles } from './huggingface.ts';
import { onnxFiles, onnxModelFiles } from './onnx.ts';
import { encoderRewardOnnx, timingTable, togetherOnnx, vectorsOnnx } from './onnx-encoder.ts';
import type { OnnxFrame } from './onnx-frame.ts';
import { safetensorsFile } from './safetensors-file.ts';

/** As transformers loads it, or as an ONNX model. What transformers has no class for is an ONNX model either way. */
export type ExportForm = 'huggingface' | 'onnx';

/** What a program has to know of a model besides its files: `tiebreak.json`. */
type PartFacts = Readonly<Record<string, unknown>> & { readonly method: string };

export type ExportedPart = {
  readonly files: readonly ExportedFile[];
  readonly facts: PartFacts;
  /** Sizes of the encoder that reads the texts; null for a GPT-2. */
  readonly reader: TextReader | null;
};

/** Where the head lies, whatever it reads. */
const headFile = 'head.safetensors';

/**
 * @param context what a model reads of posts
 * @param encoderOf where the encoder lies whose vectors a quick model reads
 * @throws TiebreakError not-found; damaged
 */
export async function partFiles(
  folder: string,
  form: ExportForm,
  context: ReadingFacts['context'],
  encoderOf: (name: string) => EncoderPlace,
): Promise<ExportedPart> {
  const architecture = await readArchitecture(folder);
  if (architecture === 'encoder-head') return quickFiles(folder, form, encoderOf);
  if (architecture === 'encoder') return deepFiles(folder, form);
  if (architecture === 'together') return togetherFiles(folder, form);
  return gptFiles(folder, form, context);
}

async function quickFiles(
  folder: string,
  form: ExportForm,
  encoderOf: (name: string) => EncoderPlace,
): Promise<ExportedPart> {
  const { encoder: name, ...head } = await readHeadFolder(folder);
  const { tensors, ...reader } = await readEncoder(encoderOf(name));
  const sources = sourcesOf(tensors);
  const files = readsInTransformers(reader, form)
    ? bertFiles(reader, sources, {})
    : [
        ...encoderOnnx(vectorsOnnx(reader.config, metadataOf(reader.config)), reader.config, sources),
        ...tokenizerOf(reader),
      ];
  return { files: [...files, headOf(textHead(head))], facts: { method: 'quick', encoder: factsOf(reader) }, reader };
}

async function deepFiles(folder: string, form: ExportForm): Promise<ExportedPart> {
  const { tensors, head, ...reader } = await openEncoderFolder(folder);
  const { config } = reader;
  const facts = { method: 'deep', encoder: factsOf(reader) };
  const text = Object.entries(textHead(head)).map(([name, data]) => [`text.${name}`, data] as const);
  if (!readsInTransformers(reader, form)) {
    const model = encoderOnnx(encoderRewardOnnx(config, metadataOf(config)), config, tensors);
    return { files: [...model, ...tokenizerOf(reader), headOf(Object.fromEntries(text))], facts, reader };
  }
  const weightsOf = (name: string): Promise<Float32Array> => tensors.get(`head.${name}.weight`)!.read();
  const own = {
    comment: await weightsOf('comment'),
    product: (await weightsOf('product')).map((weight) => weight * productScale(config)),
    cosine: await weightsOf('cosine'),
    cosine_square: await weightsOf('cosineSquare'),
  };
  return { files: [...bertFiles(reader, tensors, {}), headOf({ ...own, ...Object.fromEntries(text) })], facts, reader };
}

async function togetherFiles(folder: string, form: ExportForm): Promise<ExportedPart> {
  const { tensors, ...reader } = await openTogetherFolder(folder);
  const { config } = reader;
  const facts = { method: 'together', reads_post: reader.readsPost, encoder: factsOf(reader) };
  if (form === 'onnx') {
    const model = encoderOnnx(togetherOnnx(config, metadataOf(config)), config, tensors);
    return { files: [...model, ...tokenizerOf(reader)], facts, reader };
  }
  const head = await tensors.get('head.pooled.weight')!.read();
  return { files: [...bertFiles(reader, tensors, {}), headOf({ weight: head })], facts, reader };
}

async function gptFiles(folder: string, form: ExportForm, context: ReadingFacts['context']): Promise<ExportedPart> {
  const model = await openModelFolder(folder);
  const tokenizer = await loadTokenizer(folder);
  const maxTokens = Math.min(model.manifest?.maxTokens ?? 512, model.config.n_positions);
  const cutOnce = cutsOnce(model.manifest);
  const reading = { maxTokens, context, cutOnce };
  const { endId, startId } = tokenizer;
  return {
    files: (form === 'onnx' ? onnxFiles : huggingFaceFiles)(model, tokenizer, reading),
    facts: {
      method: 'gpt',
      max_length: maxTokens,
      cut_once: cutOnce,
      start: startId === null ? startToken : '',
      start_id: startId,
      end_id: endId,
    },
    reader: null,
  };
}

const readsInTransformers = (
  reader: TextReader,
  form: ExportForm,
): reader is Extract<TextReader, { config: { family: string } }> => form === 'huggingface' && readsMarked(reader);

const textHead = ({ weights, mean, deviation }: Head): Record<string, Float32Array> => ({ weights, mean, deviation });

function headOf(tensors: Readonly<Record<string, Float32Array>>): ExportedFile {
  const pieces = Object.entries(tensors).map(([name, data]) => [name, piecesIn([data.length], data)] as const);
  return safetensorsFile(headFile, new Map(pieces));
}

function sourcesOf(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>,
): Map<string, TensorSource> {
  return new Map([...tensors].map(([name, { shape, data }]) => [name, { shape, read: async () => data }]));
}

function encoderOnnx(
  frame: OnnxFrame,
  config: TextEncoderConfig,
  tensors: ReadonlyMap<string, TensorSource>,
): ExportedFile[] {
  if (isBert(config)) return onnxModelFiles(frame, tensors);
  const signal = { shape: [config.positions, config.embedding], read: async () => timing(config) };
  return onnxModelFiles(frame, new Map([...tensors, [timingTable, signal]]));
}

const metadataOf = ({ positions }: TextEncoderConfig): Readonly<Record<string, string>> => ({
  max_length: String(positions),
});

function tokenizerOf(reader: TextReader): ExportedFile[] {
  if (readsMarked(reader)) return markedTokenizerFiles(reader.config, reader.tokenizer);
  return [textFile('tokenizer.json', tokenizerJson(reader.tokenizer.pieces))];
}

function factsOf(reader: TextReader): object {
  const { positions, width } = reader.config;
  if (!readsMarked(reader)) return { kind: 'universal-sentence-encoder', max_length: positions, width };
  const { pooling, unit, prompt } = reader.config;
  const { tokenizer } = reader;
  const padding = { pad_id: padIdOf(tokenizer), pad_token: marksOf(tokenizer).pad_token };
  return { kind: 'bert', max_length: positions, width, pooling, unit, prompt: prompt ?? '', ...padding };
}
