import { join } from 'node:path';
import { z } from 'zod';
import type { Door } from './api/base.ts';
import { type Router, routerOf } from './api/router.ts';
import { backUp, backupsOf, removeAutomatic } from './app/backup/automatic.ts';
import { automaticBackups, removeLeftBackups } from './app/backup/automatic-folder.ts';
import { backUpBeforeMigration } from './app/backup/before-migration.ts';
import { keepBackingUp } from './app/backup/daily.ts';
import { previewNow } from './app/backup/preview.ts';
import { putAsideOf } from './app/backup/put-aside.ts';
import { recoverFolder } from './app/backup/recover.ts';
import { restoreNow } from './app/backup/restore.ts';
import { automaticSource, fileSource, type Source } from './app/backup/sources.ts';
import { finishSwap } from './app/backup/swap.ts';
import { nextPairs } from './app/choosing/next-pairs.ts';
import { moreExpected } from './app/comparing/answering.ts';
import { addAnswerByNumber } from './app/comparing/keep-answer.ts';
import { disputedPairs, peopleOf } from './app/comparing/people.ts';
import { fetchAndImport, planFetch } from './app/data/fetching.ts';
import { importFiles } from './app/data/import-files.ts';
import { type Previews, previewFiles } from './app/data/preview.ts';
import { type StatisticsPageReport, writeStatisticsPage } from './app/data/statistics-page.ts';
import { type Watched, watchForCommand } from './app/data/watch.ts';
import { keepWatching, setWatchedFolder } from './app/data/watched-folder.ts';
import { keepTrash } from './app/deleted/purge.ts';
import { removeNow, restoreFromTrash, trashOf } from './app/deleted/trash.ts';
import { driftOf, lookAgain } from './app/drift/drift.ts';
import { keepReading } from './app/embedding/background-reading.ts';
import { type EmbedSummary, embedRows } from './app/embedding/embed-file.ts';
import {
  allowAgain,
  correct,
  erase,
  erasuresOf,
  findByWords,
  planCorrection,
  planErasure,
} from './app/erasing/erase.ts';
import { wipeLeft } from './app/erasing/wipe.ts';
import { createChanges } from './app/kernel/changes.ts';
import { createFiles, type Files, removeLeftFiles } from './app/kernel/files.ts';
import { keepLooking } from './app/kernel/health.ts';
import { type House, notLookedAt, notWatching } from './app/kernel/house.ts';
import { holdsLock, opened, starting, takeLock, withLockNow } from './app/kernel/lock.ts';
import { createTasks, type Tasks } from './app/kernel/tasks.ts';
import { exportModel } from './app/models/export-model.ts';
import { fetchModel, lookUpModel } from './app/models/model-fetch.ts';
import { importModel } from './app/models/model-import.ts';
import { planPush, pushModel } from './app/models/model-push.ts';
import { archiveAt, exportProject, importProject, type NewPlace } from './app/projects/project-file.ts';
import { addProject, countsOf, forgetProject, listProjects, renameProject } from './app/projects/projects.ts';
import { findComments } from './app/ranking/across.ts';
import { keepReadingWords } from './app/ranking/comment-words.ts';
import { curateComments } from './app/ranking/curating.ts';
import { exportRanking, rank, rankAll } from './app/ranking/ranking.ts';
import { type ScoreSummary, scoreRows } from './app/ranking/score-file.ts';
import { secondLooks } from './app/ranking/second-looks.ts';
import { why } from './app/ranking/why.ts';
import { exportRuns } from './app/runs/exporting.ts';
import { recordOf } from './app/runs/records.ts';
import { writeReport } from './app/runs/reports.ts';
import { thinLongCurves } from './app/runs/runs.ts';
import { logStart } from './app/settings/details.ts';
import { examine, type Installation } from './app/settings/doctor.ts';
import { forgetKeptReading, keptReadings } from './app/settings/kept-readings.ts';
import { compareContext, resumeContext } from './app/training/context-comparison.ts';
import { calibrateModel, evaluate } from './app/training/evaluating.ts';
import { forecast } from './app/training/forecast.ts';
import { resume, train } from './app/training/train.ts';
import { complaint } from './common/complaint.ts';
import type { RunRecord } from './common/run-record.ts';
import { troubleInWords } from './common/trouble-words.ts';
import type { AutomaticBackup, RestorePreview, TrashItem } from './contract/backups.ts';
import * as calls from './contract/calls.ts';
import type { ContextComparison, ContextOutcome } from './contract/context-comparison.ts';
import type { ModelDrift } from './contract/drift.ts';
import { devicesFile } from './contract/engine.ts';
import {
  type AllowCall,
  allowCall,
  type CorrectionCall,
  type CorrectionPlanCall,
  correctionInput,
  correctionPlan,
  type Erasable,
  type EraseCall,
  type ErasePlan,
  type EraseReport,
  type Erasure,
  eraseTarget,
  type FindErasableCall,
  findErasableCall,
  type LearnedErased,
} from './contract/erasing.ts';
import { TiebreakError } from './contract/errors.ts';
import type { CalibrationReport, EvaluationReport } from './contract/evaluation.ts';
import { type FetchCall, type FetchPlan, fetchCall, fetchInput } from './contract/fetching.ts';
import type { Forecast } from './contract/forecast.ts';
import type { DisputedPairs, PeopleReport } from './contract/people.ts';
import {
  type ImportedProject,
  type ProjectExport,
  type ProjectExportCall,
  projectExportCall,
} from './contract/projects.ts';
import { type PushCall, type PushPlan, type PushReport, pushCall } from './contract/pushing.ts';
import type { KeptReading } from './contract/reading.ts';
import type { Answer, Model, Run } from './contract/records.ts';
import type {
  CuratedComment,
  ExportSummary,
  ImportSummary,
  ModelExportReport,
  ModelReport,
  Ranking,
  RankingOfAll,
  Recovery,
  RunsExport,
  RunsReport,
  TrainOutcome,
} from './contract/reports.ts';
import type { Statistics } from './contract/statistics.ts';
import type { TaskResults } from './contract/tasks.ts';
import type { AcrossPage, HubModel, MoreExpected, NextPair, PutAside, SecondLooks } from './contract/views.ts';
import { type WatchCall, watchCall } from './contract/watching.ts';
import type { Why } from './contract/why.ts';
import { makeFolder } from './disk/folder.ts';
import { removeUnfinished } from './disk/unfinished.ts';
import { startEngine } from './engine-host/engine-host.ts';
import type { SpawnEngine } from './engine-host/spawn.ts';
import { publicHub } from './hub/request.ts';
import { hearDefects, noteDefect } from './log/defects.ts';
import { noLog, openLog } from './log/log.ts';
import { dataFolder, engineProgram, installation } from './root.ts';
import { findComparison, listComparisons } from './store/context-comparisons.ts';
import { erasedFromModel } from './store/erased-from-models.ts';
import { listModels } from './store/models.ts';
import { closeStore } from './store/open.ts';
import { openOrCopy } from './store/read-only.ts';
import { curveOfRun, interruptDeadRuns, listRuns, runById, samplesOfRun } from './store/runs.ts';
import { statisticsOf } from './worker/statistics-of-store.ts';

