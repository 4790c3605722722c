import type { Output } from '../disk/output.ts';
import { noText, type Rewritten, rewriteLines } from './rewrite-lines.ts';

export type EmbedFileReport = Rewritten & { readonly texts: number };

export type EmbedFileOptions = {
  /** Vectors of texts, one after the other, all of one width. */
  readonly embed: (texts: readonly string[]) => Promise<Float32Array>;
  /** What people call the encoder that makes them. */
  readonly encoder: string;
  readonly signal?: AbortSignal | undefined;
};

const textsAtOnce = 512;
/** Digits that are enough to tell any two numbers of 32 bits apart. */
const digits = 9;

/** Reads rows with a `text` and writes each as its text with the name of the encoder and its `embedding`. Rows without a text are left out and reported. */
export async function embedFile(
  file: string,
  out: string | Output,
  { embed, encoder, signal }: EmbedFileOptions,
): Promise<EmbedFileReport> {
  let texts = 0;
  const rewritten = await rewriteLines<string>(file, out, {
    read: ({ text }) => (typeof text === 'string' ? text : { reason: noText(text) }),
    enough: (waiting) => waiting.length >= textsAtOnce,
    write: async (waiting) => {
      const vectors = await embed(waiting);
      const width = vectors.length / waiting.length;
      texts += waiting.length;
      const line = (text: string, i: number): string => {
        const embedding = numbersOf(vectors.subarray(i * width, (i + 1) * width));
        return `${JSON.stringify({ text, encoder, embedding })}\n`;
      };
      return waiting.map(line).join('');
    },
    nothing: 'has a text',
    signal,
  });
  return { texts, ...rewritten };
}

const numbersOf = (vector: Float32Array): number[] => Array.from(vector, (value) => Number(value.toPrecision(digits)));
