import { join } from 'node:path';
import type { ShownOfPost } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Model } from '../../contract/records.ts';
import type { ModelInUse } from '../../contract/reports.ts';
import type { Health } from '../../contract/views.ts';
import type { WatchedFile, WatchedFolder } from '../../contract/watching.ts';
import type { EngineHost } from '../../engine-host/engine-host.ts';
import type { Log } from '../../log/log.ts';
import { findKeptModel, findModel, listModels, newestToRank } from '../../store/models.ts';
import type { ReadingStore, WritingStore } from '../../store/open.ts';
import { reportOfRun } from '../../store/runs.ts';
import { readSetting } from '../../store/settings.ts';
import type { Changes } from './changes.ts';
import type { Files } from './files.ts';
import type { Tasks } from './tasks.ts';

/** What every call of the application works with. It reads the store: who writes takes the lock (withLock), and gets a WritingHouse. */
export type House = {
  /** The data folder. */
  readonly home: string;
  /** Replaced when a backup is restored: look it up in the house each time. */
  store: ReadingStore;
  /** Trains. Its process ends with the training, so that its memory is free again. */
  readonly engine: EngineHost;
  /**
   * Scores, reads texts and trains quick models, in a process of its own: a ranking must not wait for a training of minutes,
   * and what takes a second must not wait for a process to begin.
   */
  readonly scorer: EngineHost;
  /** Another one, for work that shall take its memory and whatever goes wrong in it along when it ends. To be closed by its user. */
  readonly startEngine: () => EngineHost;
  readonly tasks: Tasks;
  readonly changes: Changes;
  readonly files: Files;
  /** What the open app did, kept in the data folder without any texts. */
  readonly log: Log;
  /** When this process opened the house, ISO 8601. */
  readonly startedAt: string;
  /** Where models and data sets are fetched from, on request: the address of the Hugging Face hub, without a slash at its end. */
  readonly hub: string;
  /** Where requests for threads go instead of to their hosts, for tests: a server on this machine. Null: to their hosts. */
  readonly threads: string | null;
  /** What the last look at the database found. */
  readonly health: { current: Health };
  /** The watched folder of an open app. */
  readonly watching: Watching;
};

/** How watching a folder goes, as long as an app is open. */
export type Watching = {
  state: WatchedFolder['state'];
  /** The newest first. */
  files: readonly WatchedFile[];
  /** The task of the last import. */
  last: number | null;
  /** Looks at what is set anew. */
  restart: () => void;
};

/** Before the first look. */
export const notLookedAt = (): House['health'] => ({ current: { lookedAt: null, problems: [] } });

export const notWatching = (): Watching => ({ state: 'off', files: [], last: null, restart: () => {} });

/** The house for whoever holds the lock of its data folder, and so may write. Only the lock hands it out. */
export type WritingHouse = House & { store: WritingStore };

/** The absolute folder of a model. */
export function modelFolder(house: House, model: Model): string {
  return join(house.home, model.folder);
}

/** The model of this name, and a sentence on what to do where there is none. */
export function namedModel(house: House, name: string): Model {
  try {
    return findModel(house.store, name);
  } catch (error) {
    if (!(error instanceof TiebreakError)) throw error;
    const names = listModels(house.store).map((model) => model.name);
    const others = names.length === 0 ? 'There is none yet: train one first.' : `There are: ${names.join(', ')}.`;
    throw new TiebreakError('not-found', `There is no model ${name}. ${others}`);
  }
}

/**
 * The reward model that ranks where none is named: the one that was chosen for that; or else the newest, but where its
 * training found another to be better on validation, that one. A comparison with and without the post puts neither of its models in
 * the place of another one. Null without any.
 */
export function modelInUse(house: House): Model | null {
  return modelInUseAndWhy(house)?.model ?? null;
}

/** The same, with why it is that one. */
export function modelInUseAndWhy({ store }: House): { readonly model: Model; readonly why: ModelInUse['why'] } | null {
  const chosen = readSetting(store, 'modelInUse');
  const models = listModels(store);
  const found = models.find(({ name, kind }) => name === chosen && kind === 'reward');
  if (found) return { model: found, why: 'chosen' };
  const newest = newestToRank(store);
  const best = newest && newest.runId !== null && reportOfRun(store, newest.runId)?.candidates?.best;
  const better = models.find(({ id }) => id === best);
  if (better) return { model: better, why: 'best' };
  return newest && { model: newest, why: 'newest' };
}

/** The reward model of this name, or the one in use. */
export function rewardModel(house: House, name: string | undefined): Model {
  const model = name === undefined ? modelInUse(house) : namedModel(house, name);
  if (!model) throw new TiebreakError('not-found', 'There is no reward model yet: train one first.');
  if (model.kind === 'encoder') {
    const message = `${model.name} is a text reader, which gives no rewards: train a reward model with it (train deep --encoder ${model.name}), and use that one.`;
    throw new TiebreakError('bad-input', message);
  }
  if (model.kind !== 'reward') {
    const message = `${model.name} is a language model, which gives no rewards: train a reward model that starts from it, and use that one.`;
    throw new TiebreakError('bad-input', message);
  }
  return model;
}

/** The same, and null where none is named and there is none. */
export const modelOrNone = (house: House, name: string | undefined): Model | null =>
  name === undefined ? modelInUse(house) : rewardModel(house, name);

/** The language or reward model of this name, which a GPT's training goes on from. Throws TiebreakError. */
export function baseModel(house: House, name: string): Model {
  const model = namedModel(house, name);
  if (model.kind !== 'encoder') return model;
  const message = `${name} is a text reader, and no GPT goes on from one: name it as the text reader of a deep or together training. Nothing was changed.`;
  throw new TiebreakError('bad-input', message);
}

/** What a model was shown of posts while it was trained; it must be shown the same when it scores. */
export function contextOf(house: House, model: Model): ShownOfPost {
  return findKeptModel(house.store, model.id).context;
}
