import type { z } from 'zod';
import type * as calls from '../../contract/calls.ts';
import { type EmbedFileReport, embedFile } from '../../transfer/embed-file.ts';
import { encoderNamed } from '../kernel/encoders.ts';
import type { House } from '../kernel/house.ts';
import { namedOutput } from '../kernel/named-output.ts';

export type EmbedSummary = EmbedFileReport & {
  readonly file: string;
  /** What people call the encoder. */
  readonly encoder: string;
  readonly seconds: number;
};

/** Writes an encoder's vector of each text of a file. */
export async function embedRows(
  house: House,
  { file, out, replace, device, encoder }: z.output<typeof calls.embedCall>,
  { onProgress, onLog, signal }: calls.CallHooks,
): Promise<EmbedSummary> {
  const begun = performance.now();
  const output = await namedOutput(house, out, replace);
  const place = encoderNamed(house, encoder);
  let before = 0;
  const embed = async (texts: readonly string[]): Promise<Float32Array> => {
    const { embeddings } = await house.scorer.request(
      { type: 'embed', encoder: place, device, texts },
      {
        signal,
        onLog,
        onProgress: (progress) =>
          onProgress?.({ ...progress, done: before + progress.done, total: null, secondsLeft: null }),
      },
    );
    before += texts.length;
    return embeddings;
  };
  const report = await embedFile(file, output, { embed, encoder, signal });
  return { file: out, encoder, ...report, seconds: (performance.now() - begun) / 1000 };
}
