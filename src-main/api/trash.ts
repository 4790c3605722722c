import { restoreFromTrash, startEmptying, startRemoving, trashOf } from '../app/deleted/trash.ts';
import type { House } from '../app/kernel/house.ts';
import { os } from './base.ts';

export const trashApi = (house: House) =>
  os.trash.router({
    list: os.trash.list.handler(() => ({ items: trashOf(house) })),
    restore: os.trash.restore.handler(({ input }) => restoreFromTrash(house, input)),
    remove: os.trash.remove.handler(({ input }) => ({ task: startRemoving(house, input) })),
    empty: os.trash.empty.handler(() => ({ task: startEmptying(house) })),
  });
