import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openApp } from '../../../src-main/app.ts';
import { projectChanged } from '../../../src-main/contract/bridge.ts';
import { TiebreakError } from '../../../src-main/contract/errors.ts';
import { createShown } from '../../../src-main/doors/browser/projects.ts';
import { openBrowserDoor } from '../../../src-main/doors/browser/server.ts';
import { addressOfOpenDoor } from '../../../src-main/doors/browser/word.ts';
import { pagesIn } from '../../../src-main/doors/shared/assets.ts';
import { heldByOther } from '../../support/held-by-other.ts';
import { connect, writePages } from '../../support/open-door.ts';
import { enter } from '../../support/started-door.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('another project takes the place of the one before, in every page; none that knew the one says anything to the other', async () => {
  const scratch = temporaryFolder();
  const home = join(scratch, 'home');
  vi.stubEnv('TIEBREAK_CONFIG', join(scratch, 'config'));
  vi.stubEnv('TIEBREAK_PROJECTS', join(scratch, 'projects'));
  const engineEntry = fileURLToPath(new URL('../../support/fake-engine.ts', import.meta.url));
  const first = openApp({ home, alone: true, engineEntry });
  const shown = createShown(first, (next) => door.show(next));
  const door = await openBrowserDoor(first, pagesIn(writePages(scratch), false), 0, shown.open);
  onTestFinished(async () => {
    await shown.settled();
    await door.close();
    await shown.app().close();
    vi.unstubAllEnvs();
  });
  const origin = `http://127.0.0.1:${door.port}`;
  const secret = await enter(door.newAddress());
  const page = () => connect({ app: first, door, home, origin, secret, close: async () => {} });
  const [one, two] = [page(), page()];
  await Promise.all([one, two].map(({ socket }) => once(socket, 'open')));
  await one.client.settings.set({ annotator: 'Ada', theme: 'dark', guidelines: 'Be kind.' });
  const { id } = await one.client.projects.add({ name: 'Second' });
  const place = join(scratch, 'projects', 'second');

  // Where it can't be opened, or something is going on here, all stays as it is.
  const letGo = heldByOther(place, 'open');
  await expect(one.client.projects.open({ project: id })).rejects.toThrow('go on there, or close it first');
  letGo();
  let stopped = false;
  first.tasks.start('import', 'Importing letters.csv', ({ signal }) => {
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => {
      stopped = true;
      reject(new TiebreakError('cancelled', 'It was cancelled.'));
    });
    return promise;
  });
  await expect(one.client.projects.open({ project: id })).rejects.toThrow("'Importing letters.csv' is still going on");
  expect(await two.client.settings.get()).toMatchObject({ annotator: 'Ada' });
  expect(stopped).toBe(false);

  const closed = Promise.all([one, two].map(({ socket }) => once(socket, 'close') as Promise<[number]>));
  await one.client.projects.open({ project: id, stop: true });
  expect(stopped).toBe(true);
  expect((await closed).map(([code]) => code)).toEqual([projectChanged, projectChanged]);
  await shown.settled();

  // The same secret lets in again; a person's own settings went along, and nothing else.
  const after = page();
  await once(after.socket, 'open');
  expect((await after.client.app.info()).home).toBe(place);
  expect(await after.client.settings.get()).toMatchObject({ annotator: 'Ada', theme: 'dark', guidelines: '' });
  expect((await after.client.projects.list()).projects.map(({ name, state }) => [name, state])).toEqual([
    ['Second', 'here'],
  ]);
  // The old folder is free, and a second start finds the door by the new one, where a tab comes back after a restart as well.
  expect(await addressOfOpenDoor(home)).toBeNull();
  expect(await addressOfOpenDoor(place)).toContain(origin);
  expect(readFileSync(join(place, 'sessions.json'), 'utf8')).toBe(readFileSync(join(home, 'sessions.json'), 'utf8'));
  expect(existsSync(join(home, 'tiebreak.lock'))).toBe(false);
  heldByOther(home, 'open')();
  after.socket.close();
});
