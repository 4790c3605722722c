/**
 * What the application and the engine process say to each other. The engine knows no store: it gets texts and numbers, and
 * gives back numbers and files in folders it was handed. Messages travel by structured clone.
 */

import type { MoreAnswers } from './evaluation.ts';
import type { Forecast } from './forecast.ts';
import type { ModelKind, TrainingKind } from './records.ts';

/** auto takes the fastest device found; tensorflow is the second runtime; the rest are ONNX Runtime's providers. */
export const devices = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'tensorflow'] as const;
export type Device = (typeof devices)[number];

/**
 * How a reward model is trained. quick: a head on the vectors of a frozen sentence encoder, in seconds; deep: that encoder itself,
 * which reads post and comment apart; together: an encoder that reads both as one; best: several of these, and a blend of them;
 * gpt: a GPT-2, from scratch or from an earlier model.
 */
export const trainingMethods = ['quick', 'deep', 'together', 'best', 'gpt'] as const;
export type TrainingMethod = (typeof trainingMethods)[number];

/** What models are told apart by: the ways they are trained, and 'alone', which is 'together' without the post (readsPost 0). Those that take less time first. */
export const modelMethods = ['quick', 'alone', 'deep', 'together', 'best', 'gpt'] as const;
export type ModelMethod = (typeof modelMethods)[number];

/** What a model was shown of posts: all there is, the title alone, or nothing where it reads the comment alone. */
export const shownOfPosts = ['post', 'none', 'nothing'] as const;
export type ShownOfPost = (typeof shownOfPosts)[number];

/** An encoder of texts: what it is called, and the folder it lies in; null for the Universal Sentence Encoder, which a package brings. */
export type EncoderPlace = { readonly name: string; readonly folder: string | null };

/** The Universal Sentence Encoder Lite, as heads that read its vectors name it. */
export const useEncoder: EncoderPlace = { name: 'universal-sentence-encoder-lite/1', folder: null };

/** Everything that can be set for a training. common/default-config.ts holds the defaults, recipe/setting-comments.ts what each means. */
export type TrainingConfig = {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly vocabulary: number;
  readonly maxTokens: number;
  readonly epochs: number;
  readonly tokensPerBatch: number;
  readonly pairsPerBatch: number;
  readonly blocksPerBatch: number;
  readonly accumulation: number;
  readonly learningRate: number;
  readonly layerDecay: number;
  readonly headRate: number;
  readonly readsPost: number;
  readonly cutOnce: number;
  readonly warmupSteps: number;
  readonly fixedWarmup: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly decayVectors: number;
  readonly maxGradientNorm: number;
  readonly frozenLayers: number;
  readonly trainedShare: number;
  readonly dropout: number;
  readonly recompute: number;
  readonly mixedPrecision: number;
  readonly weighPeople: number;
  readonly pairsPerPost: number;
  readonly spreadPairs: number;
  readonly heldOut: number;
  readonly evaluateEvery: number;
  readonly patience: number;
  readonly keepBest: number;
  readonly checkpointEvery: number;
  readonly seed: number;
};

/** Pairs of one post that are used where nothing else is said: all pairs of 200 comments. */
export const usualPairsPerPost = 20_000;
/** What may be asked for at most: they are held in memory, post by post. */
export const mostPairsPerPost = 1_000_000;

/** One comment as the model sees it: `post` goes in front. What is too long is cut as tokenizer/input.ts says. */
export type TextInput = { readonly post: string; readonly comment: string };

/** Two indices into `texts`. target is the probability that the first is better: 1, or .5 for a tie. */
export type PairInput = { readonly first: number; readonly second: number; readonly target: number };

/** The comments of one post, best known order aside, and the pairs among them. */
export type PairGroup = {
  readonly texts: readonly TextInput[];
  readonly pairs: readonly PairInput[];
  /** Place of each text in the order of the data, 0 is best; null where nobody ranked it. Absent where no text is ranked. */
  readonly ranks?: readonly (number | null)[];
};

