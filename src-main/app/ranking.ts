import { extname } from 'node:path';
import type { z } from 'zod';
import type { CallHooks, exportCall, rankCall } from '../contract/calls.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { ExportSummary, Ranking } from '../contract/reports.ts';
import { exportFile } from '../export.ts';
import { newestModel } from '../store/models.ts';
import { findPost, postsWithComments } from '../store/posts.ts';
import { rankingOfPost } from '../store/rewards.ts';
import { totals } from '../store/statistics.ts';
import { type House, rewardModel } from './house.ts';
import { scoreMissing } from './scoring.ts';

/** The comments of one post, or of all, highest reward first. Scores those that this model has not seen. */
export async function rank(house: House, call: z.output<typeof rankCall>, hooks: CallHooks): Promise<Ranking> {
  const model = rewardModel(house, call.model);
  if (totals(house.store).posts === 0) throw noData();
  const wanted = call.post === undefined ? null : findPost(house.store, call.post);
  const scored = await scoreMissing(house, model, { postId: wanted?.id }, call.device, hooks);
  const posts = wanted ? [wanted] : postsWithComments(house.store);
  const ranked = Array.from(posts, ({ id, key, title, text, split }) => ({
    id,
    key,
    title,
    text,
    split,
    comments: rankingOfPost(house.store, model.id, id),
  }));
  return { model: model.name, scored, posts: ranked };
}

/** Writes a file. Rankings (cupit, csv) come from the newest reward model where none is named and there is one. */
export async function exportRanking(
  house: House,
  call: z.output<typeof exportCall>,
  hooks: CallHooks,
): Promise<ExportSummary> {
  if (totals(house.store).posts === 0) throw noData();
  const format = call.format ?? (extname(call.file).toLowerCase() === '.csv' ? 'csv' : 'cupit');
  const ranking = format === 'cupit' || format === 'csv';
  const none = !ranking || (call.model === undefined && newestModel(house.store, 'reward') === null);
  const model = none ? null : rewardModel(house, call.model);
  if (model) await scoreMissing(house, model, { split: call.split }, call.device, hooks);
  const onProgress = ({ rows }: { rows: number }): void => {
    hooks.onProgress?.({ phase: 'export', done: rows, total: null, speed: null, secondsLeft: null });
  };
  const options = { format, split: call.split, modelId: model?.id };
  const report = await exportFile(house.store, call.file, options, { onProgress, signal: hooks.signal });
  return { ...report, format, model: model?.name ?? null };
}

function noData(): TiebreakError {
  return new TiebreakError('nothing-to-do', "There is no data yet: bring some in with 'tiebreak import FILE'.");
}
