/**
 * What a run was asked to do: its request, kept in its folder so that a resumed run sees nothing of what has changed since, and
 * its data, files with one post and its pairs a line.
 */

import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { writeJson } from '../../checkpoint/folder.ts';
import { defaultConfig } from '../../common/default-config.ts';
import { sharedPairs, sharedRanks } from '../../common/shared-pairs.ts';
import {
  dataFiles,
  type ForecastRequest,
  type PairGroup,
  type ResumeRequest,
  type TrainRequest,
} from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { isMissing, requestFile } from './run-folder.ts';

/** A request with its data. */
export type TrainJob = TrainRequest & {
  readonly data: {
    /** Read from the disk whenever they are gone through: of a large store the texts of all posts would not fit into the memory. */
    readonly train: Iterable<PairGroup>;
    readonly validation: Iterable<PairGroup>;
  };
};

type SavedRequest = Pick<TrainRequest, 'kind' | 'method' | 'config' | 'base'>;

/** Saves what a run was asked to do beside its data, and reads them. */
export async function beginJob(request: TrainRequest): Promise<TrainJob> {
  const { kind, method = 'gpt', config, base, runFolder } = request;
  const saved: SavedRequest = { kind, method, config, base };
  await writeJson(join(runFolder, requestFile), saved);
  return { ...request, data: await readData(runFolder) };
}

/** What runs did before there was a setting for it, where its default is another. */
const asBefore = { cutOnce: 0 };

/** What an interrupted run was asked to do. Throws TiebreakError not-found. */
export async function resumeJob({ runFolder, device, modelFolder, encoder }: ResumeRequest): Promise<TrainJob> {
  try {
    const saved = JSON.parse(await readFile(join(runFolder, requestFile), 'utf8')) as SavedRequest;
    // A run from before a setting was there goes on with its default.
    const config = { ...defaultConfig(saved.kind, saved.method), ...asBefore, ...saved.config };
    const places = { device, runFolder, modelFolder, ...(encoder ? { encoder } : {}) };
    return { type: 'train', ...saved, config, data: await readData(runFolder), ...places };
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
  const split = async (name: keyof typeof dataFiles): Promise<Iterable<PairGroup>> => {
    const path = join(folder, dataFiles[name]);
    await access(path);
    return { [Symbol.iterator]: () => groupsInFile(path) };
  };
  return { train: await split('train'), validation: await split('validation') };
}

const pieceSize = 1 << 20;

/** The groups of a file, one a line, read a piece at a time. */
function* groupsInFile(path: string): Generator<PairGroup> {
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.alloc(pieceSize);
    let begun: Buffer[] = [];
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      let from = 0;
      for (let end = piece.indexOf(10); end >= 0 && end < read; end = piece.indexOf(10, from)) {
        const line = Buffer.concat([...begun, piece.subarray(from, end)]);
        begun = [];
        from = end + 1;
        yield groupOf(line);
      }
      if (from < read) begun.push(Buffer.from(piece.subarray(from, read)));
    }
    if (begun.length > 0) yield groupOf(Buffer.concat(begun));
  } finally {
    closeSync(file);
  }
}

function groupOf(line: Buffer): PairGroup {
  const { pairs, ranks, ...group } = JSON.parse(line.toString('utf8')) as PairGroup;
  return { ...group, pairs: sharedPairs(pairs), ...(ranks ? { ranks: sharedRanks(ranks) } : {}) };
}

/** The posts of one split with their pairs, one after another. */
export async function* pairGroups(folder: string, split: keyof typeof dataFiles): AsyncGenerator<PairGroup> {
  const input = createReadStream(join(folder, dataFiles[split]));
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) yield JSON.parse(line) as PairGroup;
}
