/** What the views show. */
import type { ContextComparison } from './context-comparison.ts';
import type { DriftReport } from './drift.ts';
import type { CurvePoint, ModelMethod, SamplePair } from './engine.ts';
import type { LearnedErased } from './erasing.ts';
import type { EvaluationReport, Interval, MeasuredBefore, MoreAnswers } from './evaluation.ts';
import type {
  Answer,
  ChosenBy,
  Comment,
  Curation,
  CurationKind,
  ListAnswer,
  ListKind,
  Model,
  Post,
  Run,
  Split,
} from './records.ts';
import type { PairTotals, TrainReport } from './reports.ts';

export type AppInfo = {
  readonly version: string;
  readonly door: 'window' | 'browser';
  /** The data folder, to be read only. */
  readonly home: string;
  /** The folder of the logs, likewise. */
  readonly logs: string;
  readonly platform: string;
  /** How the app is started in a terminal, as one types it. */
  readonly startCommand: string;
  readonly versions: Readonly<Record<string, string>>;
  /** When this process opened the store, ISO 8601: answers since then belong to this session. */
  readonly startedAt: string;
};

/** What has changed since a view asked: it asks again for what it shows of these. */
export const topics = [
  'answers',
  'posts',
  'models',
  'runs',
  'settings',
  'rewards',
  'curations',
  'words',
  'imports',
  'reports',
  'health',
  'backups',
  'projects',
] as const;
export type Topic = (typeof topics)[number];

/** What the last look at the database found wrong with it. lookedAt: ISO 8601; null before the first look. */
export type Health = { readonly lookedAt: string | null; readonly problems: readonly string[] };

// Compare

/** A pair as it is shown, blind: no votes, no rewards, nobody's answers, sides by chance. */
export type ComparePair = {
  readonly post: Pick<Post, 'id' | 'title' | 'text' | 'context'>;
  readonly left: Pick<Comment, 'id' | 'text'>;
  readonly right: Pick<Comment, 'id' | 'text'>;
};

/** A pair that would be asked next, with how it was chosen and about the chance that just this one was. */
export type NextPair = ComparePair & Pick<Answer, 'chosenBy' | 'chance'> & { readonly chosenBy: ChosenBy };

/** An answer that counts, with the texts it is about. Its key is what undo and a change name. */
export type ShownAnswer = ComparePair &
  Pick<Answer, 'key' | 'choice' | 'much' | 'annotator' | 'origin' | 'createdAt' | 'durationMs' | 'note' | 'verdict'>;

/** A question about several comments at once as it is shown, as blind as a pair. */
export type CompareList = Pick<ComparePair, 'post'> & {
  readonly kind: ListKind;
  /** As they stand on the screen. */
  readonly comments: readonly Pick<Comment, 'id' | 'text'>[];
};

/** What a person said of several comments at once. Its key is what undo names. */
export type ShownList = CompareList & Pick<ListAnswer, 'key' | 'pressed' | 'annotator' | 'createdAt' | 'durationMs'>;

/** Where an answer stands among its person's, as a time: what was given last has the latest, whatever the clock said. */
export type InOrder = { readonly orderedAt: string };

/** A person's answers over the same stretch, the newest first: on pairs, and on several comments at once. */
export type RecentAnswers = {
  readonly answers: readonly (ShownAnswer & InOrder)[];
  readonly lists: readonly (ShownList & InOrder)[];
};

/** An answer that everything else contradicts, with the chance that an answer on these two says the same. */
export type SecondLook = ShownAnswer & { readonly chance: number };

export type SecondLooks = {
  readonly looks: readonly SecondLook[];
  /** Answers of this person that were held against everything else. */
  readonly of: number;
  /** The model whose rewards they were held against; null without one. */
  readonly model: string | null;
};

export type CompareSummary = {
  /** Answers that count (ties and both-bad included; skips and flags are not), by this person since local midnight. */
  readonly today: number;
  /** By this person, ever. */
  readonly total: number;
  readonly goal: number;
  /** Answers an hour over the last stretch of work without a break of more than five minutes; null before five answers. */
  readonly pace: number | null;
  /** Pairs this person has not answered, skipped or flagged. */
  readonly pairsLeft: number;
  /** The posts that alone are asked about, and the open pairs of theirs; null where all are. */
  readonly only: { readonly posts: number; readonly pairsLeft: number } | null;
  /** Pairs this person skipped, which can be asked again. */
  readonly skipped: number;
  /** Answers by anybody since the newest reward model was trained; since ever where there is none. */
  readonly sinceTraining: number;
  /** Whether there is a reward model. */
  readonly trained: boolean;
  /** Whether so many answers came in that a training is worth it: 20, or a tenth of those the newest model knew. */
  readonly retrain: boolean;
  /** What more answers would bring, by the last quick training that could measure it; null without one. */
  readonly more: MoreExpected | null;
};

