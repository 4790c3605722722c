import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { runFormatOf } from '../../common/file-kinds.ts';
import type { RunRecord } from '../../common/run-record.ts';
import type { CallHooks, exportRunsCall } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { RunsExport } from '../../contract/reports.ts';
import { isThere, type Output } from '../../disk/output.ts';
import { writeWholeFile, writeWholeFolder } from '../../disk/whole.ts';
import { longForm } from '../../tracking/long-form.ts';
import { eventFileName, eventFrames } from '../../tracking/tfevents.ts';
import type { House } from '../kernel/house.ts';
import { namedOutput } from '../kernel/named-output.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { meantRuns, recordOf } from './records.ts';

/** How much is written at once. */
const bufferSize = 1 << 18;

/**
 * Writes the curves, settings and figures of runs: a file that appears whole or not at all; for TensorBoard a folder with one for
 * each run.
 */
export async function exportRuns(
  house: House,
  { out, replace, runs: named, format = runFormatOf(out) }: z.output<typeof exportRunsCall>,
  hooks: CallHooks,
): Promise<RunsExport> {
  const path = resolve(out);
  const output = await namedOutput(house, path, replace, format === 'tensorboard' ? 'folder' : 'file');
  const runs = meantRuns(house, named);
  if (format === 'tensorboard') await writeFolder(house, output, runs, hooks);
  else await writeLongForm(house, output, runs, format, hooks);
  return { file: path, runs: runs.length, format };
}

async function writeLongForm(
  house: House,
  output: Output,
  runs: readonly number[],
  format: 'jsonl' | 'csv',
  hooks: CallHooks,
): Promise<void> {
  const pause = createPauses(hooks.signal);
  await writeWholeFile(output, async (handle) => {
    let waiting = '';
    for (const text of longForm(format, recordsOf(house, runs, hooks))) {
      waiting += text;
      if (waiting.length < bufferSize) continue;
      await handle.writeFile(waiting);
      waiting = '';
      await pause();
    }
    await handle.writeFile(waiting);
  });
}

async function writeFolder(house: House, output: Output, runs: readonly number[], hooks: CallHooks): Promise<void> {
  await checkFolder(output);
  const pause = createPauses(hooks.signal);
  await writeWholeFolder(output, async (whole) => {
    for (const record of recordsOf(house, runs, hooks)) {
      const folder = join(whole, folderName(record));
      await mkdir(folder);
      const frames: Uint8Array[] = [];
      for (const frame of eventFrames(record)) {
        frames.push(frame);
        await pause();
      }
      await writeFile(join(folder, eventFileName(record)), Buffer.concat(frames));
    }
  });
}

/** A folder is replaced only where there is nothing in it but what such an export writes. */
async function checkFolder({ path, replace }: Output): Promise<void> {
  const inside = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  if (inside.length === 0) return;
  if (!replace) throw isThere(path);
  const foreign = inside.find(
    (entry) => !(entry.isDirectory() ? /^\d+-/ : /^events\.out\.tfevents\./).test(entry.name),
  );
  if (!foreign) return;
  const message = `${path} holds ${foreign.name}, which is no part of such an export, so it is not replaced. Nothing was written: choose another place.`;
  throw new TiebreakError('bad-input', message);
}

/** TensorBoard shows a run by the name of its folder. The number keeps runs of one name apart. */
const folderName = ({ run }: RunRecord): string =>
  `${run.id}-${run.name.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 80)}`;

function* recordsOf(house: House, runs: readonly number[], { onProgress }: CallHooks): Generator<RunRecord> {
  for (const [done, id] of runs.entries()) {
    yield recordOf(house, id);
    onProgress?.({ phase: 'export', done: done + 1, total: runs.length, speed: null, secondsLeft: null });
  }
}
