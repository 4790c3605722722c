import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../../src-main/app.ts';
import { expectedRewards } from '../../../support/fixtures.ts';
import { homeWithGpt2 } from '../../../support/gpt2-fixture.ts';
import { readTensors } from '../../../support/plain-gpt2.ts';
import { pythonFor, runPython } from '../../../support/python.ts';
import { rows, scratchFolder } from '../../../support/run-cli.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const folder = join(scratch.folder, 'bundle');
let app: App;

beforeAll(async () => {
  await homeWithGpt2(home);
  app = openApp({ home });
  await app.import({ files: [scratch.write('train.jsonl', rows(0, 8))], split: 'train' });
  await app.import({ files: [scratch.write('validation.jsonl', rows(50, 3))], split: 'validation' });
  await app.import({ files: [scratch.write('test.jsonl', rows(90, 2))], split: 'test' });
  await app.exportModel({ model: 'gpt2', as: 'bundle', out: folder });
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const json = (name: string) => JSON.parse(text(name)) as Record<string, unknown>;
const linesOf = (name: string) =>
  text(name)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);

describe('a bundle for a larger machine', () => {
  test("holds the pairs that a training here would have, in TRL's format, split as here, without the test split", () => {
    expect([linesOf('data/train.jsonl').length, linesOf('data/validation.jsonl').length]).toEqual([24, 9]);
    for (const { prompt, chosen, rejected, ...rest } of linesOf('data/train.jsonl')) {
      expect(rest).toEqual({});
      const rank = (comment: string): number =>
        ['splendid', 'decent', 'awful'].findIndex((word) => comment.includes(word));
      expect(rank(chosen!)).toBeLessThan(rank(rejected!));
      // The title and the text, as the model reads a post.
      expect(prompt).toMatch(/^Case \d+\n\nHow was case \d+\?$/);
    }
    expect(text('data/train.jsonl') + text('data/validation.jsonl')).not.toContain('case 90');
    expect(text('README.md')).toContain('24 pairs');
  });

  test("carries the settings by TRL's names, and the model to start from", () => {
    expect(json('training.json')).toMatchObject({
      model: 'base',
      max_length: 512,
      start: { token: '<|startoftext|>', is_text: true },
      trainer: { learning_rate: expect.any(Number), num_train_epochs: expect.any(Number), lr_scheduler_type: 'linear' },
    });
    expect(json('base/config.json')).toMatchObject({ architectures: ['GPT2ForSequenceClassification'] });
    expect(text('requirements.txt')).toMatch(/^trl==\d+\.\d+\.\d+$/m);
    for (const [stage, name] of ['single', 'zero1', 'zero2', 'zero3'].entries()) {
      if (stage > 0) expect(text(`accelerate/${name}.yaml`)).toContain(`zero_stage: ${stage}\n`);
    }
    const readme = text('README.md');
    const named = [...readme.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(existsSync(join(folder, name)), name).toBe(true);
    expect(readme).not.toContain('{{');
  });

  test('takes the pairs, batches and frozen layers of the preset that its model was trained with', async () => {
    const { model } = await app.train({ kind: 'reward', base: 'gpt2', preset: 'original', device: 'cpu' });
    const out = join(scratch.folder, 'original');
    await app.exportModel({ model, as: 'bundle', out });
    const of = (name: string) => readFileSync(join(out, name), 'utf8');
    // Neighbours alone: two for each of eight posts.
    expect(of('data/train.jsonl').trimEnd().split('\n')).toHaveLength(16);
    expect(JSON.parse(of('training.json'))).toMatchObject({
      frozen_layers: 1,
      freeze_embeddings: false,
      trainer: { per_device_train_batch_size: 8, gradient_accumulation_steps: 2, learning_rate: 1e-5, eval_steps: 500 },
    });
    expect(json('training.json')).toMatchObject({ frozen_layers: 0 });
  });

  test('has a script, and code in the READMEs, that Python takes for Python', (context) => {
    const python = pythonFor(context);
    const snippet = /```python\n(.*?)```/s.exec(text('base/README.md'))![1]!;
    const programs = [join(folder, 'train.py'), scratch.write('snippet.py', snippet)];
    for (const program of programs) runPython(python, ['-m', 'py_compile', program]);
    rmSync(join(folder, '__pycache__'), { recursive: true, force: true });
  });

  test('is refused with what to do where there is nothing to learn from, and leaves nothing', async () => {
    const empty = join(scratch.folder, 'empty');
    await homeWithGpt2(empty);
    const other = openApp({ home: empty });
    const before = readdirSync(scratch.folder);
    await expect(
      other.exportModel({ model: 'gpt2', as: 'bundle', out: join(scratch.folder, 'none') }),
    ).rejects.toMatchObject({ code: 'nothing-to-do', message: expect.stringContaining('Nothing was written') });
    expect(readdirSync(scratch.folder)).toEqual(before);
    await other.close();
  });

  test("of a language model keeps it as one: the script gives it a head and TRL's padding token", async () => {
    const out = join(scratch.folder, 'from-lm');
    await app.exportModel({ model: 'gpt2-lm', as: 'bundle', out });
    expect(JSON.parse(readFileSync(join(out, 'base/config.json'), 'utf8'))).toMatchObject({
      architectures: ['GPT2LMHeadModel'],
    });
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('gets a fresh head');
  });
});

test('of a model that was trained here: its settings, its start token, its choice of pairs, and posts held out as there', async () => {
  const own = join(scratch.folder, 'own-home');
  const other = openApp({ home: own });
  try {
    await other.import({ files: [scratch.write('own.jsonl', rows(0, 20))], split: 'train' });
    const config = { width: 16, layers: 2, heads: 2, vocabulary: 300, maxTokens: 32, epochs: 3, seed: 7, heldOut: 0.2 };
    const settings = { learningRate: 2e-4, accumulation: 4, warmupSteps: 3, weightDecay: 0.02 };
    await other.train({
      kind: 'reward',
      config: { ...config, ...settings },
      pairs: 'adjacent',
      context: 'none',
      device: 'cpu',
    });
    const out = join(scratch.folder, 'own-bundle');
    await other.exportModel({ model: 'reward-1', as: 'bundle', out });
    const read = (name: string) => readFileSync(join(out, name), 'utf8');
    expect(JSON.parse(read('training.json'))).toMatchObject({
      max_length: 32,
      start: { token: '<|startoftext|>', is_text: false },
      tiebreak: { context: 'none' },
      trainer: {
        num_train_epochs: 3,
        gradient_accumulation_steps: 4,
        learning_rate: 2e-4,
        warmup_steps: 3,
        weight_decay: 0.02,
        seed: 7,
        eval_steps: 0.1,
      },
    });
    const prompts = (name: string) =>
      read(name)
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { prompt: string }).prompt);
    const [train, validation] = [prompts('data/train.jsonl'), prompts('data/validation.jsonl')];
    // Two neighbouring pairs for each post; four posts of twenty validate, and are not learned from.
    expect([train.length, validation.length]).toEqual([32, 8]);
    expect(train.filter((prompt) => validation.includes(prompt))).toEqual([]);
    // Its title alone.
    for (const prompt of train) expect(prompt).toMatch(/^Case \d+$/);
  } finally {
    await other.close();
  }
});

