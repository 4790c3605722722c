import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApp } from '../../../src-main/app.ts';
import { clientOf } from '../../support/served.ts';
import type { AtWork } from './work.ts';

const fakeEngine = fileURLToPath(new URL('../../support/fake-engine.ts', import.meta.url));

/** The folders of a case: the data folder, files to read, and a place for exports. */
export function openCase(folder: string, engine: boolean): AtWork {
  const app = openApp({ home: join(folder, 'home'), alone: true, ...(engine ? {} : { engineEntry: fakeEngine }) });
  return { app, client: clientOf(app), files: join(folder, 'files'), out: join(folder, 'out') };
}
