import type { z } from 'zod';
import { hasLargeThread, pairTotalsInWords } from '../../common/export-words.ts';
import { extensionOf, isForLanguage, isPairs, isRanking, isTable, rankingFormatOf } from '../../common/file-kinds.ts';
import type { CallHooks, ExportCall, exportCall, FileFormat, rankAllCall, rankCall } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Model, Post } from '../../contract/records.ts';
import type {
  ExportSummary,
  PairTotals,
  PostQuestion,
  RankedPost,
  Ranking,
  RankingOfAll,
} from '../../contract/reports.ts';
import type { ExportPreview } from '../../contract/views.ts';
import { checkOutput, type Output } from '../../disk/output.ts';
import { totals } from '../../store/counts.ts';
import { countCurations } from '../../store/curations.ts';
import { commentCount } from '../../store/first-comments.ts';
import { isInPlace } from '../../store/in-place.ts';
import { listPostIds } from '../../store/post-list.ts';
import { findPostAlone, postsAlone } from '../../store/posts.ts';
import { sortedPosts } from '../../store/sorted-posts.ts';
import { type ExportOptions, exportFile, type WriteExport } from '../../transfer/export-file.ts';
import { previewExport } from '../../transfer/preview-export.ts';
import { workInThread } from '../../worker/start.ts';
import { type House, modelOrNone, rewardModel } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { noteExported, settingsOf } from '../settings/settings.ts';
import { closedTo, weighPosts } from './gains.ts';
import { rankedPost } from './ranked-post.ts';
import { scoreMissing } from './scoring.ts';

/** The comments of one post, or of all, the best first, rewards joined with people's answers. Scores those that this model has not seen. */
export async function rank(house: House, call: z.output<typeof rankCall>, hooks: CallHooks): Promise<Ranking> {
  const model = rewardModel(house, call.model);
  if (totals(house.store).posts === 0) throw noData();
  if (call.ask !== undefined && call.post !== undefined) {
    throw new TiebreakError('bad-input', 'One post, or those to ask on: say --post or --ask, and not both.');
  }
  const wanted = call.post === undefined ? null : findPostAlone(house.store, call.post);
  const scored = await scoreMissing(house, model, { postId: wanted?.id }, call.device, hooks);
  if (call.ask !== undefined) return rankToAsk(house, model, call.ask, scored, hooks);
  if (wanted) return { model: model.name, scored, posts: [rankedWhole(house, model, wanted, { places: true })] };
  const posts: RankedPost[] = [];
  for await (const post of all(house, model, hooks)) posts.push(post);
  return { model: model.name, scored, posts };
}

/**
 * The same for all posts, one after the other as they are asked for: those of a large store don't fit into the memory. They may be gone through
 * more than once.
 */
export async function rankAll(
  house: House,
  call: z.output<typeof rankAllCall>,
  hooks: CallHooks,
): Promise<RankingOfAll> {
  const model = rewardModel(house, call.model);
  const { posts: count } = totals(house.store);
  if (count === 0) throw noData();
  const scored = await scoreMissing(house, model, {}, call.device, hooks);
  return { model: model.name, scored, count, posts: { [Symbol.asyncIterator]: () => all(house, model, hooks) } };
}

async function* all(house: House, model: Model, hooks: CallHooks): AsyncGenerator<RankedPost> {
  const pause = createPauses(hooks.signal);
  for (const post of postsAlone(house.store)) {
    await pause();
    yield rankedWhole(house, model, post);
  }
}

function rankedWhole(house: House, model: Model, post: Post, wanted: { readonly places?: boolean } = {}): RankedPost {
  const { id, key, title, text, split } = post;
  const { comments, joined } = rankedPost(house.store, model, id, wanted);
  return { id, key, title, text, split, right: joined?.right ?? null, comments };
}

