import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { App } from '../../src-main/app.ts';
import { createProgram } from '../../src-main/doors/terminal/program.ts';
import { importPosts, openHouse, plainPosts } from '../support/house-with-posts.ts';
import { temporaryFile, temporaryFolder } from '../support/temporary.ts';

type Writing = (path: string, replace: boolean) => Promise<unknown>;

/** All that writes a file where a person says. */
const commands = (app: App): Readonly<Record<string, Writing>> => {
  const file = temporaryFile('{"text":"A post","comments":[{"text":"A comment"}]}');
  return {
    export: (path, replace) => app.export({ file: path, replace }),
    'stats --html': (path, replace) => app.statsPage({ file: path, replace }),
    score: (out, replace) => app.scoreFile({ file, out, replace }),
    embed: (out, replace) => app.embedFile({ file, out, replace }),
    'runs export': (out, replace) => app.exportRuns({ out, replace, format: 'jsonl' }),
    'runs export as a folder': (out, replace) => app.exportRuns({ out, replace, format: 'tensorboard' }),
    'runs report': (out, replace) => app.report({ out, replace }),
    'models export': (out, replace) => app.exportModel({ model: 'quick-1', out, replace }),
    'models export as a folder': (out, replace) =>
      app.exportModel({ model: 'quick-1', out, replace, as: 'huggingface' }),
  };
};

test('no command writes into the data folder, nor over what is there unasked', async () => {
  const { app, home } = openHouse();
  await importPosts(app, plainPosts(2, 3));
  await app.train({ method: 'quick', compare: false });
  const folder = temporaryFolder();
  const theirs = join(folder, 'theirs.csv');
  writeFileSync(theirs, 'theirs');
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'folder', 'theirs.txt'), 'theirs');
  const database = readFileSync(join(home, 'tiebreak.sqlite'));
  for (const [name, write] of Object.entries(commands(app))) {
    for (const own of ['tiebreak.sqlite', 'models', 'new.csv']) {
      await expect(write(join(home, own), true), name).rejects.toThrow('in the data folder');
    }
    expect(existsSync(join(home, 'new.csv')), name).toBe(false);
    const asFolder = name.endsWith('folder');
    await expect(write(theirs, false), name).rejects.toThrow(asFolder ? 'is a file' : 'is there already');
    if (asFolder) await expect(write(theirs, true), name).rejects.toThrow('is a file');
    // The model of this test has no files, and so no form to look for.
    for (const replace of name.startsWith('models') ? [] : [false, true]) {
      const why = !asFolder ? 'is a folder' : replace ? 'which is no part of such an export' : 'is there already';
      await expect(write(join(folder, 'folder'), replace), name).rejects.toThrow(why);
    }
    expect(readFileSync(theirs, 'utf8'), name).toBe('theirs');
  }
  expect(readFileSync(join(home, 'tiebreak.sqlite')).equals(database)).toBe(true);
  // Asked for, each is written, and written again.
  const { 'runs export': runs, 'runs export as a folder': board, export: ranking } = commands(app);
  for (const write of [runs!, ranking!]) {
    await write(theirs, true);
    expect(readFileSync(theirs, 'utf8')).not.toBe('theirs');
  }
  for (const replace of [false, true]) await board!(join(folder, 'board'), replace);
  await expect(board!(join(folder, 'board'), false)).rejects.toThrow('is there already');
});

test('every command that takes a file to write can be asked to replace it', () => {
  const program = createProgram(
    async () => {},
    async () => {},
    async () => {},
  );
  const all = [...program.commands, ...program.commands.flatMap(({ commands }) => commands)];
  const writing = all.filter(
    (command) =>
      command.name() === 'export' || command.options.some(({ long }) => long === '--out' || long === '--html'),
  );
  const names = writing.filter(({ commands }) => commands.length === 0).map((command) => command.name());
  // import --html and context --html turn HTML into text.
  const others = ['import', 'context'];
  expect(names.filter((name) => !others.includes(name)).sort()).toEqual([
    'embed',
    'export',
    'export',
    'export',
    'export',
    'report',
    'score',
    'stats',
  ]);
  for (const command of writing) {
    if (others.includes(command.name())) continue;
    expect(
      command.options.map(({ long }) => long),
      command.name(),
    ).toContain('--replace');
  }
});
