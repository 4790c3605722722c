/**
 * The files that a run keeps while it lasts: the best weights so far, and the checkpoint that it goes on from. Each appears whole
 * or not at all, so a kill at any moment leaves a usable folder.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJson } from '../../checkpoint/folder.ts';
import { openSafetensors, type TensorSource, writeSafetensors } from '../../checkpoint/safetensors.ts';
import {
  type CurvePoint,
  dataFiles,
  type SamplePair,
  type StepTold,
  stepsFile,
  vectorFiles,
} from '../../contract/engine.ts';

/** What a look at the validation split gives: `loss`, by which the best step is chosen, and figures beside it. */
export type Figures = Readonly<Record<string, number>> & { readonly loss: number };

export type SampleRewards = Pick<SamplePair, 'chosenReward' | 'rejectedReward'>;

/** How far a run is. A checkpoint holds it as JSON: its keys stay. */
export type Position = {
  /** Steps done. */
  readonly step: number;
  readonly bestStep: number;
  /** The figures of the best step; null where nothing was validated. */
  readonly best: Figures | null;
  /** The figures before the first step; null where they don't count. */
  readonly before: Figures | null;
  /** The steps so far. */
  readonly curve: readonly CurvePoint[];
  /** The rewards of the sample pairs at each look so far; absent in a checkpoint from before there were any. */
  readonly samples?: readonly { readonly step: number; readonly rewards: readonly SampleRewards[] }[];
};

export const start: Position = { step: 0, bestStep: 0, best: null, before: null, curve: [], samples: [] };

/** Where a run stopped: its weights and moments, read when they are asked for, and how far it was. */
type Checkpoint = { readonly tensors: ReadonlyMap<string, TensorSource>; readonly position: Position };

export type RunFolder = {
  writeBest(weights: ReadonlyMap<string, TensorSource>): Promise<void>;
  readBest(): Promise<ReadonlyMap<string, TensorSource>>;
  writeCheckpoint(tensors: ReadonlyMap<string, TensorSource>, position: Position): Promise<void>;
  /** Keeps its steps for whoever has not heard of all of them, since the checkpoint goes once the model is there. */
  writeSteps(steps: readonly StepTold[]): Promise<void>;
  /** Null where the run was stopped before its first checkpoint. */
  readCheckpoint(): Promise<Checkpoint | null>;
};

export const requestFile = 'request.json';
const bestFile = 'best.safetensors';
const checkpointFile = 'checkpoint.safetensors';
/** The quick model whose head a deep training began with. */
export const headFolder = 'head';

export function openRunFolder(folder: string): RunFolder {
  const best = join(folder, bestFile);
  const checkpoint = join(folder, checkpointFile);
  return {
    writeBest: (weights) => writeSafetensors(best, weights),
    readBest: async () => (await openSafetensors(best)).tensors,
    // Tensors and position are one file, so they always belong together.
    writeCheckpoint: (tensors, position) =>
      writeSafetensors(checkpoint, tensors, { position: JSON.stringify(position) }),
    writeSteps: (steps) => writeJson(join(folder, stepsFile), steps),
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

/** Removes what only an unfinished run needs. */
export async function clearRunFolder(folder: string): Promise<void> {
  const data = [...Object.values(dataFiles), ...Object.values(vectorFiles)];
  for (const name of [requestFile, headFolder, bestFile, checkpointFile, ...data]) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

export function isMissing(error: unknown): boolean {
  return (error as { code?: string }).code === 'ENOENT' || (error as { code?: string }).code === 'not-found';
}
