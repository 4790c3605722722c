import { basename } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { countsInWords } from '../common/import-words.ts';
import { capital, counted } from '../common/words.ts';
import { TiebreakError } from '../contract/errors.ts';
import {
  type FoundReading,
  nouns,
  type ReadingChoices,
  type ReadingCounts,
  type ScoreMeaning,
} from '../contract/reading.ts';
import type { Split } from '../contract/records.ts';
import type { ImportSummary } from '../contract/reports.ts';
import { sizeOfFile } from '../dataset/bytes/open.ts';
import { charactersIn } from '../dataset/facts.ts';
import { type Look, lookAt } from '../dataset/look.ts';
import { judgeFile, type RecordFacts, readFacts } from '../dataset/read.ts';
import { reasons } from '../dataset/reasons.ts';
import { shown } from '../dataset/sift.ts';
import { throwIfCancelled } from '../dataset/stopping.ts';
import { pairsOfPost } from '../recipe/pairs.ts';
import { commentCount } from '../store/first-comments.ts';
import {
  countImport,
  finishImport,
  forgetImport,
  type ImportCounts,
  nextPostOfImport,
  startImport,
} from '../store/imports.ts';
import { dropRepeatedLists, postsWithFurtherLists } from '../store/lists.ts';
import { inTransaction, type WritingStore, withLongLog } from '../store/open.ts';
import { dropOtherKeys } from '../store/other-keys.ts';
import { dropLonePosts, filledOfOthers, findPost, type LonePost, textlessPosts } from '../store/posts.ts';
import { type Import, nothingBrought, type RewardsOf } from './import-into.ts';
import { take } from './import-rows.ts';
import { countsOfTally, emptyTally, type LeftOut, report } from './tally.ts';

export type ImportOptions = Partial<ReadingChoices> & {
  /** Puts every new post here; without it the file decides, and where it says nothing a hash of the group. */
  readonly split?: Split | undefined;
  /** For a file of rewards, and for no other: the model that gave them. */
  readonly rewardsOf?: RewardsOf | undefined;
  /** What people call the file; the last part of its path, where it is not said. */
  readonly name?: string | undefined;
};

