import type { z } from 'zod';
import type * as calls from '../../contract/calls.ts';
import { type EmbedFileReport, embedFile } from '../../transfer/embed-file.ts';
import type { House } from '../kernel/house.ts';

export type EmbedSummary = EmbedFileReport & { readonly file: string; readonly seconds: number };

/** Writes the vector of each text of a file. */
export async function embedRows(
  house: House,
  { file, out, device }: z.output<typeof calls.embedCall>,
  { onProgress, onLog, signal }: calls.CallHooks,
): Promise<EmbedSummary> {
  const begun = performance.now();
  let before = 0;
  const embed = async (texts: readonly string[]): Promise<Float32Array> => {
    const { embeddings } = await house.scorer.request(
      { type: 'embed', device, texts },
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
  const report = await embedFile(file, out, { embed, signal });
  return { file: out, ...report, seconds: (performance.now() - begun) / 1000 };
}
