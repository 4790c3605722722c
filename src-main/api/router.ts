import type { House } from '../app/house.ts';
import { appApi } from './app.ts';
import { os } from './base.ts';
import { filesApi } from './files.ts';
import { settingsApi } from './settings.ts';
import { tasksApi } from './tasks.ts';

/** The whole contract over one application. */
export const routerOf = (house: House) =>
  os.router({
    app: appApi(house),
    settings: settingsApi(house),
    tasks: tasksApi(house),
    files: filesApi(),
  });

export type Router = ReturnType<typeof routerOf>;