/**
 * What a training learns from and is validated on: files in its run's folder with one PairGroup a line, as JSON. A file,
 * since hundreds of megabytes in one message would make the application wait.
 */
export const dataFiles = { train: 'train.jsonl', validation: 'validation.jsonl' } as const;

/**
 * In a run's folder once its model is about to be written: its steps as they were told, a StepTold list as JSON. Whoever asked may have died
 * before it heard of the last ones.
 */
export const stepsFile = 'steps.json';
export type StepTold = { readonly point: CurvePoint; readonly samples?: readonly SamplePair[] };

/**
 * For a quick training, beside them: the encoder's vectors, float32 in little endian. For each line that of its post (the
 * `post` of its texts), then those of its comments in order.
 */
export const vectorFiles = { train: 'train.f32', validation: 'validation.f32' } as const;
/** Numbers in a vector of the Universal Sentence Encoder. */
export const vectorWidth = 512;

export type TrainRequest = {
  readonly type: 'train';
  readonly kind: TrainingKind;
  /** Absent for a language model, and in requests from before there was more than one: 'gpt'. */
  readonly method?: TrainingMethod;
  readonly config: TrainingConfig;
  readonly device: Device;
  /** Folder of the model to start from, or null for a GPT from scratch. */
  readonly base: string | null;
  /** The encoder that a training on one begins with; absent in requests from before there was a choice: `useEncoder`. */
  readonly encoder?: EncoderPlace;
  /** Seconds after which it ends all the same, with the weights that did best by then. Absent: it ends when it is done. */
  readonly seconds?: number;
  /** Whether a quick training keeps what it learned from until a LookAheadRequest. */
  readonly looksAhead?: boolean;
  /** Holds the data (see dataFiles); the checkpoint and the curve are kept here while the run lasts. */
  readonly runFolder: string;
  /** Where the finished model goes. Must not exist; appears whole or not at all. */
  readonly modelFolder: string;
};

/** Says what such a training would take, on the data in its folder, without beginning it. */
export type ForecastRequest = Omit<TrainRequest, 'type' | 'modelFolder'> & {
  readonly type: 'forecast';
  /** A few batches are tried to measure the time where it is roughly so many seconds or more: 0 tries always, null never. */
  readonly measureFrom: number | null;
  /** Bytes that the training may take; what the machine has to spare without it. */
  readonly available?: number;
};

/** Goes on with an interrupted run from the last checkpoint in its folder; everything else was saved there. */
export type ResumeRequest = {
  readonly type: 'resume';
  /** Where the run's encoder lies now; absent as in a request to train. */
  readonly encoder?: EncoderPlace;
  readonly runFolder: string;
  readonly device: Device;
  readonly modelFolder: string;
};

export type ScoreRequest = {
  readonly type: 'score';
  readonly modelFolder: string;
  readonly device: Device;
  readonly texts: readonly TextInput[];
  /** For a quick model: the encoder whose vectors it reads; absent: `useEncoder`. */
  readonly encoder?: EncoderPlace;
  /** For a quick model: the encoder's vectors of the post and the comment of each text, [texts, 2, width]. Without them the engine computes them. */
  readonly vectors?: Float32Array;
  /** For a quick model: by how much other heads that its answers leave possible would reward each text otherwise. */
  readonly deviations?: boolean;
};

/** An encoder's vectors of texts, each text by itself. */
export type EmbedRequest = {
  /** Absent: `useEncoder`. */
  readonly encoder?: EncoderPlace;
  readonly type: 'embed';
  readonly device: Device;
  readonly texts: readonly string[];
};

/** Kinds of evidence that a reward is the sum of, where a model adds it up: common/why-words.ts says what each is. */
export const rewardParts = ['length', 'form', 'words', 'meaning', 'post'] as const;
export type RewardPart = (typeof rewardParts)[number];
export type RewardParts = Readonly<Record<RewardPart, number>>;

/** Takes the rewards of two comments apart: those of a quick or a deep model, which are sums. */
export type ExplainRequest = Omit<ScoreRequest, 'type' | 'texts'> & {
  readonly type: 'explain';
  readonly texts: readonly [TextInput, TextInput];
};

