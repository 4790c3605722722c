import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../src-main/app.ts';
import { expectedRewards, gpt2RewardFolder, gpt2TokenizerFolder } from '../support/fixtures.ts';
import { weights, writeBin, writeFolder } from '../support/gpt2-files.ts';
import { type HubServer, revision, startHub } from '../support/hub-server.ts';
import { rows, scratchFolder, startCli } from '../support/run-cli.ts';
import { clientOf, ended, resultOf } from '../support/served.ts';

const name = 'someone/small-gpt2';
const scratch = scratchFolder();
let files: Map<string, Buffer>;
let hub: HubServer;
let app: App;
let client: ReturnType<typeof clientOf>;
const everAsked: string[] = [];

beforeAll(async () => {
  const folder = await writeFolder(join(scratch.folder, 'small'), { tensors: weights() });
  await writeBin(join(folder, 'pytorch_model.bin'), weights());
  files = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))]));
  for (const other of ['modeling.py', 'README.md', '.gitattributes', 'onnx/model.onnx', 'training_args.bin']) {
    files.set(other, Buffer.from('not wanted'));
  }
  hub = await startHub(name, files);
  app = openApp({ home: join(scratch.folder, 'home'), hub: hub.address });
  client = clientOf(app);
});
afterEach(() => {
  for (const key of Object.keys(hub.faults)) delete hub.faults[key as keyof typeof hub.faults];
  everAsked.push(...hub.asked.splice(0));
});
afterAll(async () => {
  await app.close();
  await hub.close();
  scratch.remove();
});

const foldersIn = (where: string): readonly string[] => {
  const folder = join(app.home, where);
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
};
const state = () => [app.models(), foldersIn('models')];
/** Bytes of weights that an earlier try left. */
const kept = (): readonly string[] => foldersIn('downloads').flatMap((one) => foldersIn(join('downloads', one)));

const needed = ['config.json', 'tokenizer.json', 'model.safetensors'];

describe('a model on the hub', () => {
  test('is shown with its files and their size before anything is fetched', async () => {
    const found = await app.lookUpModel({ model: name });
    expect(found).toMatchObject({ model: name, revision, host: new URL(hub.address).host });
    expect(found.files.map((file) => [file.name, file.bytes])).toEqual(
      needed.map((file) => [file, files.get(file)!.length]),
    );
    expect(found.bytes).toBe(needed.reduce((sum, file) => sum + files.get(file)!.length, 0));
    expect(hub.asked).toEqual([`hub /api/models/${name}/revision/main?blobs=true`]);
    expect(foldersIn('downloads')).toEqual([]);
    // By the address of its page, by an older name, and in another revision.
    expect(await app.lookUpModel({ model: `${hub.address}/${name}/tree/main` })).toEqual(found);
    expect(await app.lookUpModel({ model: 'old-name' })).toMatchObject({ revision, files: found.files });
    expect(await app.lookUpModel({ model: name, revision: 'v1/a' })).toEqual(found);
  });

  test('is fetched from wherever the hub sends on to, and nothing but what is needed', async () => {
    const steps: [string, number, number | null][] = [];
    const report = await app.fetchModel(
      { model: name },
      { onProgress: ({ phase, done, total }) => steps.push([phase, done, total]) },
    );
    expect(report).toMatchObject({ model: 'small-gpt2', kind: 'reward', note: null });
    expect(hub.asked.slice(1)).toEqual([
      ...needed.map((file) => `hub /${name}/resolve/${revision}/${file}`),
      'store /model.safetensors',
    ]);
    const { bytes } = await app.lookUpModel({ model: name });
    expect(steps.filter(([phase]) => phase === 'fetch').at(-1)).toEqual(['fetch', bytes, bytes]);
    expect(kept()).toEqual([]);
    const direct = await app.importModel({ path: join(scratch.folder, 'small', 'model.safetensors'), name: 'direct' });
    expect(await rewardsOf(report.model)).toEqual(await rewardsOf(direct.model));
  });

  test('comes whole through connections that break off', async () => {
    Object.assign(hub.faults, { breakAfter: 5000, breaks: 3 });
    await app.fetchModel({ model: name, name: 'in-pieces' });
    expect(hub.asked.filter((line) => line.startsWith('store'))).toEqual(
      [0, 5000, 10_000, 15_000].map((from) => `store /model.safetensors${from > 0 ? ` bytes=${from}-` : ''}`),
    );
    expect(await rewardsOf('in-pieces')).toEqual(await rewardsOf('small-gpt2'));
  });

  test('comes whole from a server that knows no ranges', async () => {
    Object.assign(hub.faults, { breakAfter: 5000, breaks: 1, noRanges: true });
    await app.fetchModel({ model: name, name: 'at-once' });
    expect(await rewardsOf('at-once')).toEqual(await rewardsOf('small-gpt2'));
  });

  test('goes on after a cancel from what had come, as a task of the window', async () => {
    hub.faults.hang = true;
    const before = state();
    const { task } = await client.hub.fetch({ model: name, name: 'gone-on' });
    await expect.poll(() => app.tasks.find(task).progress?.name).toBe('model.safetensors');
    await expect(client.hub.fetch({ model: name })).rejects.toMatchObject({ code: 'busy' });
    await expect.poll(() => kept().find((file) => file.endsWith('.part'))).toBeDefined();
    await client.tasks.cancel({ task });
    expect(await ended(app, task)).toMatchObject({
      state: 'cancelled',
      error: { message: expect.stringMatching(/Nothing was changed; what came is kept/) },
    });
    expect(state()).toEqual(before);
    expect(kept()).toHaveLength(3);
    hub.faults.hang = false;
    hub.asked.length = 0;
    const again = await client.hub.fetch({ model: name, name: 'gone-on' });
    expect(await resultOf(app, 'model-fetch', again.task)).toMatchObject({ model: 'gone-on' });
    expect(hub.asked.slice(1)).toEqual([
      `hub /${name}/resolve/${revision}/model.safetensors bytes=1000-`,
      'store /model.safetensors bytes=1000-',
    ]);
    expect(kept()).toEqual([]);
  });
});

