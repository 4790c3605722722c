/**
 * What a door may ask of the application. Every call is checked against its schema before anything is done. The inputs, with their
 * limits, are the same for the command line and for a window or a browser (api.ts); each way in extends them by what only it has,
 * such as paths where the other has handles.
 */

import { z } from 'zod';
import { trashKinds } from './backups.ts';
import {
  type CurvePoint,
  devices,
  mostPairsPerPost,
  type Progress,
  type SamplePair,
  trainingMethods,
} from './engine.ts';
import { readingChoices } from './reading.ts';
import { commentOrders, curationKinds, modelKinds, ordersOfWork, splits, strategies } from './records.ts';
import { exportable } from './texts.ts';

/** What files of comments, pairs and answers are written as: one file of dataset/writers each. */
export const fileFormats = [
  'cupit',
  'table',
  'pairs',
  'conversations',
  'csv',
  'xlsx',
  'parquet',
  'labels',
  'label-studio',
  'argilla',
  'arena',
] as const;
export type FileFormat = (typeof fileFormats)[number];

/** Where pairs come from: the ranks in the data, people's answers, or both; 'adjacent' takes neighbours in the ranks alone. */
export const pairSources = ['votes', 'labels', 'both', 'adjacent'] as const;
export type PairSource = (typeof pairSources)[number];

/** What a difference of votes says. plain: more votes are better; sure: the more so, the surer the difference is. */
export const votesUses = ['plain', 'sure'] as const;
export type VotesUse = (typeof votesUses)[number];

/**
 * What is made of the time that a comment had to gather votes. ignore: nothing; regress: what it does to votes over all of the
 * training split is taken out of them; later: votes count only where the comment that came later has more, as in SHP.
 */
export const timeUses = ['ignore', 'regress', 'later'] as const;
export type TimeUse = (typeof timeUses)[number];

/** Settings under a name. original: as the recipe that this project grew from ran; recommended: what we would do instead. */
export const presetNames = ['original', 'recommended'] as const;
export type PresetName = (typeof presetNames)[number];

/** What a model sees of a post: all there is, or only its title (its text where it has no title). */
export const contextModes = ['post', 'none'] as const;
export type ContextMode = (typeof contextModes)[number];

/** The base of a deep training: the pretrained sentence encoder. No model is called so. */
export const encoderBase = 'encoder';

/**
 * What a model is exported as: Tiebreak's own archive, a folder that transformers loads, an ONNX model, all that a training
 * on a larger machine needs, or all that scoring on larger machines does.
 */
export const modelFormats = ['archive', 'huggingface', 'onnx', 'bundle', 'scoring'] as const;
export type ModelFormat = (typeof modelFormats)[number];

/**
 * Files of one import: as many as a shell gives for a large folder, and still less than a megabyte as handles, which is less than
 * a message of the browser may have.
 */
const mostFiles = 10_000;

/** The number of what the store keeps. */
export const number = z.int().min(1);
/** A name of something that is there, as people gave it: longer than one that a new model may have, since runs can be renamed. */
export const name = exportable.min(1).max(200);
const device = z.enum(devices).default('auto');
export const split = z.enum(splits);

/** What a model may be called: short, and as people type it. */
export const modelName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;
const newModelName = z
  .string()
  .regex(
    modelName,
    'a name has up to 60 letters, digits, dots, hyphens and underscores, and begins with a letter or a digit',
  );

/** A training. Which settings there are and their ranges are known in one place, recipe/settings.ts, which says so in sentences. */
export const trainingInput = z.object({
  kind: z.enum(modelKinds).default('reward'),
  /**
   * How a reward model is trained: 'deep' where the base is 'encoder'. Else, where it is not said, the command line trains a
   * 'gpt', and a click for the 'best', but 'gpt' where settings or a base are given, which only that one has.
   */
  method: z.enum(trainingMethods).optional(),
  /** Name of the model to start from; a GPT from scratch without it. Only for 'gpt', but for 'encoder'. */
  base: name.optional(),
  /** Name of the encoder to begin with: 'use', 'minilm', or one that was fetched; each way to train has its own default. Not for 'gpt'. */
  encoder: name.optional(),
  /** Settings that differ from the defaults, or from the preset: numbers, or the same as text. */
  config: z.record(z.string(), z.unknown()).default({}),
  /** Settings that `config` differs from; only for 'gpt', and with a base. */
  preset: z.enum(presetNames).optional(),
  /** As the preset says, else 'both', where it is not said. */
  pairs: z.enum(pairSources).optional(),
  context: z.enum(contextModes).default('post'),
  /** A difference of votes below it is no preference; 0 lets all count. */
  margin: z.number().min(0).default(0),
  votes: z.enum(votesUses).default('plain'),
  time: z.enum(timeUses).default('ignore'),
  /** Minutes that it may take, for 'deep', 'together' and 'best': what would take longer goes fewer times through the data, or through less of it. */
  minutes: z.number().min(0.1).max(10_000).optional(),
  device,
  /** Trains even what does not seem to fit into the memory of this machine; without it that is refused as 'too-large'. */
  anyway: z.boolean().default(false),
});

