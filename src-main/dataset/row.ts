import { hash } from 'node:crypto';
import { TiebreakError } from '../contract/errors.ts';
import type { AnswerOrigin, NewComment, Preference, Split } from '../contract/records.ts';

const formats = ['cupit', 'pairs', 'csv', 'labels', 'context'] as const;
export type Format = (typeof formats)[number];

/** What a file says of a post. split is null where the file names none. */
export type PostHead = {
  readonly key: string;
  readonly title: string | null;
  readonly text: string;
  readonly context: string | null;
  readonly group: string;
  readonly split: Split | null;
};

/** `one` stands for a row with one comment, whose post has more rows elsewhere in the file. */
export type PostRow = {
  readonly kind: 'post' | 'one';
  readonly line: number;
  readonly post: PostHead;
  readonly comments: readonly NewComment[];
  readonly html: boolean;
};

export type PairRow = {
  readonly kind: 'pair';
  readonly line: number;
  readonly post: PostHead;
  readonly chosen: string;
  readonly rejected: string;
  readonly labelKey: string;
  readonly html: boolean;
};

export type LabelRow = {
  readonly kind: 'label';
  readonly line: number;
  readonly postKey: string;
  /** What is needed to make the post where it is missing; null where the file doesn't say. */
  readonly post: PostHead | null;
  readonly left: string;
  readonly right: string;
  readonly choice: Preference;
  readonly note: string;
  readonly again: boolean;
  readonly annotator: string;
  readonly origin: AnswerOrigin;
  readonly createdAt: string | undefined;
  readonly durationMs: number | null;
  readonly revokedAt: string | null;
  readonly labelKey: string;
};

/** The context of the post that has this key, or else exactly this text, and this title where one is given. */
export type ContextRow = {
  readonly kind: 'context';
  readonly line: number;
  readonly post: { readonly id: string } | { readonly text: string; readonly title: string | null };
  readonly context: string;
  readonly html: boolean;
};

/** A row that was left out, and why. */
export type Skip = { readonly kind: 'skip'; readonly line: number; readonly reason: string };

export type Row = PostRow | PairRow | LabelRow | ContextRow | Skip;

export type ReadOptions = {
  /** Turn texts with tags and entities into plain text. */
  readonly html?: boolean | undefined;
  /** Told after every piece that was read how many bytes of the file have been read so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Rows of CUP IT with fewer comments are left out; 2 where it is not said. */
  readonly minComments?: number | undefined;
};

/** A short name for content: the same content always gets the same one. */
export function contentKey(...parts: readonly unknown[]): string {
  return `h:${hash('sha256', JSON.stringify(parts)).slice(0, 32)}`;
}

/** Puts a post together: without an id its content is its key, without a group it is a group of its own. */
export function postHead(fields: {
  readonly id?: string | undefined;
  readonly title: string | null;
  readonly text: string;
  readonly context: string | null;
  readonly group?: string | undefined;
  readonly split?: Split | undefined;
}): PostHead {
  const { title, text, context } = fields;
  const key = fields.id ?? contentKey(title, text, context, fields.group ?? null);
  return { key, title, text, context, group: fields.group ?? key, split: fields.split ?? null };
}

/** Throws where the reading was called off. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TiebreakError('cancelled', 'The work was stopped; what had arrived by then was kept.');
}
