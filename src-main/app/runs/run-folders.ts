import { join } from 'node:path';
import type { House } from '../kernel/house.ts';

/** Where a run keeps its checkpoint and its data until it is done. */
export function runFolder(house: Pick<House, 'home'>, id: number): string {
  return join(house.home, 'runs', String(id));
}

/** How the names of folders begin whose run does not exist yet. */
export const preparing = 'preparing-';