/** Two trainings that differ in the context alone. */
export const contextInput = trainingInput.omit({ kind: true, context: true });

/** Going on with a run that was cut off. */
export const resumeInput = z.object({ run: number });
/** Going on with a comparison that was cut off. */
export const resumeContextInput = z.object({ comparison: number });

/** @param file what names a file: a path, or the handle of one that was taken in */
export const importInput = <F extends z.ZodType>(file: F) =>
  readingChoices.extend({
    files: z.array(file).min(1).max(mostFiles),
    split: split.optional(),
  });

/** The name of a language as BCP 47 has it. */
const localeName = z
  .string()
  .max(100)
  .refine(isLocale, { error: "a language is named as 'de-DE', 'en' or 'pt-BR' is" });

function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

/** Without a model, rankings come from the one in use. */
export const exportInput = z.object({
  format: z.enum(fileFormats).optional(),
  model: name.optional(),
  split: split.optional(),
  /** For pairs and conversations: a difference of votes below it is no preference. */
  margin: z.number().min(0).optional(),
  /** For pairs and conversations: of a post with more, so many are drawn; always the same ones. 20,000 without it. */
  pairsPerPost: z.int().min(1).max(mostPairsPerPost).optional(),
  /** For CSV and the table: as a spreadsheet in this language reads it, 'de-DE'. Without it CSV is written as programs read it, the table as this computer's language has it. */
  locale: localeName.optional(),
  /** For rankings: comments that a person excluded stay out. Without it they are there, and it is said of them. */
  withoutExcluded: z.boolean().optional(),
});

export const modelImportInput = z.object({ name: newModelName.optional() });
export const modelExportInput = z.object({ model: name, as: z.enum(modelFormats).default('archive') });

// What the command line asks.

const path = z.string().min(1);
/** An id that a file gave, or what a person is called: as long as it is. */
const key = exportable.min(1);

/** Puts what is written in the place of a file that is there. */
const replace = z.boolean().default(false);

/** Writes all figures of the data as one HTML file. */
export const statsPageCall = z.object({
  file: path,
  replace,
  /** Without it the map is left out, which takes the longest. */
  map: z.boolean().default(true),
  device,
});

export const importCall = importInput(path).extend({
  /** A file of contexts for their posts. */
  contextFile: path.optional(),
});

/** Without it, models are neither compared nor measured after a training, and no comments scored. */
const compare = z.boolean().default(true);

export const trainCall = trainingInput.extend({ compare });
export const compareContextCall = contextInput.extend({ compare });
export const resumeContextCall = resumeContextInput.extend({ compare });
export const resumeCall = resumeInput.extend({
  /** What the run must be of, where the door was told. */
  kind: z.enum(modelKinds).optional(),
  device,
  compare,
});
export const evaluateCall = z.object({
  model: name.optional(),
  split: split.default('test'),
  /** Evaluates on this file instead, without importing it. */
  file: path.optional(),
  device,
});
export const calibrateCall = z.object({ model: name.optional(), device });
export const driftCall = z.object({ model: name.optional() });
export const rankCall = z.object({
  model: name.optional(),
  post: key.optional(),
  /** Only so many posts, those on which one more answer would tell most, each with the pair to ask. Not with a post. */
  ask: z.int().min(1).optional(),
  device,
});
/** The same for all posts. */
export const rankAllCall = rankCall.pick({ model: true, device: true });
/** Comments of all posts: those that have these words, or all, by the rewards of a model or as they came; no more than so many. */
export const findCommentsCall = z.object({
  search: z.string().max(500).default(''),
  order: z.enum(commentOrders).default('best'),
  model: name.optional(),
  count: z.int().min(1).max(1000).default(20),
});
/** Comments by their numbers, pinned, excluded, or neither of that (null), in somebody's name. */
export const curateCall = z.object({
  comments: z.array(number).min(1).max(1000),
  kind: z.enum(curationKinds).nullable(),
  annotator: key.optional(),
});
/** Two comments of a post, by their numbers. */
export const whyInput = z.object({ model: name.optional(), first: number, second: number });
export const whyCall = whyInput.extend({ post: z.union([number, key]), device });
export const exportCall = exportInput.extend({ file: path, replace, device });
export const exportModelCall = modelExportInput.extend({
  /** A file for an archive; else a folder, or a zip file of it where the name ends so. */
  out: path,
  /** As elsewhere; a folder only where it is an earlier export of the same form. */
  replace,
});
export const scoreCall = z.object({ file: path, out: path, replace, model: name.optional(), device });
/** The encoder by the name people call it: 'minilm', 'use', or one that was fetched. */
export const embedCall = z.object({ file: path, out: path, replace, device, encoder: name.default('minilm') });
export const importModelCall = modelImportInput.extend({
  /** A folder of a model, its weights alone, or one file of a whole model. */
  path,
  /** Folder of the tokenizer, where it lies elsewhere. */
  tokenizer: path.optional(),
});

