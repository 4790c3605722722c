/** How files are read that come in: what can be found in them and what a person may say instead, the same for pages and the command line. */
import { z } from 'zod';

/** What a file's bytes are packed in. */
export type Packing = 'none' | 'gzip' | 'zstd' | 'zip';

/** How a file's bytes become text. utf-16le and utf-16be with and without a mark. */
export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'iso-8859-15',
  'macintosh',
  'windows-1251',
  'shift_jis',
  'gb18030',
  'big5',
  'euc-kr',
] as const;
export type Encoding = (typeof encodings)[number];

/** How a file's text becomes records. */
export type RecordFormat = 'jsonl' | 'json' | 'csv' | 'xlsx' | 'xml' | 'parquet';

export const separators = [',', ';', '\t', '|'] as const;
export type Separator = (typeof separators)[number];

/** What records mean: one file of dataset/shapes each. */
export const shapeNames = [
  'posts',
  'pairs',
  'labels',
  'context',
  'rewards',
  'reddit',
  'hacker-news',
  'stack-exchange',
  'discourse',
  'youtube',
  'disqus',
  'lemmy',
  'mastodon',
  'hh-rlhf',
  'shp',
  'pku-saferlhf',
  'ultrafeedback',
  'webgpt',
  'openassistant',
  'ratings',
  'k-wise',
  'arena',
  'label-studio',
  'argilla',
  'prodigy',
  'doccano',
  'potato',
] as const;
export type ShapeName = (typeof shapeNames)[number];

/** What a column of a table, or a field of a row, may be. 'thread' tells posts of one text apart; 'nothing' is passed over. */
export const fields = [
  'id',
  'thread',
  'group',
  'split',
  'title',
  'text',
  'context',
  'post author',
  'post date',
  'post link',
  'comment',
  'comment id',
  'parent',
  'author',
  'date',
  'link',
  'votes',
  'downvotes',
  'place',
  'score',
  'prompt',
  'chosen',
  'rejected',
  'annotator',
  'margin',
  'comment key',
  'input key',
  'reward',
  'nothing',
] as const;
export type Field = (typeof fields)[number];

/** What 'score' means: more is better, or 0 is the best. */
export const scoreMeanings = ['votes', 'places'] as const;
export type ScoreMeaning = (typeof scoreMeanings)[number];

/** Which number of a date such as 05/06/2024 is the day. */
export const dateOrders = ['day-first', 'month-first'] as const;
export type DateOrder = (typeof dateOrders)[number];

/** What becomes of replies to comments: they stay out, or each comment that was answered becomes a post of its own, in the same group. */
export const replyChoices = ['leave', 'under'] as const;
export type ReplyChoice = (typeof replyChoices)[number];

/** What a person may say of how a file is to be read, where its content should not decide. */
export const readingChoices = z.object({
  as: z.enum(shapeNames).optional(),
  encoding: z.enum(encodings).optional(),
  separator: z.enum(separators).optional(),
  /** Whether the first row of a table is the names of its columns. Without them, columns are called by their places: 'column 1'. */
  header: z.boolean().optional(),
  /** Columns by their names, in any case, and what they are. */
  map: z.record(z.string().max(1000), z.enum(fields)).optional(),
  score: z.enum(scoreMeanings).optional(),
  dates: z.enum(dateOrders).optional(),
  /** How dates were read of an earlier file that looks the same: so are those of this one, where all of it doesn't tell. */
  earlierDates: z.enum(dateOrders).optional(),
  replies: z.enum(replyChoices).default('leave'),
  /** Turns tags and entities into plain text. */
  html: z.boolean().default(false),
  /** Whose rewards a file of rewards has: the name of a model that is here. */
  model: z.string().min(1).max(200).optional(),
});
export type ReadingChoices = z.output<typeof readingChoices>;

/** What is followed for files of one look: how the last of them was read. */
export const keptReadingSchema = z.object({
  /** A short name for what such files look like. */
  looks: z.string().min(1).max(100),
  choices: readingChoices,
  /** The last file of which it was kept. Kept by an earlier version, it names none, as the rest of what tells people which files these are. */
  file: z.string().max(1000).nullable().default(null),
  shape: z.enum(shapeNames).nullable().default(null),
  /** The first names of its columns. */
  columns: z.array(z.string().max(200)).max(50).default([]),
  at: z.string().max(40).nullable().default(null),
});
export type KeptReading = z.output<typeof keptReadingSchema>;