/** The posts on which one more answer would tell most, so many of them, each with the pair to ask the person in the settings. */
async function rankToAsk(
  house: House,
  model: Model,
  count: number,
  scored: number,
  hooks: CallHooks,
): Promise<Ranking> {
  await weighPosts(house, model, hooks);
  const { annotator } = settingsOf(house);
  const posts: Ranking['posts'][number][] = [];
  const questions: PostQuestion[] = [];
  const pause = createPauses(hooks.signal);
  for (const { postId } of sortedPosts(house.store, 'gain', model.id, { search: '' }, {}, count)) {
    await pause();
    const closed = closedTo(house.store, annotator, postId);
    const { comments, joined } = rankedPost(house.store, model, postId, { places: true, closed });
    // Where nothing is left to ask, none of those behind it has anything either.
    if (!joined?.question) break;
    const { id, key, title, text, split } = findPostAlone(house.store, postId);
    posts.push({ id, key, title, text, split, right: joined.right, comments });
    questions.push({ post: id, ...joined.question });
  }
  return { model: model.name, scored, posts, questions };
}

/**
 * Writes a file. Rankings come from the model in use where none is named and there is one. Where one thread makes very many pairs, that is
 * said before they are written.
 * @throws TiebreakError bad-input where an option says nothing of this format
 */
export async function exportRanking(
  house: House,
  call: z.output<typeof exportCall>,
  hooks: CallHooks,
): Promise<ExportSummary> {
  const output = { path: call.file, replace: call.replace, home: house.home };
  const report = await writeRanking(house, call, output, hooks);
  if (isRanking(report.format)) noteExported(house);
  return report;
}

async function writeRanking(
  house: House,
  call: Omit<z.output<typeof exportCall>, 'replace'>,
  place: string | Output,
  hooks: CallHooks,
): Promise<ExportSummary> {
  if (totals(house.store).posts === 0) throw noData();
  const format = call.format ?? rankingFormatOf(call.file);
  refuseOthers(format, call);
  // Before rewards are given that may take long.
  if (typeof place !== 'string') await checkOutput(place);
  const model = modelOf(house, format, call.model);
  if (model) await scoreMissing(house, model, { split: call.split }, call.device, hooks);
  const onProgress = ({ rows }: { rows: number }): void => {
    hooks.onProgress?.({ phase: 'export', done: rows, total: null, speed: null, secondsLeft: null });
  };
  const onPairs = (totals: PairTotals): void => {
    if (hasLargeThread(totals))
      hooks.onLog?.(`${pairTotalsInWords(totals)} With --pairs-per-post so many of each post are drawn.`);
  };
  const { split, margin, pairsPerPost, locale, withoutExcluded } = call;
  const options = { format, split, margin, pairsPerPost, locale, withoutExcluded, ...rankedBy(model) };
  const exportHooks = { onProgress, onPairs, signal: hooks.signal };
  const beside = isDoneBeside(house, format) ? writeBeside(house) : undefined;
  const report = await exportFile(house.store, place, options, exportHooks, beside);
  return { ...report, format, model: model?.name ?? null };
}

/** Comments of a store that is read without a thread of its own, which takes longer to start. */
const shortStore = 5_000;

/**
 * Whether the second thread reads the store. Pairs of some hundred comments are many. Where the data folder is gone, what this process holds open is all
 * that there is.
 */
const isDoneBeside = ({ store }: House, format: FileFormat): boolean =>
  isInPlace(store) && (isPairs(format) || totals(store).comments > shortStore);

/** Files are written in the second thread, from the store as it is at one moment. */
const writeBeside =
  ({ store: { path } }: House): WriteExport =>
  (file, options, { signal, onProgress, onPairs }) =>
    workInThread({ job: 'export', path, file, options }, 'export', {
      signal,
      onPairs,
      onProgress: ({ done }) => onProgress?.({ rows: done }),
    });

/** What orders the comments of an export: a model's rewards, joined with people's answers. */
const rankedBy = (model: Model | null): Pick<ExportOptions, 'modelId' | 'joined'> =>
  model ? { modelId: model.id, joined: true } : {};