export { sampleFiles } from './app/data/sample.ts';
export { watchedInWords } from './app/data/watch.ts';
export { comparePresets } from './recipe/compare-presets.ts';
export { configWith, describeSettings } from './recipe/settings.ts';
export type {
  Door,
  EmbedSummary,
  EvaluationReport,
  ExportSummary,
  ImportSummary,
  ModelReport,
  Previews,
  Ranking,
  RunRecord,
  ScoreSummary,
  Statistics,
  StatisticsPageReport,
  TrainOutcome,
};

/** The installation, with what restores put aside in its data folder. */
export type DoctorReport = Installation & { readonly putAside: readonly PutAside[] };

type Call<I, O> = (input: I, hooks?: calls.CallHooks) => Promise<O>;
/** The application: what all doors talk to. Calls that write are refused with 'busy' while another process writes. */
export type App = {
  readonly home: string;
  readonly import: Call<calls.ImportCall, ImportSummary>;
  /** What fetching an address would ask, of whom. */
  readonly planFetch: Call<z.input<typeof fetchInput>, FetchPlan>;
  /** Fetches a thread or a data set, and brings it in. */
  readonly fetch: Call<FetchCall, ImportSummary>;
  /** Imports what is in a folder, and what comes or changes there, until its signal ends it. */
  readonly watch: Call<WatchCall, Watched>;
  /** How files of one look are read, for all looks of which that is kept. */
  readonly readings: () => readonly KeptReading[];
  readonly forgetReading: (looks: string) => void;
  /** What an import would bring, file by file. Nothing is stored. */
  readonly previewImport: Call<calls.ImportCall, Previews>;
  readonly stats: () => Statistics;
  readonly statsPage: Call<calls.StatsPageCall, StatisticsPageReport>;
  readonly train: Call<calls.TrainCall, TrainOutcome>;
  readonly forecast: Call<calls.TrainCall, Forecast>;
  readonly resume: Call<calls.ResumeCall, TrainOutcome>;
  /** Trains with and without the post, and holds the two models against each other. */
  readonly compareContext: Call<calls.CompareContextCall, ContextOutcome>;
  readonly resumeContext: Call<calls.ResumeContextCall, ContextOutcome>;
  readonly evaluate: Call<calls.EvaluateCall, EvaluationReport>;
  /** Learns anew how sure a model may be, and measures it. */
  readonly calibrate: Call<calls.CalibrateCall, CalibrationReport>;
  readonly rank: Call<calls.RankCall, Ranking>;
  /** All posts, one after the other as they are asked for. */
  readonly rankAll: Call<calls.RankAllCall, RankingOfAll>;
  /** Which evidence speaks for which of two comments of a post. */
  readonly why: Call<calls.WhyCall, Why>;
  /** Comments of all posts, by their words or from either end of what a model says. */
  readonly findComments: Call<calls.FindCommentsCall, AcrossPage>;
  /** Pins or excludes comments, or neither. */
  readonly curate: Call<calls.CurateCall, readonly CuratedComment[]>;
  readonly export: Call<calls.ExportCall, ExportSummary>;
  readonly scoreFile: Call<calls.ScoreCall, ScoreSummary>;
  readonly embedFile: Call<calls.EmbedCall, EmbedSummary>;
  readonly exportModel: Call<calls.ExportModelCall, ModelExportReport>;
  /** Writes the whole project to one file. */
  readonly exportProject: Call<ProjectExportCall, ProjectExport>;
  /** Posts and answers, for the list of projects. */
  readonly counts: () => ReturnType<typeof countsOf>;
  /** All models, with how much of what was erased since they learned from. */
  readonly models: () => readonly (Model & { readonly erased: LearnedErased })[];
  readonly importModel: Call<calls.ImportModelCall, ModelReport>;
  /** What a model on the Hugging Face hub is made of. */
  readonly lookUpModel: Call<calls.HubModelCall, HubModel>;
  readonly fetchModel: Call<calls.FetchModelCall, ModelReport>;
  /** What sending a model to the Hugging Face hub would send, and where to. */
  readonly planPush: Call<PushCall, PushPlan>;
  readonly pushModel: Call<PushCall, PushReport>;
  readonly runs: () => readonly Run[];
  readonly curve: (run: number) => ReturnType<typeof curveOfRun>;
  /** A run's sample pairs with their rewards, at every look at validation. */
  readonly samples: (run: number) => ReturnType<typeof samplesOfRun>;
  readonly comparisons: () => readonly ContextComparison[];
  readonly comparison: (id: number) => ContextComparison;
  readonly run: (run: number) => RunRecord;
  readonly report: Call<calls.ReportCall, RunsReport>;
  readonly exportRuns: Call<calls.ExportRunsCall, RunsExport>;
  /** The pairs that a person would be asked next. */
  readonly nextPairs: Call<calls.NextPairsCall, readonly NextPair[]>;
  /** How people answer, and on which posts they differ. */
  readonly people: (hooks?: calls.CallHooks) => Promise<PeopleReport>;
  /** What more answers would bring, by the last quick training that measured it; null without one. */
  readonly moreAnswers: () => MoreExpected | null;
  /** Pairs on which people differ, until a verdict settles them. */
  readonly disputed: Call<calls.DisputedCall, DisputedPairs>;
  readonly addAnswer: Call<calls.AddAnswerCall, Answer>;
  /** A person's answers that are most likely mistaken. */
  readonly secondLooks: Call<calls.SecondLooksCall, SecondLooks>;
  /** Posts or comments that are found by words, by a number or an id, to be erased. */
  readonly findErasable: Call<FindErasableCall, readonly Erasable[]>;
  /** What erasing would come to. */
  readonly planErasure: Call<EraseCall, ErasePlan>;
  /** Erases a post, a comment, or what a person wrote or answered, for good. */
  readonly erase: Call<EraseCall, EraseReport>;
  readonly planCorrection: Call<CorrectionPlanCall, ErasePlan>;
  /** Puts another text in the place of one, for good. */
  readonly correct: Call<CorrectionCall, EraseReport>;
  readonly erasures: () => readonly Erasure[];
  /** Lets what was erased come in again with an import. */
  readonly allowErased: Call<AllowCall, void>;
  /** How imports compare with what a model learned from. */
  readonly drift: Call<calls.DriftCall, ModelDrift>;
  /** The backups in the data folder are listed without opening it: folderOf. */
  readonly makeBackup: (hooks?: calls.CallHooks) => Promise<AutomaticBackup>;
  readonly removeBackup: (backup: string) => Promise<void>;
  /** What a restore would bring and take away. */
  readonly previewRestore: Call<calls.RestoreCall, RestorePreview>;
  readonly restore: Call<calls.RestoreCall, TaskResults['restore']>;
  readonly trash: () => readonly TrashItem[];
  readonly restoreFromTrash: (which: NonNullable<calls.TrashCall>) => void;
  readonly removeFromTrash: Call<calls.TrashCall, TaskResults['remove-deleted']>;
  readonly doctor: (hooks?: calls.CallHooks) => Promise<DoctorReport>;
  /** What a window or a browser may ask. */
  readonly router: Router;
  /** Files on their way in and out through a door. */
  readonly files: Files;
  readonly tasks: Tasks;
  /** Watches a folder from now on, as long as the application is open with the lock held; null for none. */
  readonly setWatchedFolder: (folder: string | null) => Promise<void>;
  /** Ends everything that is going on in this application, in an orderly way. */
  readonly cancel: () => void;
  /** Ends the engine at once. */
  readonly kill: () => void;
  readonly close: () => Promise<void>;
};