/** What things are counted of a file. Each that was read came in, or is reported. */
export const nouns = ['row', 'comment', 'reply', 'vote', 'answer', 'context', 'reward'] as const;
export type Noun = (typeof nouns)[number];

/** A thing of one kind that a file holds and that did not come in as it stands there, with examples. */
export type Reported = {
  /** A short name that stays the same, such as 'reply-left'. */
  readonly kind: string;
  readonly of: Noun;
  /** Whether it was left out; else it came in otherwise than it stands there, and counts as imported. */
  readonly left: boolean;
  readonly count: number;
  /** What it is, in words that follow a colon: '3 replies: left out; --replies under brings them in'. */
  readonly reason: string;
  /** The first ones. line is that of the file, or the number of the record. */
  readonly examples: readonly { readonly line: number; readonly text: string; readonly detail?: string }[];
};

/** A column, or a field of the rows, as it was found. */
export type FoundColumn = {
  readonly name: string;
  readonly field: Field;
  /** The first values that are there, cut short. */
  readonly examples: readonly string[];
};

/** Columns by their names and, row by row, what stands in them, cut short. */
export type FirstRows = { readonly names: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** What a file was taken for, from its beginning and from what was said of it. */
export type FoundReading = {
  readonly packing: Packing;
  readonly encoding: Encoding;
  readonly format: RecordFormat;
  /** For CSV. */
  readonly separator: string | null;
  readonly shape: ShapeName;
  /** For tables: whether the first row is the names of the columns; else null. */
  readonly header: boolean | null;
  /** For shapes whose columns can be said; else empty. */
  readonly columns: readonly FoundColumn[];
  /** The first rows of a table, or of rows that hold no lists, in the order of the file; null for others. */
  readonly beginning: FirstRows | null;
  /** What 'score' was taken for: null where there is none, 'undecided' where somebody has to say. */
  readonly score: ScoreMeaning | 'undecided' | null;
  /** How it was decided, in a sentence with an example: 'score was read as votes: 412 is better than 2'. */
  readonly scoreSays: string | null;
  /** How dates of numbers alone were read: null where there are none, 'undecided' where somebody has to say. */
  readonly dates: DateOrder | 'undecided' | null;
  /** How it was decided, in a sentence with an example: 'dates were read as day/month/year: 25/12/2024 can only be so'. */
  readonly datesSay: string | null;
  /** The column that tells posts of one text apart, where there is one that was found and not named. */
  readonly thread: string | null;
  readonly looksLikeHtml: boolean;
};

/** A post as it will be, the first comments of it. */
export type PreviewPost = {
  readonly title: string | null;
  readonly text: string;
  readonly context: string | null;
  readonly comments: readonly {
    readonly text: string;
    readonly votes: number | null;
    readonly place: number | null;
    readonly author: string | null;
  }[];
  /** More comments than are shown. */
  readonly more: number;
  /** For pairs: which is better. */
  readonly answer: string | null;
};

/** What reading has come to: of each noun what was read, what came in or would, and what is reported. */
export type ReadingCounts = {
  readonly read: Readonly<Record<Noun, number>>;
  readonly imported: Readonly<Record<Noun, number>>;
  readonly reported: readonly Reported[];
};

/** A file before anything of it is stored. */
export type Preview = ReadingCounts & {
  readonly file: string;
  readonly found: FoundReading;
  readonly posts: readonly PreviewPost[];
  /** Whether all of the file was read, or its beginning only. */
  readonly whole: boolean;
  /** What was said of an earlier file that looked the same, where there was one; it was followed. */
  readonly remembered: boolean;
};

/** A file that was chosen, looked at before anything of it is stored. */
export type LookedAt = {
  /** What it was read by: what was said now, or else of an earlier file that looked the same. */
  readonly choices: ReadingChoices;
  /** What it was taken for; null where that can't be told. */
  readonly found: FoundReading | null;
  /** Its beginning; null where nothing could be read of it as it stands. */
  readonly preview: Preview | null;
  /** Why nothing could be read, in a sentence with the way out. */
  readonly problem: string | null;
  /** Whether the choices are those of an earlier file. */
  readonly remembered: boolean;
  /** Whether the choices are guessed from what stands in the columns, since their names tell nothing. */
  readonly guessed: boolean;
};

/** How far a file was read on, in bytes, and what it has come to. */
export type PreviewStep = {
  readonly preview: Preview;
  readonly done: number;
  readonly total: number;
  readonly secondsLeft: number | null;
};
