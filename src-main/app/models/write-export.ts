import type { EventEmitter } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import type { ExportedFile } from '../../checkpoint/exported-file.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { fill } from '../../disk/fill.ts';
import { isThere, type Output } from '../../disk/output.ts';
import { writeWholeFolder } from '../../disk/whole.ts';

/**
 * Sees that an export may go to a folder: one that is not there, or empty; or, when it is to be replaced, an earlier export of the same form,
 * and nothing of somebody else's.
 * @throws TiebreakError bad-input
 */
export async function checkFolder({ path, replace }: Output, files: readonly ExportedFile[]): Promise<void> {
  const inside = await readdir(path).catch(() => []);
  if (inside.length === 0) return;
  if (!replace) throw isThere(path);
  const own = new Set(files.map(({ name }) => name.split('/')[0]));
  const foreign = inside.find((name) => !own.has(name));
  if (foreign !== undefined) {
    const message = `${path} holds ${foreign}, which is no part of such an export, so it is not replaced. Nothing was written: choose another place.`;
    throw new TiebreakError('bad-input', message);
  }
}

/** Writes files into a folder that appears whole or not at all, in the place of one that was there. */
export function writeExportFolder(out: string | Output, files: readonly ExportedFile[]): Promise<void> {
  return writeWholeFolder(out, async (folder) => {
    for (const { name, content } of files) {
      const path = join(folder, ...name.split('/'));
      await mkdir(dirname(path), { recursive: true });
      await fill(path, (target) => pipeline(Readable.from(content(), { objectMode: false }), target));
    }
  });
}

/** Files as the content of a zip archive. Weights are as good as random: to compress them takes long and gains little. */
export function zipOf(files: readonly ExportedFile[]): AsyncIterable<Uint8Array> {
  const zip = new yazl.ZipFile();
  const archive = zip.outputStream as Readable;
  // yazl is an emitter of errors, whatever its types say.
  (zip as unknown as EventEmitter).on('error', (error: Error) => archive.destroy(error));
  for (const { name, bytes, content } of files) {
    const compress = /\.(json|jsonl|txt|md|py|yaml)$/.test(name);
    zip.addReadStreamLazy(name, { compress, ...(bytes === null ? {} : { size: bytes }) }, (done) => {
      const source = Readable.from(content(), { objectMode: false });
      source.on('error', (error) => archive.destroy(error));
      done(null, source);
    });
  }
  zip.end();
  return archive;
}
