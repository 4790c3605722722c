/** What a door may ask of the application. Every call is checked against its schema before anything is done. */
import { z } from 'zod';
import { type CurvePoint, devices, type Progress, type SamplePair, trainingMethods } from './engine.ts';
import { splits } from './records.ts';

export const fileFormats = ['cupit', 'pairs', 'csv', 'labels'] as const;

/** What a file may be that comes in: 'context' gives posts that are there a text each, by their ids. */
export const importFormats = [...fileFormats, 'context'] as const;

/** Where pairs come from: the ranks in the data, people's answers, or both; 'adjacent' takes neighbours in the ranks alone. */
export const pairSources = ['votes', 'labels', 'both', 'adjacent'] as const;
export type PairSource = (typeof pairSources)[number];

/** Settings under a name. original: as the recipe that this project grew from ran; recommended: what we would do instead. */
export const presetNames = ['original', 'recommended'] as const;
export type PresetName = (typeof presetNames)[number];

/** What a model sees of a post: all there is, or only its title (its text where it has no title). */
export const contextModes = ['post', 'none'] as const;
export type ContextMode = (typeof contextModes)[number];

const path = z.string().min(1);
const name = z.string().min(1);
const number = z.int().min(1);
const device = z.enum(devices).default('auto');
const split = z.enum(splits);

/** Writes all figures of the data as one HTML file. */
export const statsPageCall = z.object({
  file: path,
  /** Without it the map is left out, which takes the longest. */
  map: z.boolean().default(true),
  device,
});

export const importCall = z.object({
  files: z.array(path).min(1),
  /** A file of contexts for their posts. */
  contextFile: path.optional(),
  as: z.enum(importFormats).optional(),
  split: split.optional(),
  html: z.boolean().default(false),
});

/** The base of a deep training: the pretrained sentence encoder. No model is called so. */
export const encoderBase = 'encoder';

export const trainCall = z.object({
  kind: z.enum(['sft', 'reward']),
  /** How a reward model is trained: 'deep' where the base is 'encoder', else 'gpt', where it is not said. */
  method: z.enum(trainingMethods).optional(),
  /** Name of the model to start from; a GPT from scratch without it. Only for 'gpt', but for 'encoder'. */
  base: name.optional(),
  /** Settings that differ from the defaults. */
  config: z.record(z.string(), z.unknown()).default({}),
  /** Settings that `config` differs from; only for 'gpt', and with a base. */
  preset: z.enum(presetNames).optional(),
  /** As the preset says, else 'both', where it is not said. */
  pairs: z.enum(pairSources).optional(),
  context: z.enum(contextModes).default('post'),
  device,
  /** Trains even what does not seem to fit into the memory of this machine. */
  anyway: z.boolean().default(false),
});

/** Two trainings that differ in the context alone. */
export const compareContextCall = trainCall.omit({ kind: true, context: true });
export const resumeContextCall = z.object({ comparison: number });

export const resumeCall = z.object({
  run: number,
  /** What the run must be of, where the door was told. */
  kind: z.enum(['sft', 'reward']).optional(),
  device,
});
export const evaluateCall = z.object({
  model: name.optional(),
  split: split.default('test'),
  /** Evaluates on this file instead, without importing it. */
  file: path.optional(),
  device,
});
export const rankCall = z.object({ model: name.optional(), post: name.optional(), device });
export const exportCall = z.object({
  file: path,
  format: z.enum(fileFormats).optional(),
  model: name.optional(),
  split: split.optional(),
  device,
});
/**
 * What a model is exported as: Tiebreak's own archive, a folder that transformers loads, an ONNX model, or all that a training
 * on a larger machine needs.
 */
export const modelFormats = ['archive', 'huggingface', 'onnx', 'bundle'] as const;
export type ModelFormat = (typeof modelFormats)[number];
export const exportModelCall = z.object({
  model: name,
  as: z.enum(modelFormats).default('archive'),
  /** A file for an archive; else a folder, or a zip file of it where the name ends so. */
  out: path,
  /** Puts it in the place of an earlier export that is there. */
  replace: z.boolean().default(false),
});
export const scoreCall = z.object({ file: path, out: path, model: name.optional(), device });
export const embedCall = z.object({ file: path, out: path, device });
/** What a model may be called: short, and as people type it. */
export const modelName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;
export const newModelName = z
  .string()
  .regex(
    modelName,
    'a name has up to 60 letters, digits, dots, hyphens and underscores, and begins with a letter or a digit',
  );
export const importModelCall = z.object({
  /** A folder of a model, its weights alone, or one file of a whole model. */
  path,
  name: newModelName.optional(),
  /** Folder of the tokenizer, where it lies elsewhere. */
  tokenizer: path.optional(),
});

/** What the curves, settings and figures of runs are exported as: one fact a line, or what TensorBoard reads. */
export const runFormats = ['jsonl', 'csv', 'tensorboard'] as const;
export type RunFormat = (typeof runFormats)[number];
const runs = z.array(number).min(1).max(1000);
export const exportRunsCall = z.object({
  /** A file; for TensorBoard a folder that is not there yet. */
  out: path,
  /** All without it. */
  runs: runs.optional(),
  /** CSV where the name ends so, else JSONL, where it is not said. */
  format: z.enum(runFormats).optional(),
});

/** Characters that the text of a report may have. */
export const longestReport = 200_000;
export const reportCall = z.object({
  out: path,
  /** All without it. */
  runs: runs.optional(),
  name: name.max(200).optional(),
  /** A file of Markdown. */
  text: path.optional(),
});

export const hubModelCall = z.object({
  /** OWNER/NAME on the hub. */
  model: z.string().min(1).max(200),
  revision: z.string().min(1).max(100).default('main'),
});
export const fetchModelCall = hubModelCall.extend({ name: newModelName.optional() });
export const addLabelCall = z.object({
  post: name,
  chosen: number,
  rejected: number,
  tie: z.boolean().default(false),
  annotator: name.default('terminal'),
});

export type StatsPageCall = z.input<typeof statsPageCall>;
export type ImportCall = z.input<typeof importCall>;
export type TrainCall = z.input<typeof trainCall>;
export type CompareContextCall = z.input<typeof compareContextCall>;
export type ResumeContextCall = z.input<typeof resumeContextCall>;
export type ResumeCall = z.input<typeof resumeCall>;
export type EvaluateCall = z.input<typeof evaluateCall>;
export type RankCall = z.input<typeof rankCall>;
export type ExportCall = z.input<typeof exportCall>;
export type ExportModelCall = z.input<typeof exportModelCall>;
export type ScoreCall = z.input<typeof scoreCall>;
export type EmbedCall = z.input<typeof embedCall>;
export type ImportModelCall = z.input<typeof importModelCall>;
export type ExportRunsCall = z.input<typeof exportRunsCall>;
export type ReportCall = z.input<typeof reportCall>;
export type HubModelCall = z.input<typeof hubModelCall>;
export type FetchModelCall = z.input<typeof fetchModelCall>;
export type AddLabelCall = z.input<typeof addLabelCall>;

/** How far a call has come. total is null where it is not known. */
export type CallProgress = {
  readonly phase:
    | Progress['phase']
    | 'fetch'
    | 'export'
    | 'files'
    | 'statistics'
    | 'map'
    | 'backup'
    | 'restore'
    | 'undo'
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

/** What a door may hang on a call. Aborting the signal ends the call in an orderly way. */
export type CallHooks = {
  readonly onProgress?: ((progress: CallProgress) => void) | undefined;
  readonly onLog?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};
