import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExportedFile, jsonFile } from '../../checkpoint/exported-file.ts';
import { contentOfFolder, encoderFiles, manifestFile } from '../../checkpoint/folder-content.ts';
import type { KeptModel } from '../../store/models.ts';
import { type House, modelFolder } from '../kernel/house.ts';

/** The files of a model's archive: those of its folder, and a manifest with what only the store knows of it. */
export async function archiveFiles(house: House, model: KeptModel): Promise<readonly ExportedFile[]> {
  const folder = modelFolder(house, model);
  const { files } = await contentOfFolder(folder);
  const manifest = JSON.parse(await readFile(join(folder, manifestFile), 'utf8')) as Record<string, unknown>;
  const { name, context, trainedOn } = model;
  return [
    jsonFile(manifestFile, { ...manifest, name, context, trainedOn }),
    ...(await Promise.all(files.map((file) => fileOf(folder, file)))),
  ];
}

/** The files of a sentence encoder, which say all there is to know of it. */
export async function encoderFilesOf(house: House, model: KeptModel): Promise<readonly ExportedFile[]> {
  const folder = modelFolder(house, model);
  return Promise.all(encoderFiles.map((file) => fileOf(folder, file)));
}

async function fileOf(folder: string, name: string): Promise<ExportedFile> {
  const path = join(folder, name);
  const { size } = await stat(path);
  return { name, bytes: size, content: () => createReadStream(path, { highWaterMark: 2 ** 20 }) };
}