export type MoreExpected = MoreAnswers & {
  /** When that training began, ISO 8601. */
  readonly trainedAt: string;
  /** Answers by anybody since then. */
  readonly since: number;
};

// Posts and rankings

export type PostLine = {
  readonly id: number;
  readonly key: string;
  readonly title: string | null;
  /** The first 200 characters of the text. */
  readonly excerpt: string;
  readonly split: Split;
  readonly comments: number;
  /** Answers that count. */
  readonly answers: number;
  /** Answers whose better side has the lower reward from the model asked for; null without a model. */
  readonly disagreements: number | null;
};

/** A page of posts. Cursors are numbers of posts, and null where there is nothing more that way. */
export type PostPage = {
  readonly posts: readonly PostLine[];
  readonly after: number | null;
  readonly before: number | null;
  /** All that match, counted up to 10,000. */
  readonly total: number;
};

/** A place in a list of posts that goes by a figure of theirs. */
export type SortedPlace = { readonly at: number | string; readonly postId: number };

/** A page of posts in an order. */
export type SortedPage = {
  readonly posts: readonly (PostLine & {
    /** The share of its pairs that the order is expected to put right; where posts go by a model. */
    readonly sure?: number;
  })[];
  /** Where the next page begins, and the one before ends; null where there is nothing more that way. */
  readonly after: SortedPlace | null;
  readonly before: SortedPlace | null;
  /** All that match, counted up to 10,000. */
  readonly total: number;
  /** Posts that are not in the list, since their comments are to be scored, or they are to be reckoned anew, by a task (rankings.score). */
  readonly waiting: number;
};

/** How people answered on the pairs of a comment. */
export type PeopleSay = { readonly wins: number; readonly losses: number; readonly ties: number };

/** What a post's ranking says once the rewards of the model and people's answers are joined. */
export type JoinedRanking = {
  /** Answers on the post that count. */
  readonly answers: number;
  /** Whether it was learned how sure the model may be; else its rewards are taken at their word. */
  readonly calibrated: boolean;
  /** The share of all its pairs that this order is expected to put right. */
  readonly right: number;
  /** The two comments on which one more answer of the person would tell most; null where all were asked. */
  readonly question: readonly [one: number, other: number] | null;
};

export type RankedView = {
  /** What rewards of the first model are divided by before they are chances; 1 where that was not learned. */
  readonly temperature: number;
  readonly post: Post;
  readonly models: readonly string[];
  /** Of the imports that brought its comments, those that are unlike what the first model learned from, as far as that was looked at. */
  readonly drift: readonly DriftReport[];
  /** null without a model, and for posts with more comments than can be joined. */
  readonly joined: JoinedRanking | null;
  /** How many comments the post has; those below are the first of them. */
  readonly total: number;
  /** Where this person preferred a comment to one that stands above it: those furthest apart first. */
  readonly overruled: readonly (readonly [better: number, worse: number])[];
  /**
   * By the first model and people's answers, the best first; in the order of the data where there is no model. Comments that a person pinned stand before
   * all others, those that one excluded behind them.
   */
  readonly comments: readonly (Comment & {
    /** Where it stands without what was pinned and excluded, 0 is best. */
    readonly place: number;
    /** What a person said of its place; null for nothing. */
    readonly curation: Curation | null;
    readonly people: PeopleSay;
    /** What this person said among those people. */
    readonly own: PeopleSay;
    /** One for each model. */
    readonly rewards: readonly (number | null)[];
    /** Place by each model alone, 0 is best. */
    readonly positions: readonly (number | null)[];
    /** Between which places it is in 90 of 100 cases, 0 is best; null where that isn't known. */
    readonly places: readonly [best: number, worst: number] | null;
    /** The chance that it is better than the next one; null for the last. */
    readonly beatsNext: number | null;
  })[];
};

/** A place in a list of comments of all posts; `at` is the reward that the list goes by, or null. */
export type AcrossPlace = { readonly at: number | null; readonly commentId: number };

