import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { openApp, projects } from '../../src-main/app.ts';
import { forget, keep, knownProjects, lastPlace, note, noteLast, projectAt } from '../../src-main/projects/list.ts';
import { folderOfApp, folderOfWanted, projectCalled } from '../../src-main/projects/which.ts';
import { heldByOther } from '../support/held-by-other.ts';
import { temporaryFolder } from '../support/temporary.ts';

let scratch: string;
let usual: string;
const listFile = (): string => join(scratch, 'config', 'projects.json');

beforeEach(() => {
  scratch = temporaryFolder();
  usual = join(scratch, 'data', 'tiebreak');
  vi.stubEnv('TIEBREAK_CONFIG', join(scratch, 'config'));
  vi.stubEnv('TIEBREAK_PROJECTS', join(scratch, 'projects'));
  vi.stubEnv('TIEBREAK_HOME', '');
  // Where the usual data folder is on Linux.
  vi.stubEnv('XDG_DATA_HOME', join(scratch, 'data'));
  return () => vi.unstubAllEnvs();
});
const onLinux = test.skipIf(process.platform !== 'linux');
const folder = (name: string): string => {
  const path = join(scratch, name);
  mkdirSync(path, { recursive: true });
  return path;
};

onLinux('before the first start there is one project, and to look at it writes nothing', () => {
  expect(projects.list()).toEqual({
    projects: [
      expect.objectContaining({ name: 'My community', place: usual, state: 'new', openedAt: null, trouble: null }),
    ],
    damaged: null,
  });
  expect(readdirSync(scratch)).toEqual([]);
  expect(folderOfApp({})).toBe(usual);
});

onLinux('the list lies where the system keeps configuration', () => {
  vi.stubEnv('TIEBREAK_CONFIG', '');
  vi.stubEnv('XDG_CONFIG_HOME', join(scratch, 'xdg'));
  keep(folder('a'), { name: 'A' });
  expect(readdirSync(join(scratch, 'xdg', 'tiebreak'))).toEqual(['projects.json']);
});

onLinux(
  'a folder is listed once it was opened, with what was in it; the app opens the one that it was led to last',
  () => {
    const a = folder('a');
    note(a, { openedAt: '2026-01-02T00:00:00.000Z', posts: 3, answers: 1 });
    expect(projectAt(a)).toEqual({ place: a, name: 'a', openedAt: '2026-01-02T00:00:00.000Z', posts: 3, answers: 1 });
    expect(knownProjects().map(({ name }) => name)).toEqual(['a']);
    // A folder that was only named by its path does not become the one that opens by itself.
    expect(folderOfApp({})).toBe(usual);
    noteLast(a);
    expect(folderOfApp({})).toBe(a);
    expect(folderOfWanted({})).toBe(usual);
    expect(folderOfApp({ home: usual })).toBe(usual);
    vi.stubEnv('TIEBREAK_HOME', usual);
    expect(folderOfApp({})).toBe(usual);
    vi.stubEnv('TIEBREAK_HOME', '');
    rmSync(a, { recursive: true });
    expect(lastPlace()).toBeNull();
    expect(folderOfApp({})).toBe(usual);
  },
);

onLinux('a project is named as people read names, and another of the same name gets a number', () => {
  keep(folder('x/same'), {});
  keep(folder('y/same'), {});
  expect(knownProjects().map(({ name }) => name)).toEqual(['same', 'same 2']);
  expect(projectCalled(' SAME ').place).toBe(join(scratch, 'x/same'));
  expect(() => projectCalled('other')).toThrow("There is no project 'other'. There are: 'same', 'same 2'.");
  expect(() => folderOfWanted({ home: 'a', project: 'same' })).toThrow('give one of them');
  expect(() => projects.rename(projectCalled('same 2'), 'Same')).toThrow('is called');
  projects.rename(projectCalled('same'), 'Same');
  projects.rename(projectCalled('same 2'), 'Other');
  expect(
    knownProjects()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['Other', 'Same']);
});

onLinux('a list that is damaged costs names alone, is said, and is kept beside the next one', () => {
  mkdirSync(join(scratch, 'config'));
  for (const text of ['{"format":1,"projects":[', '{"format":9}', '[]', '', '\0\0']) {
    writeFileSync(listFile(), text);
    expect(knownProjects()).toHaveLength(1);
    expect(projects.list().damaged).toContain('No data are lost');
    note(folder('a'), { posts: 1, answers: 2 });
    expect(knownProjects()).toEqual([expect.objectContaining({ name: 'a', posts: 1 })]);
    expect(projects.list().damaged).toBeNull();
    expect(readFileSync(join(scratch, 'config', 'projects.damaged.json'), 'utf8')).toBe(text);
  }
  // One entry that can't be read takes no other along.
  const { projects: all, ...rest } = JSON.parse(readFileSync(listFile(), 'utf8')) as { projects: unknown[] };
  writeFileSync(listFile(), JSON.stringify({ ...rest, projects: [{ place: 3 }, ...all] }));
  expect(knownProjects().map(({ name }) => name)).toEqual(['a']);
  expect(projects.list().damaged).toContain('No data are lost');
});

onLinux('where the list can not be written, opening goes on, and what was asked for says so', () => {
  writeFileSync(join(scratch, 'config'), 'a file in its place');
  note(folder('a'), { posts: 1 });
  noteLast(join(scratch, 'a'));
  expect(knownProjects()).toHaveLength(1);
  expect(() => keep(folder('a'), { name: 'A' })).toThrow(/ENOTDIR|EEXIST/);
  expect(() => projects.add('B')).toThrow(/ENOTDIR|EEXIST/);
  // Nothing of it is left.
  expect(readdirSync(join(scratch, 'projects'))).toEqual([]);
});

onLinux('a new project has a folder of its own by its name, and nothing in it', async () => {
  const names = ['Café Ünïted', 'cafe united!', '犬', 'CON', '../up'];
  const added = names.map((name) => projects.add(name));
  expect(added.map(({ place }) => place.slice(scratch.length))).toEqual(
    ['cafe-united', 'cafe-united-2', 'project', 'project-con', 'up'].map((name) => `/projects/${name}`),
  );
  expect(() => projects.add('CAFÉ ünïted')).toThrow('Nothing was changed: choose another name.');
  const app = openApp({ home: added[0]!.place });
  expect(app.counts()).toEqual({ posts: 0, answers: 0 });
  await app.close();
});

onLinux(
  'one that is gone or open elsewhere is said so, with what to do; taking one off the list deletes nothing',
  () => {
    const { place: open } = projects.add('Open');
    const { place: gone } = projects.add('Gone');
    const letGo = heldByOther(open, 'open');
    rmSync(gone, { recursive: true });
    const lines = projects.list().projects;
    const line = (name: string) => lines.find((each) => each.name === name);
    expect(line('Open')).toMatchObject({
      state: 'elsewhere',
      trouble: expect.stringContaining('go on there, or close it first'),
    });
    expect(line('Gone')).toMatchObject({ state: 'gone', trouble: expect.stringContaining('bring it back') });
    letGo();
    expect(projects.list().projects.find(({ name }) => name === 'Open')).toMatchObject({
      state: 'closed',
      trouble: null,
    });
    projects.forget(projectCalled('Open'));
    expect(knownProjects().map(({ name }) => name)).toEqual(['Gone']);
    expect(existsSync(join(open, 'tiebreak.sqlite'))).toBe(true);
    forget(gone);
    expect(() => projects.forget(projectAt(usual))).toThrow('it stays on the list');
  },
);
