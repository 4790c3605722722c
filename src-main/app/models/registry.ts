import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { noteFile } from '../../checkpoint/folder-content.ts';
import { modelName } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Model } from '../../contract/records.ts';
import type { ModelLine } from '../../contract/views.ts';
import { setDeleted } from '../../store/deleted.ts';
import { erasedFromModel } from '../../store/erased-from-models.ts';
import { evaluationOf } from '../../store/evaluations.ts';
import { findKeptModel, type KeptModel, listKeptModels, renameModel as rename } from '../../store/models.ts';
import { inTransaction } from '../../store/open.ts';
import { listRuns } from '../../store/runs.ts';
import { encoderOfHead, refuseBoxed } from '../kernel/encoders.ts';
import { type House, modelFolder, modelInUse, namedModel, rewardModel } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import { changeSettings, settingsOf } from '../settings/settings.ts';
import { noBundleOf } from './encoder-bundle.ts';

/** All models as a view shows them, the newest first, deleted ones included. */
export async function modelLines(house: House): Promise<readonly ModelLine[]> {
  return Promise.all(listKeptModels(house.store).map((kept) => modelLine(house, kept)));
}

/** A model as a view shows it. */
export async function modelLine(house: House, kept: KeptModel): Promise<ModelLine> {
  const { context: _, trainedOn, scale: __, ...model } = kept;
  const folder = modelFolder(house, model);
  const [bytes, parameters, noBundle] = await Promise.all([
    folderBytes(folder),
    parametersOf(folder, model),
    noBundleOf(folder, model),
  ]);
  const inUse = model.id === modelInUse(house)?.id;
  const erased = erasedFromModel(house.store, model.id);
  return { ...model, trainedOn, erased, inUse, bytes, parameters, noBundle, accuracy: accuracyOf(house, kept) };
}

/** Bytes of the files of a folder, and of folders in it; 0 where there is none. */
async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function parametersOf(folder: string, { kind }: Model): Promise<number | null> {
  try {
    const json = JSON.parse(await readFile(join(folder, kind === 'encoder' ? noteFile : 'manifest.json'), 'utf8')) as {
      readonly parameters?: unknown;
      readonly result?: { readonly parameters?: unknown };
    };
    const found = kind === 'encoder' ? json.parameters : json.result?.parameters;
    return typeof found === 'number' ? found : null;
  } catch {
    return null;
  }
}

/** On test, else on validation, else what its training measured on validation. */
export function accuracyOf({ store }: House, model: Model): ModelLine['accuracy'] {
  for (const split of ['test', 'validation'] as const) {
    const report = evaluationOf(store, model.id, split);
    // NaN where the split had nothing but ties.
    if (report && Number.isFinite(report.accuracy)) {
      return { value: report.accuracy, interval: report.accuracyInterval, pairs: report.pairs, split };
    }
  }
  const { accuracy } = model.metrics;
  return typeof accuracy === 'number' ? { value: accuracy, interval: null, pairs: null, split: 'validation' } : null;
}

/** Makes a reward model the one that ranks; null lets the newest do it. */
export function useModel(house: House, name: string | null): void {
  if (name !== null) rewardModel(house, name);
  changeSettings(house, { modelInUse: name });
  house.changes.tell('models');
}

/** Gives a model another name. Its folder stays where it is. */
export function renameModel(house: House, name: string, to: string): void {
  const model = namedModel(house, name);
  if (!modelName.test(to)) {
    const message =
      'A name has up to 60 letters, digits, dots, hyphens and underscores, and begins with a letter or a digit. The model keeps its name.';
    throw new TiebreakError('bad-input', message);
  }
  if (to === model.name) return;
  refuseBoxed(to);
  const other = listKeptModels(house.store).find((known) => known.name === to);
  if (other) {
    const where = other.deletedAt === null ? '' : ' among the deleted ones';
    throw new TiebreakError('bad-input', `There is a model ${to} already${where}. ${model.name} keeps its name.`);
  }
  withLockNow(house, 'naming a model', ({ store }) =>
    inTransaction(store, () => {
      rename(store, model.id, to);
      if (settingsOf(house).modelInUse === model.name) changeSettings(house, { modelInUse: to });
    }),
  );
  house.changes.tell('models', 'runs');
}

/** Deletes a model so that it can be taken back. One that a training starts from is refused. */
export function deleteModel(house: House, name: string): void {
  const model = namedModel(house, name);
  const user = listRuns(house.store).find(
    ({ status, base, config }) => status === 'running' && (base === model.name || config.encoder === model.name),
  );
  if (user) {
    const message = `Run ${user.id}, which is going on, starts from ${model.name}: wait until it is done, or cancel it. Nothing was deleted.`;
    throw new TiebreakError('busy', message);
  }
  const reader = listKeptModels(house.store).find(
    ({ deletedAt, encoder, method }) => deletedAt === null && encoder === model.name && method === 'quick',
  );
  if (model.kind === 'encoder' && reader) {
    const message = `${reader.name} reads the vectors of ${model.name} and would give no rewards without it: delete that one first. Nothing was deleted.`;
    throw new TiebreakError('busy', message);
  }
  withLockNow(house, 'deleting a model', ({ store }) => setDeleted(store, 'model', model.id, true));
  house.changes.tell('models', 'rewards', 'runs');
}

/** Takes the deletion of a model back. Throws TiebreakError not-found where the encoder that it reads the vectors of isn't there. */
export function restoreModel(house: House, name: string): void {
  const model: KeptModel = findKeptModel(house.store, name);
  if (model.method === 'quick') encoderOfHead(house, model);
  withLockNow(house, 'bringing a model back', ({ store }) => setDeleted(store, 'model', model.id, false));
  house.changes.tell('models', 'rewards', 'runs');
}
