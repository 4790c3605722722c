import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { type ExportedFile, textFile } from '../../checkpoint/exported-file.ts';
import { learnedErasedInWords } from '../../common/erase-words.ts';
import { size } from '../../common/words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { PushPlan, PushReport, pushCall } from '../../contract/pushing.ts';
import { splits } from '../../contract/records.ts';
import { repositoryOf } from '../../hub/list-files.ts';
import { push } from '../../hub/push.ts';
import { findToken, type HubToken } from '../../hub/token.ts';
import { erasedFromModel } from '../../store/erased-from-models.ts';
import { evaluationOf } from '../../store/evaluations.ts';
import { findKeptModel, type KeptModel, listKeptModels } from '../../store/models.ts';
import { hasRoom, uploadFolder } from '../kernel/downloads.ts';
import { type House, namedModel, rewardModel } from '../kernel/house.ts';
import { baseOnHub } from './base-on-hub.ts';
import { filesInFormat } from './export-formats.ts';
import { watched } from './export-model.ts';
import { countsOf } from './exported-model.ts';
import { modelCard } from './model-card.ts';
import { writeExportFolder } from './write-export.ts';

type Wanted = z.output<typeof pushCall>;

const cardFile = 'README.md';

/**
 * What sending a model to the hub would send, and where to: its folder for transformers, with a card. Nobody is asked.
 * @throws TiebreakError where the model has no such folder, or there is no token for the hub
 */
export async function planPush(house: House, wanted: Wanted, hooks: CallHooks = {}): Promise<PushPlan> {
  const { plan } = await prepared(house, wanted, hooks);
  return plan;
}

/**
 * Sends it. What is up of one that was cancelled or broke off is not sent again by the next try.
 * @throws TiebreakError with one sentence for whatever is wrong
 */
export async function pushModel(house: House, wanted: Wanted, hooks: CallHooks = {}): Promise<PushReport> {
  const begun = performance.now();
  const signal = hooks.signal ?? new AbortController().signal;
  const { plan, token, model, files } = await prepared(house, wanted, hooks);
  const { model: name, repository, host, license, bytes } = plan;
  if (!(await hasRoom(house, bytes))) throw noRoom(name, bytes, null);
  const kept = await uploadFolder(house, `${model.id} ${host} ${repository}`);
  const folder = join(kept, 'files');
  try {
    const read = watched(files, name, { ...hooks, signal });
    await writeExportFolder(folder, read.files);
    const sizes = read.sizes();
    const { address, commit, isPublic, sent } = await push(
      {
        ...{ hub: house.hub, token, repository, isPublic: wanted.public, kept },
        title: `Upload ${name} with Tiebreak`,
        files: sizes.map((file) => ({ ...file, path: join(folder, ...file.name.split('/')) })),
      },
      { signal, onBytes: progressOf(bytes, hooks) },
    );
    const seconds = (performance.now() - begun) / 1000;
    return {
      model: name,
      repository,
      host,
      license,
      public: isPublic,
      files: sizes,
      bytes,
      address,
      commit,
      sent,
      seconds,
    };
  } catch (error) {
    if (signal.aborted) {
      const message = `Sending ${name} was cancelled. Nothing here was changed, and no file of ${repository} was. What is up already stays on ${host}, and is not sent a second time.`;
      throw new TiebreakError('cancelled', message, { cause: error });
    }
    if (error instanceof TiebreakError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw noRoom(name, bytes, error);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
    // It stays where uploads were begun and are not complete.
    await rmdir(kept).catch(() => undefined);
  }
}

/** The same as a task, whose number it gives. */
export function startModelPush(house: House, wanted: Wanted): number {
  const running = house.tasks.list().some((task) => task.kind === 'model-push' && task.state === 'running');
  if (running) throw new TiebreakError('busy', 'Another model is being sent: wait until it is up, or cancel it.');
  const { name } = modelOf(house, wanted);
  const title = `Sending ${name} to ${wanted.repository.slice(0, 100)}`;
  return house.tasks.start('model-push', title, (hooks) => pushModel(house, wanted, hooks));
}

type Prepared = {
  readonly plan: PushPlan;
  readonly token: HubToken;
  readonly model: KeptModel;
  readonly files: readonly ExportedFile[];
};

async function prepared(house: House, wanted: Wanted, { signal }: CallHooks): Promise<Prepared> {
  const url = new URL(house.hub);
  if (url.protocol !== 'https:' && !/^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname)) {
    const message = `The hub at ${url.host} is reached without encryption, so that others could read your token. Nothing was sent: name it with https in HF_ENDPOINT.`;
    throw new TiebreakError('bad-input', message);
  }
  const repository = repositoryOf(wanted.repository, house.hub, 'model');
  if (!repository.includes('/')) {
    const message = `${repository} names no owner. Nothing was sent: name the repository as OWNER/NAME, with your own name on the hub or that of an organisation you belong to.`;
    throw new TiebreakError('bad-input', message);
  }
  const model = modelOf(house, wanted);
  const exported = await filesInFormat(house, model, 'huggingface', signal);
  const token = await findToken();
  const card = await cardOf(house, model, wanted, exported);
  const files = [textFile(cardFile, card), ...exported.filter(({ name }) => name !== cardFile)];
  const sizes = await Promise.all(files.map(async (file) => ({ name: file.name, bytes: await bytesOf(file) })));
  const plan: PushPlan = {
    ...{ model: model.name, repository, host: url.host, public: wanted.public, license: wanted.license },
    tokenFrom: token.from,
    files: sizes,
    bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    card,
  };
  return { plan, token, model, files };
}