const expected = expectedRewards();

/** The rewards of the fixture's rows by a model of the application. */
async function rewardsBy(model: string): Promise<number[]> {
  const found: number[] = [];
  for (const { prompt, comment } of expected) {
    const file = scratch.write('row.jsonl', JSON.stringify({ text: prompt, comments: [{ text: comment }] }));
    const out = join(scratch.folder, 'scored.jsonl');
    await app.scoreFile({ file, out, replace: true, model, device: 'cpu' });
    found.push((JSON.parse(readFileSync(out, 'utf8')) as { comments: { reward: number }[] }).comments[0]!.reward);
  }
  return found;
}

describe('what comes back', () => {
  test('the exported folder itself gives the same rewards after the import', async () => {
    const { model, kind } = await app.importModel({ path: join(folder, 'base'), name: 'back' });
    expect([model, kind]).toEqual(['back', 'reward']);
    for (const [i, reward] of (await rewardsBy('back')).entries()) {
      expect(Math.abs(reward - expected[i]!.reward), `row ${i}`).toBeLessThan(1e-4);
    }
  });

  test("a checkpoint as TRL's trainer leaves it, in bfloat16 and with its own files, comes in with its length and context", async () => {
    // The names of save_pretrained; other weights than before, so that nothing can come from the base.
    const trained = join(scratch.folder, 'trained');
    cpSync(join(folder, 'base'), trained, { recursive: true });
    const tensors = readTensors(join(trained, 'model.safetensors'));
    const head = tensors.get('score.weight')!.data;
    for (let i = 0; i < head.length; i++) head[i] = -head[i]!;
    writeBfloat(join(trained, 'model.safetensors'), tensors);
    const config = { ...json('base/config.json'), dtype: 'bfloat16', transformers_version: '5.18.0' };
    const facts = { format: 1, kind: 'reward', max_length: 40, context: 'none' };
    writeFileSync(join(trained, 'config.json'), JSON.stringify({ ...config, tiebreak: facts }));
    writeFileSync(join(trained, 'training_args.bin'), 'not weights');
    for (const name of ['vocab.json', 'merges.txt', 'special_tokens_map.json']) rmSync(join(trained, name));
    const { model, kind } = await app.importModel({ path: trained });
    expect([model, kind]).toEqual(['trained', 'reward']);
    const found = await rewardsBy('trained');
    const short = expected.flatMap(({ tokens, reward }, i) => (tokens <= 40 ? [{ reward, found: found[i]! }] : []));
    expect(short.length).toBeGreaterThan(2);
    // bfloat16 has eight bits of precision.
    for (const { reward, found: own } of short) expect(Math.abs(own + reward)).toBeLessThan(0.15);
    // The longer ones are cut to its own length, no longer to 512 tokens.
    const manifest = JSON.parse(
      readFileSync(join(home, app.models().find(({ name }) => name === 'trained')!.folder, 'manifest.json'), 'utf8'),
    ) as Record<string, unknown>;
    expect(manifest.maxTokens).toBe(40);
    // What it was shown of posts is known too: exported once more, it says so.
    const again = join(scratch.folder, 'again');
    await app.exportModel({ model: 'trained', as: 'huggingface', out: again });
    expect(JSON.parse(readFileSync(join(again, 'config.json'), 'utf8'))).toMatchObject({
      tiebreak: facts,
      vocab_size: 50258,
    });
  });
});

/** A safetensors file in bfloat16. */
function writeBfloat(path: string, tensors: ReturnType<typeof readTensors>): void {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const contents: Buffer[] = [];
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const bits = new Uint32Array(data.buffer);
    const halves = Uint16Array.from(bits, (value) => value >>> 16);
    contents.push(Buffer.from(halves.buffer));
    header[name] = { dtype: 'BF16', shape, data_offsets: [offset, offset + 2 * data.length] };
    offset += 2 * data.length;
  }
  const table = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(table.length));
  writeFileSync(path, Buffer.concat([length, table, ...contents]));
}
