import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cli, rows, scratchFolder } from '../../support/run-cli.ts';

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
  expect((await cli(home, 'import', scratch.write('a.jsonl', rows(0, 3)))).code).toBe(0);
  const out = await cli(home, '--json', 'project', 'export', file);
  expect([out.code, out.json()]).toEqual([0, { file, name: 'home', bytes: expect.any(Number) }]);
  const [made, again, listed, both] = await Promise.all([
    cli(home, '--json', 'project', 'import', file, '--into', 'Second'),
    cli(home, 'project', 'export', file),
    cli(home, 'project', 'import', file, '--into', home),
    cli(home, '--project', 'Second', 'stats'),
  ]);
  expect(made.json()).toMatchObject({ name: 'Second', posts: 3, answers: 0, models: 0 });
  expect(existsSync(join(scratch.folder, 'projects', 'second', 'tiebreak.sqlite'))).toBe(true);
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('is there already. Nothing was written')]);
  expect([listed.code, listed.err]).toEqual([1, expect.stringContaining('something is in it. Nothing was changed')]);
  expect([both.code, both.err]).toEqual([1, expect.stringContaining('give one of them')]);
  const list = await cli(home, '--json', 'projects');
  expect(list.json()).toMatchObject({
    projects: [expect.objectContaining({ name: 'Second', posts: 3 })],
    damaged: null,
  });
});