/** What a single thing adds to the difference of two rewards, the first less the second. */
export type NamedShare = { readonly what: string; readonly share: number };

export type ExplainResult = {
  /** Of each comment; they add up to its reward. */
  readonly parts: readonly [RewardParts, RewardParts];
  /** What adds most to the difference: features that are counted, and words, the largest first. */
  readonly form: readonly NamedShare[];
  readonly words: readonly NamedShare[];
};

/**
 * What more answers would bring to the quick model that the process trained last, where that was asked to look ahead. Its result is null
 * where the process has begun anew since, or trained another.
 */
type LookAheadRequest = { readonly type: 'look-ahead'; readonly modelFolder: string };

/** Makes a model folder of a GPT-2, or of an encoder of the BERT family, that another program stored. */
export type ImportRequest = {
  readonly type: 'import';
  /** What a person calls it. */
  readonly label: string;
  /** Files with the weights, safetensors or PyTorch's: one, or the parts of one. */
  readonly weights: readonly string[];
  /** config.json; without it the shapes of the weights tell what they can. */
  readonly config: string | null;
  /** tokenizer.json; or vocab.json and merges.txt; or none, which is GPT-2's own. */
  readonly tokenizer: readonly string[];
  /** What an encoder has beside them, by name; the files of modules for pooling by their folder. */
  readonly beside: Readonly<Record<string, string>>;
  /** Where the model goes. Must not exist; appears whole or not at all. */
  readonly modelFolder: string;
};

/** Sees that the folder of a model of ours from elsewhere is whole. */
type CheckRequest = { readonly type: 'check'; readonly modelFolder: string };

/** A short measurement of every device found. */
type ProbeRequest = { readonly type: 'probe' };

export type EngineRequest =
  | TrainRequest
  | ResumeRequest
  | ForecastRequest
  | ScoreRequest
  | ExplainRequest
  | LookAheadRequest
  | EmbedRequest
  | ImportRequest
  | CheckRequest
  | ProbeRequest;

/** Figures of one moment of a run; validation figures are present where they were measured. */
export type CurvePoint = {
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
  /**
   * Figures of the validation under the names by which the original recipe logged them: 'acc', 'grouped/sk_ndcg/k=5'. Those
   * with nothing to measure are left out.
   */
  readonly metrics?: Readonly<Record<string, number>>;
  /** How many points of a long curve it stands for (see common/long-curves.ts); one where it isn't said. */
  readonly standsFor?: number;
};

/** A pair of the validation split with the rewards it got at one look. Its texts are cut to a length that can be shown. */
export type SamplePair = {
  readonly post: string;
  readonly chosen: string;
  readonly rejected: string;
  readonly chosenReward: number;
  readonly rejectedReward: number;
};

export type Progress = {
  readonly phase:
    | 'tokenizer'
    | 'tokens'
    | 'compile'
    | 'train'
    | 'score'
    | 'look-ahead'
    | 'embed'
    | 'import'
    | 'forecast';
  readonly done: number;
  readonly total: number;
  /** What a training computes on; told when it begins. */
  readonly device?: string;
  /** What went otherwise than was asked for, in a whole sentence, when it did. */
  readonly note?: string;
  /** Sequences per second, once it is known. */
  readonly speed: number | null;
  readonly secondsLeft: number | null;
  readonly point?: CurvePoint;
  /** The same pairs at every look, with the rewards they have at the step of `point`. */
  readonly samples?: readonly SamplePair[];
};

/** How texts were cut: how many inputs there were, how many lost some of the post, how many some of the comment. */
export type CutCounts = { readonly inputs: number; readonly postCut: number; readonly commentCut: number };

export type TrainResult = {
  readonly steps: number;
  /** Mean training loss of the last tenth of the steps. */
  readonly loss: number;
  /** The step whose weights were kept: the best on validation, or the last where there is no validation data. */
  readonly bestStep: number;
  readonly validation: Readonly<Record<string, number>>;
  /** The validation of the weights before the first step, where they could have been kept: bestStep is then 0 at least. */
  readonly before?: Readonly<Record<string, number>>;
  readonly parameters: number;
  readonly device: string;
  readonly cuts: CutCounts;
  readonly seconds: number;
  /** What went otherwise than was asked for, in whole sentences. Absent where nothing did. */
  readonly notes?: readonly string[];
};

