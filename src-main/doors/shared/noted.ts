import { type App, type AppOptions, openApp } from '../../app.ts';
import { note } from '../../projects/list.ts';

/** Opens a data folder alone, and keeps in the list of projects when that was, and what was in it when it was closed. */
export function openNoted(options: AppOptions): App {
  const app = openApp({ ...options, alone: true });
  note(app.home, { openedAt: new Date().toISOString(), ...app.counts() });
  return {
    ...app,
    close: async () => {
      note(app.home, app.counts());
      await app.close();
    },
  };
}
