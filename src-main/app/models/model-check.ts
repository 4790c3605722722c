import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { openModelFolder } from '../../checkpoint/model-folder.ts';
import { contextModes } from '../../contract/calls.ts';
import type { TrainingMethod } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { loadTokenizer } from '../../tokenizer/files.ts';
import type { House } from '../kernel/house.ts';
import { contentOfFolder, manifestFile, modelFiles } from './model-archive.ts';
import type { GivenFile } from './model-files.ts';
import { NotAModel } from './model-unpack.ts';

const size = (most: number) => z.int().min(1).max(most);
/** Bounds that keep a made-up model from taking all the memory before its weights are looked at. */
const configSchema = z.looseObject({
  n_embd: size(65_536),
  n_layer: size(1_000),
  n_head: size(1_000),
  n_positions: size(65_536),
  vocab_size: size(1_000_000),
});
const manifestSchema = z.looseObject({
  kind: z.enum(['sft', 'reward']),
  maxTokens: size(65_536),
  files: z.partialRecord(z.enum(modelFiles), z.string().regex(/^[0-9a-f]{64}$/)),
  result: z.looseObject({ validation: z.record(z.string(), z.unknown()).default({}) }).default({ validation: {} }),
  name: z.string().optional().catch(undefined),
  context: z.enum(contextModes).default('post'),
  trainedOn: z.string().max(200).default('').catch(''),
});

/** Copies the files of a model of ours into a folder of their own: those that it may have, and no others. */
export async function copyOwnModel(files: readonly GivenFile[], folder: string): Promise<void> {
  await mkdir(folder);
  for (const name of [...modelFiles, manifestFile]) {
    const file = files.find((one) => one.name === name);
    if (file) await copyFile(file.path, join(folder, name));
  }
}

/**
 * Reads the manifest of a model of ours, and sees that the model works.
 * @throws TiebreakError, NotAModel, or whatever zod and JSON.parse throw of a manifest that is none
 */
export async function checkOwnModel(house: House, folder: string, signal: AbortSignal | undefined) {
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));
  const json = (await read(manifestFile)) as { format?: unknown } | null;
  if (typeof json?.format === 'number' && json.format > 1) {
    throw new TiebreakError('bad-input', 'It was written by a newer version of Tiebreak: update this one first.');
  }
  const manifest = manifestSchema.parse(json);
  const { method, files } = await contentOfFolder(folder);
  const unsummed = files.find((name) => !Object.hasOwn(manifest.files, name));
  if (unsummed) throw new NotAModel(`its manifest says nothing of ${unsummed}`);
  if (method === 'gpt') configSchema.parse(await read('config.json'));
  await tryOut(house, folder, manifest.kind, signal);
  const { kind, context, trainedOn, name, result } = manifest;
  const parameters = typeof result.parameters === 'number' ? result.parameters : 0;
  return {
    name,
    kind,
    context,
    trainedOn,
    method: method as TrainingMethod,
    metrics: figuresOf(result),
    parameters,
    note: null,
  };
}

async function tryOut(
  house: House,
  folder: string,
  kind: 'sft' | 'reward',
  signal: AbortSignal | undefined,
): Promise<void> {
  if (kind === 'sft') {
    // The engine asks for rewards only, which a language model has none of.
    await openModelFolder(folder);
    await loadTokenizer(folder);
    return;
  }
  const texts = [{ post: 'A post', comment: 'A comment' }];
  const request = { type: 'score', modelFolder: folder, device: 'cpu', texts } as const;
  const { rewards } = await house.scorer.request(request, { signal });
  if (!rewards.every(Number.isFinite)) throw new NotAModel('it gives rewards that are not numbers');
}

function figuresOf(result: z.output<typeof manifestSchema>['result']): Record<string, number> {
  const figures = { ...result.validation, bestStep: result.bestStep, trainingLoss: result.loss };
  return Object.fromEntries(
    Object.entries(figures).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}
