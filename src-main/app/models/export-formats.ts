import { basename } from 'node:path';
import { type ExportedFile, textFile } from '../../checkpoint/exported-file.ts';
import { cutsOnce, type ReadingFacts } from '../../checkpoint/reading-facts.ts';
import type { ModelFormat } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { huggingFaceFiles } from '../../engine/export/huggingface.ts';
import { onnxFiles } from '../../engine/export/onnx.ts';
import type { KeptModel } from '../../store/models.ts';
import { type House, modelFolder } from '../kernel/house.ts';
import { bundleFiles } from './bundle.ts';
import { filledText } from './export-texts.ts';
import { type ExportedModel, openExportedModel, wordsOf } from './exported-model.ts';
import { archiveFiles, encoderFilesOf } from './model-archive.ts';
import { scoringFiles } from './scoring-bundle.ts';
import { textModelFiles } from './text-model-files.ts';

/**
 * The files that a model is in a format. Nothing of a large one is in memory.
 * @throws TiebreakError where it has no such form; damaged where files of it are gone
 */
export async function filesInFormat(
  house: House,
  model: KeptModel,
  format: ModelFormat,
  signal: AbortSignal | undefined,
): Promise<readonly ExportedFile[]> {
  try {
    return await filesOf(house, model, format, signal);
  } catch (error) {
    const { code, path = '' } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || !path.startsWith(modelFolder(house, model))) throw error;
    const message = `${basename(path)} of ${model.name} is missing from the data folder, so it can't be exported. Nothing was written: bring the model back from a backup, or delete it.`;
    throw new TiebreakError('damaged', message, { cause: error });
  }
}

async function filesOf(
  house: House,
  model: KeptModel,
  format: ModelFormat,
  signal: AbortSignal | undefined,
): Promise<readonly ExportedFile[]> {
  if (model.kind === 'encoder') return publishedFiles(house, model, format);
  if (format === 'archive') return archiveFiles(house, model);
  if (format === 'scoring') return scoringFiles(house, model, signal);
  if (model.kind === 'reward' && model.method !== 'gpt') return textModelFiles(house, model, format, signal);
  const opened = await openExportedModel(house, model);
  if (format === 'onnx') return onnx(house, opened);
  const base = await huggingFace(house, opened);
  return format === 'huggingface' ? base : bundleFiles(house, opened, base, signal);
}

/** An encoder leaves as it came: in the form in which such a one is published, which is read here again. */
async function publishedFiles(house: House, model: KeptModel, format: ModelFormat): Promise<readonly ExportedFile[]> {
  if (format === 'archive' || format === 'huggingface') return encoderFilesOf(house, model);
  const message = `${model.name} is a text reader as others published it: it can be exported as the folder it came as, and not in this form. Nothing was written.`;
  throw new TiebreakError('bad-input', message);
}

const factsOf = ({ kept: { context }, maxTokens, folder }: ExportedModel): ReadingFacts => ({
  maxTokens,
  context,
  cutOnce: cutsOnce(folder.manifest),
});

async function huggingFace(house: House, model: ExportedModel): Promise<readonly ExportedFile[]> {
  const card = model.kept.kind === 'reward' ? 'huggingface.md' : 'language-model.md';
  const readme = textFile('README.md', await filledText(card, wordsOf(house, model)));
  return [readme, ...huggingFaceFiles(model.folder, model.tokenizer, factsOf(model))];
}

async function onnx(house: House, model: ExportedModel): Promise<readonly ExportedFile[]> {
  const { kept, folder, tokenizer } = model;
  if (kept.kind !== 'reward') {
    const message = `${kept.name} is a language model, which gives no rewards: an ONNX model is made of reward models. Nothing was written: train a reward model that starts from it, or export it as a Hugging Face folder.`;
    throw new TiebreakError('bad-input', message);
  }
  const files = onnxFiles(folder, tokenizer, factsOf(model));
  const beside = files.some(({ name }) => name === 'model.onnx.data');
  const external = beside ? ' The weights are in `model.onnx.data`, which must lie beside `model.onnx`.' : '';
  const readme = await filledText('onnx.md', { ...wordsOf(house, model), external });
  return [textFile('README.md', readme), ...files];
}
