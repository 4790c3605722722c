import type { z } from 'zod';
import type * as calls from '../contract/calls.ts';
import type { Label } from '../contract/records.ts';
import { type EmbedFileReport, embedFile } from '../embed-file.ts';
import { type ScoreFileReport, scoreFile } from '../score-file.ts';
import { addLabel } from '../store/labels.ts';
import { findPost } from '../store/posts.ts';
import { contextOf, type House, rewardModel } from './house.ts';
import { withLock } from './lock.ts';
import { scorerOf } from './ranking/scoring.ts';

/** What only the terminal asks for: work on files that are not imported, and single answers. */
export type ScoreSummary = ScoreFileReport & {
  readonly file: string;
  readonly model: string;
  readonly seconds: number;
};

export type EmbedSummary = EmbedFileReport & { readonly file: string; readonly seconds: number };

/** Ranks the comments of a file, and writes its rows with their rewards. */
export async function scoreRows(
  house: House,
  { file, out, model: name, device }: z.output<typeof calls.scoreCall>,
  hooks: calls.CallHooks,
): Promise<ScoreSummary> {
  const begun = performance.now();
  const model = rewardModel(house, name);
  const score = scorerOf(house, model, device, hooks, null);
  const report = await scoreFile(file, out, { score, context: contextOf(house, model), signal: hooks.signal });
  return { file: out, model: model.name, ...report, seconds: (performance.now() - begun) / 1000 };
}

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

/** Keeps one answer. */
export async function label(
  { home, store }: House,
  { post, chosen, rejected, tie, annotator }: z.output<typeof calls.addLabelCall>,
): Promise<Label> {
  const { id } = findPost(store, post);
  const outcome = tie ? 'tie' : 'left';
  const added = await withLock(home, 'adding a label', () =>
    addLabel(store, { postId: id, leftId: chosen, rightId: rejected, outcome, annotator, origin: 'terminal' }),
  );
  return added.label;
}