/** What the curves, settings and figures of runs are exported as: one fact a line, or what TensorBoard reads. */
export const runFormats = ['jsonl', 'csv', 'tensorboard'] as const;
export type RunFormat = (typeof runFormats)[number];
const runs = z.array(number).min(1).max(1000);
export const exportRunsCall = z.object({
  /** A file; for TensorBoard a folder. */
  out: path,
  /** A folder only where it is an earlier export for TensorBoard. */
  replace,
  /** All without it. */
  runs: runs.optional(),
  /** CSV where the name ends so, else JSONL, where it is not said. */
  format: z.enum(runFormats).optional(),
});

/** Characters that the text of a report may have. */
export const longestReport = 200_000;
export const reportCall = z.object({
  out: path,
  replace,
  /** All without it. */
  runs: runs.optional(),
  name: name.optional(),
  /** A file of Markdown. */
  text: path.optional(),
});

export const hubModelCall = z.object({
  /** OWNER/NAME on the hub. */
  model: z.string().min(1).max(200),
  revision: z.string().min(1).max(100).default('main'),
});
export const fetchModelCall = hubModelCall.extend({ name: newModelName.optional() });
export const nextPairsCall = z.object({
  /** How they are chosen; as the settings say without it. */
  strategy: z.enum(strategies).optional(),
  /** In which order they are worked through; as the settings say without it. */
  work: z.enum(ordersOfWork).optional(),
  count: z.int().min(1).max(1000).default(10),
  annotator: key.optional(),
});
export const secondLooksCall = z.object({ annotator: key.optional() });
export const disputedCall = z.object({ limit: z.int().min(1).max(1000).default(20) });
export const addAnswerCall = z.object({
  post: key,
  chosen: number,
  rejected: number,
  tie: z.boolean().default(false),
  annotator: key.default('terminal'),
  /** Says this instead of what the person said of the pair before. */
  change: z.boolean().default(false),
  /** It settles the pair, in the place of the other answers on it. */
  verdict: z.boolean().default(false),
});

export type StatsPageCall = z.input<typeof statsPageCall>;
export type ImportCall = z.input<typeof importCall>;
export type TrainCall = z.input<typeof trainCall>;
export type CompareContextCall = z.input<typeof compareContextCall>;
export type ResumeContextCall = z.input<typeof resumeContextCall>;
export type ResumeCall = z.input<typeof resumeCall>;
export type EvaluateCall = z.input<typeof evaluateCall>;
export type CalibrateCall = z.input<typeof calibrateCall>;
export type DriftCall = z.input<typeof driftCall>;
export type RankCall = z.input<typeof rankCall>;
export type FindCommentsCall = z.input<typeof findCommentsCall>;
export type CurateCall = z.input<typeof curateCall>;
export type RankAllCall = z.input<typeof rankAllCall>;
export type WhyCall = z.input<typeof whyCall>;
export type ExportCall = z.input<typeof exportCall>;
export type ExportModelCall = z.input<typeof exportModelCall>;
export type ScoreCall = z.input<typeof scoreCall>;
export type EmbedCall = z.input<typeof embedCall>;
export type ImportModelCall = z.input<typeof importModelCall>;
export type ExportRunsCall = z.input<typeof exportRunsCall>;
export type ReportCall = z.input<typeof reportCall>;
export type HubModelCall = z.input<typeof hubModelCall>;
export type FetchModelCall = z.input<typeof fetchModelCall>;
export type NextPairsCall = z.input<typeof nextPairsCall>;
export type SecondLooksCall = z.input<typeof secondLooksCall>;
export type DisputedCall = z.input<typeof disputedCall>;
export type AddAnswerCall = z.input<typeof addAnswerCall>;

/** How far a call has come. total is null where it is not known. */
export type CallProgress = {
  readonly phase:
    | Progress['phase']
    | 'preview'
    | 'weigh'
    | 'fetch'
    | 'push'
    | 'export'
    | 'files'
    | 'statistics'
    | 'map'
    | 'backup'
    | 'restore'
    | 'undo'
    | 'erase'
    | 'wipe'
    | 'remove';
  readonly done: number;
  readonly total: number | null;
  /** What is being worked on, where there is more than one thing. */
  readonly name?: string;
  /** Sequences per second. */
  readonly speed: number | null;
  readonly secondsLeft: number | null;
  readonly point?: CurvePoint;
  readonly samples?: readonly SamplePair[];
};

/** What is restored: a file, or an automatic backup by its name or number. */
export const restoreCall = z.union([z.object({ file: z.string().min(1) }), z.object({ backup: z.string().min(1) })]);
export type RestoreCall = z.input<typeof restoreCall>;

/** What lies in the trash: one thing, or all of it where it is null. */
export const trashCall = z.object({ kind: z.enum(trashKinds), id: number }).nullable();
export type TrashCall = z.input<typeof trashCall>;

/** What a door may hang on a call. Aborting the signal ends the call in an orderly way. */
export type CallHooks = {
  readonly onProgress?: ((progress: CallProgress) => void) | undefined;
  readonly onLog?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};
