/** Long work, as every view shows it: what it is, how far it has come, and how it ended. */
import type { AutomaticBackup, RestorePreview } from './backups.ts';
import type { CallProgress } from './calls.ts';
import type { ContextOutcome } from './context-comparison.ts';
import type { ProbedDevice } from './engine.ts';
import type { EraseReport } from './erasing.ts';
import type { ErrorCode } from './errors.ts';
import type { EvaluationReport } from './evaluation.ts';
import type { Section } from './figures.ts';
import type { FileOffer, TakenFile } from './files.ts';
import type { Forecast } from './forecast.ts';
import type { ImportedProject } from './projects.ts';
import type { PushReport } from './pushing.ts';
import type { ImportSummary, ModelReport, NotSaid, TrainOutcome } from './reports.ts';
import type { DataStatistics } from './statistics.ts';
import type { UndoneImport } from './views.ts';

/** What each kind of task gives in the end. */
export type TaskResults = {
  /** Lists the first rows that were left out; the file, which lists them all, is there where there are any. */
  import: ImportSummary & { readonly imports: readonly number[]; readonly skippedFile: FileOffer | null };
  /** Takes out again what an import brought; where it is cancelled, it can go on. */
  'undo-import': UndoneImport;
  /** Erases for good, on request, what can't be taken back; also for a corrected text. */
  erase: EraseReport;
  /** Files that came from an address, to be looked at and imported; and what is missing of them, in whole sentences. */
  fetch: { readonly files: readonly TakenFile[]; readonly notFetched: readonly string[] };
  train: TrainOutcome;
  /** What a training would take. */
  forecast: Forecast;
  /** Two trainings that differ in what they see of the post, what the difference comes to, and what follows the one that sees it. */
  context: ContextOutcome;
  /** Vectors of the texts that had none yet, so that a quick training need not wait for them. */
  embed: { readonly texts: number };
  /** How good a model is on the test split, or on validation where test has no pairs. */
  measure: EvaluationReport;
  /** weighed: posts of which it was reckoned what one more answer would tell. */
  score: { readonly model: string; readonly scored: number; readonly weighed: number };
  export: { readonly file: FileOffer; readonly rows: number; readonly notSaid: readonly NotSaid[] };
  statistics: DataStatistics;
  /** The figures of the data as one file of HTML. */
  'statistics-page': { readonly file: FileOffer };
  /** The map of posts and comments. */
  map: Section;
  devices: readonly ProbedDevice[];
  backup: { readonly file: FileOffer };
  /** A backup in the data folder. */
  'automatic-backup': AutomaticBackup;
  /** What a restore would bring and take away. */
  'restore-preview': RestorePreview;
  /**
   * unreadable: where a row of it holds what can't be read, in a sentence each. before: the name of the automatic backup that was made before it, which brings
   * back what there was; null where none could be made.
   */
  restore: {
    readonly before: string | null;
    readonly posts: number;
    readonly answers: number;
    readonly models: number;
    readonly unreadable: readonly string[];
  };
  /** The project as one file. */
  'project-export': { readonly file: FileOffer };
  /** A new project that was made of a file. */
  'project-import': ImportedProject;
  /** Removes for good what a restore put aside. */
  'remove-put-aside': { readonly name: string; readonly bytes: number };
  /** Removes for good what lies in the trash. */
  'remove-deleted': { readonly removed: number };
  'report-export': { readonly file: FileOffer };
  'model-export': { readonly file: FileOffer };
  'model-import': ModelReport;
  /** The model that came from the hub, once it was taken in. */
  'model-fetch': ModelReport;
  /** What was sent to the hub, and where it is now. */
  'model-push': PushReport;
};
export type TaskKind = keyof TaskResults;

/** Those that train models: one goes on at a time. */
export const trainingKinds: readonly TaskKind[] = ['train', 'context'];

/** Those that nobody misses who goes elsewhere: they are begun again when they are needed. */
export const passingKinds: readonly TaskKind[] = ['embed', 'forecast', 'statistics', 'map', 'devices'];

/** Those that read or write comments over a longer time. None of them begins while an import is undone, or something erased. */
export const commentKinds: readonly TaskKind[] = [
  'import',
  'undo-import',
  'erase',
  'train',
  'context',
  'score',
  'measure',
  'export',
  'backup',
  'project-export',
  'restore',
];

export type TaskError = { readonly code: ErrorCode | 'defect'; readonly message: string };

/** Progress, without the points of a curve, which have a stream of their own, and the samples, which are kept with the run. */
export type TaskProgress = Omit<CallProgress, 'point' | 'samples'>;

type TaskOf<K extends TaskKind> = {
  readonly id: number;
  readonly kind: K;
  /** For people: 'Importing comments.jsonl'. */
  readonly title: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly progress: TaskProgress | null;
  /** The run of a training. */
  readonly run: number | null;
  /** Set while cancelling: the task ends soon. */
  readonly cancelling: boolean;
  readonly error: TaskError | null;
  readonly result: TaskResults[K] | null;
};
export type Task = { [K in TaskKind]: TaskOf<K> }[TaskKind];
