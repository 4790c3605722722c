import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RestorePreview } from '../../contract/backups.ts';
import { workInThread } from '../../worker/start.ts';
import type { House } from '../kernel/house.ts';
import type { RestoreHooks } from './archive.ts';
import { databaseName } from './backup.ts';
import { refusal, type Source } from './sources.ts';

/** Starts finding out what a restore would bring and take away, and gives the number of the task. */
export function startPreview(house: House, source: Source): number {
  return house.tasks.start('restore-preview', `Looking into ${source.name}`, (hooks) =>
    previewNow(house, source, hooks),
  );
}

/** The same for who waits for it. The database of the backup is checked and brought up to date as for a restore, beside what is there. */
export async function previewNow(house: House, source: Source, hooks: RestoreHooks): Promise<RestorePreview> {
  const folder = join(house.home, 'transfers', `preview-${randomBytes(8).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true });
    const { miscounted, unreadable } = await source.unpack(folder, hooks, { models: false });
    const other = join(folder, databaseName);
    const found = await workInThread({ job: 'difference', path: house.store.path, other }, 'restore', hooks);
    return { name: source.name, ...found, unreadable: [...miscounted, ...unreadable] };
  } catch (error) {
    throw refusal(source, folder, error, hooks.signal, 'Nothing was changed.');
  } finally {
    // The next start removes what this one can't.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
