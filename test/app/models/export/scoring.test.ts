import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../../src-main/app.ts';
import { homeWithGpt2 } from '../../../support/gpt2-fixture.ts';
import { pythonFor, pythonPatience, runPython } from '../../../support/python.ts';
import { rows, scratchFolder } from '../../../support/run-cli.ts';

const scratch = scratchFolder();
const at = (...names: string[]): string => join(scratch.folder, ...names);
let app: App;

beforeAll(async () => {
  await homeWithGpt2(at('home'));
  app = openApp({ home: at('home') });
  await app.import({ files: [scratch.write('posts.jsonl', rows(0, 8))] });
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

type Row = Readonly<Record<'id' | 'comment_key' | 'input_key' | 'post' | 'comment', string>>;

async function rowsOf(folder: string): Promise<readonly Row[]> {
  const found: Row[] = [];
  for (const name of readdirSync(join(folder, 'data')).toSorted()) {
    const file = await asyncBufferFromFile(join(folder, 'data', name));
    found.push(...((await parquetReadObjects({ file })) as Row[]));
  }
  return found;
}

/** The rewards of all comments as a model of the application ranks them, by post and text. */
async function ranked(other: App, model: string): Promise<Map<string, number>> {
  const { posts } = await other.rank({ model, device: 'cpu' });
  return new Map(
    posts.flatMap(({ key, comments }) => comments.map(({ text, reward }) => [`${key}/${text}`, reward!] as const)),
  );
}

test('a model whose files are gone says so, and is not written', async () => {
  const [lost, kept] = [at('home', 'models', 'gpt2', 'config.json'), at('config.json')];
  renameSync(lost, kept);
  try {
    const refused = {
      code: 'damaged',
      message: expect.stringMatching(/^config\.json of gpt2 is missing .* Nothing was written/),
    };
    await expect(app.exportModel({ model: 'gpt2', as: 'archive', out: at('lost') })).rejects.toMatchObject(refused);
    expect(existsSync(at('lost'))).toBe(false);
  } finally {
    renameSync(kept, lost);
  }
});

describe('a bundle for scoring', () => {
  test('holds each comment once with its keys, the model with its program, and a README that names what is there', async () => {
    const folder = at('whole');
    await app.exportModel({ model: 'gpt2', as: 'scoring', out: folder });
    const found = await rowsOf(folder);
    expect(found).toHaveLength(24);
    expect(new Set(found.map(({ id, comment_key }) => `${id}/${comment_key}`)).size).toBe(24);
    for (const { post, comment_key, input_key } of found) {
      expect(post).toMatch(/^Case \d+\n\nHow was case \d+\?$/);
      expect([comment_key, input_key]).toEqual([
        expect.stringMatching(/^[0-9a-f]{32}$/),
        expect.stringMatching(/^[0-9a-f]{64}$/),
      ]);
    }
    for (const name of [
      'model/model.onnx',
      'model/tiebreak.json',
      'model/rewards.py',
      'score_parquet.py',
      'requirements.txt',
    ]) {
      expect(existsSync(join(folder, name)), name).toBe(true);
    }
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(readme).toContain('24 comments');
    expect(readme).not.toContain('{{');
  });

  test('holds only what the model has given no reward, and says where that is nothing', async () => {
    const home = at('partly');
    await homeWithGpt2(home);
    const other = openApp({ home });
    try {
      await other.import({ files: [scratch.write('some.jsonl', rows(0, 4))] });
      const [first] = (await other.rank({ model: 'gpt2', post: '1', device: 'cpu' })).posts;
      await other.exportModel({ model: 'gpt2', as: 'scoring', out: at('rest') });
      const found = await rowsOf(at('rest'));
      expect(found).toHaveLength(9);
      expect(found.map(({ id }) => id)).not.toContain(first!.key);
      await other.rank({ model: 'gpt2', device: 'cpu' });
      await expect(other.exportModel({ model: 'gpt2', as: 'scoring', out: at('none') })).rejects.toMatchObject({
        code: 'nothing-to-do',
        message: expect.stringContaining('Nothing was written'),
      });
      expect(existsSync(at('none'))).toBe(false);
      await expect(other.exportModel({ model: 'gpt2-lm', as: 'scoring', out: at('none') })).rejects.toMatchObject({
        code: 'bad-input',
      });
    } finally {
      await other.close();
    }
  });

  test('what it is given back comes in by the command that its README names, and is not scored again', async () => {
    const folder = at('back');
    await app.exportModel({ model: 'gpt2', as: 'scoring', out: folder });
    const given = (await rowsOf(folder)).map(({ id, comment_key, input_key }, i) => ({
      id,
      comment_key,
      input_key,
      reward: i / 8,
    }));
    const file = scratch.write('rewards.jsonl', given.map((row) => JSON.stringify(row)).join('\n'));
    await expect(app.import({ files: [file], as: 'rewards', model: 'nobody' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/There is no model nobody\. There are: .* Nothing came in\.$/),
    });
    const summary = await app.import({ files: [file], as: 'rewards', model: 'gpt2' });
    expect(summary).toMatchObject({ rewards: 24, skippedCount: 0 });
    const { scored, posts } = await app.rank({ model: 'gpt2', device: 'cpu' });
    expect(scored).toBe(0);
    const rewards = posts.flatMap(({ comments }) => comments.map(({ reward }) => reward!));
    expect(rewards.toSorted((a, b) => a - b)).toEqual(given.map(({ reward }) => reward));
  });

  test('is scored by Ray Data, and comes back with the rewards that are given here', {
    timeout: 2 * pythonPatience,
  }, async (context) => {
    const python = pythonFor(
      context,
      'ray',
      'pyarrow',
      'pandas',
      'onnxruntime',
      'tokenizers',
      'safetensors',
      'regex',
      'numpy',
    );
    const [there, here] = [at('there'), at('here')];
    for (const home of [there, here]) await homeWithGpt2(home);
    const [scoring, plain] = [there, here].map((home) => openApp({ home }));
    try {
      const odd = {
        id: 'odd',
        text: 'A “post” 🙂\n'.repeat(60),
        comments: ['<|endoftext|> in a text', '\u{1f600}', 'é'].map((text, score) => ({ text, score })),
      };
      const posts = scratch.write('odd.jsonl', `${rows(0, 8).trimEnd()}\n${JSON.stringify(odd)}\n`);
      for (const one of [scoring!, plain!]) await one.import({ files: [posts] });
      const folder = at('ray');
      await scoring!.exportModel({ model: 'gpt2', as: 'scoring', out: folder });
      expect(runPython(python, [join(folder, 'score_parquet.py'), '--actors', '1', '--batch', '10'])).toContain(
        '27 of 27 comments',
      );
      const summary = await scoring!.import({ files: [join(folder, 'rewards')], as: 'rewards', model: 'gpt2' });
      expect(summary).toMatchObject({ rewards: 27, skippedCount: 0 });
      const [found, expected] = [await ranked(scoring!, 'gpt2'), await ranked(plain!, 'gpt2')];
      expect([...found.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
      for (const [name, reward] of expected) expect(Math.abs(found.get(name)! - reward), name).toBeLessThan(1e-4);
      // A second run replaces nothing.
      writeFileSync(join(folder, 'rewards', 'mine.txt'), 'mine');
      expect(() => runPython(python, [join(folder, 'score_parquet.py')])).toThrow(/is there already/);
    } finally {
      for (const one of [scoring!, plain!]) await one.close();
    }
  });
});