/** An option that would be passed over without a word. */
function refuseOthers(
  format: ExportChoice['format'],
  { margin, pairsPerPost, locale, withoutExcluded }: ExportOnly,
): void {
  const refuse = (option: string, of: string): TiebreakError =>
    new TiebreakError('bad-input', `${option} is for ${of}, and this file is of the format ${format}: leave it out.`);
  if (locale !== undefined && !isForLanguage(format)) throw refuse('A language', 'csv and table');
  if (withoutExcluded && !isRanking(format)) throw refuse('Leaving out what was excluded', 'rankings');
  if (isPairs(format)) return;
  if (margin !== undefined) throw refuse('A margin', 'pairs and conversations');
  if (pairsPerPost !== undefined) throw refuse('A number of pairs of a post', 'pairs and conversations');
}

type ExportOnly = Pick<ExportCall, 'margin' | 'pairsPerPost' | 'locale' | 'withoutExcluded'>;
export type ExportChoice = ExportOnly &
  Pick<ExportCall, 'model' | 'split'> & { readonly format: NonNullable<ExportCall['format']> };
const previewed = 5;
/** How long pairs are counted for a preview, in ms. */
const countingPatience = 2_000;

/** The first lines that an export would have. Only the posts they are of are scored. */
export async function previewRanking(house: House, call: ExportChoice, hooks: CallHooks): Promise<ExportPreview> {
  refuseOthers(call.format, call);
  const model = modelOf(house, call.format, call.model);
  const { device } = settingsOf(house);
  if (model) {
    const table = isTable(call.format);
    let lines = 0;
    for (const id of listPostIds(house.store, { search: '', split: call.split }, {}, previewed)) {
      if (lines >= previewed) break;
      await scoreMissing(house, model, { postId: id }, device, hooks);
      lines += table ? commentCount(house.store, id) : 1;
    }
  }
  const { format, split, margin, pairsPerPost, locale, withoutExcluded } = call;
  const options = { format, split, margin, pairsPerPost, locale, withoutExcluded, ...rankedBy(model) };
  const how = { lines: previewed, patience: countingPatience };
  const found = isDoneBeside(house, format)
    ? await workInThread({ job: 'preview-export', path: house.store.path, options, ...how }, 'export', {
        signal: hooks.signal,
      })
    : await previewExport(house.store, options, how);
  return { ...found, curated: countCurations(house.store) };
}

/** Starts an export that ends as a file on offer, and gives the number of its task. */
export function offerRanking(house: House, call: ExportChoice): number {
  if (totals(house.store).posts === 0) throw noData();
  const model = modelOf(house, call.format, call.model)?.name;
  const { device } = settingsOf(house);
  const what = isRanking(call.format) ? 'ranking' : call.format;
  const date = dateOf(new Date());
  const name = `${['tiebreak', what, model, call.split, date].filter((part) => part !== undefined).join('-')}${extensionOf(call.format)}`;
  return house.tasks.start('export', `Exporting ${name}`, async (hooks) => {
    let report: ExportSummary | undefined;
    const file = await house.files.offer(name, async (path) => {
      report = await writeRanking(house, { ...call, model, file: path, device }, path, hooks);
    });
    return { file, rows: report!.rows, notSaid: report!.notSaid };
  });
}

/** The day as the person's clock has it: 2026-01-31. */
function dateOf(time: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** Starts to score all comments that lack a reward and to weigh the posts, and gives the number of the task. */
export function scoreAll(house: House, name: string | undefined): number {
  const model = rewardModel(house, name);
  const { device } = settingsOf(house);
  return house.tasks.start('score', `Scoring comments with ${model.name}`, async (hooks) => {
    const scored = await scoreMissing(house, model, {}, device, hooks);
    return { model: model.name, scored, weighed: await weighPosts(house, model, hooks) };
  });
}

/** The model whose rewards order an export; null for formats that know no rewards, and where there is no model. */
function modelOf(house: House, format: ExportChoice['format'], name: string | undefined): Model | null {
  return isRanking(format) ? modelOrNone(house, name) : null;
}

function noData(): TiebreakError {
  return new TiebreakError('nothing-to-do', 'There is no data yet: import some comments first.');
}
