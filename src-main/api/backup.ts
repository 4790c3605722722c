import { startBackup } from '../app/backup/backup.ts';
import { putAsideOf, startRemoval } from '../app/backup/put-aside.ts';
import { startRestore } from '../app/backup/restore.ts';
import type { House } from '../app/kernel/house.ts';
import { os } from './base.ts';

export const backupApi = (house: House) =>
  os.backup.router({
    create: os.backup.create.handler(() => ({ task: startBackup(house) })),
    putAside: os.backup.putAside.handler(async () => ({ folders: await putAsideOf(house) })),
    removePutAside: os.backup.removePutAside.handler(async ({ input }) => ({
      task: await startRemoval(house, input.name),
    })),
    restore: os.backup.restore.handler(({ input }) => ({ task: startRestore(house, input.file) })),
  });
