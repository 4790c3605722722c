import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type App, openApp } from '../../src-main/app.ts';
import { findToken } from '../../src-main/hub/token.ts';
import { addModel } from '../../src-main/store/models.ts';
import { closeStore, openStore } from '../../src-main/store/open.ts';
import { homeWithFewWords } from '../support/gpt2-fixture.ts';
import { type PushServer, startPushServer } from '../support/push-server.ts';
import { rows, scratchFolder, startCli } from '../support/run-cli.ts';
import { clientOf, ended, resultOf } from '../support/served.ts';

const token = 'hf_ThisIsTheTokenOfAda';
const chunk = 1_000_000;
const repository = 'ada/better-comments';
const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const exported = join(scratch.folder, 'exported');
let hub: PushServer;
let app: App;
const printed: string[] = [];

beforeAll(async () => {
  await homeWithFewWords(home);
  const store = openStore(join(home, 'tiebreak.sqlite'));
  const model = { kind: 'reward', base: null, runId: null, metrics: {} } as const;
  const fetched = { ...model, folder: 'models/gpt2', trainedOn: 'elsewhere (someone/small-gpt2)' };
  addModel(store, { ...fetched, name: 'fetched' });
  addModel(store, { ...model, name: 'from-hub', folder: 'models/gpt2', base: 'fetched' });
  addModel(store, { ...fetched, name: 'from-file', trainedOn: 'elsewhere (secret-file.zip)' });
  closeStore(store);
  const plain = openApp({ home });
  await plain.import({ files: [scratch.write('test.jsonl', rows(0, 8))], split: 'test' });
  await plain.evaluate({ model: 'gpt2', device: 'cpu' });
  await plain.exportModel({ model: 'gpt2', as: 'huggingface', out: exported });
  await plain.close();
});
afterAll(() => scratch.remove());

beforeEach(async () => {
  rmSync(join(home, 'uploads'), { recursive: true, force: true });
  hub = await startPushServer(token, 'ada', chunk);
  vi.stubEnv('HF_TOKEN', token);
  vi.stubEnv('HF_TOKEN_PATH', join(scratch.folder, 'no-token'));
  for (const kind of ['log', 'error', 'warn'] as const) {
    vi.spyOn(console, kind).mockImplementation((...args) => void printed.push(inspect(args)));
  }
  app = openApp({ home, hub: hub.address });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  printed.push(JSON.stringify(app.tasks.list()));
  await app.close();
  await hub.close();
  // Nothing but the hub was ever shown the token, and nothing wrong was ever asked.
  expect(hub.wrong).toEqual([]);
  expect(printed.join('\n')).not.toContain(token);
  expect(withToken(home)).toEqual([]);
});

/** Files that hold the token. */
const withToken = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(token));
const own = (name: string): Buffer => readFileSync(join(exported, name));
const weights = 'model.safetensors';
const puts = (): readonly string[] => hub.asked.filter((line) => line.startsWith('store')).toSorted();
const uploads = (): readonly string[] =>
  existsSync(join(home, 'uploads')) ? readdirSync(join(home, 'uploads'), { recursive: true, encoding: 'utf8' }) : [];
const wanted = { repository, model: 'gpt2' };
const published = (name = repository) => hub.repositories.get(name)?.commits ?? [];

/** The last commit has the files of the export, with another card. */
function expectWhole(name = repository): void {
  const { files, title } = published(name).at(-1)!;
  expect(title).toBe('Upload gpt2 with Tiebreak');
  expect([...files.keys()].toSorted()).toEqual(readdirSync(exported).toSorted());
  for (const [file, content] of files) {
    if (file !== 'README.md') expect(content.equals(own(file)), file).toBe(true);
  }
}

