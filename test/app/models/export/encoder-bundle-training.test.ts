import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../../src-main/app.ts';
import type { TrainingConfig } from '../../../../src-main/contract/engine.ts';
import { encodersFolder } from '../../../support/fixtures.ts';
import { pythonFor, pythonPatience, runPython } from '../../../support/python.ts';
import { rows, scratchFolder } from '../../../support/run-cli.ts';

// The script of a bundle, run by PyTorch and transformers: it trains as we do, and what it writes gives what it says.

const modules = ['torch', 'transformers', 'tokenizers', 'safetensors', 'regex'] as const;
const scratch = scratchFolder();
const at = (...names: string[]): string => join(scratch.folder, ...names);
let app: App;

beforeAll(async () => {
  app = openApp({ home: at('home') });
  await app.import({ files: [scratch.write('train.jsonl', rows(0, 8))], split: 'train' });
  await app.import({ files: [scratch.write('validation.jsonl', rows(50, 3))], split: 'validation' });
  for (const name of ['all-minilm', 'e5-small', 'all-mpnet-base', 'xlm-roberta']) {
    await app.importModel({ path: join(encodersFolder(), name) });
  }
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

type Kind = { readonly method: 'deep' | 'together'; readonly encoder: string };

/** Trains a model here, and gives its name and the number of its run. */
const trained = ({ method, encoder }: Kind, config: Partial<TrainingConfig>) =>
  app.train({ kind: 'reward', method, encoder, config, device: 'cpu', compare: false });

/** Changes settings of a bundle as a person would. */
function set(folder: string, training: Partial<TrainingConfig>): void {
  const file = join(folder, 'settings.json');
  const settings = JSON.parse(readFileSync(file, 'utf8')) as { readonly training: object };
  writeFileSync(file, JSON.stringify({ ...settings, training: { ...settings.training, ...training } }));
}

type Said = {
  readonly step: number;
  readonly loss: number;
  readonly validationLoss: number;
  readonly accuracy: number;
};
const figures = /step (\d+)(?:: loss ([\d.]+))?[:,] validation loss ([\d.]+), accuracy ([\d.]+)/;

/** Runs the script of a bundle: what it said at each look, and of the weights that it kept. */
function train(
  python: string,
  folder: string,
): { readonly looks: readonly Said[]; readonly kept: Said; readonly out: string } {
  const out = runPython(python, [join(folder, 'train.py')]);
  const said = out.split('\n').flatMap((line): Said[] => {
    const [, step, loss = 'nan', validationLoss, accuracy] = figures.exec(line) ?? [];
    if (step === undefined) return [];
    return [{ step: +step, loss: +loss, validationLoss: +validationLoss!, accuracy: +accuracy! }];
  });
  return { looks: said.slice(0, -1), kept: said.at(-1)!, out };
}

type PairLine = { readonly prompt: string; readonly chosen: string; readonly rejected: string };

/** Loss and accuracy on the validation pairs of a bundle by the rewards.py of what was trained. */
function measured(python: string, folder: string): { readonly validationLoss: number; readonly accuracy: number } {
  const lines = readFileSync(join(folder, 'data/validation.jsonl'), 'utf8').split('\n').filter(Boolean);
  const pairs = lines.map((line) => JSON.parse(line) as PairLine);
  const asked = pairs.flatMap(({ prompt: post, chosen, rejected }) => [
    { post, comment: chosen },
    { post, comment: rejected },
  ]);
  const rewards = rewardsIn(python, join(folder, 'trained'), asked);
  const differences = pairs.map((_, i) => rewards[2 * i]! - rewards[2 * i + 1]!);
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    validationLoss: mean(differences.map((difference) => Math.log1p(Math.exp(-difference)))),
    accuracy: mean(differences.map((difference) => (Math.sign(difference) + 1) / 2)),
  };
}

function rewardsIn(python: string, folder: string, asked: readonly object[]): number[] {
  const file = scratch.write('asked.jsonl', asked.map((row) => JSON.stringify(row)).join('\n'));
  return JSON.parse(runPython(python, [join(folder, 'rewards.py'), file])) as number[];
}

/** Rewards of rows by a model of the application. */
async function rewardsHere(model: string, asked: readonly { readonly post: string; readonly comment: string }[]) {
  const lines = asked.map(({ post, comment }) => JSON.stringify({ text: post, comments: [{ text: comment }] }));
  const out = at(`${model}-scored.jsonl`);
  await app.scoreFile({
    file: scratch.write('rows.jsonl', lines.join('\n')),
    out,
    replace: true,
    device: 'cpu',
    model,
  });
  return readFileSync(out, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { comments: { reward: number }[] }).comments[0]!.reward);
}

