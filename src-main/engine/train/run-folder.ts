import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openSafetensors, type TensorSource, writeSafetensors } from '../../checkpoint/safetensors.ts';
import { defaultConfig } from '../../common/default-config.ts';
import {
  type CurvePoint,
  dataFiles,
  type ForecastRequest,
  type PairGroup,
  type ResumeRequest,
  type SamplePair,
  type TrainRequest,
} from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';

/** What a validation gives: `loss`, by which the best step is chosen, and figures beside it. */
export type Validation = Readonly<Record<string, number>> & { readonly loss: number };

/** One look at the validation split. */
export type Look = {
  readonly figures: Validation;
  /** By the names of the original recipe. */
  readonly metrics?: CurvePoint['metrics'];
  /** Of the sample pairs, in their order. */
  readonly rewards?: readonly SampleRewards[];
};
type SampleRewards = Pick<SamplePair, 'chosenReward' | 'rejectedReward'>;

export type Position = {
  /** Steps done. */
  readonly step: number;
  readonly bestStep: number;
  /** The validation of the best step; null where none was made. */
  readonly best: Validation | null;
  /** The validation before the first step; null where it doesn't count. */
  readonly before: Validation | null;
  /** The steps so far. */
  readonly curve: readonly CurvePoint[];
  /** The rewards of the sample pairs at each look so far; absent in a checkpoint from before there were any. */
  readonly samples?: readonly { readonly step: number; readonly rewards: readonly SampleRewards[] }[];
};

/** The files of one run, while it lasts. Each appears whole or not at all, so a kill at any moment leaves a usable folder. */
export type RunFolder = {
  writeBest(weights: ReadonlyMap<string, TensorSource>): Promise<void>;
  readBest(): Promise<ReadonlyMap<string, TensorSource>>;
  writeCheckpoint(tensors: ReadonlyMap<string, TensorSource>, position: Position): Promise<void>;
  /** Null where the run was stopped before its first checkpoint. */
  readCheckpoint(): Promise<Checkpoint | null>;
};

/** Where a run stopped: its weights and moments, read when they are asked for, and how far it was. */
export type Checkpoint = { readonly tensors: ReadonlyMap<string, TensorSource>; readonly position: Position };

/** A request with its data read. */
export type TrainJob = TrainRequest & {
  readonly data: Readonly<Record<keyof typeof dataFiles, readonly PairGroup[]>>;
};

type SavedRequest = Pick<TrainRequest, 'kind' | 'method' | 'config' | 'base'>;

/** Saves what a run was asked to do beside its data: a resumed run must not see what has changed since. */
export async function beginJob(request: TrainRequest): Promise<TrainJob> {
  const { kind, method = 'gpt', config, base, runFolder } = request;
  const saved: SavedRequest = { kind, method, config, base };
  await writeWhole(join(runFolder, 'request.json'), JSON.stringify(saved));
  return { ...request, data: await readData(runFolder) };
}

/** What an interrupted run was asked to do. Throws TiebreakError not-found. */
export async function resumeJob({ runFolder, device, modelFolder }: ResumeRequest): Promise<TrainJob> {
  try {
    const saved = JSON.parse(await readFile(join(runFolder, 'request.json'), 'utf8')) as SavedRequest;
    // A run from before a setting was there goes on with its default.
    const config = { ...defaultConfig(saved.kind, saved.method), ...saved.config };
    return { type: 'train', ...saved, config, data: await readData(runFolder), device, runFolder, modelFolder };
  } catch (error) {
    if (!isMissing(error)) throw error;
    const message = 'This run left nothing to go on from. Start the training anew.';
    throw new TiebreakError('not-found', message, { cause: error });
  }
}

/** What a training is forecast for: nothing is saved of it. */
export async function forecastJob(request: ForecastRequest): Promise<TrainJob> {
  return { ...request, type: 'train', modelFolder: '', data: await readData(request.runFolder) };
}

async function readData(folder: string): Promise<TrainJob['data']> {
  const groups = async (name: string): Promise<PairGroup[]> => {
    const read: PairGroup[] = [];
    const lines = createInterface({ input: createReadStream(join(folder, name)), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) read.push(JSON.parse(line) as PairGroup);
    return read;
  };
  return { train: await groups(dataFiles.train), validation: await groups(dataFiles.validation) };
}

export function openRunFolder(folder: string): RunFolder {
  const [best, checkpoint] = ['best.safetensors', 'checkpoint.safetensors'].map((name) => join(folder, name)) as [
    string,
    string,
  ];
  return {
    writeBest: (weights) => writeSafetensors(best, weights),
    readBest: async () => (await openSafetensors(best)).tensors,
    // Tensors and position are one file, so they always belong together.
    writeCheckpoint: (tensors, position) =>
      writeSafetensors(checkpoint, tensors, { position: JSON.stringify(position) }),
    async readCheckpoint() {
      const file = await openSafetensors(checkpoint).catch((error) => {
        if (isMissing(error)) return null;
        throw error;
      });
      if (!file) return null;
      return { tensors: file.tensors, position: JSON.parse(file.metadata.position!) as Position };
    },
  };
}

function isMissing(error: unknown): boolean {
  return (error as { code?: string }).code === 'ENOENT' || (error as { code?: string }).code === 'not-found';
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(`${path}.partial`, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.partial`, path);
}

/** The quick model whose head a deep training began with. */
export const headFolder = 'head';

/** Removes what only an unfinished run needs. */
export async function clearRunFolder(folder: string): Promise<void> {
  const own = ['request.json', headFolder, 'best.safetensors', 'checkpoint.safetensors'];
  for (const name of [...own, ...Object.values(dataFiles)]) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
}