describe('a model for the hub', () => {
  test('is shown with its files, their sizes and its card before anybody is asked', async () => {
    const plan = await app.planPush({ ...wanted, license: 'apache-2.0' });
    expect(plan).toMatchObject({
      model: 'gpt2',
      repository,
      public: false,
      license: 'apache-2.0',
      tokenFrom: 'HF_TOKEN',
    });
    expect(plan.host).toBe(new URL(hub.address).host);
    expect(plan.files.map(({ name }) => name).toSorted()).toEqual(readdirSync(exported).toSorted());
    for (const { name, bytes } of plan.files) {
      expect(bytes).toBe(name === 'README.md' ? Buffer.byteLength(plan.card) : own(name).length);
    }
    expect(plan.bytes).toBe(plan.files.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(plan.card).toMatch(
      /^---\nlicense: "apache-2\.0"\nlibrary_name: transformers\npipeline_tag: text-classification/,
    );
    expect(plan.card).toMatch(/\| at random \| [\d.]+% \| [\d.]+% to [\d.]+% \| [\d.]+ \|/);
    expect(hub.asked).toEqual([]);
    expect(JSON.stringify(plan)).not.toContain(token);
    // By the address of its page, and the model that ranks where none is named.
    expect(
      await app.planPush({ repository: `${hub.address}/${repository}`, model: 'gpt2', license: 'apache-2.0' }),
    ).toEqual(plan);
  });

  test('goes up whole into a private repository that is made for it', async () => {
    const steps: { readonly phase: string; readonly done: number; readonly total: number | null }[] = [];
    const plan = await app.planPush(wanted);
    const report = await app.pushModel(wanted, { onProgress: (step) => steps.push(step) });
    expect(report).toMatchObject({ model: 'gpt2', repository, public: false, files: plan.files, sent: plan.bytes });
    expect(report.address).toBe(`${hub.address}/${repository}`);
    expect(report.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(hub.repositories.get(repository)?.private).toBe(true);
    expectWhole();
    expect(String(published()[0]!.files.get('README.md'))).toBe(plan.card);
    expect(puts()).toEqual([1, 2, 3, 4].map((part) => `store PUT part ${part}`));
    const sending = steps.filter(({ phase }) => phase === 'push');
    expect(sending.at(-1)).toMatchObject({ done: plan.bytes, total: plan.bytes });
    expect(sending.length).toBeGreaterThan(4);
    expect(sending.every(({ done }, i) => done >= (sending[i - 1]?.done ?? 0))).toBe(true);
    expect(uploads()).toEqual([]);
  });

  test('goes up as one piece where it is small enough for that, and as public where that is wished', async () => {
    const other = await startPushServer(token, 'ada', 100_000_000);
    const there = openApp({ home, hub: other.address });
    try {
      const report = await there.pushModel({ ...wanted, public: true });
      expect(report.public).toBe(true);
      expect(other.repositories.get(repository)?.private).toBe(false);
      expect(other.asked.filter((line) => line.startsWith('store'))).toEqual(['store PUT whole']);
      expect(other.repositories.get(repository)!.commits[0]!.files.get(weights)!.equals(own(weights))).toBe(true);
      expect(other.wrong).toEqual([]);
    } finally {
      await there.close();
      await other.close();
    }
  });

  test('is not sent a second time where it is up: only its card is another', async () => {
    await app.pushModel(wanted);
    hub.asked.length = 0;
    const report = await app.pushModel({ ...wanted, license: 'mit' });
    expect(puts()).toEqual([]);
    expect(report.sent).toBe(report.bytes - own(weights).length);
    expectWhole();
    expect(String(published()[1]!.files.get('README.md'))).toContain('license: "mit"');
  });

  test('stays private where its repository is, whatever is wished', async () => {
    hub.repositories.set(repository, { private: true, commits: [] });
    expect(await app.pushModel({ ...wanted, public: true })).toMatchObject({ public: false });
    expect(hub.repositories.get(repository)?.private).toBe(true);
  });

  test('names the model on the hub that it goes back to, and nothing else of where it came from', async () => {
    const card = async (model: string): Promise<string> => (await app.planPush({ repository, model })).card;
    expect(await card('from-hub')).toContain('base_model: "someone/small-gpt2"');
    expect(await card('gpt2')).not.toContain('base_model');
    expect(await card('from-file')).not.toMatch(/base_model|secret/);
  });

  test('leaves as a language model as well', async () => {
    const plan = await app.planPush({ repository: 'ada/words', model: 'gpt2-lm' });
    expect(plan.card).toContain('pipeline_tag: text-generation');
    expect(plan.card).not.toContain('reward-model');
    await app.pushModel({ repository: 'ada/words', model: 'gpt2-lm' });
    expect(published('ada/words')).toHaveLength(1);
  });
});

describe('a break', () => {
  test('in the middle of a part is gone on from: the other parts go up once', async () => {
    Object.assign(hub.faults, { breakAfter: 200_000, breakFrom: 3, breaks: 2 });
    const steps: number[] = [];
    const report = await app.pushModel(wanted, {
      onProgress: ({ phase, done, total }) => {
        if (phase !== 'push') return;
        steps.push(done);
        expect(done).toBeLessThanOrEqual(total!);
      },
    });
    expectWhole();
    expect(puts().filter((line) => /part [12]$/.test(line))).toHaveLength(2);
    expect(puts()).toHaveLength(6);
    // What has to go again is taken back.
    expect(steps.some((done, i) => done < (steps[i - 1] ?? 0))).toBe(true);
    expect(report.sent).toBe(report.bytes);
  });

  test('that lasts is said; the next try, of another start of the app, sends only the parts that are missing', async () => {
    Object.assign(hub.faults, { breakAfter: 1, breakFrom: 3 });
    const failed = app.pushModel(wanted);
    await expect(failed).rejects.toThrow(
      /can't be reached.*Nothing here was changed, and no file of ada\/better-comments was: .*What is up is not sent a second time/,
    );
    expect(published()).toEqual([]);
    const [kept] = uploads().filter((name) => name.endsWith('.started'));
    // Whoever reads it could put that one object there.
    expect(statSync(join(home, 'uploads', kept!)).mode & 0o077).toBe(process.platform === 'win32' ? 0o066 : 0);
    expect(uploads().some((name) => name.includes('files'))).toBe(false);
    await app.close();
    app = openApp({ home, hub: hub.address });
    hub.faults.breaks = 0;
    hub.asked.length = 0;
    const report = await app.pushModel(wanted);
    expect(puts()).toEqual(['store PUT part 3', 'store PUT part 4']);
    expect(report.bytes - report.sent).toBe(2 * chunk);
    expectWhole();
    expect(uploads()).toEqual([]);
  });

  test('after which the hub knows the upload no more begins it anew', async () => {
    Object.assign(hub.faults, { breakAfter: 1, breakFrom: 4 });
    await expect(app.pushModel(wanted)).rejects.toThrow(/can't be reached/);
    Object.assign(hub.faults, { breaks: 0, forgetsUploads: true });
    hub.asked.length = 0;
    // The store refuses the first part that goes on; the batch request that follows gives new addresses.
    const { sent, bytes } = await app.pushModel(wanted);
    expect(hub.asked.filter((line) => line.endsWith('/objects/batch'))).toHaveLength(2);
    expect(puts()).toHaveLength(1 + 4);
    expect(sent).toBe(bytes);
    expectWhole();
    expect(uploads()).toEqual([]);
  });

  test('in which the word that an upload is complete is lost costs nothing', async () => {
    hub.faults.losesCompletions = 1;
    await app.pushModel(wanted);
    expect(puts()).toHaveLength(4);
    expectWhole();
  });

  test('of the hub itself is waited for', async () => {
    hub.faults.refuse = { path: '/preupload/', status: 503, times: 2 };
    await app.pushModel(wanted);
    expectWhole();
  });

  test('of a torn record costs only the parts that it lost', async () => {
    Object.assign(hub.faults, { breakAfter: 1, breakFrom: 4 });
    await expect(app.pushModel(wanted)).rejects.toThrow();
    const path = join(home, 'uploads', uploads().find((name) => name.endsWith('.started'))!);
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    const torn = lines.at(-1)!;
    writeFileSync(path, `${lines.slice(0, -1).join('\n')}\n${torn.slice(0, torn.length / 2)}`);
    hub.faults.breaks = 0;
    hub.asked.length = 0;
    await app.pushModel(wanted);
    expect(puts()).toEqual([`store PUT part ${Number(JSON.parse(torn).part)}`, 'store PUT part 4']);
    expectWhole();
  });
});

describe('as a task of the window', () => {
  test('it is cancelled in the middle, and goes on from what is up', async () => {
    const client = clientOf(app);
    hub.faults.refuse = { path: '/store/4', status: 500 };
    const { task } = await client.hub.push(wanted);
    expect(app.tasks.find(task)).toMatchObject({ kind: 'model-push', title: `Sending gpt2 to ${repository}` });
    await expect(client.hub.push(wanted)).rejects.toMatchObject({ code: 'busy' });
    await expect.poll(() => puts().filter((line) => line.endsWith('part 4')).length).toBeGreaterThan(0);
    await expect
      .poll(
        () =>
          readFileSync(join(home, 'uploads', uploads().find((n) => n.endsWith('.started'))!), 'utf8')
            .trim()
            .split('\n').length,
      )
      .toBe(4);
    await client.tasks.cancel({ task });
    const over = await ended(app, task);
    expect(over).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
    expect(over.error?.message).toMatch(
      /was cancelled\. Nothing here was changed, and no file of ada\/better-comments was\. .*not sent a second time/,
    );
    expect(published()).toEqual([]);
    delete hub.faults.refuse;
    hub.asked.length = 0;
    const again = await client.hub.push(wanted);
    expect(await resultOf(app, 'model-push', again.task)).toMatchObject({ repository, model: 'gpt2' });
    expect(puts()).toEqual(['store PUT part 4']);
    expectWhole();
  });

  test('it is cancelled while the store says nothing', async () => {
    hub.faults.hang = true;
    const client = clientOf(app);
    const { task } = await client.hub.push(wanted);
    await expect.poll(() => hub.taken()).toBeGreaterThan(0);
    await client.tasks.cancel({ task });
    expect(await ended(app, task)).toMatchObject({ state: 'cancelled' });
  });

  test('its plan is asked for without a task', async () => {
    const plan = await clientOf(app).hub.planPush(wanted);
    expect(plan).toEqual(await app.planPush(wanted));
    expect(app.tasks.list()).toEqual([]);
    const strange = clientOf(app).hub.planPush({ ...wanted, license: 'My own!' });
    await expect(strange).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('apache-2.0') });
  });
});

type Call = Partial<typeof wanted & { readonly license: string }>;
type Trouble = {
  readonly what: string;
  readonly sentence: RegExp;
  readonly faults?: PushServer['faults'];
  /** What stands in HF_TOKEN. */
  readonly shows?: string;
  /** A repository that is there. */
  readonly there?: readonly [name: string, isPrivate: boolean];
  readonly call?: Call;
};
const troubles: readonly Trouble[] = [
  {
    what: 'a token that the hub does not know',
    sentence: /doesn't know the token in HF_TOKEN \(401\).*make another one/,
    shows: 'hf_another',
  },
  {
    what: 'a name of somebody else',
    sentence:
      /doesn't let the token in HF_TOKEN write to eve\/model \(403\): the name is somebody else's.*It says: You don't have the rights.*Choose a repository under your own name/,
    call: { repository: 'eve/model' },
  },
  {
    what: 'a repository of somebody else',
    sentence: /write to eve\/model \(403\).*It says: Forbidden/,
    there: ['eve/model', true],
    call: { repository: 'eve/model' },
  },
  {
    what: 'a repository that is public already',
    sentence: /is there already, and public: everybody could see.*Nothing was sent/,
    there: [repository, false],
  },
  {
    what: 'a licence that the hub does not know',
    sentence: /refused what was sent \(400\)\. It says: Invalid metadata in README\.md\. - "license" must be one of/,
    call: { license: 'my-own' },
  },
  {
    what: 'a hub that is asked too much',
    sentence: /asked too much at the moment \(429\)/,
    faults: { refuse: { path: '/api/', status: 429 } },
  },
  {
    what: 'a hub in trouble',
    sentence: /answered with an error \(503\)\. Nothing here was changed/,
    faults: { refuse: { path: '/whoami', status: 503 } },
  },
  {
    what: 'a hub that says the token aloud',
    sentence: /refused what was sent \(400\)\. It says: No room for … Nothing/,
    faults: { refuse: { path: '/preupload/', status: 400, body: JSON.stringify({ error: `No room for ${token}` }) } },
  },
  {
    what: 'a page instead of an answer',
    sentence: /answered in a way that is not understood here/,
    faults: { strange: '<html>' },
  },
  {
    what: 'an answer that is none',
    sentence: /answered in a way that is not understood here/,
    faults: { strange: '{"objects": 5}' },
  },
  {
    what: 'a repository with another name by now',
    sentence: /sent on to another address.*another name by now/,
    faults: { location: '/api/models/ada/new-name' },
  },
  {
    what: 'a store at an address that is not one of the web',
    sentence: /an address that is not safe to send to/,
    faults: { store: 'ftp://127.0.0.1' },
  },
  {
    what: 'a store that can not be reached',
    sentence: /127\.0\.0\.1:9 can't be reached/,
    faults: { store: 'http://127.0.0.1:9' },
  },
  {
    what: 'a store that refuses',
    sentence: /127\.0\.0\.1:\d+, where the hub keeps large files, refused what was sent \(403\)\. Nothing of ada/,
    faults: { refuse: { path: '/store/', status: 403 } },
  },
  {
    what: 'no token',
    sentence: /no token for the hub, neither in HF_TOKEN nor in .*Nothing was sent: make one/,
    shows: '',
  },
  { what: 'a token that is none', sentence: /What stands in HF_TOKEN is no token/, shows: 'two words' },
  {
    what: 'a name without an owner',
    sentence: /better names no owner\. Nothing was sent/,
    call: { repository: 'better' },
  },
  { what: 'a name with a way in it', sentence: /is no name of a model/, call: { repository: '../../etc' } },
  { what: 'a model that is not there', sentence: /There is no model nobody/, call: { model: 'nobody' } },
];

describe('what goes wrong', () => {
  test.each(troubles)('$what is said in a sentence, and nothing is published', async (trouble) => {
    const { sentence, faults, shows, there, call } = trouble;
    Object.assign(hub.faults, faults);
    if (shows !== undefined) vi.stubEnv('HF_TOKEN', shows);
    if (there) hub.repositories.set(there[0], { private: there[1], commits: [] });
    const error = await app.pushModel({ ...wanted, ...call }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TiebreakError', message: expect.stringMatching(sentence) });
    printed.push(inspect(error, { depth: 10, showHidden: true }));
    expect([...hub.repositories.values()].flatMap(({ commits }) => commits)).toEqual([]);
    expect((error as Error).message).not.toContain(home);
  });

  test('a machine that is offline is told so', async () => {
    const away = openApp({ home, hub: 'http://127.0.0.1:9' });
    try {
      await expect(away.pushModel(wanted)).rejects.toThrow(
        /127\.0\.0\.1:9 can't be reached.*see whether this machine is online/,
      );
    } finally {
      await away.close();
    }
  });

  test('a hub without encryption is shown no token', async () => {
    const bare = openApp({ home, hub: 'http://hub.example.org' });
    try {
      await expect(bare.planPush(wanted)).rejects.toThrow(/reached without encryption.*Nothing was sent/);
      await expect(bare.pushModel(wanted)).rejects.toThrow(/reached without encryption/);
    } finally {
      await bare.close();
    }
  });
});

describe('the token', () => {
  const file = (name: string, content: string): string => {
    mkdirSync(join(scratch.folder, name, '..'), { recursive: true });
    return scratch.write(name, content);
  };

  test('comes from the environment, or from the file of the hub, the first that is there', async () => {
    const named = file('named', ` ${token}2\n`);
    const inHome = file('hf/token', `${token}3`);
    const inCache = file('cache/huggingface/token', `${token}4`);
    const [hf, cache] = [join(scratch.folder, 'hf'), join(scratch.folder, 'cache')];
    const all = {
      HF_TOKEN: `${token}0`,
      HUGGING_FACE_HUB_TOKEN: `${token}1`,
      HF_TOKEN_PATH: named,
      HF_HOME: hf,
      XDG_CACHE_HOME: cache,
    };
    const found: (readonly [string, string])[] = [];
    for (const left of Object.keys(all)) {
      const { from, header } = await findToken(all);
      found.push([from, header()]);
      Reflect.deleteProperty(all, left);
    }
    expect(found).toEqual([
      ['HF_TOKEN', `Bearer ${token}0`],
      ['HUGGING_FACE_HUB_TOKEN', `Bearer ${token}1`],
      [named, `Bearer ${token}2`],
      [inHome, `Bearer ${token}3`],
      [inCache, `Bearer ${token}4`],
    ]);
  });

  test('is nowhere in what is known of it', async () => {
    const found = await findToken({ HF_TOKEN: token });
    expect(inspect(found, { depth: 10, showHidden: true })).not.toContain(token);
    expect(JSON.stringify(found)).toBe('{"from":"HF_TOKEN"}');
    expect(found.without(`a ${token} b ${token}`)).toBe('a … b …');
  });
});

describe('in the terminal', () => {
  const run = (...args: string[]) =>
    startCli(home, ['models', 'push', repository, '--model', 'gpt2', ...args], undefined, { HF_ENDPOINT: hub.address })
      .finished;

  test('what would leave is said first, and where nobody can be asked only --yes sends it', async () => {
    const refused = await run('--json');
    expect(refused.code).toBe(1);
    expect(refused.json()).toMatchObject({
      error: { code: 'bad-input', message: expect.stringContaining('--yes sends it') },
    });
    expect(refused.err).toMatch(
      /These files of gpt2 leave this machine for 127\.0\.0\.1:\d+\/ada\/better-comments \(private: only you/,
    );
    expect(refused.err).toMatch(/model\.safetensors +3\.\d MB/);
    expect(refused.err).toMatch(/The token in HF_TOKEN is shown to 127\.0\.0\.1:\d+ alone, and kept nowhere/);
    expect(hub.asked).toEqual([]);
    const done = await run('--yes', '--public', '--license', 'mit', '--json');
    expect(done.code).toBe(0);
    expect(done.json()).toMatchObject({
      model: 'gpt2',
      repository,
      public: true,
      license: 'mit',
      address: `${hub.address}/${repository}`,
    });
    expect(done.err).toMatch(/\(public: everybody can see and fetch it\)/);
    expect(done.err).toMatch(/Sending: /);
    expectWhole();
    printed.push(refused.out, refused.err, done.out, done.err);
  });

  test('what a program that was killed had sent is not sent again', async () => {
    hub.faults.refuse = { path: '/store/4', status: 500 };
    const first = startCli(home, ['models', 'push', repository, '--model', 'gpt2', '--yes'], undefined, {
      HF_ENDPOINT: hub.address,
    });
    const kept = (): string | undefined => uploads().find((name) => name.endsWith('.started'));
    await expect.poll(() => kept() && readFileSync(join(home, 'uploads', kept()!), 'utf8').split('\n').length).toBe(5);
    first.child.kill('SIGKILL');
    await first.finished;
    delete hub.faults.refuse;
    hub.asked.length = 0;
    expect((await run('--yes')).code).toBe(0);
    expect(puts()).toEqual(['store PUT part 4']);
    expectWhole();
    expect(uploads()).toEqual([]);
  });

  test('it says where it is now', async () => {
    const { out, code } = await run('--yes');
    expect(code).toBe(0);
    expect(out).toMatch(/^gpt2 is at http:\/\/127\.0\.0\.1:\d+\/ada\/better-comments \(private\): \d+\.\d MB in /);
    printed.push(out);
  });
});