const some = [
  { post: 'Case 3\n\nHow was case 3?', comment: 'It was splendid in case 3' },
  { post: 'Another post', comment: 'decent' },
  { post: 'A long post. '.repeat(40), comment: 'Half a character \ud800 and an awful comment. '.repeat(20) },
];

/** All pairs in one batch: then nothing hangs on an order that is drawn by chance. */
const plain = { epochs: 8, tokensPerBatch: 1_000_000, evaluateEvery: 1, keepBest: 0, patience: 0 } as const;
const sharp = { maxGradientNorm: 0.5, weightDecay: 0.05, decayVectors: 0, warmupSteps: 2 } as const;
const cases: readonly (Kind & { readonly name: string; readonly config: Partial<TrainingConfig> })[] = [
  {
    ...{ name: 'together', method: 'together', encoder: 'all-minilm' },
    config: { ...sharp, learningRate: 4e-3, layerDecay: 0.7, headRate: 5 },
  },
  {
    ...{ name: 'alone', method: 'together', encoder: 'e5-small' },
    config: { readsPost: 0, learningRate: 4e-3, frozenLayers: 1, fixedWarmup: 1, warmupSteps: 3 },
  },
  { name: 'deep', method: 'deep', encoder: 'e5-small', config: { ...sharp, learningRate: 2e-3, headRate: 3 } },
  { name: 'deep-mpnet', method: 'deep', encoder: 'all-mpnet-base', config: { learningRate: 2e-3, decayVectors: 1 } },
];

describe.for(cases)('a bundle of the model $name', ({ name, config, ...kind }) => {
  test('is trained in PyTorch, step by step, to the same weights as here', {
    timeout: 2 * pythonPatience,
  }, async (context) => {
    const python = pythonFor(context, ...modules);
    // The start of a training, as a model: nothing is learned at no rate.
    const start = await trained(kind, { ...plain, ...config, epochs: 1, learningRate: 0 });
    const end = await trained(kind, { ...plain, ...config });
    const folder = at(name);
    await app.exportModel({ model: end.model, as: 'bundle', out: folder });
    await app.exportModel({ model: start.model, as: 'bundle', out: at(`${name}-start`) });
    rmSync(join(folder, 'base'), { recursive: true });
    cpSync(at(`${name}-start`, 'base'), join(folder, 'base'), { recursive: true });

    const { looks, kept } = train(python, folder);
    const { curve } = app.run(end.run);
    expect(looks.map(({ step }) => step)).toEqual([0, ...curve.map(({ step }) => step)]);
    for (const [i, { loss, validationLoss, validationAccuracy }] of curve.entries()) {
      const found = looks[i + 1]!;
      expect(Math.abs(found.loss - loss), `loss of step ${i + 1}`).toBeLessThan(1e-4);
      expect(Math.abs(found.validationLoss - validationLoss!), `validation at step ${i + 1}`).toBeLessThan(1e-4);
      expect(found.accuracy).toBeCloseTo(validationAccuracy!, 5);
    }
    expect(looks.at(-1)!.loss).toBeLessThan(looks[1]!.loss - 0.1);

    const now = measured(python, folder);
    expect(Math.abs(now.validationLoss - kept.validationLoss)).toBeLessThan(1e-5);
    expect(now.accuracy).toBeCloseTo(kept.accuracy, 5);
    const [there, here] = [rewardsIn(python, join(folder, 'trained'), some), await rewardsHere(end.model, some)];
    for (const [i, reward] of here.entries()) expect(Math.abs(there[i]! - reward), `row ${i}`).toBeLessThan(1e-3);
  });
});