export type AppOptions = {
  /** The data folder; without it TIEBREAK_HOME, or the system's place for application data. */
  readonly home?: string | undefined;
  /** The program of the engine's process, where it is another one than the installation's. */
  readonly engineEntry?: string | undefined;
  /** The address of the Hugging Face hub; without it HF_ENDPOINT, as for its own libraries, or the public one. */
  readonly hub?: string | undefined;
  /** A server on this machine that is asked for threads instead of their hosts; without it TIEBREAK_THREADS, or none. For tests. */
  readonly threads?: string | undefined;
  /** How the engine's process is started, where it is not a child process. */
  readonly spawnEngine?: SpawnEngine | undefined;
  /** Holds the data folder's lock while the application is open; throws TiebreakError busy where it is open already. */
  readonly alone?: boolean | undefined;
};

/** What can be done with a data folder whose database can't be opened. */
export type Folder = {
  readonly home: string;
  /** Makes a new database of what a damaged one still holds. */
  readonly recover: (options: { readonly backup?: string | null | undefined }) => Promise<Recovery>;
  /** Its automatic backups. */
  readonly backups: () => readonly AutomaticBackup[];
};

/** The projects that are known, while none of them is open. */
export const projects = {
  list: () => listProjects(null),
  add: (name: string) => addProject(null, name),
  rename: renameProject,
  forget: (project: Parameters<typeof forgetProject>[0]) => forgetProject(project, null),
  /** Makes a new one of a file. */
  import: (path: string, wanted: NewPlace, hooks: calls.CallHooks): Promise<ImportedProject> =>
    importProject(archiveAt(path), wanted, hooks),
} as const;

