import { basename } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { countsInWords } from '../common/import-words.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { Split } from '../contract/records.ts';
import type { ImportSummary } from '../contract/reports.ts';
import { readRows, recognise, sizeOfFile } from '../dataset/read.ts';
import { type Format, type Row, throwIfCancelled } from '../dataset/row.ts';
import {
  countImport,
  finishImport,
  forgetImport,
  type ImportCounts,
  nextPostOfImport,
  startImport,
} from '../store/imports.ts';
import { dropRepeatedLists } from '../store/lists.ts';
import { inTransaction, type WritingStore } from '../store/open.ts';
import { dropLonePosts } from '../store/posts.ts';
import { emptyTally, skip, type Tally, take } from './import-rows.ts';

export type ImportOptions = {
  /** What the file is, where its content should not decide. */
  readonly as?: Format | undefined;
  /** Puts every new post here; without it the file decides, and where it says nothing a hash of the group. */
  readonly split?: Split | undefined;
  readonly html?: boolean | undefined;
  /** What people call the file; the last part of its path, where it is not said. */
  readonly name?: string | undefined;
};

export type ImportHooks = {
  readonly onProgress?: ((progress: { readonly bytes: number; readonly total: number }) => void) | undefined;
  /** After each transaction: what came in by then is there to be seen. */
  readonly onWritten?: (() => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type ImportReport = Omit<ImportSummary, 'skipped'> & {
  readonly importId: number;
  readonly format: Format;
  /** The first of the rows that were left out; skippedCount counts them all. */
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
};

// Small, since nothing else happens in this process during a transaction.
const commentsPerTransaction = 250;
const bytesPerTransaction = 1 << 20;
const postsPerTransaction = 100;

/**
 * Brings a file into the store. Bad rows are left out and reported; what is there already is not added again. Where it is
 * broken off, what came in by then stays, and undoing the import takes it out again.
 */
export async function importFile(
  store: WritingStore,
  path: string,
  options: ImportOptions = {},
  hooks: ImportHooks = {},
): Promise<ImportReport> {
  const started = performance.now();
  const total = await sizeOfFile(path);
  const format = options.as ?? (await recognise(path));
  const importId = startImport(store, options.name ?? basename(path), format);
  const tally = emptyTally();
  try {
    await takeRows(store, importId, path, format, total, options, hooks, tally);
  } catch (error) {
    await close(store, importId, tally);
    if (countAll(tally) === 0) forgetImport(store, importId);
    throw brokenOff(error, tally);
  }
  await close(store, importId, tally);
  finishImport(store, importId, countsOf(tally));
  hooks.onWritten?.();
  tally.skipped.sort((a, b) => a.line - b.line);
  return { importId, format, ...tally, seconds: (performance.now() - started) / 1000 };
}

async function takeRows(
  store: WritingStore,
  importId: number,
  path: string,
  format: Format,
  total: number,
  options: ImportOptions,
  hooks: ImportHooks,
  tally: Tally,
): Promise<void> {
  let read = 0;
  let written = 0;
  const rows = readRows(path, format, {
    html: options.html,
    signal: hooks.signal,
    onBytes: (bytes) => {
      read = bytes;
      hooks.onProgress?.({ bytes, total });
    },
  });
  let batch: Row[] = [];
  let weight = 0;
  const write = async (): Promise<void> => {
    inTransaction(store, () => {
      for (const row of batch) take(store, importId, row, options.split, tally);
      countImport(store, importId, countsOf(tally));
    });
    batch = [];
    weight = 0;
    written = read;
    hooks.onWritten?.();
    await breathe();
    throwIfCancelled(hooks.signal);
  };
  for await (const row of rows) {
    batch.push(row);
    weight += row.kind === 'post' ? row.comments.length : 1;
    if (weight >= commentsPerTransaction || read - written >= bytesPerTransaction) await write();
  }
  if (batch.length > 0) await write();
}

/** Puts in order what came in: posts with one comment only go, and lists that say what others say. */
async function close(store: WritingStore, importId: number, tally: Tally): Promise<void> {
  for (let after: number | null = 0; after !== null; await breathe()) {
    const from: number = after;
    after = inTransaction(store, () => dropRepeatedLists(store, importId, from, postsPerTransaction)).last;
  }
  for (let after = 0; ; ) {
    const last = nextPostOfImport(store, importId, after, postsPerTransaction);
    if (last === null) return;
    inTransaction(store, () => {
      const lone = dropLonePosts(store, importId, { after, last });
      tally.posts -= lone.length;
      tally.comments -= lone.filter(({ comment }) => comment !== null).length;
      for (const { line } of lone) skip(tally, { kind: 'skip', line, reason: 'its post has only one comment' });
      countImport(store, importId, countsOf(tally));
    });
    after = last;
    await breathe();
  }
}

function countsOf({ posts, comments, labels, contexts, skippedCount }: Tally): ImportCounts {
  return { posts, comments, labels, contexts, skipped: skippedCount };
}

const countAll = ({ posts, comments, labels, contexts }: Tally): number => posts + comments + labels + contexts;

/** Says what became of what had come in before an error. */
function brokenOff(error: unknown, tally: Tally): unknown {
  if (!(error instanceof TiebreakError)) return error;
  const came = countsInWords({ ...tally, answers: tally.labels });
  const kept =
    came === null
      ? 'Nothing had come in by then.'
      : `What had come in by then (${came}) was kept; undoing the import takes it out again.`;
  const what = error.code === 'cancelled' ? 'The import was cancelled.' : error.message;
  return new TiebreakError(error.code, `${what} ${kept}`, { cause: error });
}
