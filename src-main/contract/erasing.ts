/** Erasing for good, on request: what is asked, what would go, and what went. */
import { z } from 'zod';
import { number as id } from './calls.ts';
import { exportable } from './texts.ts';

/** A post with its comments; a comment; what a person wrote, answered, or both. */
export const eraseTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('post'), id }),
  z.object({ kind: z.literal('comment'), id }),
  z
    .object({
      kind: z.literal('person'),
      name: z.string().min(1).max(1000),
      wrote: z.boolean().default(true),
      answered: z.boolean().default(true),
    })
    .refine(({ wrote, answered }) => wrote || answered, 'says neither what the person wrote nor what they answered'),
]);
export type EraseTarget = z.output<typeof eraseTarget>;

/** Another text in the place of one, for good. A post without a title here keeps its own. */
export const correctionInput = z.object({
  of: z.enum(['post', 'comment']),
  id,
  title: exportable.max(10_000).nullable().optional(),
  text: exportable.min(1).max(1_000_000),
});
export type Correction = z.output<typeof correctionInput>;

/** Of what a plan is asked. */
export const correctionPlan = correctionInput.pick({ of: true, id: true });
export const allowCall = z.object({ erasure: id });
/** For a command: posts or comments are found by words, too. */
export const findErasableCall = z.object({ of: z.enum(['post', 'comment']), search: z.string().min(1).max(500) });

export type EraseCall = z.input<typeof eraseTarget>;
export type CorrectionCall = z.input<typeof correctionInput>;
export type CorrectionPlanCall = z.input<typeof correctionPlan>;
export type AllowCall = z.input<typeof allowCall>;
export type FindErasableCall = z.input<typeof findErasableCall>;

/** How much it is. */
export type ErasedAmount = {
  /** Posts with all their comments. */
  readonly posts: number;
  /** Posts that lose their text and stay for what others wrote under them. */
  readonly texts: number;
  /** Comments in all, with those of posts that go. */
  readonly comments: number;
  /** Answers, skips and flags: those on comments that go, and those of the person. */
  readonly answers: number;
};

/** A file or folder with an older state, which still holds it. at: ISO 8601. */
export type OlderCopy = { readonly name: string; readonly at: string; readonly bytes: number };

export type ErasePlan = ErasedAmount & {
  /** How the first texts begin. */
  readonly first: readonly string[];
  /** Names of models that learned from it, deleted ones included. */
  readonly models: readonly string[];
  /** Trainings that were broken off and can't go on then, since their data hold it. */
  readonly runs: readonly number[];
  /** Names of reports whose text quotes it. They are a person's own words, and stay. */
  readonly reports: readonly string[];
  /** What holds it still afterwards. */
  readonly copies: readonly OlderCopy[];
};

export type EraseReport = ErasedAmount & {
  readonly erasure: number;
  readonly models: readonly string[];
  readonly runs: readonly number[];
  readonly reports: readonly string[];
  readonly copies: readonly OlderCopy[];
  /** Whether nothing of it is left in the database's file. Else that is done at the next start. */
  readonly wiped: boolean;
};

/** Something that can be erased, as a search finds it. */
export type Erasable = { readonly id: number; readonly post: number; readonly text: string };

/** What was erased at one time: how much, never what. */
export type Erasure = ErasedAmount & {
  readonly id: number;
  readonly kind: 'post' | 'comment' | 'correction' | 'person';
  /** ISO 8601, UTC; allowedAt: when it was allowed to come in again, null where it was not. */
  readonly erasedAt: string;
  readonly allowedAt: string | null;
};

/** How much of what was erased a model had learned from. */
export type LearnedErased = Pick<ErasedAmount, 'posts' | 'comments' | 'answers'>;