const modelOf = (house: House, { model }: Wanted): KeptModel =>
  findKeptModel(house.store, (model === undefined ? rewardModel(house, undefined) : namedModel(house, model)).id);

async function bytesOf({ bytes, content }: ExportedFile): Promise<number> {
  if (bytes !== null) return bytes;
  let sum = 0;
  for await (const piece of content()) sum += piece.length;
  return sum;
}

async function cardOf(
  house: House,
  model: KeptModel,
  { license }: Wanted,
  exported: readonly ExportedFile[],
): Promise<string> {
  const readme = exported.find(({ name }) => name === cardFile);
  const pieces: Uint8Array[] = [];
  for await (const piece of readme?.content() ?? []) pieces.push(piece);
  const evaluations = splits
    .filter((split) => split !== 'train')
    .flatMap((split) => {
      const report = evaluationOf(house.store, model.id, split);
      return report && Number.isFinite(report.accuracy) ? [{ split, report }] : [];
    });
  if (model.kind === 'encoder') {
    const message = `${model.name} is an encoder as somebody else published it: name its place on the hub instead. Nothing was sent.`;
    throw new TiebreakError('bad-input', message);
  }
  const facts = {
    kind: model.kind,
    license,
    baseModel: baseOnHub(listKeptModels(house.store), model),
    counts: countsOf(model),
    erased: learnedErasedInWords(erasedFromModel(house.store, model.id)),
    evaluations,
  };
  return modelCard(Buffer.concat(pieces).toString('utf8') || `# ${model.name}\n`, facts);
}

function progressOf(total: number, { onProgress }: CallHooks): (done: number, had: number) => void {
  const begun = performance.now();
  return (done, had) => {
    const seconds = (performance.now() - begun) / 1000;
    // What was up before says nothing of how fast the rest goes.
    const fresh = done - had;
    const secondsLeft = fresh > 0 && seconds > 1 ? (seconds * (total - done)) / fresh : null;
    onProgress?.({ phase: 'push', done, total, speed: null, secondsLeft });
  };
}

function noRoom(name: string, bytes: number, cause: unknown): TiebreakError {
  const message = `There is not enough room on the disk to write ${name} (${size(bytes)}) before it is sent. Nothing was sent: make room, and send it again.`;
  return new TiebreakError('bad-input', message, { cause });
}