/** A part of a text, and whether it is a word that was searched. */
export type TextPart = { readonly text: string; readonly found: boolean };

/** A page of comments of all posts. */
export type AcrossPage = {
  readonly comments: readonly {
    readonly id: number;
    readonly postId: number;
    /** The title of its post, or the beginning of what that says. */
    readonly post: string;
    /** Its beginning, or what stands around the words that were searched. */
    readonly parts: readonly TextPart[];
    readonly author: string | null;
    readonly votes: number | null;
    readonly reward: number | null;
    /** What this person answered on it. */
    readonly own: PeopleSay;
    readonly curation: Curation | null;
  }[];
  /** The model whose rewards these are; null without one. */
  readonly model: string | null;
  /** Where the next page begins, and the one before ends; null where there is nothing more that way. */
  readonly after: AcrossPlace | null;
  readonly before: AcrossPlace | null;
  /** All that match, counted up to 10,000. */
  readonly total: number;
  /** Comments that have no reward from the model, and so no place where the list goes by it. */
  readonly unscored: number;
  /** Comments whose words are not read yet, so that no search finds them. */
  readonly unread: number;
};
/** Which text of a post or a comment. */
export const textKinds = ['title', 'text', 'context', 'comment'] as const;
/** Where a text stands: the number of its post, or that of the comment. */
export type TextPlace = { readonly of: (typeof textKinds)[number]; readonly id: number };
/** A part of a text, and how many characters the whole has. */
export type LaterText = { readonly text: string; readonly total: number };

export type PostView = {
  readonly post: Post;
  /** How many comments the post has; those below are the first of them. */
  readonly total: number;
  readonly comments: readonly (Comment & { readonly people: PeopleSay })[];
  readonly import: string | null;
};

// Data

export type ImportLine = {
  readonly id: number;
  readonly file: string;
  readonly format: string;
  readonly startedAt: string;
  /** null while it runs, and for ever where it was broken off. */
  readonly finishedAt: string | null;
  readonly undoneAt: string | null;
  /** Whether it is being undone, or that was broken off and can go on; null for neither. */
  readonly undo: 'going-on' | 'broken-off' | null;
  readonly posts: number;
  readonly comments: number;
  readonly answers: number;
  /** Contexts given to posts that were there already. */
  readonly contexts: number;
  /** Rewards that were computed elsewhere, given to comments that were there already. */
  readonly rewards: number;
  readonly skipped: number;
};

/** What undoing an import took away, and what stayed because people have compared it here. */
export type UndoneImport = {
  readonly posts: number;
  readonly comments: number;
  readonly answers: number;
  readonly contexts: number;
  readonly rewards: number;
  readonly postsKept: number;
};

/** What was there before a restore: a folder in the data folder. */
export type PutAside = {
  readonly name: string;
  /** When that restore was, ISO 8601. */
  readonly from: string;
  readonly bytes: number;
  /** Whether its removal is offered: the restored data have been in use for a week. */
  readonly offered: boolean;
};

// Training

export type RunLine = Run & {
  /** What the person calls it, or the name its model was to have: 'reward-3'. */
  readonly name: string;
  readonly notes: string;
  readonly deletedAt: string | null;
  readonly modelName: string | null;
  /** The model it started from is deleted, or gone for good. */
  readonly baseGone: boolean;
  /** Paused by a person: it can go on. */
  readonly paused: boolean;
  readonly report: TrainReport | null;
};

/** A pair of the test split that the model got wrong, the most confident first. */
export type Mistake = {
  readonly postId: number;
  readonly post: string;
  readonly chosen: string;
  readonly rejected: string;
  /** Reward of the chosen minus that of the rejected: negative. */
  readonly difference: number;
  readonly chosenId: number;
  readonly rejectedId: number;
  /** Whose word it is that the chosen one is better: people's, or else that of the votes. */
  readonly by: 'answers' | 'votes';
  /** The person's own answer on the pair, where there is one, and the side that the rejected one has in it. */
  readonly own: (Pick<Answer, 'key' | 'choice'> & { readonly rejected: 'left' | 'right' }) | null;
};

/** What a training has to learn from. */
export type Sources = {
  /** Answers that count, of anybody and of the person at the screen. */
  readonly answers: number;
  readonly own: number;
  /** Whether comments came with votes, or with places. */
  readonly votes: boolean;
};

