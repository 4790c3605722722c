import { resolve } from 'node:path';
import type { z } from 'zod';
import type { ExportedFile } from '../../checkpoint/exported-file.ts';
import { archiveExtension } from '../../common/file-kinds.ts';
import type { CallHooks, exportModelCall, ModelFormat } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { ModelExportReport } from '../../contract/reports.ts';
import { writeWholeFile } from '../../disk/whole.ts';
import { findKeptModel } from '../../store/models.ts';
import { type House, namedModel } from '../kernel/house.ts';
import { namedOutput } from '../kernel/named-output.ts';
import { filesInFormat } from './export-formats.ts';
import { checkFolder, writeExportFolder, zipOf } from './write-export.ts';

/** Writes a model to a file or a folder, which appears whole or not at all. */
export async function exportModel(
  house: House,
  call: z.output<typeof exportModelCall>,
  hooks: CallHooks,
): Promise<ModelExportReport> {
  const begun = performance.now();
  const out = resolve(call.out);
  const asFile = call.as === 'archive' || out.toLowerCase().endsWith('.zip');
  const output = await namedOutput(house, out, call.replace, asFile ? 'file' : 'folder');
  const model = findKeptModel(house.store, namedModel(house, call.model).id);
  const made = await filesInFormat(house, model, call.as, hooks.signal);
  if (!asFile) await checkFolder(output, made);
  const { files, sizes } = watched(made, model.name, hooks);
  if (asFile) await writeWholeFile(output, (handle) => handle.writeFile(zipOf(files)));
  else await writeExportFolder(output, files);
  const seconds = (performance.now() - begun) / 1000;
  return { model: model.name, as: call.as, out, files: sizes(), seconds };
}

/** Offers a model as one file, a zip file where the format is a folder: a task, whose number it gives. */
export function offerModel(house: House, name: string, format: ModelFormat): number {
  const model = findKeptModel(house.store, namedModel(house, name).id);
  const fileName = format === 'archive' ? `${model.name}${archiveExtension}` : `${model.name}-${format}.zip`;
  return house.tasks.start('model-export', `Exporting ${model.name}`, async (hooks) => {
    const made = await filesInFormat(house, model, format, hooks.signal);
    const { files } = watched(made, model.name, hooks);
    const file = await house.files.offer(fileName, (path) =>
      writeWholeFile(path, (handle) => handle.writeFile(zipOf(files))),
    );
    return { file };
  });
}

/** The same files, which report how much of them was read, and end where the export was cancelled. */
export function watched(
  files: readonly ExportedFile[],
  model: string,
  { onProgress, signal }: CallHooks,
): { readonly files: readonly ExportedFile[]; readonly sizes: () => ModelExportReport['files'] } {
  const total = files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const read = new Map<string, number>();
  const begun = performance.now();
  let done = 0;
  const watch = async function* ({ name, bytes, content }: ExportedFile): AsyncGenerator<Uint8Array> {
    read.set(name, 0);
    for await (const piece of content()) {
      if (signal?.aborted) {
        throw new TiebreakError('cancelled', `The export of ${model} was cancelled. Nothing was written.`);
      }
      read.set(name, read.get(name)! + piece.length);
      if (bytes !== null) done += piece.length;
      const seconds = (performance.now() - begun) / 1000;
      // The first kilobytes say nothing of the speed.
      const secondsLeft = done < total / 20 ? null : (seconds * (total - done)) / done;
      onProgress?.({ phase: 'files', done, total, speed: null, secondsLeft });
      yield piece;
    }
  };
  return {
    files: files.map((file) => ({ ...file, content: () => watch(file) })),
    sizes: () => [...read].map(([name, bytes]) => ({ name, bytes })),
  };
}
