/**
 * All that a window or a browser may ask. Inputs are checked against these schemas before anything is done; a handler that is
 * missing is a type error. Long work is started by a call that answers at once with the number of a task (tasks.ts).
 */
import { oc, type } from '@orpc/contract';
import { z } from 'zod';
import { type AutomaticBackups, type TrashItem, trashKinds } from './backups.ts';
import {
  contextInput,
  exportInput,
  fetchModelCall,
  hubModelCall,
  number as id,
  importInput,
  longestReport,
  modelExportInput,
  modelImportInput,
  name,
  presetNames,
  resumeContextInput,
  resumeInput,
  split as someSplit,
  trainingInput,
  whyInput,
} from './calls.ts';
import type { ContextComparison } from './context-comparison.ts';
import type { ModelDrift } from './drift.ts';
import type { CurvePoint, ProbedDevice } from './engine.ts';
import { allowCall, correctionInput, correctionPlan, type ErasePlan, type Erasure, eraseTarget } from './erasing.ts';
import { type FetchPlan, fetchInput } from './fetching.ts';
import { type FileOffer, filePurposes, type TakenFile } from './files.ts';
import type { DisputedPairs, PeopleReport } from './people.ts';
import type { PresetComparison } from './presets.ts';
import { projectsContract } from './projects.ts';
import { type PushPlan, pushCall } from './pushing.ts';
import { type KeptReading, keptReadingSchema, type LookedAt, type PreviewStep, readingChoices } from './reading.ts';
import { type CurationKind, choices, commentOrders, curationKinds, listKinds, postOrders } from './records.ts';
import { type ScoredTexts, scoredRowsInput, scoreTextsInput, type TextsAtHand } from './scoring.ts';
import { longestSetName, type Settings, settingsSchema } from './settings.ts';
import type { Task } from './tasks.ts';
import { exportable } from './texts.ts';
import * as views from './views.ts';
import type { WatchedFolder } from './watching.ts';
import type { Why } from './why.ts';

const handle = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);
const split = someSplit.optional();
const page = z.int().min(1).max(200).default(50);
const choice = z.enum(choices);
const note = exportable.max(10_000);
const setName = exportable.trim().min(1).max(longestSetName);
/** A name of the file does not tell the format here. */
const exporting = exportInput.required({ format: true });

/** Which posts are listed. */
/** Comments of a post that come at once: a thread may have hundreds of thousands. */
const commentLimit = z.int().min(1).max(1_000_000).default(1000);
const listed = z.object({
  search: z.string().max(500).default(''),
  split,
  answered: z.boolean().optional(),
  /** Only posts on which this model and people disagree. */
  disagreement: z.boolean().default(false),
  model: name.optional(),
  limit: page,
});
const sortedPlace = z.object({ at: z.union([z.number(), z.string().max(100)]), postId: id });
const acrossPlace = z.object({ at: z.number().nullable(), commentId: id });
const inTrash = z.object({ kind: z.enum(trashKinds), id });

/** The number of the task that was started. */
export type Started = { readonly task: number };
const started = type<Started>();
const nothing = type<void>();