/** The same few pairs of the validation split, with the rewards they had at one look of a training at it. */
export type SampleTable = { readonly step: number; readonly samples: readonly SamplePair[] };

/** A report that a person writes about some runs. */
export type ReportPage = {
  readonly id: number;
  readonly name: string;
  /** Markdown. */
  readonly text: string;
  /** Numbers of runs, in the order in which they are shown. */
  readonly runs: readonly number[];
  /** The metrics whose curves are drawn; null for all. */
  readonly metrics: readonly string[] | null;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly deletedAt: string | null;
};

export type RunDetail = {
  readonly run: RunLine;
  readonly curve: readonly CurvePoint[];
  /** Of the reward model it made; null where it made none that is there. */
  readonly result: ModelResult | null;
  readonly evaluation: EvaluationReport | null;
  /** The reward model before this one, as it was measured on the same pairs; null where it was not. */
  readonly previous: MeasuredBefore | null;
  /** The name of the reward model before this one, where it was not measured beside it. */
  readonly unmeasured: string | null;
  readonly mistakes: readonly Mistake[];
  /** The comparison with and without the post that it is one half of. */
  readonly comparison: ContextComparison | null;
  /** The runs that are parts of it, where it is a training for the best, in the order in which they were begun. */
  readonly parts: readonly RunLine[];
  /** The training for the best that it is a part of. */
  readonly partOf: RunLine | null;
};

export type SettingDescription = { readonly key: string; readonly value: number; readonly comment: string };

// Models

/** Why a reward model has no bundle for a training elsewhere: as a quick one, as a blend, or on Universal Sentence Encoder. */
export type NoBundle = 'quick' | 'blend' | 'use';

/** The one figure of a model: its share of right pairs. pairs: how many; null where that was not kept. */
export type ModelAccuracy = {
  readonly value: number;
  readonly interval: Interval | null;
  readonly pairs: number | null;
  readonly split: Split;
};

export type ModelLine = Model & {
  /** How a reward model was trained; 'gpt' for language models. */
  readonly method: ModelMethod;
  readonly inUse: boolean;
  readonly bytes: number;
  readonly parameters: number | null;
  readonly deletedAt: string | null;
  /** What it was trained on, in words: '240 posts, 1,210 pairs'. */
  readonly trainedOn: string;
  /** How much of what was erased since it learned from. */
  readonly erased: LearnedErased;
  /** What its rewards are divided by before they are chances; null where that was not learned yet. */
  readonly temperature: number | null;
  /** Share of right pairs on the test split, or on validation where there is no test; null where neither was measured. */
  readonly accuracy: ModelAccuracy | null;
  /** Null where it has a bundle, or gives no rewards. */
  readonly noBundle: NoBundle | null;
};

/** What is said first of a reward model. */
export type ModelResult = Pick<ModelLine, 'name' | 'inUse' | 'deletedAt' | 'trainedOn' | 'accuracy'> & {
  /** What more answers would bring, by its training or else by the last quick one that measured it; null where that isn't known. */
  readonly more: MoreAnswers | null;
  /** The run that told so, where it is another one's. */
  readonly moreBy: string | null;
};

/** How good a model is, beside the reward model before it; empty where it was not measured yet. */
export type ModelMeasured = Pick<RunDetail, 'result' | 'evaluation' | 'previous' | 'unmeasured' | 'mistakes'>;
export type ModelDetail = ModelMeasured & { readonly model: ModelLine };

/** A file of a model on the hub. */
export type HubFile = {
  readonly name: string;
  readonly bytes: number;
  /** 'sha256:...', or 'git:...' for the sum that git keeps of small files. */
  readonly sum: string;
};

/** What would be fetched for a model: its files that are needed here. */
export type HubModel = {
  readonly model: string;
  /** The commit, 40 hexadecimal digits. */
  readonly revision: string;
  readonly host: string;
  readonly files: readonly HubFile[];
  readonly bytes: number;
};

/** The names of a table's columns, and its first rows with a text for each. */
export type TablePreview = { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** What an export would write. */
export type ExportPreview = {
  /** The first lines; none of a table. */
  readonly lines: readonly string[];
  /** null for what is no table. */
  readonly table: TablePreview | null;
  /** For pairs and conversations; else null. */
  readonly totals: PairTotals | null;
  /** How many comments people pinned and excluded, in all. */
  readonly curated: Readonly<Record<CurationKind, number>>;
};
