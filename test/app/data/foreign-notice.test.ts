import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../src-main/app.ts';
import { encodersFolder } from '../../support/fixtures.ts';
import { scratchFolder, startCli } from '../../support/run-cli.ts';
import { sentences } from '../../support/sentences.ts';
import { clientOf, give, resultOf } from '../../support/served.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

/** Posts with comments in a language, in an order, as one file. */
function fileOf(language: string): string {
  const comments = sentences[language]!.map((text, score) => ({ text, score }));
  const rows = [0, 1, 2].map((i) => ({
    id: `${language}:${i}`,
    title: `${language} ${i}`,
    text: sentences[language]![i],
    comments: comments.map(({ text, score }) => ({ text: `${text} (${i})`, score })),
  }));
  return scratch.write(`${language}.jsonl`, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
}

async function withApp(name: string, use: (app: App) => Promise<void>): Promise<void> {
  const app = openApp({ home: join(scratch.folder, name) });
  try {
    await use(app);
  } finally {
    await app.close();
  }
}

describe('imported comments in another language', () => {
  test('are noticed, once, with the name of a multilingual encoder', () =>
    withApp('once', async (app) => {
      expect(await app.import({ files: [fileOf('English')] })).not.toHaveProperty('foreign');
      const { foreign } = await app.import({ files: [fileOf('German')] });
      expect(foreign).toMatchObject({
        encoder: 'all-MiniLM-L6-v2',
        share: 1,
        unknown: 0,
        script: null,
        multilingual: null,
      });
      expect(foreign!.piecesPerWord).toBeGreaterThan(1.8);
      expect(await app.import({ files: [fileOf('Russian')] })).not.toHaveProperty('foreign');
    }));

  test('are told from those that were there before', () =>
    withApp('before', async (app) => {
      const many = Array.from({ length: 100 }, (_, i) => ({
        id: `${i}`,
        text: `A question ${i}`,
        comments: sentences.English!.map((text, score) => ({ text: `${text} (${i})`, score })),
      }));
      await app.import({ files: [scratch.write('many.jsonl', many.map((row) => JSON.stringify(row)).join('\n'))] });
      expect((await app.import({ files: [fileOf('Russian')] })).foreign).toMatchObject({
        share: 1,
        script: 'Cyrillic',
      });
    }));

  test('lead to the multilingual encoder that is here already', () =>
    withApp('here', async (app) => {
      const folder = join(scratch.folder, 'multilingual-e5-small');
      cpSync(join(encodersFolder(), 'multilingual-e5-small'), folder, { recursive: true });
      await app.importModel({ path: folder });
      expect((await app.import({ files: [fileOf('Japanese')] })).foreign).toMatchObject({
        script: 'Japanese',
        multilingual: 'multilingual-e5-small',
      });
    }));

  test('are noticed in the app as well', () =>
    withApp('window', async (app) => {
      const rows = sentences.Arabic!.map((text, i) =>
        JSON.stringify({ id: `${i}`, text: `${i}`, comments: [{ text }, { text: `${text} !` }] }),
      );
      const { handle } = await give(app, 'arabic.jsonl', rows.join('\n'));
      const { task } = await clientOf(app).data.import({ files: [handle] });
      expect((await resultOf(app, 'import', task)).foreign).toMatchObject({ script: 'Arabic' });
    }));
});

describe('in the terminal', () => {
  const run = (home: string, ...args: string[]) => startCli(join(scratch.folder, home), args).finished;

  test('one line says so after an import, and what to do', async () => {
    const first = await run('terminal', 'import', fileOf('French'));
    expect(first.out).toMatch(
      /\d+\.\d% of these comments are not in a language that all-MiniLM-L6-v2 reads: it cuts each of their words into \d\.\d pieces, and words that it knows into about 1\.1\./,
    );
    expect(first.out).toMatch(
      /models fetch intfloat\/multilingual-e5-small, and then train with --encoder multilingual-e5-small\./,
    );
    expect((await run('terminal', 'import', fileOf('Spanish'))).out).not.toMatch(/reads/);
  });

  test('and after a training, where it was not said before', async () => {
    const home = 'trained';
    await run(home, 'import', fileOf('English'));
    const folder = join(encodersFolder(), 'gte-small');
    await run(home, 'models', 'import', folder);
    // Its vocabulary of a few hundred pieces has no English word whole.
    const trained = await run(home, 'train', 'deep', '--encoder', 'gte-small', '--set', 'epochs=1', '--no-compare');
    expect(trained.out).toMatch(/The model deep-1 is ready/);
    expect(trained.out).toMatch(/of these comments are not in a language that gte-small reads/);
    const again = await run(
      home,
      'train',
      'deep',
      '--encoder',
      'gte-small',
      '--set',
      'epochs=1',
      '--no-compare',
      '--json',
    );
    expect(again.json()).not.toHaveProperty('foreign');
  });
});