export const api = {
  app: {
    info: oc.output(type<views.AppInfo>()),
    /** Says what has changed, until it is cancelled. */
    changes: oc.output(type<AsyncIteratorObject<readonly views.Topic[], void, void>>()),
    health: oc.output(type<views.Health>()),
    /** Measures every device: a task. */
    devices: oc.output(started),
    /** What was measured of them before and is kept; null for nothing. */
    measuredDevices: oc.output(type<readonly ProbedDevice[] | null>()),
    /** What goes well with a report of something that went wrong: versions, devices, the last lines of the log. No texts, no names of folders. */
    details: oc.output(type<{ readonly text: string }>()),
    /** Shows the folder of the logs, as the system shows folders. */
    openLogs: oc.output(nothing),
  },

  settings: {
    get: oc.output(type<Settings>()),
    set: oc.input(settingsSchema.partial()).output(type<Settings>()),
  },

  tasks: {
    /**
     * All tasks since the program started that were not dismissed, the newest last; again whenever one changes. What a task gave comes once, with the
     * first news of its end: after that its result is null.
     */
    watch: oc.output(type<AsyncIteratorObject<readonly Task[], void, void>>()),
    cancel: oc.input(z.object({ task: id })).output(nothing),
    /** Takes an ended task off the list. */
    dismiss: oc.input(z.object({ task: id })).output(nothing),
  },

  files: {
    /** The system's dialog; [] where the person closed it. Only a window has it. */
    choose: oc.input(z.object({ purpose: z.enum(filePurposes) })).output(type<readonly TakenFile[]>()),
    /** The system's dialog for a file on offer. Only a window has it. */
    save: oc.input(z.object({ handle })).output(type<{ readonly saved: boolean }>()),
  },

  answers: {
    /**
     * The next pairs for one tab (a random name it keeps while it lives). What a tab was given and did not answer comes again
     * first, with the same sides; other tabs get other pairs.
     */
    nextPairs: oc
      .input(
        z.object({
          tab: name,
          count: z.int().min(1).max(20).default(3),
          /** Of what the tab has, the first pair alone comes again: what follows is chosen as the settings say now. */
          anew: z.boolean().default(false),
        }),
      )
      .output(type<{ readonly pairs: readonly views.ComparePair[] }>()),
    /**
     * On disk when this answers. A second call with the same key changes nothing; an answer on a pair that this person has
     * answered is refused as 'answered'.
     */
    add: oc
      .input(
        z.object({
          tab: name,
          key: z.uuid(),
          postId: id,
          leftId: id,
          rightId: id,
          choice,
          /** The chosen one is much better. */
          much: z.boolean().default(false),
          durationMs: z.int().min(0).nullable().default(null),
          note: note.default(''),
        }),
      )
      .output(type<{ readonly key: string }>()),
    /** The next questions about several comments at once for one tab; as nextPairs. */
    nextLists: oc
      .input(z.object({ tab: name, kind: z.enum(listKinds), count: z.int().min(1).max(20).default(2) }))
      .output(type<{ readonly lists: readonly views.CompareList[] }>()),
    /** Keeps an answer on several comments, with the pairs that follow from it; as add. Nothing pressed: it was skipped. */
    addList: oc
      .input(
        z.object({
          tab: name,
          key: z.uuid(),
          kind: z.enum(listKinds),
          postId: id,
          shown: z.array(id).max(20),
          pressed: z.array(z.array(id).max(20)).max(20),
          durationMs: z.int().min(0).nullable().default(null),
        }),
      )
      .output(type<{ readonly key: string }>()),
    /** Takes an answer on several comments back as a whole; it comes first for the tab that is named. */
    revokeList: oc.input(z.object({ key: name, tab: name.optional() })).output(type<views.ShownList>()),
    /** Puts a pair first for a tab, if this person has not answered it, or with `again` once, its sides by a coin. */
    ask: oc
      .input(z.object({ tab: name, postId: id, one: id, other: id, again: z.boolean().default(false) }))
      .output(nothing),
    /** Takes an answer back, and gives its pair to be shown again: it comes first for the tab that is named. */
    revoke: oc.input(z.object({ key: name, tab: name.optional() })).output(type<views.ShownAnswer>()),
    /** What this person skipped and can still answer, the newest first, and how many pairs those are in all. */
    skipped: oc
      .input(z.object({ limit: page }))
      .output(type<{ readonly pairs: readonly views.ShownAnswer[]; readonly total: number }>()),
    /**
     * From now on only posts that match now are asked about, or one post by itself, until the setting `only` is null: how many. Refused as
     * 'bad-input' where none has a pair, or too many match.
     */
    narrow: oc
      .input(listed.omit({ limit: true }).extend({ name: setName, post: id.optional() }))
      .output(type<{ readonly posts: number }>()),
    /** Takes back what this person skipped, and puts those pairs first for the tab, as they were shown: how many. */
    askSkipped: oc.input(z.object({ tab: name })).output(type<{ readonly pairs: number }>()),
    /**
     * Chooses something else on the same pair: the old answer is revoked and a new one added, together. Whoever answers what somebody else
     * flagged answers in their own name.
     */
    change: oc.input(z.object({ key: name, choice, note: note.default('') })).output(type<views.ShownAnswer>()),
    /** This person's answers, the newest first; `before` is the createdAt of the last one known. */
    recent: oc.input(z.object({ limit: page, before: z.string().optional() })).output(type<views.RecentAnswers>()),
    /** This person's answers that are most likely mistaken, the most harmful first. */
    secondLooks: oc.output(type<views.SecondLooks>()),
    /** An answer was looked at again and stays: it is not offered any more. */
    confirm: oc.input(z.object({ key: name })).output(nothing),
    summary: oc.output(type<views.CompareSummary>()),
  },

  people: {
    /** How people answer, each by themselves and beside the others, and the posts on which they differ. */
    list: oc.output(type<PeopleReport>()),
    /** Pairs on which people differ, the most disputed first, until a verdict settles them. */
    disputed: oc.input(z.object({ limit: page })).output(type<DisputedPairs>()),
    /** Settles a pair: a label in the place of the other answers on it. On disk when this answers; a second call with the same key changes nothing. */
    settle: oc
      .input(z.object({ key: z.uuid(), postId: id, leftId: id, rightId: id, choice: z.enum(['left', 'right', 'tie']) }))
      .output(type<{ readonly key: string }>()),
  },

  posts: {
    list: oc.input(listed.extend({ after: id.optional(), before: id.optional() })).output(type<views.PostPage>()),
    /** The same in another order; what goes by a model goes by the one named, or the one in use. */
    sorted: oc
      .input(
        listed.extend({
          order: z.enum(postOrders).default('gain'),
          after: sortedPlace.optional(),
          before: sortedPlace.optional(),
        }),
      )
      .output(type<views.SortedPage>()),
    get: oc.input(z.object({ post: id, limit: commentLimit })).output(type<views.PostView>()),
    /** A part of a text from a character on: with other answers of posts, comments and questions come the beginnings of long texts alone. */
    part: oc.input(z.object({ of: z.enum(views.textKinds), id, from: z.int().min(0) })).output(type<views.LaterText>()),
    /** Flagged pairs, the newest first. */
    flagged: oc.input(z.object({ limit: page })).output(type<{ readonly pairs: readonly views.ShownAnswer[] }>()),
  },

  erasing: {
    /** What erasing a post, a comment, or what a person wrote or answered would come to. */
    plan: oc.input(eraseTarget).output(type<ErasePlan>()),
    /** Erases it for good: a task. */
    erase: oc.input(eraseTarget).output(started),
    /** Which models learned from a text that is to be corrected, and what holds it still. */
    planCorrection: oc.input(correctionPlan).output(type<ErasePlan>()),
    /** Puts another text in the place of one, for good: a task. */
    correct: oc.input(correctionInput).output(started),
    /** What was erased so far: how much, never what. */
    list: oc.output(type<{ readonly erasures: readonly Erasure[] }>()),
    /** Lets it come in again with an import. */
    allow: oc.input(allowCall).output(nothing),
  },

  rankings: {
    /** Scores what has no reward yet. Without models, by the one in use. */
    post: oc
      .input(z.object({ post: id, models: z.array(name).max(2).default([]), limit: commentLimit }))
      .output(type<views.RankedView>()),
    /** Comments of all posts, by the rewards of the model named or the one in use, or as they came; with words that are searched in them. */
    across: oc
      .input(
        z.object({
          order: z.enum(commentOrders).default('best'),
          search: z.string().max(500).default(''),
          model: name.optional(),
          after: acrossPlace.optional(),
          before: acrossPlace.optional(),
          limit: page,
        }),
      )
      .output(type<views.AcrossPage>()),
    /** Pins a comment, excludes it, or neither (null), in this person's name; gives what it was before. No model learns from it. */
    curate: oc
      .input(z.object({ comment: id, kind: z.enum(curationKinds).nullable() }))
      .output(type<{ readonly before: CurationKind | null }>()),
    /** Which evidence speaks for which of two comments. Reckoned when it is asked for: it may take some seconds. */
    why: oc.input(whyInput.extend({ post: id })).output(type<Why>()),
    /** The first rows an export would have. */
    preview: oc.input(exporting).output(type<views.ExportPreview>()),
    /** A task. */
    export: oc.input(exporting).output(started),
    /** Scores all comments that lack a reward, and reckons on which posts one more answer would tell most: a task. */
    score: oc.input(z.object({ model: name.optional() })).output(started),
    /** Scores comments that are at hand. Nothing is stored. */
    scoreTexts: oc.input(scoreTextsInput).output(type<ScoredTexts>()),
    /** What a file holds that can be scored, read as an import would. Nothing is stored. */
    textsOf: oc.input(z.object({ file: handle })).output(type<TextsAtHand>()),
    /** Writes scored comments as a table, on offer. */
    offerScored: oc.input(scoredRowsInput).output(type<FileOffer>()),
  },

  data: {
    /** What fetching an address would ask, of whom. For a thread nothing is asked yet; for a data set its list of files. */
    planFetch: oc.input(fetchInput).output(type<FetchPlan>()),
    /** Fetches it, as it was planned, as files that can be looked at and imported: a task. */
    fetch: oc.input(fetchInput).output(started),
    /**
     * What a file is taken for, from its beginning: at once, and nothing is stored. Where nothing is said of how to read it, what was
     * said of an earlier file that looks the same is followed.
     */
    look: oc.input(z.object({ file: handle, choices: readingChoices.optional() })).output(type<LookedAt>()),
    /** Reads the whole file so and counts, without storing anything, until it is cancelled: what it has come to again and again. */
    preview: oc
      .input(z.object({ file: handle, choices: readingChoices }))
      .output(type<AsyncIteratorObject<PreviewStep, void, void>>()),
    /** Forgets what was said of files that look like this one. */
    forgetReading: oc.input(z.object({ file: handle })).output(nothing),
    /** How files of one look are read, for all looks of which that is kept, the newest first. */
    readings: oc.output(type<{ readonly readings: readonly KeptReading[] }>()),
    forgetKeptReading: oc.input(keptReadingSchema.pick({ looks: true })).output(nothing),
    /** Keeps again what was forgotten, unless another was kept since. */
    keepReadingAgain: oc.input(keptReadingSchema).output(nothing),
    /** A task. How single files are read is said by their handles, and is kept for files that look the same. */
    import: oc
      .input(importInput(handle).extend({ choices: z.record(handle, readingChoices).default({}) }))
      .output(started),
    /** The folder whose files are imported as they come and change, as long as the app is open. */
    watched: oc.output(type<WatchedFolder>()),
    /** Watches the folder that a dialog of the window gave. */
    watch: oc.input(z.object({ folder: handle })).output(nothing),
    unwatch: oc.output(nothing),
    /** Brings in the sample: a task. */
    importSample: oc.output(started),
    imports: oc.output(type<{ readonly imports: readonly views.ImportLine[] }>()),
    /** How imports that a model, or the one in use, learned nothing from compare with what it learned from. */
    drift: oc.input(z.object({ model: name.optional() })).output(type<ModelDrift>()),
    /** Takes out again what an import brought, or goes on with that where it was broken off: a task. */
    undoImport: oc.input(z.object({ import: id })).output(started),
    /** A task; off the main thread. */
    statistics: oc.output(started),
    /** The same figures as one file of HTML on offer, with the map where it is wanted: a task. */
    statisticsPage: oc.input(z.object({ map: z.boolean().default(false) })).output(started),
    /** Lays texts out by what they mean: a task. What was drawn is kept until posts or comments change. */
    map: oc.output(started),
  },

  train: {
    /** All settings of a training with their defaults, or with what a preset says. */
    settings: oc
      .input(trainingInput.pick({ kind: true, method: true, preset: true }))
      .output(type<readonly views.SettingDescription[]>()),
    /** In what the presets differ from each other, and from the one that was chosen with changes of one's own. */
    presets: oc
      .input(trainingInput.pick({ kind: true, config: true, pairs: true }).extend({ preset: z.enum(presetNames) }))
      .output(type<PresetComparison>()),
    /** A task: trains, evaluates on the test split, scores all comments. */
    start: oc.input(trainingInput).output(started),
    /** What a training would take, and settings that help where it is too much: a task. Nothing is trained. */
    forecast: oc.input(trainingInput).output(started),
    /** Ends the run's task after the step at hand, and keeps where it was. */
    pause: oc.input(z.object({ run: id })).output(nothing),
    /** What a training has to learn from. */
    sources: oc.output(type<views.Sources>()),
    /** Goes on with a paused, cancelled or interrupted run: a task. */
    resume: oc.input(resumeInput).output(started),
    runs: oc.output(type<{ readonly runs: readonly views.RunLine[] }>()),
    run: oc.input(z.object({ run: id })).output(type<views.RunDetail>()),
    /** The run's sample pairs with their rewards, at every look at validation so far. */
    samples: oc.input(z.object({ run: id })).output(type<{ readonly tables: readonly views.SampleTable[] }>()),
    /** The curve so far, then each point as it comes, until the run ends. */
    watch: oc.input(z.object({ run: id })).output(type<AsyncIteratorObject<readonly CurvePoint[], void, void>>()),
    change: oc
      .input(z.object({ run: id, name: name.optional(), notes: note.optional() }))
      .output(type<views.RunLine>()),
    /** Can be taken back for 30 days. Its model stays. */
    delete: oc.input(z.object({ run: id })).output(nothing),
    restore: oc.input(z.object({ run: id })).output(nothing),
  },

  contextComparisons: {
    /** A task: two trainings that differ in what they see of the post alone, and their difference on the test split. */
    start: oc.input(contextInput).output(started),
    /** Goes on with one that was broken off: a task. */
    goOn: oc.input(resumeContextInput).output(started),
    /** The newest first. One goes with either of its runs. */
    list: oc.output(type<{ readonly comparisons: readonly ContextComparison[] }>()),
    get: oc.input(z.object({ comparison: id })).output(type<ContextComparison>()),
    /** Its figures as CSV. */
    export: oc.input(z.object({ comparison: id })).output(type<FileOffer>()),
  },

  reports: {
    /** Those changed last first, deleted ones included. */
    list: oc.output(type<{ readonly reports: readonly views.ReportPage[] }>()),
    add: oc
      .input(z.object({ name: name.optional(), runs: z.array(id).max(100).default([]) }))
      .output(type<views.ReportPage>()),
    /** Changes what is given. */
    change: oc
      .input(
        z.object({
          report: id,
          name: name.optional(),
          text: z.string().max(longestReport).optional(),
          runs: z.array(id).max(100).optional(),
          metrics: z.array(z.string().max(200)).max(1000).nullable().optional(),
        }),
      )
      .output(type<views.ReportPage>()),
    /** Can be taken back for 30 days. */
    delete: oc.input(z.object({ report: id })).output(nothing),
    restore: oc.input(z.object({ report: id })).output(nothing),
    /** One file of HTML on offer: a task. */
    export: oc.input(z.object({ report: id })).output(started),
  },

  models: {
    list: oc.output(type<{ readonly models: readonly views.ModelLine[] }>()),
    /** One of them, with how good it is as far as that was measured. */
    detail: oc.input(z.object({ model: id })).output(type<views.ModelDetail>()),
    /** Learns anew how sure a reward model may be, on the validation split, and measures it on the test split. A task. */
    measure: oc.input(z.object({ model: id })).output(started),
    /** The model that ranks from now on; null for the newest. */
    use: oc.input(z.object({ model: name.nullable() })).output(nothing),
    rename: oc.input(z.object({ model: name, to: name })).output(nothing),
    /** Can be taken back for 30 days. */
    delete: oc.input(z.object({ model: name })).output(nothing),
    restore: oc.input(z.object({ model: name })).output(nothing),
    /** A task that offers a file: a zip file where the format is a folder. */
    export: oc.input(modelExportInput).output(started),
    /** The files of one model: its archive, or the files of a GPT-2 or an encoder as Hugging Face stores it. A task. */
    import: oc
      .input(modelImportInput.extend({ files: z.array(handle).min(1).max(200), folder: name.optional() }))
      .output(started),
  },

  hub: {
    /** What a model on the hub is made of. Nothing else is fetched. */
    lookUp: oc.input(hubModelCall).output(type<views.HubModel>()),
    /** Fetches it, and takes it in: a task. */
    fetch: oc.input(fetchModelCall).output(started),
    /** What sending a model would send, and where to. Nobody is asked, and nothing is sent. */
    planPush: oc.input(pushCall).output(type<PushPlan>()),
    /** Sends it: a task. */
    push: oc.input(pushCall).output(started),
  },

  backup: {
    /** Everything in one file on offer: a task. */
    create: oc.output(started),
    /** Puts a backup in the place of everything there is; what there was is kept beside it. A task. */
    restore: oc.input(z.object({ file: handle })).output(started),
    /** What restoring a file, or an automatic backup, would bring and take away: a task. Nothing is changed. */
    preview: oc.input(z.union([z.object({ file: handle }), z.object({ backup: name })])).output(started),
    /** The backups in the data folder. */
    automatic: oc.output(type<AutomaticBackups>()),
    /** Makes one of them now: a task. */
    makeAutomatic: oc.output(started),
    /** Puts one in the place of everything there is; as restore. A task. */
    restoreAutomatic: oc.input(z.object({ backup: name })).output(started),
    /** Removes one for good. */
    removeAutomatic: oc.input(z.object({ backup: name })).output(nothing),
    /** What restores put aside, the newest first. */
    putAside: oc.output(type<{ readonly folders: readonly views.PutAside[] }>()),
    /** Removes one of these folders for good, where that is offered: a task. */
    removePutAside: oc.input(z.object({ name })).output(started),
  },

  trash: {
    /** What is deleted and can be taken back, of all kinds, deleted last first. */
    list: oc.output(type<{ readonly items: readonly TrashItem[] }>()),
    restore: oc.input(inTrash).output(nothing),
    /** Removes something for good: a task. */
    remove: oc.input(inTrash).output(started),
    /** Removes all of it for good: a task. */
    empty: oc.output(started),
  },
  projects: projectsContract,
} as const;