/** The data folder, without opening its database. */
export function folderOf(given: string | undefined): Folder {
  const home = dataFolder(given);
  return { home, recover: (options) => recoverFolder(home, options), backups: () => automaticBackups(home) };
}

/** Opens the data folder, makes it where there is none, and puts the application together. */
export function openApp(options: AppOptions = {}): App {
  const home = dataFolder(options.home);
  try {
    makeFolder(home);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TiebreakError('bad-input', `The data folder ${home} can't be made (${code}).`, { cause: error });
  }
  const release = options.alone ? takeLock(home, opened) : null;
  try {
    return assemble(home, options, release);
  } catch (error) {
    release?.();
    throw error;
  }
}

/** @param release lets the lock go that is held while the application is open; null where none is held */
function assemble(home: string, options: AppOptions, release: (() => void) | null): App {
  const database = join(home, 'tiebreak.sqlite');
  finishSwap(home);
  removeUnfinished(home);
  backUpBeforeMigration(home, database);
  const { store, close: closeOpened } = openOrCopy(database);
  const entry = options.engineEntry ?? engineProgram;
  // Node before 22.18 reads TypeScript only behind a flag.
  const execArgv = process.features.typescript ? [] : ['--experimental-strip-types', '--no-warnings'];
  const devices = join(home, devicesFile);
  const log = release ? openLog(home, installation) : noLog(home);
  const start = () => startEngine({ entry, execArgv, spawn: options.spawnEngine, devicesFile: devices });
  const house: House = {
    home,
    store,
    engine: start(),
    scorer: start(),
    startEngine: start,
    tasks: createTasks(log),
    changes: createChanges(),
    files: createFiles(home),
    log,
    startedAt: new Date().toISOString(),
    hub: hubOf(options.hub),
    threads: threadsOf(options.threads),
    health: notLookedAt(),
    watching: notWatching(),
  };
  const stopHearing = release ? hearDefects((error) => log.failed('defect', error)) : null;
  if (release) {
    logStart(house);
    // Alone in the folder: what an earlier process left behind is nobody's.
    removeLeftFiles(home);
    removeLeftBackups(home);
    endDeadRuns(house);
  } else if (!holdsLock(home)) endDeadRuns(house);
  const purging = new AbortController();
  const purged = release ? keepTrash(house, purging.signal) : Promise.resolve();
  const reading = new AbortController();
  const thinned = release ? thinLongCurves(house, purging.signal).catch(noteDefect) : Promise.resolve();
  const overwritten = release ? wipeLeft(house, purging.signal).catch(noteDefect) : Promise.resolve();
  const looking = new AbortController();
  const looked = release ? keepLooking(house, looking.signal) : Promise.resolve();
  const saving = new AbortController();
  const saved = release ? keepBackingUp(house, saving.signal) : Promise.resolve();
  const watching = new AbortController();
  const watched = release ? keepWatching(house, watching.signal).catch(noteDefect) : Promise.resolve();
  const read = release ? keepReading(house, reading.signal, lookAgain).catch(noteDefect) : Promise.resolve();
  // Not while the file is written anew.
  const worded = release
    ? overwritten.then(() => keepReadingWords(house, reading.signal)).catch(noteDefect)
    : Promise.resolve();

  const running = new Set<AbortController>();
  /** Checks the input, and lets `cancel` end the call. */
  const call =
    <S extends z.ZodType, O>(
      schema: S,
      work: (house: House, input: z.output<S>, hooks: calls.CallHooks & { readonly signal: AbortSignal }) => Promise<O>,
    ): Call<z.input<S>, O> =>
    async (input, hooks = {}) => {
      const checked = parse(schema, input);
      const controller = new AbortController();
      const signal = hooks.signal ? AbortSignal.any([hooks.signal, controller.signal]) : controller.signal;
      running.add(controller);
      try {
        return await work(house, checked, { ...hooks, signal });
      } finally {
        running.delete(controller);
      }
    };

  return {
    home,
    import: call(calls.importCall, importFiles),
    planFetch: call(fetchInput, planFetch),
    fetch: call(fetchCall, fetchAndImport),
    watch: call(watchCall, watchForCommand),
    previewImport: call(calls.importCall, previewFiles),
    readings: () => keptReadings(house),
    forgetReading: (looks) => forgetKeptReading(house, { looks }),
    stats: () => statisticsOf(house.store),
    statsPage: call(calls.statsPageCall, writeStatisticsPage),
    train: call(calls.trainCall, train),
    forecast: call(calls.trainCall, forecast),
    resume: call(calls.resumeCall, resume),
    compareContext: call(calls.compareContextCall, compareContext),
    resumeContext: call(calls.resumeContextCall, resumeContext),
    evaluate: call(calls.evaluateCall, evaluate),
    calibrate: call(calls.calibrateCall, calibrateModel),
    rank: call(calls.rankCall, rank),
    rankAll: call(calls.rankAllCall, rankAll),
    why: call(calls.whyCall, why),
    findComments: call(calls.findCommentsCall, findComments),
    curate: call(calls.curateCall, async (_, input) => curateComments(house, input)),
    export: call(calls.exportCall, exportRanking),
    scoreFile: call(calls.scoreCall, scoreRows),
    embedFile: call(calls.embedCall, embedRows),
    exportModel: call(calls.exportModelCall, exportModel),
    exportProject: call(projectExportCall, exportProject),
    counts: () => countsOf(house),
    models: () =>
      listModels(house.store).map((model) => ({ ...model, erased: erasedFromModel(house.store, model.id) })),
    importModel: call(calls.importModelCall, importModel),
    lookUpModel: call(calls.hubModelCall, lookUpModel),
    fetchModel: call(calls.fetchModelCall, fetchModel),
    planPush: call(pushCall, planPush),
    pushModel: call(pushCall, pushModel),
    runs: () => listRuns(house.store),
    run: (run) => recordOf(house, run),
    report: call(calls.reportCall, writeReport),
    exportRuns: call(calls.exportRunsCall, exportRuns),
    curve: (run) => curveOfRun(house.store, runById(house.store, run).id),
    samples: (run) => samplesOfRun(house.store, runById(house.store, run).id),
    comparisons: () => listComparisons(house.store),
    comparison: (id) => findComparison(house.store, id),
    nextPairs: call(calls.nextPairsCall, nextPairs),
    people: (hooks) => call(z.null(), (_, __, all) => peopleOf(house, all))(null, hooks),
    moreAnswers: () => moreExpected(house),
    disputed: call(calls.disputedCall, disputedPairs),
    addAnswer: call(calls.addAnswerCall, addAnswerByNumber),
    secondLooks: call(calls.secondLooksCall, (house, { annotator }, hooks) =>
      secondLooks(house, annotator, hooks.signal),
    ),
    findErasable: call(findErasableCall, findByWords),
    planErasure: call(eraseTarget, planErasure),
    erase: call(eraseTarget, erase),
    planCorrection: call(correctionPlan, planCorrection),
    correct: call(correctionInput, correct),
    erasures: () => erasuresOf(house),
    allowErased: call(allowCall, async (house, { erasure }) => allowAgain(house, erasure)),
    drift: call(calls.driftCall, (house, { model }, hooks) =>
      driftOf(house, { model, again: true, compute: true }, hooks),
    ),
    makeBackup: (hooks) =>
      call(z.null(), async (_, __, all) => {
        const { id } = await backUp(house, { reason: 'asked' }, all);
        return backupsOf(home).backups.find((backup) => backup.id === id)!;
      })(null, hooks),
    removeBackup: (backup) => removeAutomatic(house, backup),
    previewRestore: call(calls.restoreCall, async (_, input, hooks) =>
      previewNow(house, await sourceOf(house, input), hooks),
    ),
    restore: call(calls.restoreCall, async (_, input, hooks) => restoreNow(house, await sourceOf(house, input), hooks)),
    trash: () => trashOf(house),
    restoreFromTrash: (which) => restoreFromTrash(house, which),
    removeFromTrash: call(calls.trashCall, removeNow),
    doctor: (hooks) =>
      call(z.null(), async (_, __, all) => ({
        ...(await examine(house, all)),
        putAside: await putAsideOf(house).catch(noneWhereDamaged),
      }))(null, hooks),
    router: routerOf(house),
    files: house.files,
    tasks: house.tasks,
    setWatchedFolder: (folder) => setWatchedFolder(house, folder),
    cancel: () => {
      for (const controller of running) controller.abort();
      for (const { id } of house.tasks.list()) house.tasks.cancel(id);
    },
    kill: () => {
      house.engine.kill();
      house.scorer.kill();
    },
    close: async () => {
      purging.abort();
      reading.abort();
      watching.abort();
      looking.abort();
      saving.abort();
      await looked;
      await saved;
      // It writes to the store that is closed below.
      await watched;
      await Promise.all([purged, thinned, overwritten, house.engine.close(), house.scorer.close()]);
      await Promise.all([read, worded]);
      house.files.close();
      if (house.store === store) closeOpened();
      else closeStore(house.store);
      log.write('info', 'ended');
      stopHearing?.();
      release?.();
    },
  };
}