export type ImportHooks = {
  readonly onProgress?: ((progress: { readonly bytes: number; readonly total: number }) => void) | undefined;
  /** After each transaction: what came in by then is there to be seen. */
  readonly onWritten?: (() => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type ImportReport = Omit<ImportSummary, 'skipped' | 'readings'> & {
  readonly importId: number;
  readonly found: FoundReading;
  /** The first of what was left out; skippedCount counts it all. */
  readonly skipped: readonly LeftOut[];
};

// Small, since nothing else happens in this process during a transaction.
const commentsPerTransaction = 250;
const charactersPerTransaction = 1 << 20;
const postsPerTransaction = 100;

/**
 * Brings a file into the store. What can't come in is left out and reported; what is there already is not added again. Where it is
 * broken off, what came in by then stays, and undoing the import takes it out again.
 * @throws TiebreakError bad-input where a score could be votes or places, where it isn't said whose rewards a file has, and where nothing of the file could come in
 */
export async function importFile(
  store: WritingStore,
  path: string,
  options: ImportOptions = {},
  hooks: ImportHooks = {},
): Promise<ImportReport> {
  const started = performance.now();
  const total = await sizeOfFile(path);
  const look = await judged(await lookAt(path, options), hooks, total);
  const score = decided(look);
  checkRewards(look, options.rewardsOf);
  const id = startImport(store, options.name ?? basename(path), look.found.shape);
  const into: Import = {
    store,
    id,
    split: options.split,
    replies: options.replies ?? 'leave',
    rewardsOf: options.rewardsOf ?? null,
    tally: emptyTally(),
    brought: nothingBrought(),
    occurrences: new Map(),
    lastKey: null,
    lastScored: null,
  };
  try {
    await withLongLog(store, async () => {
      try {
        await takeAll(into, look, score, options.html ?? false, total, hooks);
      } finally {
        await close(into);
      }
    });
  } catch (error) {
    if (isEmpty(into)) await forget(into);
    throw brokenOff(error, into);
  }
  if (isEmpty(into)) {
    await forget(into);
    throw nothingCame(look, into);
  }
  finishImport(store, id, countsOf(into));
  hooks.onWritten?.();
  return { importId: id, found: look.found, ...summaryOf(into), seconds: (performance.now() - started) / 1000 };
}

/** The look with what scores and dates mean in the whole file, where that isn't said: nothing is committed before it is known. */
async function judged(look: Look, hooks: ImportHooks, total: number): Promise<Look> {
  const scored = look.judged && [...look.fields.values()].includes('score');
  if (!scored && !look.datesJudged) return look;
  // It takes a tenth of the time that bringing the file in does.
  const onBytes = (bytes: number): void => hooks.onProgress?.({ bytes: bytes / 10, total });
  return judgeFile({ ...look, judged: scored }, { signal: hooks.signal, onBytes });
}

function decided({ path, found }: Look): ScoreMeaning | null {
  if (found.score !== 'undecided') return found.score;
  throw new TiebreakError(
    'bad-input',
    `It can't be told what 'score' means in ${path}: ${found.scoreSays}. Say it: --score votes, or --score places. Nothing came in.`,
  );
}

/** Rewards are of a model, which has to be said; of anything else there is none. */
function checkRewards({ path, found }: Look, rewardsOf: RewardsOf | undefined): void {
  const areRewards = found.shape === 'rewards';
  if (areRewards === (rewardsOf !== undefined)) return;
  const message = areRewards
    ? `The rewards in ${path} are of one of your models: say of which, with --model. Nothing came in.`
    : `--model says whose rewards a file has, and ${path} was read as '${found.shape}': leave it out, or say --as rewards. Nothing came in.`;
  throw new TiebreakError('bad-input', message);
}

async function takeAll(
  into: Import,
  look: Look,
  score: ScoreMeaning | null,
  html: boolean,
  total: number,
  hooks: ImportHooks,
): Promise<void> {
  const onBytes = (bytes: number): void => hooks.onProgress?.({ bytes, total });
  const reading = readFacts(look, { score, html, replies: into.replies }, { onBytes, signal: hooks.signal });
  into.tally.read = reading.read;
  let batch: RecordFacts[] = [];
  let weight = 0;
  let characters = 0;
  const write = async (): Promise<void> => {
    // What was just read may be a text of megabytes.
    await breathe();
    inTransaction(into.store, () => {
      for (const record of batch) take(into, record);
      countImport(into.store, into.id, countsOf(into));
    });
    batch = [];
    weight = 0;
    characters = 0;
    hooks.onWritten?.();
    await breathe();
    throwIfCancelled(hooks.signal);
  };
  for await (const records of reading.batches) {
    for (const record of records) {
      batch.push(record);
      for (const fact of record.facts) {
        // A post by itself is work as well: dumps have a hundred thousand of them in a row.
        weight += fact.kind === 'post' ? Math.max(1, fact.comments.length) : 1;
        characters += charactersIn(fact);
      }
      if (weight >= commentsPerTransaction || characters >= charactersPerTransaction) await write();
    }
  }
  if (batch.length > 0) await write();
}

/** Puts in order what came in: lists that say what others say go, and posts with one comment only. */
async function close(into: Import): Promise<void> {
  const { store, id } = into;
  for (let after: number | null = 0; after !== null; await breathe()) {
    const from: number = after;
    after = inTransaction(store, () => dropRepeatedLists(store, id, from, postsPerTransaction)).last;
  }
  for (let some = postsWithFurtherLists(store, id, 0, postsPerTransaction); some.length > 0; await breathe()) {
    for (const post of some) countContradictions(into, post);
    some = postsWithFurtherLists(store, id, some.at(-1)!, postsPerTransaction);
  }
  // Comments that came one by one make posts, and give them their texts, in any order: what lacks one is seen at the end.
  into.brought.filled = filledOfOthers(store, id);
  into.brought.textless = 0 - into.brought.filled;
  for (let after = 0; ; ) {
    const last = nextPostOfImport(store, id, after, postsPerTransaction);
    if (last === null) return;
    inTransaction(store, () => {
      for (const lone of dropLonePosts(store, id, { after, last })) leaveLone(into, lone);
      into.brought.textless += textlessPosts(store, id, { after, last });
      countImport(store, id, countsOf(into));
    });
    after = last;
    await breathe();
  }
}

/** Pairs of all comments of larger posts would take too long only to be counted. */
const commentsCompared = 500;

/** Two lists of one post may say the opposite of each other of two comments. */
function countContradictions({ store, tally }: Import, postId: number): void {
  if (commentCount(store, postId) > commentsCompared) return;
  const post = findPost(store, postId);
  const { contradictions: count } = pairsOfPost(post, [], 'votes');
  if (count === 0) return;
  const reason = 'pairs of which one list of a post says the opposite of another; a training takes their mean';
  const text = post.title ?? post.text;
  report(tally, { kind: 'noted', of: 'vote', why: 'contradictions', reason, line: 0, text: shown(text), count });
}

/** A post that came to one comment has nothing to compare it with. */
function leaveLone({ tally, brought }: Import, { line, comment, reply, answered, waits, hasFigure }: LonePost): void {
  const noun = reply ? 'reply' : 'comment';
  brought.posts -= 1;
  const left = { kind: 'left', line, text: '' } as const;
  const text = comment ?? '';
  const reason = 'the only one under its post: nothing to compare it with';
  // A row that is a post with its comment goes whole; a post that came by itself waits for more, and one without any was
  // made for comments that are reported by themselves.
  if (!reply && !answered && !waits && comment !== null) {
    report(tally, { ...left, of: 'row', why: 'lone', reason: 'a post with only one comment', text });
    tally.imported.row -= 1;
  }
  if (comment === null) return;
  brought.comments -= 1;
  const goesAlong = !reply && !answered && !waits;
  report(tally, {
    ...left,
    of: noun,
    why: goesAlong ? 'with-row' : 'lone',
    reason: goesAlong ? reasons['with-post'] : reason,
    text,
  });
  tally.imported[noun] -= 1;
  if (!hasFigure) return;
  report(tally, { ...left, of: 'vote', why: 'with-comment', reason: reasons['with-comment'] });
  tally.imported.vote -= 1;
}

function countsOf({ brought, tally }: Import): ImportCounts {
  const { posts, comments, labels, contexts, rewards } = brought;
  return { posts, comments, labels, contexts, rewards, skipped: tally.leftCount };
}

function summaryOf({ tally, brought }: Import): Omit<ImportReport, 'importId' | 'found' | 'seconds'> {
  const counts: ReadingCounts = countsOfTally(tally);
  const looksLikeHtml = tally.kinds.get('row html-seen')?.count ?? 0;
  const skipped = tally.left.toSorted((a, b) => a.line - b.line);
  return { ...counts, ...brought, skipped, skippedCount: tally.leftCount, looksLikeHtml };
}

/** Nothing of it is in the store, from before or from now. The answers to a comment may be in where its own row is not. */
const isEmpty = ({ tally: { imported } }: Import): boolean => nouns.every((noun) => imported[noun] === 0);

/** Forgets the import, with the ids of comments that it found to be left out. */
async function forget({ store, id }: Import): Promise<void> {
  while (inTransaction(store, () => dropOtherKeys(store, id, postsPerTransaction)) > 0) await breathe();
  forgetImport(store, id);
}

/** A file of which nothing came in is an error, with the way out. */
function nothingCame({ path, found, shape }: Look, { tally }: Import): TiebreakError {
  const { reported } = countsOfTally(tally);
  const first = reported.find(({ left, kind }) => left && !kind.startsWith('with-'));
  const example = first?.examples[0];
  const at = example ? ` (line ${example.line}: ${example.text.slice(0, 80)})` : '';
  const why = first ? ` ${capital(example?.detail ?? first.reason)}${at}.` : ' It has no rows.';
  const way =
    first?.kind === 'conflict'
      ? 'To have these in its place, undo the import that brought it, under Data in the app.'
      : 'If it is something else, say so with --as, --map, --separator or --encoding.';
  const needs = shape.needs === undefined || first?.kind === 'conflict' ? '' : `, which needs ${shape.needs}`;
  return new TiebreakError(
    'bad-input',
    `Nothing came in of ${path}. It was read as '${found.shape}'${needs}.${why} ${way}`,
  );
}

/** Says what became of what had come in before an error. */
function brokenOff(error: unknown, into: Import): unknown {
  if (!(error instanceof TiebreakError)) return error;
  const waiting = into.tally.kinds.get('row waiting')?.count ?? 0;
  const came =
    countsInWords({ ...into.brought, answers: into.brought.labels }) ??
    (waiting > 0 ? `${counted(waiting, 'post')} waiting for ${waiting === 1 ? 'its' : 'their'} comments` : null);
  const kept =
    came === null
      ? 'Nothing had come in by then.'
      : `What had come in by then (${came}) was kept; undoing the import takes it out again.`;
  const what = error.code === 'cancelled' ? 'The import was cancelled.' : error.message;
  return new TiebreakError(error.code, `${what} ${kept}`, { cause: error });
}