type Trouble = readonly [what: string, faults: HubServer['faults'], model: string, sentence: RegExp, keeps: number];
const troubles: readonly Trouble[] = [
  [
    'another checksum',
    { spoil: true },
    name,
    /model\.safetensors is not the file that the hub lists: its checksum differs.*nothing was changed/,
    2,
  ],
  [
    'more bytes than were listed',
    { longer: 50 },
    name,
    /sent model\.safetensors in another length than the hub lists\. Nothing was changed/,
    2,
  ],
  [
    'fewer bytes than were listed',
    { longer: -50 },
    name,
    /in another length than the hub lists\. Nothing was changed/,
    2,
  ],
  [
    'a connection that breaks off each time before anything comes',
    { breakAfter: 1, breaks: 0, location: 'http://127.0.0.1:9/x' },
    name,
    /127\.0\.0\.1:9 can't be reached|can't be reached \(.*\) at 0\.0 of/,
    2,
  ],
  ['no such model', {}, 'someone/else', /has no model someone\/else\. Nothing was changed/, 0],
  [
    'no such model, as the hub says it to strangers',
    { status: 401 },
    name,
    /has no model .*or shows it only to those who are signed in/,
    0,
  ],
  [
    'a model behind terms',
    { status: 403 },
    name,
    /only to those who have agreed to its terms there.*import its folder/,
    0,
  ],
  ['a hub that is asked too much', { status: 429 }, name, /asked too much at the moment/, 0],
  ['a hub in trouble', { status: 503 }, name, /answered with an error \(503\).*Try again later/, 0],
  ['a page instead of a list', { list: '<html>' }, name, /answered in a way that is not understood here/, 0],
  ['a list that is none', { list: '{"siblings": 5}' }, name, /answered in a way that is not understood here/, 0],
  [
    'files without sums',
    { change: (all) => all.map(({ rfilename, size: bytes }) => ({ rfilename, size: bytes })) },
    name,
    /answered in a way that is not understood here/,
    0,
  ],
  [
    'a name whose length can not be compared',
    { change: (all) => all.map((file) => ({ ...file, rfilename: { length: { toString: 1, valueOf: 1 } } })) },
    name,
    /answered in a way that is not understood here/,
    0,
  ],
  [
    'a list without weights',
    { change: (all) => all.filter(({ rfilename }) => !/safetensors|bin$/.test(`${rfilename}`)) },
    name,
    /can't be used\. It has no weights/,
    0,
  ],
  [
    'names that lead elsewhere',
    { change: (all) => all.map((file) => ({ ...file, rfilename: `../${file.rfilename}` })) },
    name,
    /can't be used\. It has no weights/,
    0,
  ],
  [
    'a file larger than any disk',
    {
      change: (all) =>
        all.map((file) => ({
          ...file,
          size: 9e10,
          lfs: { ...(file.lfs as object), sha256: 'a'.repeat(64), size: 9e10 },
        })),
    },
    name,
    /not enough room on the disk/,
    0,
  ],
  [
    'a place that is not one of the web',
    { location: 'file:///etc/passwd' },
    name,
    /sent on to an address that is not safe/,
    2,
  ],
  ['a name with a way in it', {}, '../../etc', /is no name of a model: it looks like openai-community\/gpt2/, 0],
  ['a name with a question in it', {}, 'a/b?c', /is no name of a model/, 0],
];

