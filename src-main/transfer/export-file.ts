import type { FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { counted } from '../common/words.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { Post, PostWithComments, Split } from '../contract/records.ts';
import type { ExportReport } from '../contract/reports.ts';
import { throwIfCancelled, type WrittenFormat } from '../dataset/row.ts';
import { csvHeader, csvLines, csvRecords } from '../dataset/writers/csv.ts';
import { cupitLine } from '../dataset/writers/cupit.ts';
import { labelLine } from '../dataset/writers/labels.ts';
import { pairLine, pairsByPeople, pairsByRank } from '../dataset/writers/pairs.ts';
import type { ScoredPost } from '../dataset/writers/scored.ts';
import { writeWholeFile } from '../disk/whole.ts';
import { saysOf } from '../recipe/says.ts';
import { allAnswers, answersOfPost } from '../store/labels.ts';
import type { ReadingStore } from '../store/open.ts';
import { findPost, postsWithComments } from '../store/posts.ts';
import { commentRanges, countWithoutReward, rankingOfPost } from '../store/rewards.ts';

export type ExportOptions = {
  readonly format: WrittenFormat;
  readonly split?: Split | undefined;
  /** For cupit and csv: the model whose rewards order the comments. Without it the order of the data is written. */
  readonly modelId?: number | undefined;
  /** For pairs: from the ranks in the data, from people's answers, or both (unless said otherwise). */
  readonly pairs?: 'votes' | 'labels' | 'both' | undefined;
};

export type ExportHooks = {
  readonly onProgress?: ((progress: { readonly rows: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

type Piece = { readonly text: string; readonly rows: number };

/** The first lines of what exportFile would write, without their ends. A line of CSV may hold line breaks in its cells. */
export function firstLines(store: ReadingStore, options: ExportOptions, count: number): readonly string[] {
  const lines: string[] = [];
  for (const text of options.format === 'csv' ? csvTexts(store, options) : textsOf(piecesOf(store, options))) {
    lines.push(text.replace(/\r?\n$/, ''));
    if (lines.length >= count) break;
  }
  return lines;
}

/** Writes the store's content to a file, which appears whole or not at all. A file that was there is replaced. */
export async function exportFile(
  store: ReadingStore,
  path: string,
  options: ExportOptions,
  hooks: ExportHooks = {},
): Promise<ExportReport> {
  const started = performance.now();
  const { modelId, format, split } = options;
  if (modelId !== undefined && (format === 'cupit' || format === 'csv')) {
    const lacking = await countLacking(store, modelId, split);
    if (lacking > 0) {
      const what = counted(lacking, 'comment has', 'comments have');
      throw new TiebreakError('nothing-to-do', `${what} no reward from this model yet: rank them first.`);
    }
  }
  const file = resolve(path);
  const rows = await writeWholeFile(file, (handle) => write(handle, piecesOf(store, options), hooks));
  return { file, rows, seconds: (performance.now() - started) / 1000 };
}

async function countLacking(store: ReadingStore, modelId: number, split: Split | undefined): Promise<number> {
  let lacking = 0;
  for (const range of commentRanges(store, { split })) {
    lacking += countWithoutReward(store, modelId, { split }, range);
    await breathe();
  }
  return lacking;
}

function piecesOf(store: ReadingStore, options: ExportOptions): Iterable<Piece> {
  if (options.format === 'labels') return labelPieces(store, options.split);
  if (options.format === 'pairs') return pairPieces(store, options);
  return postPieces(store, options);
}

function* postPieces(store: ReadingStore, { format, split, modelId }: ExportOptions): Generator<Piece> {
  if (format === 'csv') yield { text: csvHeader(), rows: 0 };
  for (const scored of scoredPosts(store, split, modelId)) {
    if (format === 'csv') yield { text: csvLines(scored), rows: scored.comments.length };
    else yield { text: cupitLine(scored), rows: 1 };
  }
}

function* csvTexts(store: ReadingStore, { split, modelId }: ExportOptions): Generator<string> {
  yield csvHeader();
  for (const scored of scoredPosts(store, split, modelId)) yield* csvRecords(scored);
}

function* textsOf(pieces: Iterable<Piece>): Generator<string> {
  for (const { text } of pieces) yield text;
}

function* scoredPosts(
  store: ReadingStore,
  split: Split | undefined,
  modelId: number | undefined,
): Generator<ScoredPost> {
  for (const post of postsWithComments(store, { split })) {
    yield modelId === undefined ? byRank(post) : { ...post, comments: rankingOfPost(store, modelId, post.id) };
  }
}

function byRank(post: PostWithComments): ScoredPost {
  const comments = post.comments
    .toSorted((a, b) => (a.rank ?? Number.POSITIVE_INFINITY) - (b.rank ?? Number.POSITIVE_INFINITY) || 0)
    .map((comment) => ({ ...comment, position: comment.rank, reward: null }));
  return { ...post, comments };
}

function* pairPieces(store: ReadingStore, { split, pairs = 'both' }: ExportOptions): Generator<Piece> {
  for (const post of postsWithComments(store, { split })) {
    const found = [
      ...(pairs === 'labels' ? [] : pairsByRank(post)),
      ...(pairs === 'votes' ? [] : pairsByPeople(post, preferredIn(store, post.id))),
    ];
    for (const [chosen, rejected] of found) yield { text: pairLine(post.text, chosen, rejected), rows: 1 };
  }
}

/** One pair for each person and pair they answered; a tie, and who is half and half, say nothing that this format could hold. */
function preferredIn(store: ReadingStore, postId: number): readonly (readonly [chosen: number, rejected: number])[] {
  return saysOf(answersOfPost(store, postId))
    .filter(({ share }) => share !== 0.5)
    .map(({ firstId, secondId, share }) => (share > 0.5 ? [firstId, secondId] : [secondId, firstId]));
}

function* labelPieces(store: ReadingStore, split: Split | undefined): Generator<Piece> {
  let post: Post | null = null;
  let texts = new Map<number, string>();
  for (const answer of allAnswers(store, { split, revoked: true })) {
    if (post?.id !== answer.postId) {
      const found = findPost(store, answer.postId);
      post = found;
      texts = new Map(found.comments.map((comment) => [comment.id, comment.text]));
    }
    yield { text: labelLine(answer, post, texts.get(answer.leftId)!, texts.get(answer.rightId)!), rows: 1 };
  }
}

const bufferSize = 1 << 18;

async function write(handle: FileHandle, pieces: Iterable<Piece>, hooks: ExportHooks): Promise<number> {
  let rows = 0;
  let waiting = '';
  for (const piece of pieces) {
    waiting += piece.text;
    rows += piece.rows;
    if (waiting.length < bufferSize) continue;
    throwIfCancelled(hooks.signal);
    await handle.writeFile(waiting);
    waiting = '';
    hooks.onProgress?.({ rows });
  }
  await handle.writeFile(waiting);
  throwIfCancelled(hooks.signal);
  return rows;
}
