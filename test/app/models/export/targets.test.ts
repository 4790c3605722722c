import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import yauzl from 'yauzl';
import { type App, openApp } from '../../../../src-main/app.ts';
import { addModel } from '../../../../src-main/store/models.ts';
import { closeStore, openStore } from '../../../../src-main/store/open.ts';
import { homeWithFewWords } from '../../../support/gpt2-fixture.ts';
import { cli, rows, scratchFolder } from '../../../support/run-cli.ts';
import { clientOf, ended, give, resultOf } from '../../../support/served.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const at = (name: string): string => join(scratch.folder, name);
let app: App;
let client: ReturnType<typeof clientOf>;

beforeAll(async () => {
  await homeWithFewWords(home);
  const store = openStore(join(home, 'tiebreak.sqlite'));
  addModel(store, {
    name: 'quick',
    kind: 'reward',
    folder: 'models/quick',
    base: null,
    runId: null,
    metrics: {},
    method: 'quick',
  });
  closeStore(store);
  app = openApp({ home });
  client = clientOf(app);
  await app.import({ files: [scratch.write('rows.jsonl', rows(0, 4))], split: 'train' });
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

async function filesIn(zip: string): Promise<Map<string, Buffer>> {
  const archive = await yauzl.openPromise(zip);
  const files = new Map<string, Buffer>();
  for await (const entry of archive.eachEntry()) {
    files.set(entry.fileName, await buffer(await archive.openReadStreamPromise(entry)));
  }
  return files;
}

describe('where an export goes', () => {
  test('an earlier export stays, until it is to be replaced; a folder with anything else in it always stays', async () => {
    const out = at('taken');
    await app.exportModel({ model: 'gpt2', as: 'onnx', out });
    writeFileSync(join(out, 'README.md'), 'mine');
    await expect(app.exportModel({ model: 'gpt2', as: 'onnx', out })).rejects.toMatchObject({ code: 'bad-input' });
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toBe('mine');
    await app.exportModel({ model: 'gpt2', as: 'onnx', out, replace: true });
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('# gpt2');
    writeFileSync(join(out, 'letters.txt'), 'dear');
    const before = readdirSync(out);
    await expect(app.exportModel({ model: 'gpt2', as: 'onnx', out, replace: true })).rejects.toThrow(/letters\.txt/);
    expect(readdirSync(out)).toEqual(before);
    await expect(app.exportModel({ model: 'gpt2', out, replace: true })).rejects.toThrow(/is a folder/);
    expect(readdirSync(scratch.folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('an empty folder is taken, a file is not, and neither is a place that is not there', async () => {
    mkdirSync(at('empty'));
    await app.exportModel({ model: 'gpt2', as: 'huggingface', out: at('empty') });
    expect(existsSync(join(at('empty'), 'model.safetensors'))).toBe(true);
    const file = scratch.write('a file', 'mine');
    await expect(app.exportModel({ model: 'gpt2', as: 'onnx', out: file, replace: true })).rejects.toThrow(/is a file/);
    await expect(app.exportModel({ model: 'gpt2', out: file })).rejects.toMatchObject({ code: 'bad-input' });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    for (const as of ['onnx', 'archive'] as const) {
      await expect(app.exportModel({ model: 'gpt2', as, out: join(at('nowhere'), 'x') })).rejects.toThrow('the folder');
    }
  });

  test('a cancelled one leaves nothing, in a folder, a zip file or an archive', async () => {
    for (const [as, name] of [
      ['huggingface', 'cancelled'],
      ['bundle', 'cancelled.zip'],
      ['archive', 'cancelled.tiebreak-model'],
    ] as const) {
      const before = readdirSync(scratch.folder);
      const controller = new AbortController();
      const phases = new Set<string>();
      const hooks = {
        signal: controller.signal,
        onProgress: ({ phase, done, total }: { phase: string; done: number; total: number | null }) => {
          phases.add(phase);
          expect(done).toBeLessThanOrEqual(total!);
          if (done > 100_000) controller.abort();
        },
      };
      await expect(app.exportModel({ model: 'gpt2', as, out: at(name) }, hooks)).rejects.toMatchObject({
        code: 'cancelled',
        message: expect.stringContaining('Nothing was written'),
      });
      expect([...phases]).toEqual(['files']);
      expect(readdirSync(scratch.folder)).toEqual(before);
    }
  });

  test('a name that ends in .zip gives one file with the same files', async () => {
    await app.exportModel({ model: 'gpt2', as: 'bundle', out: at('b.zip') });
    await app.exportModel({ model: 'gpt2', as: 'bundle', out: at('b') });
    const files = await filesIn(at('b.zip'));
    expect(files.has('accelerate/zero3.yaml')).toBe(true);
    for (const [name, content] of files) expect(content.equals(readFileSync(join(at('b'), name))), name).toBe(true);
  });
});

test('a language model gives no rewards, so it is no ONNX model', async () => {
  await expect(app.exportModel({ model: 'gpt2-lm', as: 'onnx', out: at('never') })).rejects.toThrow(/no rewards/);
});

describe('through the door', () => {
  test.each(['huggingface', 'onnx', 'bundle'] as const)('%s leaves as one zip file', async (as) => {
    const { file } = await resultOf(app, 'model-export', (await client.models.export({ model: 'gpt2', as })).task);
    expect(file.name).toBe(`gpt2-${as}.zip`);
    const names = [...(await filesIn(app.files.find(file.handle).path)).keys()];
    expect(names).toContain('README.md');
    expect(names).toContain({ huggingface: 'model.safetensors', onnx: 'model.onnx', bundle: 'train.py' }[as]);
  });

  test('the zip file of a folder for transformers is taken in again', async () => {
    const made = await client.models.export({ model: 'gpt2', as: 'huggingface' });
    const { file } = await resultOf(app, 'model-export', made.task);
    const content = await buffer(createReadStream(app.files.find(file.handle).path));
    const { handle } = await give(app, file.name, content);
    const { task } = await client.models.import({ files: [handle] });
    expect(await resultOf(app, 'model-import', task)).toMatchObject({ kind: 'reward' });
  });

  test('what can not be is told as a sentence', async () => {
    const { task } = await client.models.export({ model: 'quick', as: 'bundle' });
    expect(await ended(app, task)).toMatchObject({ state: 'failed', error: { code: 'bad-input' } });
  });
});

test('the command says what it wrote, in words and as JSON, and refuses to overwrite with exit code 1', async () => {
  const out = at('from-terminal');
  const made = await cli(home, 'models', 'export', 'gpt2', '--as', 'huggingface', '--out', out, '--json');
  expect(made.json()).toMatchObject({ model: 'gpt2', as: 'huggingface', out });
  const again = await cli(home, 'models', 'export', 'gpt2', '--as', 'huggingface', '--out', out, '--json');
  expect([again.code, again.json()]).toMatchObject([1, { error: { code: 'bad-input' } }]);
  const replaced = await cli(home, 'models', 'export', 'gpt2', '--as', 'huggingface', '--out', out, '--replace');
  expect(replaced.out).toContain('README.md says how to use it.');
});
