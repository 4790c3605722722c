import type { EmbedRequest, EmbedResult, Progress } from '../../contract/engine.ts';
import { readText, textFeeds } from '../batch/text-feeds.ts';
import { createGraph, state } from '../graph/graph.ts';
import {
  type PretrainedEncoder,
  type TextEncoderConfig,
  type TextReader,
  textEncoderParameters,
  textVectors,
} from '../model/text-encoder.ts';
import type { FixedProgram, ProgramSpec, Runtime } from '../runtime/runtime.ts';
import { inLengthOrder } from './in-length-order.ts';
import { stopIfAborted } from './stop-if-aborted.ts';

/** A sentence encoder on a device, ready to run. */
export type LoadedEncoder = {
  readonly device: string;
  readonly reader: TextReader;
  readonly program: FixedProgram;
};

type EmbedContext = { readonly onProgress: (progress: Progress) => void; readonly signal: AbortSignal };

/** Gives `embeddings` [batch, width]. */
function embeddingProgram(config: TextEncoderConfig): ProgramSpec {
  const graph = createGraph();
  const weights = new Map(textEncoderParameters(config).map(({ name, shape }) => [name, state(graph, name, shape)]));
  const vectors = textVectors({ graph, config, weight: (name) => weights.get(name)!, dropout: (x) => x });
  return { graph, outputs: { embeddings: vectors }, stored: {} };
}

/** Puts an encoder on a device. Its tensors are given up. */
export async function loadEncoder(runtime: Runtime, encoder: PretrainedEncoder): Promise<LoadedEncoder> {
  const { tensors, ...reader } = encoder;
  return {
    device: runtime.device,
    reader,
    program: await runtime.compileFixed(embeddingProgram(reader.config), tensors),
  };
}

export function unloadEncoder({ program }: LoadedEncoder): Promise<void> {
  return program.dispose();
}

/**
 * One vector of unit length per text, in the order given. Texts of similar length run together, so that little is padding.
 * @throws TiebreakError cancelled
 */
export async function embed(
  encoder: LoadedEncoder,
  { texts }: Pick<EmbedRequest, 'texts'>,
  { onProgress, signal }: EmbedContext,
): Promise<EmbedResult> {
  const { encoded, cut } = await encodeTexts(encoder.reader, texts, signal);
  const embeddings = await embedTokens(encoder, encoded, { onProgress, signal });
  const cuts = cut.reduce((total, one) => total + Number(one), 0);
  return { embeddings, width: encoder.reader.config.width, cut: cuts, device: encoder.device };
}

/**
 * Texts as the encoder reads them, and which of them had to be cut.
 * @throws TiebreakError cancelled
 */
export async function encodeTexts(
  reader: TextReader,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly encoded: Int32Array[]; readonly cut: boolean[] }> {
  const encoded: Int32Array[] = [];
  const cut: boolean[] = [];
  for (const [i, text] of texts.entries()) {
    if (i % 256 === 0) await stopIfAborted(signal);
    const read = readText(reader, text);
    cut.push(read.cut);
    encoded.push(read.ids);
  }
  return { encoded, cut };
}

/**
 * One vector per sequence, one after the other, in the order given.
 * @throws TiebreakError cancelled
 */
export async function embedTokens(
  encoder: LoadedEncoder,
  encoded: readonly Int32Array[],
  { onProgress, signal }: EmbedContext,
): Promise<Float32Array> {
  const { config } = encoder.reader;
  const { width } = config;
  const vectors = new Float32Array(encoded.length * width);
  const lengths = encoded.map(({ length }) => length);
  await inLengthOrder(lengths, { onProgress, signal, phase: 'embed' }, async (batch) => {
    const feeds = textFeeds(
      config,
      batch.map((i) => encoded[i]!),
    );
    const result = (await encoder.program.run(feeds)).embeddings!;
    for (const [row, i] of batch.entries()) vectors.set(result.subarray(row * width, (row + 1) * width), i * width);
  });
  return vectors;
}