describe('what goes wrong', () => {
  test.each(troubles)('%s is said in a sentence, and changes nothing', async (_, faults, model, sentence, keeps) => {
    Object.assign(hub.faults, faults);
    const before = state();
    const error = await app.fetchModel({ model, name: 'never' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TiebreakError', message: expect.stringMatching(sentence) });
    expect((error as Error).message).toMatch(/othing was changed|is no name/);
    expect((error as Error).message).not.toContain(scratch.folder);
    expect(state()).toEqual(before);
    // Only what is as it should be stays for the next time.
    expect(kept().filter((file) => !file.endsWith('.part'))).toHaveLength(keeps);
    rmSync(join(app.home, 'downloads'), { recursive: true, force: true });
  });

  test('a connection that breaks off again and again says how far it came, and keeps it', async () => {
    Object.assign(hub.faults, { breakAfter: 5000, breaks: 1 });
    const once = app.fetchModel({ model: name, name: 'never' });
    await expect.poll(() => hub.faults.breaks).toBe(0);
    hub.faults.location = 'http://127.0.0.1:9/gone';
    await expect(once).rejects.toThrow(/at \d\.\d kB of \d+\.\d kB of model\.safetensors.*what came is kept/);
    expect(kept().some((file) => file.endsWith('.part'))).toBe(true);
    delete hub.faults.location;
    hub.asked.length = 0;
    await app.fetchModel({ model: name, name: 'after-all' });
    expect(hub.asked.at(-1)).toBe('store /model.safetensors bytes=5000-');
  });

  test('a model of another architecture is known by its configuration, before its weights are fetched', async () => {
    const own = files.get('config.json')!;
    files.set('config.json', Buffer.from('{"model_type": "llama"}'));
    try {
      await expect(app.fetchModel({ model: name })).rejects.toThrow(/not a GPT-2 but llama/);
      expect(hub.asked.filter((line) => line.startsWith('store'))).toEqual([]);
    } finally {
      files.set('config.json', own);
      rmSync(join(app.home, 'downloads'), { recursive: true, force: true });
    }
  });

  test('a machine that is offline is told so', async () => {
    const away = openApp({ home: join(scratch.folder, 'away'), hub: 'http://127.0.0.1:9' });
    try {
      await expect(away.lookUpModel({ model: name })).rejects.toThrow(
        /127\.0\.0\.1:9 can't be reached.*Nothing was changed: see whether this machine is online/,
      );
    } finally {
      await away.close();
    }
    expect(() => openApp({ home: join(scratch.folder, 'away'), hub: 'ftp://hub' })).toThrow(/no address of a hub/);
  });

  test('nothing is ever asked but on request, and without a name or a cookie', () => {
    expect(everAsked.some((line) => line.includes('SECRET'))).toBe(false);
  });
});

describe('in the terminal', () => {
  test('the files are shown first, and only --yes fetches them', async () => {
    const home = join(scratch.folder, 'terminal');
    const run = (...args: string[]) =>
      startCli(home, ['models', 'fetch', name, ...args], undefined, { HF_ENDPOINT: hub.address }).finished;
    const shown = await run('--json');
    expect(shown.code).toBe(0);
    expect(shown.json()).toMatchObject({ model: null, repository: name, revision });
    expect(shown.err).toMatch(
      /someone\/small-gpt2 on 127\.0\.0\.1:\d+, revision 1234567890ab:[\s\S]*model\.safetensors {2}18\.\d kB/,
    );
    expect(hub.asked).toHaveLength(1);
    const done = await run('--yes', '--json');
    expect(done.json()).toMatchObject({ model: 'small-gpt2', kind: 'reward' });
  });
});

describe('the reference reward model', () => {
  test('comes from the hub with the rewards that PyTorch computed', async () => {
    const all = new Map(
      [gpt2RewardFolder(), gpt2TokenizerFolder()].flatMap((folder) =>
        readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))] as const),
      ),
    );
    const other = await startHub('original/reward', all);
    const there = openApp({ home: join(scratch.folder, 'reference'), hub: other.address });
    try {
      Object.assign(other.faults, { breakAfter: 1_000_000, breaks: 2 });
      const { model } = await there.fetchModel({ model: 'original/reward' });
      const expected = expectedRewards();
      const data = expected.map(({ prompt, comment }) =>
        JSON.stringify({ text: prompt, comments: [{ text: comment }] }),
      );
      const out = join(scratch.folder, 'out.jsonl');
      await there.scoreFile({ file: scratch.write('in.jsonl', data.join('\n')), out, model, device: 'cpu' });
      const found = readFileSync(out, 'utf8').trim().split('\n');
      for (const [i, { reward }] of expected.entries()) {
        expect(Math.abs(JSON.parse(found[i]!).comments[0].reward - reward)).toBeLessThan(1e-4);
      }
    } finally {
      await there.close();
      await other.close();
    }
  });
});

async function rewardsOf(model: string): Promise<readonly number[]> {
  const out = join(scratch.folder, 'scored.jsonl');
  await app.scoreFile({ file: scratch.write('three.jsonl', rows(0, 1)), out, replace: true, model, device: 'cpu' });
  const { comments } = JSON.parse(readFileSync(out, 'utf8')) as { comments: { reward: number }[] };
  return comments.map(({ reward }) => reward);
}
