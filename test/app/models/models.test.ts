import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import yauzl from 'yauzl';
import yazl from 'yazl';
import { type App, openApp } from '../../../src-main/app.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, ended, give, openWithFakeEngine, resultOf } from '../../support/served.ts';

const tiny = { width: 16, layers: 1, heads: 2, vocabulary: 300, maxTokens: 32, epochs: 2 };
const scratch = scratchFolder();
afterAll(() => scratch.remove());

describe('the models', () => {
  let app: App;
  let client: ReturnType<typeof clientOf>;
  const names = async (): Promise<string[]> =>
    (await client.models.list()).models.map(({ name, inUse, deletedAt }) => {
      return `${name}${inUse ? ' in use' : ''}${deletedAt === null ? '' : ' deleted'}`;
    });

  beforeAll(async () => {
    app = openWithFakeEngine(join(scratch.folder, 'registry'));
    client = clientOf(app);
    await app.import({ files: [scratch.write('rows.jsonl', rows(0, 5))], split: 'train' });
    for (const kind of ['sft', 'reward', 'reward'] as const) await app.train({ kind, config: { epochs: 1 } });
    await app.train({ kind: 'reward', base: 'reward-1', config: { epochs: 1 } });
    return () => app.close();
  });

  test('of the reward models the newest is in use, or the one that was chosen', async () => {
    expect(await names()).toEqual(['reward-3 in use', 'reward-2', 'reward-1', 'sft-1']);
    await client.models.use({ model: 'reward-1' });
    expect(await names()).toEqual(['reward-3', 'reward-2', 'reward-1 in use', 'sft-1']);
    expect(await app.rank({ post: 'p1' })).toMatchObject({ model: 'reward-1' });
    await expect(client.models.use({ model: 'sft-1' })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(client.models.use({ model: 'nobody' })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a new name goes wherever the old one stood', async () => {
    await client.models.rename({ model: 'reward-1', to: 'kind_one.v1' });
    expect(await names()).toEqual(['reward-3', 'reward-2', 'kind_one.v1 in use', 'sft-1']);
    const { models } = await client.models.list();
    expect(models[0]).toMatchObject({ base: 'kind_one.v1' });
    expect((await client.train.runs()).runs).toMatchObject([
      { base: 'kind_one.v1' },
      {},
      { modelName: 'kind_one.v1' },
      {},
    ]);
    expect(await app.rank({ post: 'p1', model: 'kind_one.v1' })).toMatchObject({ model: 'kind_one.v1' });
    for (const to of ['', 'two words', '../x', '.x', 'a'.repeat(61), 'é', 'reward-2', 'sft-1']) {
      await expect(client.models.rename({ model: 'kind_one.v1', to })).rejects.toMatchObject({ code: 'bad-input' });
    }
    expect(await names()).toContain('kind_one.v1 in use');
    // Its folder is still called reward-1, so that name is not given again by a training.
    expect(await app.train({ kind: 'reward', config: { epochs: 1 } })).toMatchObject({ model: 'reward-4' });
  });

  test('a deleted one is listed and never used, until it is brought back', async () => {
    await client.models.delete({ model: 'kind_one.v1' });
    expect(await names()).toEqual(['reward-4 in use', 'reward-3', 'reward-2', 'kind_one.v1 deleted', 'sft-1']);
    expect(app.models().map(({ name }) => name)).not.toContain('kind_one.v1');
    await expect(app.rank({ model: 'kind_one.v1' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.train.start({ base: 'kind_one.v1' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.models.rename({ model: 'reward-4', to: 'kind_one.v1' })).rejects.toThrow(/deleted ones/);
    await client.models.restore({ model: 'kind_one.v1' });
    expect(await names()).toEqual(['reward-4', 'reward-3', 'reward-2', 'kind_one.v1 in use', 'sft-1']);
  });

  test('one that a training starts from is not deleted meanwhile', async () => {
    const { task } = await client.train.start({ base: 'reward-2', config: { epochs: 1000 } });
    await expect.poll(() => app.tasks.find(task).run).not.toBeNull();
    await expect(client.models.delete({ model: 'reward-2' })).rejects.toMatchObject({ code: 'busy' });
    app.tasks.cancel(task);
    await ended(app, task);
    await client.models.delete({ model: 'reward-2' });
    const run = app.runs()[0]!.id;
    // A run whose base is gone can't go on.
    await expect(client.train.resume({ run })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a model as a file', () => {
  let app: App;
  let client: ReturnType<typeof clientOf>;
  let exported: string;

  beforeAll(async () => {
    app = openApp({ home: join(scratch.folder, 'from') });
    client = clientOf(app);
    await app.import({ files: [scratch.write('data.jsonl', rows(0, 10))], split: 'train' });
    await app.train({ kind: 'reward', config: tiny, context: 'none', device: 'cpu' });
    await app.train({ kind: 'sft', config: tiny, device: 'cpu' });
    const { task } = await client.models.export({ model: 'reward-1' });
    const { file } = await resultOf(app, 'model-export', task);
    expect(file.name).toBe('reward-1.tiebreak-model');
    exported = app.files.find(file.handle).path;
    return () => app.close();
  });

  test('gives the same rewards in another data folder, where its name is still free', async () => {
    const other = openApp({ home: join(scratch.folder, 'to') });
    try {
      const { models } = clientOf(other);
      await other.import({ files: [scratch.write('data.jsonl', rows(0, 10))], split: 'train' });
      const taken = await other.files.takePath(exported);
      const result = await resultOf(other, 'model-import', (await models.import({ files: [taken.handle] })).task);
      expect(result).toMatchObject({ model: 'reward-1', kind: 'reward' });
      const [mine] = (await client.models.list()).models.filter(({ name }) => name === 'reward-1');
      expect((await models.list()).models).toMatchObject([
        {
          name: 'reward-1',
          inUse: true,
          parameters: mine!.parameters,
          trainedOn: mine!.trainedOn,
          metrics: mine!.metrics,
        },
      ]);
      const rewardsOf = async (from: App): Promise<unknown> =>
        (await from.rank({ device: 'cpu' })).posts.map(({ comments }) =>
          comments.map(({ text, reward }) => [text, reward]),
        );
      expect(await rewardsOf(other)).toEqual(await rewardsOf(app));
      const again = await resultOf(other, 'model-import', (await models.import({ files: [taken.handle] })).task);
      expect(again).toMatchObject({ model: 'reward-1-2' });
      // A training doesn't take the folder of what came in.
      expect(await other.train({ kind: 'reward', config: tiny, device: 'cpu' })).toMatchObject({ model: 'reward-2' });
    } finally {
      await other.close();
    }
  });

  test('may be a language model, which can then be trained on', async () => {
    const { file } = await resultOf(app, 'model-export', (await client.models.export({ model: 'sft-1' })).task);
    const { task } = await client.models.import({ files: [file.handle] });
    expect(await resultOf(app, 'model-import', task)).toMatchObject({ model: 'sft-1-2', kind: 'sft' });
    const { base } = (await client.train.runs()).runs[0]!;
    expect(base).toBeNull();
    const report = await app.train({ kind: 'reward', base: 'sft-1-2', config: tiny, device: 'cpu' });
    expect(app.models().find(({ name }) => name === report.model)).toMatchObject({ base: 'sft-1-2' });
  });

  type Files = Map<string, Buffer>;

  async function filesOf(path: string): Promise<Files> {
    const zip = await yauzl.openPromise(path);
    const files: Files = new Map();
    for await (const entry of zip.eachEntry()) {
      files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
    }
    return files;
  }

  async function zipOf(files: Files): Promise<Buffer> {
    const zip = new yazl.ZipFile();
    for (const [name, content] of files) zip.addBuffer(content, name);
    zip.end();
    const path = join(scratch.folder, 'made.zip');
    await pipeline(zip.outputStream, createWriteStream(path));
    return readFileSync(path);
  }

  async function changed(change: (files: Files) => void): Promise<Buffer> {
    const files = await filesOf(exported);
    change(files);
    return zipOf(files);
  }

  const manifest = (files: Files, change: Record<string, unknown>): void => {
    const json = JSON.parse(files.get('manifest.json')!.toString()) as Record<string, unknown>;
    files.set('manifest.json', Buffer.from(JSON.stringify({ ...json, ...change })));
  };

  /** The archive with another number for the size of a file in its table of contents. */
  async function withSize(name: string, size: number): Promise<Buffer> {
    const zip = await zipOf(await filesOf(exported));
    for (let at = zip.indexOf('PK\x01\x02'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 1)) {
      if (zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28)) === name) zip.writeUInt32LE(size, at + 24);
    }
    return zip;
  }

  const broken: readonly (readonly [what: string, make: () => Promise<Buffer> | Buffer, code: string])[] = [
    ['no archive', () => Buffer.from('hello'), 'damaged'],
    ['an archive cut short', () => readFileSync(exported).subarray(0, -200), 'damaged'],
    ['a missing file', () => changed((files) => files.delete('tokenizer.json')), 'damaged'],
    ['a file of another name', () => changed((files) => files.set('run.js', Buffer.from('1'))), 'damaged'],
    [
      'a name that leads out of the folder',
      async () => {
        const zip = await changed((files) => files.set('xx/../../evil.js', Buffer.from('1'))).catch(() => null);
        if (zip) return zip;
        // yazl refuses to write such a name, so it is written into the finished file.
        const plain = await changed((files) => files.set('xxxxxxevil.js', Buffer.from('1')));
        return Buffer.from(plain.toString('latin1').replaceAll('xxxxxxevil.js', '../../evil.js'), 'latin1');
      },
      'damaged',
    ],
    [
      'a changed byte in the weights',
      () =>
        changed((files) => {
          const weights = files.get('model.safetensors')!;
          weights[weights.length - 1]! ^= 1;
        }),
      'damaged',
    ],
    [
      'a file that grows without end',
      () => changed((files) => files.set('config.json', Buffer.alloc(2 ** 24))),
      'damaged',
    ],
    ['sizes that are not true', () => withSize('config.json', 5), 'damaged'],
    ['a newer format', () => changed((files) => manifest(files, { format: 2 })), 'bad-input'],
    ['a manifest without sums', () => changed((files) => manifest(files, { files: {} })), 'damaged'],
    [
      'a language model that says it gives rewards',
      async () => {
        const { file } = await resultOf(app, 'model-export', (await client.models.export({ model: 'sft-1' })).task);
        const files = await filesOf(app.files.find(file.handle).path);
        manifest(files, { kind: 'reward' });
        return zipOf(files);
      },
      'bad-input',
    ],
    [
      'a model too large to be one',
      () =>
        changed((files) => {
          const config = JSON.parse(files.get('config.json')!.toString()) as object;
          files.set('config.json', Buffer.from(JSON.stringify({ ...config, n_layer: 2 ** 40 })));
        }),
      'damaged',
    ],
  ];

  test.each(broken)('%s is refused with a sentence, and nothing is changed', async (_, make, code) => {
    const before = [app.models(), readdirSync(join(app.home, 'models')).toSorted()];
    const { handle } = await give(app, 'from a friend.tiebreak-model', await make());
    const { task } = await client.models.import({ files: [handle] });
    const { state, error } = await ended(app, task);
    expect({ state, code: error?.code }).toEqual({ state: 'failed', code });
    expect(error!.message).toMatch(/^from a friend\.tiebreak-model .*othing was changed/);
    expect(error!.message).not.toContain(app.home);
    expect([app.models(), readdirSync(join(app.home, 'models')).toSorted()]).toEqual(before);
  });

  test('is neither made nor taken in where that is cancelled', async () => {
    const before = [app.models(), readdirSync(join(app.home, 'models')).toSorted()];
    const { handle } = await app.files.takePath(exported);
    for (const start of [
      () => client.models.export({ model: 'reward-1' }),
      () => client.models.import({ files: [handle] }),
    ]) {
      const { task } = await start();
      app.tasks.cancel(task);
      expect(await ended(app, task)).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' }, result: null });
    }
    expect([app.models(), readdirSync(join(app.home, 'models')).toSorted()]).toEqual(before);
  });

  test('that is no longer there is refused at once', async () => {
    await expect(client.models.import({ files: ['a'.repeat(24)] })).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.models.export({ model: 'nobody' })).rejects.toMatchObject({ code: 'not-found' });
  });
});
