/** The nouns of the house. The same words stand in the tables, the command line and the window. */

export const splits = ['train', 'validation', 'test'] as const;
export type Split = (typeof splits)[number];

export type Post = {
  readonly id: number;
  /** The id that the file gave the post, or a hash of its content. */
  readonly key: string;
  readonly title: string | null;
  readonly text: string;
  /** Further text that may be shown to the model, such as the article a post links to. */
  readonly context: string | null;
  /** Posts of one group are never divided between splits. */
  readonly group: string;
  readonly split: Split;
  readonly author: string | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string | null;
  /** Where it stands on the web. */
  readonly link: string | null;
};

export type Comment = {
  readonly id: number;
  readonly postId: number;
  readonly text: string;
  /**
   * Place in the first list that it is in, 0 is best: that which the file gave, or else that of its votes. null where neither is known. It
   * compares with places of the same list alone.
   */
  readonly rank: number | null;
  readonly votes: number | null;
  readonly author: string | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string | null;
  readonly link: string | null;
  /** Whoever asked took it for the answer. */
  readonly accepted?: true;
};

/** A comment as one list has it. place: 0 is best, null where it has none there. */
export type ListEntry = { readonly commentId: number; readonly place: number | null; readonly votes: number | null };

/** What one row or one thread said of comments of a post: its places and votes compare with each other, and with those of no other list. */
export type RankedList = { readonly entries: readonly ListEntry[] };

export type PostWithComments = Post & {
  readonly comments: readonly Comment[];
  /** Without comments of which nothing is known but their text. */
  readonly lists: readonly RankedList[];
};

type About = 'author' | 'createdAt' | 'link';

/** A comment on its way from a file into the store. rank: the place that the file gives, not one that follows from votes. */
export type NewComment = Pick<Comment, 'text' | 'rank' | 'votes'> &
  Partial<Pick<Comment, About>> & {
    /** The id that the file gave it. */
    readonly key?: string | null;
  };

/**
 * A post on its way from a file into the store. A group that is there already keeps its split, whatever is said here. text: '' where the
 * file does not say it.
 */
export type NewPost = Omit<Post, 'id' | About> &
  Partial<Pick<Post, About>> & {
    readonly comments: readonly NewComment[];
    /** The key of the comment that whoever asked took for the answer. */
    readonly accepted?: string | null;
    /** Whether the file gave its key, so that comments may come later that name it. It did, where this is not said. */
    readonly keyGiven?: boolean;
    /** The post whose comment this is, where that was answered and has become a post of its own. */
    readonly under?: number;
  };

/** What a person can choose of a pair. bad: both are; skip and flag say nothing of which is better. */
export const choices = ['left', 'right', 'tie', 'bad', 'skip', 'flag'] as const;
export type Choice = (typeof choices)[number];
/** The choices that say which comment is better, or that neither is: what a model learns from. */
export type Preference = Exclude<Choice, 'skip' | 'flag'>;
export type AnswerOrigin = 'import' | 'compare' | 'terminal';

/**
 * What one person said of one pair. Answers are facts: they are revoked, never changed or deleted. In the tables, in files and in
 * what the terminal prints they are labels, with the choice as an outcome (common/outcomes.ts).
 */
export type Answer<C extends Choice = Choice> = {
  /** Number of its row; skips and flags are numbered apart. */
  readonly id: number;
  /** Stays the same through export and import, so that the same answer is never counted twice. */
  readonly key: string;
  readonly postId: number;
  readonly leftId: number;
  readonly rightId: number;
  readonly choice: C;
  readonly annotator: string;
  readonly origin: AnswerOrigin;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly durationMs: number | null;
  readonly revokedAt: string | null;
  /** What the person wrote beside the answer; '' for nothing. */
  readonly note: string;
  /** The pair was asked again on purpose: an earlier answer of this person on it counted, and does so still. */
  readonly again: boolean;
  /** Names of what wrote the two, left and right. */
  readonly models: readonly [left: string | null, right: string | null] | null;
  /** How much better the chosen one is, as the file counts it. */
  readonly margin: number | null;
  /** How the pair came to be asked; null where nobody knows: it counts as drawn by chance. */
  readonly chosenBy: ChosenBy | null;
  /** The chance with which just this pair was drawn when it was; null where nobody knows. */
  readonly chance: number | null;
  /** The chosen one was said to be much better. */
  readonly much: boolean;
  /** The key of the question about several comments that it follows from; null where the two were asked by themselves. */
  readonly question: string | null;
  /** It settles the pair, in the place of the other answers on it (common/verdicts.ts). */
  readonly verdict: boolean;
};

