import { startBackup } from '../app/backup/backup.ts';
import { startRestore } from '../app/backup/restore.ts';
import type { House } from '../app/kernel/house.ts';
import { os } from './base.ts';

export const backupApi = (house: House) =>
  os.backup.router({
    create: os.backup.create.handler(() => ({ task: startBackup(house) })),
    restore: os.backup.restore.handler(({ input }) => ({ task: startRestore(house, input.file) })),
  });
