import type { z } from 'zod';
import { extensionOf, rankingFormatOf } from '../../common/file-kinds.ts';
import type { CallHooks, ExportCall, exportCall, rankCall } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Model } from '../../contract/records.ts';
import type { ExportSummary, Ranking } from '../../contract/reports.ts';
import { totals } from '../../store/counts.ts';
import { listPostIds } from '../../store/post-list.ts';
import { findPost, postsWithComments } from '../../store/posts.ts';
import { rankingOfPost } from '../../store/rewards.ts';
import { exportFile, firstLines } from '../../transfer/export-file.ts';
import { type House, modelInUse, rewardModel } from '../kernel/house.ts';
import { settingsOf } from '../settings/settings.ts';
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

/** Writes a file. Rankings (cupit, csv) come from the model in use where none is named and there is one. */
export async function exportRanking(
  house: House,
  call: z.output<typeof exportCall>,
  hooks: CallHooks,
): Promise<ExportSummary> {
  if (totals(house.store).posts === 0) throw noData();
  const format = call.format ?? rankingFormatOf(call.file);
  const model = modelOf(house, format, call.model);
  if (model) await scoreMissing(house, model, { split: call.split }, call.device, hooks);
  const onProgress = ({ rows }: { rows: number }): void => {
    hooks.onProgress?.({ phase: 'export', done: rows, total: null, speed: null, secondsLeft: null });
  };
  const options = { format, split: call.split, modelId: model?.id };
  const report = await exportFile(house.store, call.file, options, { onProgress, signal: hooks.signal });
  return { ...report, format, model: model?.name ?? null };
}

export type ExportChoice = Pick<ExportCall, 'model' | 'split'> & { readonly format: NonNullable<ExportCall['format']> };
const previewed = 5;

/** The first lines that an export would have. Only the posts they are of are scored. */
export async function previewRanking(house: House, call: ExportChoice, hooks: CallHooks): Promise<readonly string[]> {
  const model = modelOf(house, call.format, call.model);
  const { device } = settingsOf(house);
  if (model) {
    let lines = call.format === 'csv' ? 1 : 0;
    for (const id of listPostIds(house.store, { search: '', split: call.split }, {}, previewed)) {
      if (lines >= previewed) break;
      await scoreMissing(house, model, { postId: id }, device, hooks);
      lines += call.format === 'csv' ? findPost(house.store, id).comments.length : 1;
    }
  }
  return firstLines(house.store, { ...call, modelId: model?.id }, previewed);
}

/** Starts an export that ends as a file on offer, and gives the number of its task. */
export function offerRanking(house: House, call: ExportChoice): number {
  if (totals(house.store).posts === 0) throw noData();
  const model = modelOf(house, call.format, call.model)?.name;
  const { device } = settingsOf(house);
  const what = call.format === 'labels' || call.format === 'pairs' ? call.format : 'ranking';
  const date = dateOf(new Date());
  const name = `${['tiebreak', what, model, call.split, date].filter((part) => part !== undefined).join('-')}${extensionOf(call.format)}`;
  return house.tasks.start('export', `Exporting ${name}`, async (hooks) => {
    let rows = 0;
    const file = await house.files.offer(name, async (path) => {
      const report = await exportRanking(house, { ...call, model, file: path, device }, hooks);
      rows = report.rows;
    });
    return { file, rows };
  });
}

/** The day as the person's clock has it: 2026-01-31. */
function dateOf(time: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** Starts to score all comments that lack a reward, and gives the number of the task. */
export function scoreAll(house: House, name: string | undefined): number {
  const model = rewardModel(house, name);
  const { device } = settingsOf(house);
  return house.tasks.start('score', `Scoring comments with ${model.name}`, async (hooks) => ({
    model: model.name,
    scored: await scoreMissing(house, model, {}, device, hooks),
  }));
}

/** The model whose rewards order an export; null for formats that know no rewards, and where there is no model. */
function modelOf(house: House, format: ExportChoice['format'], name: string | undefined): Model | null {
  if (format === 'labels' || format === 'pairs') return null;
  return name === undefined ? modelInUse(house) : rewardModel(house, name);
}

function noData(): TiebreakError {
  return new TiebreakError('nothing-to-do', 'There is no data yet: import some comments first.');
}