/** What a person named for a restore. */
const sourceOf = async (house: House, named: z.output<typeof calls.restoreCall>): Promise<Source> =>
  'file' in named ? fileSource(named.file) : automaticSource(house, named.backup);

/** Throws TiebreakError bad-input for what is no address. */
function hubOf(given: string | undefined): string {
  const address = given ?? process.env.HF_ENDPOINT ?? '';
  if (address === '') return publicHub;
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return address.replace(/\/+$/, '');
  throw new TiebreakError('bad-input', `HF_ENDPOINT is no address of a hub: ${address.slice(0, 100)}.`);
}

/** Throws TiebreakError bad-input for what is no address of this machine. */
function threadsOf(given: string | undefined): string | null {
  const address = given ?? process.env.TIEBREAK_THREADS ?? '';
  if (address === '') return null;
  if (/^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(address)) return address;
  throw new TiebreakError('bad-input', `TIEBREAK_THREADS is no address of this machine: ${address.slice(0, 100)}.`);
}

/** Who can take the lock is alone, so a run that is still marked as running belongs to a process that is gone. */
function endDeadRuns(house: House): void {
  if (house.store.copyOf !== undefined) return;
  try {
    if (!listRuns(house.store).some(({ status }) => status === 'running')) return;
    withLockNow(house, starting, ({ store }) => interruptDeadRuns(store, () => false));
  } catch (error) {
    // Damaged runs keep nobody from the rest: the look at the database tells of them.
    if (!(error instanceof TiebreakError)) noteDefect(error);
  }
}

/** A damaged database can't say what is due: that it is damaged is said beside. */
function noneWhereDamaged(error: unknown): readonly PutAside[] {
  if (troubleInWords(error) === null) throw error;
  return [];
}

function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const found = schema.safeParse(input);
  if (found.success) return found.data;
  throw new TiebreakError('bad-input', `${complaint(found.error)}.`);
}