export type ScoreResult = {
  readonly rewards: Float32Array;
  readonly device: string;
  readonly cuts: CutCounts;
  /** Where they were asked for, [texts, heads]: empty where the model has no other heads. */
  readonly deviations?: Float32Array;
};

/** One vector of unit length and `width` numbers per text, one after the other. */
export type EmbedResult = {
  readonly embeddings: Float32Array;
  readonly width: number;
  /** How many texts were longer than the encoder reads. */
  readonly cut: number;
  readonly device: string;
};

export type ImportResult = {
  readonly kind: ModelKind;
  readonly parameters: number;
  /** A sentence on what was taken for granted, where something was. */
  readonly note: string | null;
  /** What it was shown of posts while it was trained, where it says so; else all. */
  readonly context: ShownOfPost;
};

/** What a model of ours says of itself. */
export type CheckedModel = {
  readonly name: string | null;
  readonly kind: TrainingKind;
  readonly context: ShownOfPost;
  readonly trainedOn: string;
  readonly method: ModelMethod;
  /** The name of the encoder whose vectors a quick model reads (EncoderPlace.name); null for others. */
  readonly encoder: string | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly parameters: number;
};

/** What is wrong stands as the middle of a sentence. */
export type CheckResult = CheckedModel | { readonly problem: string };

export type ProbedDevice = {
  readonly device: Device;
  readonly available: boolean;
  /** Why it can't be used, or what it is. */
  readonly detail: string;
  /** What the processor or the graphics card is called; null where that isn't known, or it can't be used. */
  readonly name: string | null;
  readonly onCard: boolean;
  /** Whether mixed precision is to be had. */
  readonly float16: boolean;
  /** Training sequences per second on a small reward model; null where the device can't be used. */
  readonly sequencesPerSecond: number | null;
  /** Sequences that the same model scores per second. */
  readonly scoredPerSecond: number | null;
};

/** What was measured of the devices is kept in the data folder, in a file of this name, as long as the machine is the same. */
export const devicesFile = 'devices.json';
export type KeptDevices = {
  /** What was there: the program's runtime, the machine, its drivers. */
  readonly machine: string;
  /** ISO 8601. */
  readonly measuredAt: string;
  /** The device that a process is just trying. It ended while it did, where there is no such process any more. */
  readonly trying: { readonly device: Device; readonly process: number } | null;
  readonly devices: readonly ProbedDevice[];
};
export type ProbeResult = { readonly devices: readonly ProbedDevice[] };

export type EngineResult<R extends EngineRequest> = R extends TrainRequest | ResumeRequest
  ? TrainResult
  : R extends ScoreRequest
    ? ScoreResult
    : R extends ExplainRequest
      ? ExplainResult
      : R extends LookAheadRequest
        ? MoreAnswers | null
        : R extends EmbedRequest
          ? EmbedResult
          : R extends ImportRequest
            ? ImportResult
            : R extends CheckRequest
              ? CheckResult
              : R extends ForecastRequest
                ? Forecast
                : ProbeResult;

/** Application to engine. Requests are worked off one at a time, in order; cancel ends the one with this id. */
export type ToEngine =
  | { readonly kind: 'request'; readonly id: number; readonly request: EngineRequest }
  | { readonly kind: 'cancel'; readonly id: number };

/** Engine to application. Every request ends with exactly one result or error. */
export type FromEngine =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'log'; readonly id: number; readonly message: string }
  | {
      readonly kind: 'result';
      readonly id: number;
      readonly result:
        | TrainResult
        | Forecast
        | ScoreResult
        | ExplainResult
        | MoreAnswers
        | null
        | EmbedResult
        | ImportResult
        | CheckResult
        | ProbeResult;
    }
  | { readonly kind: 'error'; readonly id: number; readonly code: string; readonly message: string };
