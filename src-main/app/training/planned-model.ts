/** The model that a training is to come to: its name, its folder, and its result where the folder is complete already. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModelMethod, type StepTold, stepsFile, type TrainResult } from '../../contract/engine.ts';
import type { TrainingKind } from '../../contract/records.ts';
import { listKeptModels, nextModelName } from '../../store/models.ts';
import type { House } from '../kernel/house.ts';
import { runFolder } from '../runs/run-folders.ts';

/** The result of a run whose model was complete when the program ended, before the store was told of it. */
export async function finishedResult(house: House, name: string): Promise<TrainResult | null> {
  if (name === '' || listKeptModels(house.store).some(({ folder }) => folder === `models/${name}`)) return null;
  try {
    const text = await readFile(join(folderOf(house, name), 'manifest.json'), 'utf8');
    return (JSON.parse(text) as { result: TrainResult }).result;
  } catch {
    return null;
  }
}

/** The steps of such a run: the program may have ended before it heard of all of them. */
export async function finishedSteps(house: House, run: number): Promise<readonly StepTold[]> {
  try {
    return JSON.parse(await readFile(join(runFolder(house, run), stepsFile), 'utf8')) as readonly StepTold[];
  } catch {
    return [];
  }
}

/** A name with this word before its number that neither the store nor the folder knows. */
export function freeModelName(house: House, prefix: string): string {
  let name = nextModelName(house.store, prefix);
  for (let number = Number(name.split('-')[1]); existsSync(folderOf(house, name)); ) name = `${prefix}-${++number}`;
  return name;
}

/** The word before the number of a model's name. */
export const prefixOf = (kind: TrainingKind, method: ModelMethod): string => (method === 'gpt' ? kind : method);

/** The folder of the model with this name. */
export function folderOf(house: House, name: string): string {
  return join(house.home, 'models', name);
}
