import { basename } from 'node:path';
import type { NewPost, Split } from './contract/records.ts';
import { readRows, recognise, sizeOfFile } from './dataset/read.ts';
import type { Format, LabelRow, PairRow, PostHead, Row, Skip } from './dataset/row.ts';
import { splitOf } from './dataset/split.ts';
import { finishImport, startImport } from './store/imports.ts';
import { addLabel } from './store/labels.ts';
import { inTransaction, type Store } from './store/open.ts';
import { addPost, commentIdByText, dropLonePosts, postByKey, rankByVotes } from './store/posts.ts';

export type ImportOptions = {
  /** What the file is, where its content should not decide. */
  readonly as?: Format | undefined;
  /** Puts every new post here; without it the file decides, and where it says nothing a hash of the group. */
  readonly split?: Split | undefined;
  readonly html?: boolean | undefined;
};

export type ImportHooks = {
  readonly onProgress?: ((progress: { readonly bytes: number; readonly total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type ImportReport = {
  readonly format: Format;
  readonly posts: number;
  readonly comments: number;
  readonly labels: number;
  /** The first of the rows that were left out; skippedCount counts them all. */
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
  readonly skippedCount: number;
  readonly seconds: number;
  /** Rows that look as if they need the option for HTML. */
  readonly looksLikeHtml: number;
  /** Posts that went where the rest of their group already is, and not where they were asked to go. */
  readonly keptWithGroup: number;
};

const commentsPerTransaction = 2_000;
const bytesPerTransaction = 4 << 20;
const skipsListed = 10_000;

type Tally = {
  posts: number;
  comments: number;
  labels: number;
  skippedCount: number;
  looksLikeHtml: number;
  keptWithGroup: number;
  skipped: { line: number; reason: string }[];
};

/** Brings a file into the store. Bad rows are left out and reported; what is there already is not added again. */
export async function importFile(
  store: Store,
  path: string,
  options: ImportOptions = {},
  hooks: ImportHooks = {},
): Promise<ImportReport> {
  const started = performance.now();
  const total = await sizeOfFile(path);
  const format = options.as ?? (await recognise(path));
  const importId = startImport(store, basename(path), format);
  const tally: Tally = {
    posts: 0,
    comments: 0,
    labels: 0,
    skippedCount: 0,
    looksLikeHtml: 0,
    keptWithGroup: 0,
    skipped: [],
  };
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
  const write = (): void => {
    inTransaction(store, () => {
      for (const row of batch) take(store, importId, row, options.split, tally);
    });
    batch = [];
    weight = 0;
    written = read;
  };
  for await (const row of rows) {
    batch.push(row);
    weight += row.kind === 'post' ? row.comments.length : 1;
    if (weight >= commentsPerTransaction || read - written >= bytesPerTransaction) write();
  }
  write();
  inTransaction(store, () => {
    const lone = dropLonePosts(store, importId);
    tally.posts -= lone.posts;
    tally.comments -= lone.comments;
    for (const line of lone.lines) skip(tally, { kind: 'skip', line, reason: 'its post has only one comment' });
    rankByVotes(store, importId);
    finishImport(store, importId, { ...tally, skipped: tally.skippedCount });
  });
  tally.skipped.sort((a, b) => a.line - b.line);
  return { format, ...tally, seconds: (performance.now() - started) / 1000 };
}

function take(store: Store, importId: number, row: Row, split: Split | undefined, tally: Tally): void {
  if ('html' in row && row.html) tally.looksLikeHtml += 1;
  if (row.kind === 'skip') skip(tally, row);
  else if (row.kind === 'label') takeLabel(store, importId, row, split, tally);
  else if (row.kind === 'pair') takePair(store, importId, row, split, tally);
  else takePost(store, importId, row.line, { ...placed(row.post, split), comments: row.comments }, tally);
}

/** The number of the post, or null where its key belongs to another one. */
function takePost(store: Store, importId: number, line: number, post: NewPost, tally: Tally): number | null {
  const added = addPost(store, post, importId, line);
  if (added.conflict) {
    skip(tally, { kind: 'skip', line, reason: `another post with the id ${shown(post.key)} has a different text` });
    return null;
  }
  if (added.added) tally.posts += 1;
  if (added.added && added.split !== post.split) tally.keptWithGroup += 1;
  tally.comments += added.comments;
  return added.postId;
}

function takePair(store: Store, importId: number, row: PairRow, split: Split | undefined, tally: Tally): void {
  const comments = [row.chosen, row.rejected].map((text) => ({ text, rank: null, votes: null }));
  const postId = takePost(store, importId, row.line, { ...placed(row.post, split), comments }, tally);
  if (postId === null) return;
  const { added } = addLabel(store, {
    postId,
    leftId: commentIdByText(store, postId, row.chosen)!,
    rightId: commentIdByText(store, postId, row.rejected)!,
    outcome: 'left',
    annotator: 'import',
    origin: 'import',
    key: row.labelKey,
  });
  if (added) tally.labels += 1;
}

function takeLabel(store: Store, importId: number, row: LabelRow, split: Split | undefined, tally: Tally): void {
  const comments = [row.left, row.right].map((text) => ({ text, rank: null, votes: null }));
  const known = postByKey(store, row.postKey);
  const postId = row.post
    ? takePost(store, importId, row.line, { ...placed(row.post, split), comments }, tally)
    : (known?.id ?? null);
  if (postId === null) {
    if (!row.post) skip(tally, { kind: 'skip', line: row.line, reason: `there is no post ${shown(row.postKey)}` });
    return;
  }
  const leftId = commentIdByText(store, postId, row.left);
  const rightId = commentIdByText(store, postId, row.right);
  if (leftId === null || rightId === null) {
    const side = leftId === null ? 'left' : 'right';
    skip(tally, { kind: 'skip', line: row.line, reason: `the post has no comment with the text of ${side}` });
    return;
  }
  const { added } = addLabel(store, { ...row, postId, leftId, rightId, key: row.labelKey });
  if (added) tally.labels += 1;
}

function placed(post: PostHead, split: Split | undefined): Omit<NewPost, 'comments'> {
  return { ...post, split: split ?? post.split ?? splitOf(post.group) };
}

function skip(tally: Tally, { line, reason }: Skip): void {
  tally.skippedCount += 1;
  if (tally.skipped.length < skipsListed) tally.skipped.push({ line, reason });
}

function shown(key: string): string {
  return key.length > 80 ? `${key.slice(0, 80)}...` : key;
}
