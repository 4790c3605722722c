import { backupsOf, removeAutomatic, startAutomatic } from '../app/backup/automatic.ts';
import { startBackup } from '../app/backup/backup.ts';
import { startPreview } from '../app/backup/preview.ts';
import { putAsideOf, startRemoval } from '../app/backup/put-aside.ts';
import { startRestore } from '../app/backup/restore.ts';
import { archiveSource, automaticSource } from '../app/backup/sources.ts';
import type { House } from '../app/kernel/house.ts';
import { os } from './base.ts';

export const backupApi = (house: House) =>
  os.backup.router({
    create: os.backup.create.handler(() => ({ task: startBackup(house) })),
    putAside: os.backup.putAside.handler(async () => ({ folders: await putAsideOf(house) })),
    removePutAside: os.backup.removePutAside.handler(async ({ input }) => ({
      task: await startRemoval(house, input.name),
    })),
    restore: os.backup.restore.handler(({ input }) => ({
      task: startRestore(house, archiveSource(house.files.find(input.file))),
    })),
    preview: os.backup.preview.handler(({ input }) => {
      const source =
        'file' in input ? archiveSource(house.files.find(input.file)) : automaticSource(house, input.backup);
      return { task: startPreview(house, source) };
    }),
    automatic: os.backup.automatic.handler(() => backupsOf(house.home)),
    makeAutomatic: os.backup.makeAutomatic.handler(() => ({ task: startAutomatic(house, { reason: 'asked' }) })),
    restoreAutomatic: os.backup.restoreAutomatic.handler(({ input }) => ({
      task: startRestore(house, automaticSource(house, input.backup)),
    })),
    removeAutomatic: os.backup.removeAutomatic.handler(({ input }) => removeAutomatic(house, input.backup)),
  });
