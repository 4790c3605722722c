import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cli, scratchFolder } from '../../support/run-cli.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
afterAll(scratch.remove);
beforeAll(() => {
  vi.stubEnv('TIEBREAK_CONFIG', join(scratch.folder, 'config'));
  vi.stubEnv('TIEBREAK_PROJECTS', join(scratch.folder, 'projects'));
  return () => vi.unstubAllEnvs();
});

test('a project goes out as a file and comes in as another one, which is known by its name', async () => {
  const file = join(scratch.folder, 'a.tiebreak-project');
  const out = await cli(home, '--json', 'project', 'export', file);
  expect([out.code, out.json()]).toEqual([0, { file, name: 'home', bytes: expect.any(Number) }]);
  const made = await cli(home, 'project', 'import', file, '--into', 'Second');
  const place = join(scratch.folder, 'projects', 'second');
  expect([made.code, made.out]).toEqual([0, expect.stringContaining(`Second is made, in ${place}: 0 posts`)]);
  const [list, both] = await Promise.all([cli(home, '--json', 'projects'), cli(home, '--project', 'Second', 'stats')]);
  expect(list.json()).toEqual({
    projects: [expect.objectContaining({ name: 'Second', place, posts: 0, state: 'closed' })],
    damaged: null,
  });
  expect([both.code, both.err]).toEqual([1, expect.stringContaining('give one of them')]);
});
