import { vectorWidth } from '../contract/engine.ts';
import { noText, type Rewritten, rewriteLines } from './rewrite-lines.ts';

export type EmbedFileReport = Rewritten & { readonly texts: number };

export type EmbedFileOptions = {
  /** Vectors of texts, one after the other. */
  readonly embed: (texts: readonly string[]) => Promise<Float32Array>;
  readonly signal?: AbortSignal | undefined;
};

const textsAtOnce = 512;
/** Digits that are enough to tell any two numbers of 32 bits apart. */
const digits = 9;

/** Reads rows with a `text` and writes each as its text with its `embedding`. Rows without a text are left out and reported. */
export async function embedFile(
  file: string,
  out: string,
  { embed, signal }: EmbedFileOptions,
): Promise<EmbedFileReport> {
  let texts = 0;
  const rewritten = await rewriteLines<string>(file, out, {
    read: ({ text }) => (typeof text === 'string' ? text : { reason: noText(text) }),
    enough: (waiting) => waiting.length >= textsAtOnce,
    write: async (waiting) => {
      const vectors = await embed(waiting);
      texts += waiting.length;
      return waiting.map((text, i) => `${JSON.stringify({ text, embedding: embeddingOf(vectors, i) })}\n`).join('');
    },
    nothing: 'has a text',
    signal,
  });
  return { texts, ...rewritten };
}

function embeddingOf(vectors: Float32Array, i: number): number[] {
  const vector = vectors.subarray(i * vectorWidth, (i + 1) * vectorWidth);
  return Array.from(vector, (value) => Number(value.toPrecision(digits)));
}