describe('the script of a bundle', () => {
  const kind = { method: 'together', encoder: 'xlm-roberta' } as const;

  test('keeps the weights of its best look, ends early without a better one, and writes a folder that comes back', {
    timeout: pythonPatience,
  }, async (context) => {
    const python = pythonFor(context, ...modules);
    const { model } = await trained(kind, { ...plain, epochs: 1, learningRate: 0, headRate: 1 });
    const folder = at('many');
    await app.exportModel({ model, as: 'bundle', out: folder });
    // A third of the pairs to measure on are the wrong way round: who gets too sure of the others loses by these.
    const validation = join(folder, 'data/validation.jsonl');
    const turned = readFileSync(validation, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line, i) => {
        const { chosen, rejected, ...pair } = JSON.parse(line) as PairLine;
        return JSON.stringify(i % 3 ? { ...pair, chosen, rejected } : { ...pair, chosen: rejected, rejected: chosen });
      });
    writeFileSync(validation, `${turned.join('\n')}\n`);
    set(folder, { epochs: 20, tokensPerBatch: 60, accumulation: 2, evaluateEvery: 10, learningRate: 0.01 });
    set(folder, { dropout: 0.1, keepBest: 1, patience: 4 });
    const { looks, kept, out } = train(python, folder);
    const best = looks.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
    expect([kept.step, kept.validationLoss]).toEqual([best.step, best.validationLoss]);
    expect(best.step).toBeGreaterThan(0);
    const steps = Number(/24 pairs, (\d+) steps/.exec(out)![1]);
    expect(looks.at(-1)!.step).toBe(best.step + 40);
    expect(looks.at(-1)!.step).toBeLessThan(steps);
    const now = measured(python, folder);
    expect(Math.abs(now.validationLoss - kept.validationLoss)).toBeLessThan(1e-5);
    expect(now.accuracy).toBeCloseTo(kept.accuracy, 5);
    expect(kept.accuracy).toBeGreaterThan(0.6);

    const quality = (JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8')) as { quality: string }).quality;
    const readme = readFileSync(join(folder, 'trained/README.md'), 'utf8');
    expect(readme).not.toContain(quality);
    expect(readme).toContain(`It is right in ${(100 * kept.accuracy).toFixed(1)}% of the validation pairs`);
    expect(existsSync(join(folder, 'trained.partial'))).toBe(false);
    const back = await app.importModel({ path: join(folder, 'trained') });
    expect(back).toMatchObject({ model: 'trained', kind: 'encoder' });
  });

  test('takes single pairs, and the last weights where there is nothing to measure on', {
    timeout: pythonPatience,
  }, async (context) => {
    const python = pythonFor(context, ...modules);
    const { model } = await trained(kind, { ...plain, epochs: 1, learningRate: 0 });
    const folder = at('single');
    await app.exportModel({ model, as: 'bundle', out: folder });
    set(folder, { pairsPerBatch: 5, epochs: 2, learningRate: 1e-3 });
    writeFileSync(join(folder, 'data/validation.jsonl'), '');
    const { out } = train(python, folder);
    // 24 pairs are five batches of five and fewer.
    expect(out).toMatch(/24 pairs, 10 steps/);
    expect(out).toMatch(/trained: step 10, loss .*there are no pairs to measure on/);
    const [before, after] = ['base', 'trained'].map((name) => rewardsIn(python, join(folder, name), some));
    expect(after).not.toEqual(before);
  });

  test('leaves alone what is no model of its own', { timeout: pythonPatience }, async (context) => {
    const python = pythonFor(context, ...modules);
    const { model } = await trained(kind, { ...plain, epochs: 1, learningRate: 0 });
    const folder = at('foreign');
    await app.exportModel({ model, as: 'bundle', out: folder });
    mkdirSync(join(folder, 'trained'));
    writeFileSync(join(folder, 'trained/letters.txt'), 'dear');
    expect(() => train(python, folder)).toThrow(/would be replaced.*another folder as output/);
    expect(readFileSync(join(folder, 'trained/letters.txt'), 'utf8')).toBe('dear');
  });
});