/** How the next pair is chosen (labeling/strategies.ts). */
export const strategies = ['random', 'coverage', 'uncertainty', 'information', 'finish'] as const;
export type Strategy = (typeof strategies)[number];
/** In which order pairs are worked through. strategy: as it says for every pair; post: a post is finished before another one begins. */
export const ordersOfWork = ['strategy', 'post'] as const;
export type OrderOfWork = (typeof ordersOfWork)[number];
/** again: to see whether the person says the same, sides swapped; picked: they asked for this pair. */
export const waysOfChoosing = [...strategies, 'again', 'picked'] as const;
export type ChosenBy = (typeof waysOfChoosing)[number];

/** Questions about several comments at once. best-worst: which of four is best, which worst; order: up to six, from best to worst. */
export const listKinds = ['best-worst', 'order'] as const;
export type ListKind = (typeof listKinds)[number];

/** What one person said of several comments at once. Its pairs are answers, which carry its key. */
export type ListAnswer = {
  readonly key: string;
  readonly postId: number;
  readonly kind: ListKind;
  /** Numbers of comments, as they stood on the screen. */
  readonly shown: readonly number[];
  /** The best first, those of one place together; of best-worst the best and the worst alone. Empty where it was skipped. */
  readonly pressed: readonly (readonly number[])[];
  readonly annotator: string;
  readonly createdAt: string;
  readonly durationMs: number | null;
  readonly chosenBy: ChosenBy | null;
  readonly chance: number | null;
  readonly revokedAt: string | null;
};

/** sft: next token; reward: -log sigmoid(chosen - rejected). */
export const modelKinds = ['sft', 'reward'] as const;
export type TrainingKind = (typeof modelKinds)[number];
/** What a model is: what a training makes, or an encoder of texts, which trainings begin with. */
export type ModelKind = TrainingKind | 'encoder';
export type RunStatus = 'running' | 'done' | 'cancelled' | 'failed' | 'interrupted';

export type Run = {
  readonly id: number;
  readonly kind: TrainingKind;
  readonly status: RunStatus;
  /** The whole configuration, as it was used. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly base: string | null;
  readonly modelId: number | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly step: number;
  readonly steps: number | null;
  readonly error: string | null;
};

/** A trained, versioned result: a folder with a manifest, weights, tokenizer and configuration. */
export type Model = {
  readonly id: number;
  /** Unique and short, as people type it: reward-3. */
  readonly name: string;
  readonly kind: ModelKind;
  /** Folder of the model, relative to the data folder. */
  readonly folder: string;
  readonly base: string | null;
  readonly runId: number | null;
  readonly createdAt: string;
  /** Figures on the validation split at the chosen step. */
  readonly metrics: Readonly<Record<string, number>>;
};

/**
 * Orders in which posts are listed: where one more answer would tell most, where the order is least sure, where most answers are against the model, by
 * when they were written, and by how many comments they have.
 */
export const postOrders = ['gain', 'unsure', 'against', 'newest', 'comments'] as const;
export type PostOrder = (typeof postOrders)[number];

/** Orders of comments across posts: by a model's rewards from either end, and as they came. */
export const commentOrders = ['best', 'worst', 'came'] as const;
export type CommentOrder = (typeof commentOrders)[number];

/** What a person can say of a comment's place, whatever model and answers say: it stands first in its post, or is no part of its ranking. */
export const curationKinds = ['pinned', 'excluded'] as const;
export type CurationKind = (typeof curationKinds)[number];
export type Curation = {
  readonly kind: CurationKind;
  readonly annotator: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
};
