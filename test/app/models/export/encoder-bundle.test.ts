import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../../src-main/app.ts';
import { addModel } from '../../../../src-main/store/models.ts';
import { closeStore, openStore } from '../../../../src-main/store/open.ts';
import { addRun, endRun } from '../../../../src-main/store/runs.ts';
import { encodersFolder } from '../../../support/fixtures.ts';
import { rows, scratchFolder } from '../../../support/run-cli.ts';
import { clientOf } from '../../../support/served.ts';
import { homeWithTextModels } from '../../../support/text-models.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const at = (...names: string[]): string => join(scratch.folder, ...names);
const text = (...names: string[]): string => readFileSync(at(...names), 'utf8');
const json = (...names: string[]) => JSON.parse(text(...names)) as Record<string, unknown>;
const linesOf = (...names: string[]) =>
  text(...names)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, string>);
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
let app: App;

beforeAll(async () => {
  await homeWithTextModels(home);
  app = openApp({ home });
  await app.import({ files: [scratch.write('train.jsonl', rows(0, 8))], split: 'train' });
  await app.import({ files: [scratch.write('validation.jsonl', rows(50, 3))], split: 'validation' });
  await app.import({ files: [scratch.write('test.jsonl', rows(90, 2))], split: 'test' });
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

describe.each([
  ['together', 'an encoder that reads post and comment as one sequence', 'train together --encoder'],
  ['alone', 'an encoder that reads the comment without its post', 'train together --set readsPost=0 --encoder'],
  ['deep', 'reads post and comment apart', 'train deep --encoder'],
])('a bundle of the model %s', (model, reads, again) => {
  test('holds the pairs that a training here would have, its folder for transformers, and what trains it', async () => {
    const out = at(model);
    await app.exportModel({ model, as: 'bundle', out });
    const folder = at(`${model}-folder`);
    await app.exportModel({ model, as: 'huggingface', out: folder });
    const base = filesIn(folder);
    for (const name of base) {
      expect(readFileSync(join(out, 'base', name)).equals(readFileSync(join(folder, name))), name).toBe(true);
    }
    expect(base).toEqual(expect.arrayContaining(['head.safetensors', 'model.safetensors', 'rewards.py']));
    const others = ['README.md', 'data/train.jsonl', 'data/validation.jsonl', 'requirements.txt', 'settings.json'];
    const expected = [...others, 'train.py', ...base.map((name) => `base/${name}`)];
    expect(filesIn(out)).toEqual(expected.toSorted());

    expect([linesOf(model, 'data/train.jsonl'), linesOf(model, 'data/validation.jsonl')].map((a) => a.length)).toEqual([
      24, 9,
    ]);
    for (const { prompt, chosen, rejected, ...rest } of linesOf(model, 'data/train.jsonl')) {
      expect(rest).toEqual({});
      const place = (of: string): number => ['splendid', 'decent', 'awful'].findIndex((word) => of.includes(word));
      expect(place(chosen!)).toBeLessThan(place(rejected!));
      expect(prompt).toMatch(/^Case \d+\n\nHow was case \d+\?$/);
    }
    expect(text(model, 'data/train.jsonl') + text(model, 'data/validation.jsonl')).not.toContain('case 90');

    const readme = text(model, 'README.md');
    for (const said of ['24 pairs', '9 pairs', reads, again]) expect(readme).toContain(said);
    const named = [...readme.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(existsSync(join(out, name)), name).toBe(true);
    expect(readme).not.toMatch(/\{\{|undefined/);
    expect(text(model, 'base/README.md')).toContain(json(model, 'settings.json').quality);
  });

  test('has the defaults of its way to train where it came without its run', () => {
    const expected = {
      deep: { learningRate: 2e-4, layerDecay: 0.8, headRate: 1, patience: 7 },
      together: { learningRate: 9e-5, layerDecay: 0.9, headRate: 6, patience: 5 },
    }[model === 'deep' ? 'deep' : 'together'];
    expect(json(model, 'settings.json')).toMatchObject({
      ...{ format: 1, model: 'base', output: 'trained', context: model === 'alone' ? 'nothing' : 'post' },
      training: { ...expected, frozenLayers: 0, freezeEmbeddings: false, seed: 42 },
    });
  });
});

test('of a model that was trained here: the settings of its run, its choice of pairs, and posts held out as there', async () => {
  const own = openApp({ home: at('own-home') });
  try {
    await own.import({ files: [scratch.write('own.jsonl', rows(0, 20))], split: 'train' });
    await own.importModel({ path: join(encodersFolder(), 'all-minilm'), name: 'small' });
    const settings = { epochs: 1, learningRate: 3e-4, headRate: 2, accumulation: 4, evaluateEvery: 9, keepBest: 0 };
    await own.train({
      kind: 'reward',
      method: 'together',
      encoder: 'small',
      config: { ...settings, seed: 7, heldOut: 0.2, frozenLayers: 1, maxTokens: 32 },
      pairs: 'adjacent',
      device: 'cpu',
      compare: false,
    });
    await own.exportModel({ model: 'together-1', as: 'bundle', out: at('own') });
    const { training } = json('own', 'settings.json');
    expect(training).toMatchObject({ ...settings, layerDecay: 0.9, frozenLayers: 1, freezeEmbeddings: true, seed: 7 });
    const [train, validation] = ['train', 'validation'].map((name) =>
      linesOf('own', `data/${name}.jsonl`).map(({ prompt }) => prompt),
    );
    // Two neighbouring pairs for each post; four posts of twenty validate, and are not learned from.
    expect([train!.length, validation!.length]).toEqual([32, 8]);
    expect(train!.filter((prompt) => validation!.includes(prompt))).toEqual([]);
    expect(json('own', 'base/tiebreak.json')).toMatchObject({ method: 'together', encoder: { max_length: 32 } });
  } finally {
    await own.close();
  }
});

test('of a part of a training for the best: the posts that it did not learn from validate', async () => {
  const other = at('best-home');
  await homeWithTextModels(other);
  const store = openStore(join(other, 'tiebreak.sqlite'));
  const run = addRun(store, { kind: 'reward', config: { method: 'together', best: 1, without: 0.3 }, base: null });
  endRun(store, run.id, { status: 'done' });
  const own = { kind: 'reward', folder: 'models/together', base: null, metrics: {}, method: 'together' } as const;
  addModel(store, { ...own, name: 'part', runId: run.id });
  closeStore(store);
  const house = openApp({ home: other });
  try {
    await house.import({ files: [scratch.write('train.jsonl', rows(0, 20))], split: 'train' });
    await house.import({ files: [scratch.write('validation.jsonl', rows(50, 2))], split: 'validation' });
    await house.exportModel({ model: 'part', as: 'bundle', out: at('part') });
    const [train, validation] = ['train', 'validation'].map(
      (name) => new Set(linesOf('part', `data/${name}.jsonl`).map(({ prompt }) => prompt!)),
    );
    expect(train!.size + validation!.size).toBe(22);
    expect([...train!].filter((prompt) => validation!.has(prompt))).toEqual([]);
    expect(validation!.size).toBeGreaterThan(2);
    expect(train!.size).toBeGreaterThan(10);
  } finally {
    await house.close();
  }
});

describe('what has no bundle', () => {
  const refusals = {
    quick:
      /^quick has no bundle, and nothing was written\. A quick model learns in seconds.*train one deep or together/,
    'deep-use': /Universal Sentence Encoder, which neither PyTorch nor transformers has: .*train one deep or together/,
    blend: /^blend has no bundle.*export one of them\. This one leaves as a Hugging Face folder.*as an archive/,
  };

  test.each(Object.entries(refusals))('%s is refused in a sentence with what there is instead', async (model, said) => {
    const before = readdirSync(scratch.folder);
    await expect(app.exportModel({ model, as: 'bundle', out: at('never') })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(said),
    });
    expect(readdirSync(scratch.folder)).toEqual(before);
  });

  test('is listed with the reason', async () => {
    const { models } = await clientOf(app).models.list();
    const reasons = Object.fromEntries(models.map(({ name, noBundle }) => [name, noBundle]));
    expect(reasons).toMatchObject({ quick: 'quick', 'deep-use': 'use', blend: 'blend', deep: null, together: null });
    expect(reasons).toMatchObject({ alone: null, gpt2: null, 'gpt2-lm': null });
  });

  test('is a model where there is nothing to learn from', async () => {
    await homeWithTextModels(at('empty'));
    const other = openApp({ home: at('empty') });
    const before = readdirSync(scratch.folder);
    await expect(other.exportModel({ model: 'together', as: 'bundle', out: at('never') })).rejects.toMatchObject({
      code: 'nothing-to-do',
      message: expect.stringContaining('Nothing was written'),
    });
    expect(readdirSync(scratch.folder)).toEqual(before);
    await other.close();
  });
});
