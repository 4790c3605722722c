import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { type CheckResult, shownOfPosts } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import { loadTokenizer } from '../tokenizer/files.ts';
import { contentOfFolder, manifestFile, ownFile } from './folder-content.ts';
import { openModelFolder } from './model-folder.ts';

const size = (most: number) => z.int().min(1).max(most);
/** Bounds that keep a made-up model from taking all the memory before its weights are looked at. */
const configSchema = z.looseObject({
  n_embd: size(65_536),
  n_layer: size(1_000),
  n_head: size(1_000),
  n_positions: size(65_536),
  vocab_size: size(1_000_000),
});
/** A head names the encoder whose vectors it reads. */
const headSchema = z.looseObject({ encoder: z.string().min(1).max(300) });
const manifestSchema = z.looseObject({
  kind: z.enum(['sft', 'reward']),
  maxTokens: size(65_536),
  files: z.record(
    z.string().refine((name) => ownFile(name) !== null),
    z.string().regex(/^[0-9a-f]{64}$/),
  ),
  result: z.looseObject({ validation: z.record(z.string(), z.unknown()).default({}) }).default({ validation: {} }),
  name: z.string().optional().catch(undefined),
  context: z.enum(shownOfPosts).default('post'),
  trainedOn: z.string().max(200).default('').catch(''),
});

/**
 * Reads a model folder of ours that came from elsewhere: its manifest, the bounds of its configuration, its sums, and of a language
 * model its weights' header and its tokenizer. What a reward model gives is for the caller to try. Gives what is wrong as the
 * middle of a sentence, where it is no whole model.
 * @throws TiebreakError with one sentence for what can be named
 */
export async function checkModel(folder: string): Promise<CheckResult> {
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));
  try {
    const json = (await read(manifestFile)) as { format?: unknown } | null;
    if (typeof json?.format === 'number' && json.format > 1) {
      throw new TiebreakError('bad-input', 'It was written by a newer version of Tiebreak: update this one first.');
    }
    const manifest = manifestSchema.parse(json);
    const { method, files } = await contentOfFolder(folder);
    const parts = [...new Set(files.flatMap((name) => (name.includes('/') ? [dirname(name)] : [])))];
    // The sums of a model within a blend are in its own manifest.
    const summed = files.filter((name) => !name.includes('/') || basename(name) === manifestFile);
    const unsummed = summed.find((name) => !Object.hasOwn(manifest.files, name));
    if (unsummed) return { problem: `its manifest says nothing of ${unsummed}` };
    for (const part of parts) {
      const checked = await checkModel(join(folder, part));
      if ('problem' in checked) return { problem: `of the model within it, ${part}, ${checked.problem}` };
    }
    if (method === 'gpt') configSchema.parse(await read('config.json'));
    if (manifest.kind === 'sft') {
      await openModelFolder(folder);
      await loadTokenizer(folder);
    }
    const { kind, trainedOn, name, result } = manifest;
    const context = method === 'alone' ? 'nothing' : manifest.context;
    const parameters = typeof result.parameters === 'number' ? result.parameters : 0;
    const encoder = method === 'quick' ? headSchema.parse(await read('config.json')).encoder : null;
    return { name: name ?? null, kind, context, trainedOn, method, encoder, metrics: figuresOf(result), parameters };
  } catch (error) {
    if (error instanceof TiebreakError || 'syscall' in (error as object)) throw error;
    return { problem: "it can't be read as one" };
  }
}

function figuresOf(result: z.output<typeof manifestSchema>['result']): Record<string, number> {
  const figures = { ...result.validation, bestStep: result.bestStep, trainingLoss: result.loss };
  return Object.fromEntries(
    Object.entries(figures).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}
