import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { addModel } from '../../../src-main/store/models.ts';
import { addRun, endRun } from '../../../src-main/store/runs.ts';
import { weights, writeBin, writeFolder } from '../../support/gpt2-files.ts';
import { importPosts, type OpenHouse } from '../../support/house-with-posts.ts';
import { startHub } from '../../support/hub-server.ts';
import {
  find,
  gone,
  hasFocus,
  heldByAnother,
  openPage,
  says,
  screen,
  until,
  waitFor,
  within,
  withoutTable,
} from '../../support/mounted.ts';
import { startPushServer } from '../../support/push-server.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A language model, a quick model with its run, and two other reward models, of which the newest ranks. */
function withModels({ store }: OpenHouse): void {
  const run = addRun(store, { kind: 'reward', config: { method: 'quick', model: 'quick-1' }, base: null });
  endRun(store, run.id, { status: 'cancelled' });
  const model = { base: null, runId: null, metrics: {} };
  addModel(store, { ...model, name: 'sft-1', kind: 'sft', folder: 'models/sft-1' });
  addModel(store, {
    ...model,
    name: 'quick-1',
    kind: 'reward',
    folder: 'models/quick-1',
    runId: run.id,
    method: 'quick',
    trainedOn: '240 posts, 1,210 pairs',
  });
  addModel(store, { ...model, name: 'older', kind: 'reward', folder: 'models/older', base: 'sft-1' });
  addModel(store, { ...model, name: 'newest', kind: 'reward', folder: 'models/newest' });
}
const models = { before: withModels };

const row = async (name: string): Promise<HTMLElement> =>
  (await find('rowheader', new RegExp(`^${name}`))).closest('tr') as HTMLElement;
const names = () => [...document.querySelectorAll<HTMLElement>('[data-model]')].map(({ dataset }) => dataset.model);
const menuButton = (name: string) => find('button', `More for ${name}`);

test('without a model it says where models come from', async () => {
  const { press, path } = await openPage('/models');
  await find('heading', 'No model yet');
  await press('Train a model', undefined, 'link');
  await waitFor(() => expect(path()).toBe('/train'));
});

test('models are listed with what they learned from, and the newest ranks', async () => {
  await openPage('/models', models);
  expect((await row('newest')).textContent).toContain('In use');
  expect((await row('quick-1')).textContent).toMatch(/Quick reward model.*240 posts, 1,210 pairs/);
  expect((await row('older')).textContent).toContain('GPT reward model, from sft-1');
  const language = await row('sft-1');
  expect(language.textContent).toContain('Language model');
  expect(within(language).queryByRole('button', { name: /^Use/ })).toBeNull();
  await says('The newest reward model ranks');
});

test('a model on the comment alone is told apart from one that reads the post with it, and says that it reads no post', async () => {
  await openPage('/models', {
    before: ({ store }) => {
      const model = { kind: 'reward', base: null, runId: null, metrics: {} } as const;
      addModel(store, { ...model, name: 'together-1', folder: 'models/together-1', method: 'together' });
      addModel(store, { ...model, name: 'alone-1', folder: 'models/alone-1', method: 'alone', context: 'nothing' });
    },
  });
  await says(/Comment alone reward model.*It does not read the post/, await row('alone-1'));
  const together = await row('together-1');
  await says('Together reward model', together);
  expect(together.textContent).not.toContain('does not read the post');
});

test('a text reader is listed as one, and can not rank', async () => {
  const before = (house: OpenHouse): void => {
    withModels(house);
    const model = { base: null, runId: null, metrics: {}, trainedOn: 'elsewhere (intfloat/multilingual-e5-small)' };
    addModel(house.store, { ...model, name: 'multilingual-e5-small', kind: 'encoder', folder: 'models/imported-1' });
  };
  const { user, choose, api } = await openPage('/models', { before });
  const encoder = await row('multilingual-e5-small');
  expect(encoder.textContent).toMatch(/Text reader.*elsewhere \(intfloat\/multilingual-e5-small\)/);
  expect(within(encoder).queryByRole('button', { name: /^Use/ })).toBeNull();
  expect((await row('newest')).textContent).toContain('In use');
  await choose('More for multilingual-e5-small', 'Export');
  await find('dialog', 'Export multilingual-e5-small');
  const form = (of: string) => screen.getByRole('radio', { name: new RegExp(`^${of}`) });
  expect(form('Hugging Face folder')).toHaveProperty('disabled', false);
  for (const name of ['ONNX', 'Training bundle']) expect(form(name)).toHaveProperty('disabled', true);
  await says('Only for models that give rewards: this one gives vectors.');
  await user.keyboard('{Escape}');
  await gone('dialog', /^Export/);
  await choose('More for multilingual-e5-small', 'Delete');
  await until(async () => {
    const found = (await api.models.list()).models.find(({ name }) => name === 'multilingual-e5-small');
    expect(found?.deletedAt).not.toBeNull();
  });
});

test('an encoder stays whose vectors a quick model reads', async () => {
  const before = ({ store }: OpenHouse): void => {
    const model = { base: null, runId: null, metrics: {} };
    addModel(store, { ...model, name: 'e5', kind: 'encoder', folder: 'models/imported-1' });
    addModel(store, {
      ...model,
      name: 'quick-1',
      kind: 'reward',
      folder: 'models/quick-1',
      method: 'quick',
      encoder: 'e5',
    });
  };
  const { choose } = await openPage('/models', { before });
  await choose('More for e5', 'Delete');
  await says(
    'quick-1 reads the vectors of e5 and would give no rewards without it: delete that one first. Nothing was deleted.',
  );
  expect(names()).toContain('e5');
});

test('one is chosen to rank, until the best may again', async () => {
  const { press, api } = await openPage('/models', models);
  await press('Use older to rank');
  await says('older ranks from now on.');
  await says('older ranks until you choose another.');
  await hasFocus(await menuButton('older'));
  expect((await api.settings.get()).modelInUse).toBe('older');
  await press('Use the best');
  await until(async () => expect((await api.settings.get()).modelInUse).toBeNull());
  await waitFor(async () => expect((await row('newest')).textContent).toContain('In use'));
  await hasFocus(await find('heading', 'Models'));
});

test('the menu of a model has what can be done with it, by keyboard', async () => {
  const { user, path } = await openPage('/models', models);
  const items = () => screen.getAllByRole('menuitem').map(({ textContent }) => textContent?.trim());
  const newest = await menuButton('newest');
  newest.focus();
  await user.keyboard('{Enter}');
  await screen.findAllByRole('menuitem');
  expect(items()).toEqual(['Rename', 'Export', 'Send to the Hugging Face hub', 'Delete']);
  await user.keyboard('{Escape}');
  await gone('menu', /./);
  await hasFocus(newest);
  (await menuButton('quick-1')).focus();
  await user.keyboard('{Enter}');
  await screen.findAllByRole('menuitem');
  expect(items()).toEqual([...['Use', 'Rename', 'Export', 'Send to the Hugging Face hub', 'Open its run', 'Delete']]);
  await user.keyboard('{End}{ArrowUp}{Enter}');
  await waitFor(() => expect(path()).toBe('/train/1'));
});

test('a name is changed in its row; one that is taken or not allowed says why, and stays to be changed', async () => {
  const { user, choose, api } = await openPage('/models', models);
  await choose('More for older', 'Rename');
  const field = await find('textbox', 'New name of older');
  await says('Up to 60 letters, digits, dots, hyphens and underscores');
  await user.clear(field);
  await user.type(field, 'newest{Enter}');
  await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'));
  expect((await screen.findByRole('alert')).textContent).toMatch(/newest/);
  await hasFocus(field);
  await user.clear(field);
  await user.type(field, 'two words{Enter}');
  await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/has up to 60 letters.*keeps its name/));
  await user.clear(field);
  await user.type(field, 'eldest{Enter}');
  await hasFocus(await menuButton('eldest'));
  expect((await api.models.list()).models.map(({ name }) => name)).toContain('eldest');
});

test('a name that is left as it is changes nothing', async () => {
  const { user, choose, api } = await openPage('/models', models);
  await choose('More for older', 'Rename');
  await user.keyboard('{Escape}');
  await hasFocus(await menuButton('older'));
  await choose('More for older', 'Rename');
  await (await find('textbox', 'New name of older')).focus();
  await user.keyboard('{Enter}');
  await gone('textbox', 'New name of older');
  expect((await api.models.list()).models.map(({ name }) => name)).toContain('older');
});

test('a model is deleted, taken back at once, or restored later, and the keyboard stays in its place', async () => {
  const { choose, press, api } = await openPage('/models', models);
  await row('newest');
  expect(names()).toEqual(['newest', 'older', 'quick-1', 'sft-1']);
  await choose('More for older', 'Delete');
  await says('older was deleted.');
  await waitFor(() => expect(names()).toEqual(['newest', 'quick-1', 'sft-1']));
  await hasFocus(await menuButton('quick-1'));
  await press('Undo');
  await waitFor(() => expect(names()).toEqual(['newest', 'older', 'quick-1', 'sft-1']));
  await choose('More for older', 'Delete');
  await says('Recently deleted (1)');
  await press('Restore older');
  await row('older');
  await hasFocus(await find('heading', 'Models'));
  expect((await api.models.list()).models.every(({ deletedAt }) => deletedAt === null)).toBe(true);
});

test('what can not be done is said, and the model stays', async () => {
  const page = await openPage('/models', models);
  await row('older');
  const letGo = await heldByAnother(page);
  await page.choose('More for older', 'Delete');
  await says('is at work on this data folder');
  await page.press('Use older to rank');
  letGo();
  expect((await page.api.settings.get()).modelInUse).toBeNull();
  expect(names()).toContain('older');
});

test('a model leaves only in the forms that it has', async () => {
  const { user, choose } = await openPage('/models', models);
  const form = (of: string) => screen.getByRole('radio', { name: new RegExp(`^${of}`) });
  await choose('More for quick-1', 'Export');
  const quick = await find('dialog', 'Export quick-1');
  expect(form('Tiebreak')).toHaveProperty('checked', true);
  for (const name of ['Hugging Face folder', 'ONNX']) expect(form(name)).toHaveProperty('disabled', false);
  expect(form('Training bundle')).toHaveProperty('disabled', true);
  await says('A quick model learns in seconds', quick);
  await says('train one deep or together on a text reader of the BERT family', quick);
  await user.keyboard('{Escape}');
  await gone('dialog', /^Export/);
  await hasFocus(await menuButton('quick-1'));

  await choose('More for sft-1', 'Export');
  await find('dialog', 'Export sft-1');
  expect(form('ONNX')).toHaveProperty('disabled', true);
  await user.click(form('Training bundle'));
  await says('The pairs hold the texts of your posts and comments.');
  await says('It leaves as one zip file with a README in it.');
  await user.keyboard('{Escape}');
  await gone('dialog', /^Export/);
  // What was chosen before is none of this model's forms.
  await choose('More for quick-1', 'Export');
  await find('dialog', 'Export quick-1');
  expect(form('Tiebreak')).toHaveProperty('checked', true);
});

test.each([
  ['together-1', ''],
  ['deep-1', ''],
  ['deep-2', 'It reads with Universal Sentence Encoder, which neither PyTorch nor transformers has'],
  ['best-1', 'A blend is several models with their weights'],
])('whether there is a bundle of %s is said in its dialog', async (name, obstacle) => {
  const before = ({ store, home }: OpenHouse): void => {
    const model = { kind: 'reward', base: null, runId: null, metrics: {} } as const;
    for (const method of ['together', 'best'] as const) {
      addModel(store, { ...model, name: `${method}-1`, folder: `models/${method}-1`, method });
    }
    for (const [own, config] of Object.entries({ 'deep-1': { family: 'bert' }, 'deep-2': {} })) {
      addModel(store, { ...model, name: own, folder: `models/${own}`, method: 'deep' });
      mkdirSync(join(home, 'models', own), { recursive: true });
      writeFileSync(join(home, 'models', own, 'config.json'), JSON.stringify(config));
    }
  };
  const { choose } = await openPage('/models', { before });
  await choose(`More for ${name}`, 'Export');
  const dialog = await find('dialog', `Export ${name}`);
  expect(screen.getByRole('radio', { name: /^Training bundle/ })).toHaveProperty('disabled', obstacle !== '');
  await says(obstacle || 'Pairs, model, settings and a script for a larger machine', dialog);
});

test('an export that fails says why in the view, once, until it is closed', async () => {
  // There is nothing in the folder of this model.
  const { choose, press, app } = await openPage('/models', models);
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await choose('More for older', 'Export');
  await press('Export', await find('dialog', 'Export older'));
  const view = screen.getByRole('main');
  const why = await within(view).findByRole('alert');
  expect(why.textContent).toMatch(/older/);
  told.mockRestore();
  await until(() => expect(app.tasks.list()).toEqual([]));
  await press('Close', why);
  await waitFor(() => expect(within(view).queryByRole('alert')).toBeNull());
  await hasFocus(await find('heading', 'Models'));
});

test('a folder and the files of a GPT-2 are brought in, and what is damaged is refused', {
  timeout: 60_000,
}, async () => {
  const folder = await writeFolder(join(temporaryFolder(), 'small-gpt2'));
  const inside = (...files: readonly string[]) => files.map((file) => join(folder, file));
  let chosen: readonly string[] = [];
  const { choose, press, api, saved } = await openPage('/models', { engine: 'real', choose: () => chosen });
  const bring = async (button: string): Promise<void> => {
    await press('Import a model');
    await press(button, await find('dialog', 'Import a model'));
  };
  chosen = inside('config.json', 'model.safetensors', 'tokenizer.json');
  await bring('Choose files');
  await says('imported is here');
  await waitFor(() => expect(names()).toHaveLength(1));
  const [model] = (await api.models.list()).models;
  expect(model).toMatchObject({ kind: 'reward', inUse: true });

  await choose(`More for ${model!.name}`, 'Export');
  await press('Export', await find('dialog', `Export ${model!.name}`));
  await says(`${model!.name} was exported.`);
  expect(saved.map(({ name }) => name)).toEqual([`${model!.name}.tiebreak-model`]);
  await gone('dialog', /^Export/);

  await writeBin(join(folder, 'pytorch_model.bin'), weights(false));
  rmSync(join(folder, 'model.safetensors'));
  chosen = inside('config.json', 'pytorch_model.bin', 'tokenizer.json');
  await bring('Choose files');
  await says(/is here, a language model of .+ parameters: train a reward model that starts from it\./);
  await waitFor(() => expect(names()).toHaveLength(2));

  const whole = readFileSync(join(folder, 'pytorch_model.bin'));
  writeFileSync(join(folder, 'pytorch_model.bin'), whole.subarray(0, -100));
  await bring('Choose files');
  const why = await within(screen.getByRole('main')).findByRole('alert');
  expect(why.textContent).toMatch(/was not imported, and nothing was changed: .*pytorch_model\.bin/);
  expect((await api.models.list()).models).toHaveLength(2);

  // The dialog for files was closed: nothing happens, and the last failure is no longer told.
  chosen = [];
  await bring('Choose a folder');
  await waitFor(() => expect(within(screen.getByRole('main')).queryByRole('alert')).toBeNull());
  await waitFor(() => expect(screen.getByRole('button', { name: 'Import a model' })).toHaveProperty('disabled', false));
});

test('a model of the hub is looked up, shown with its size, and fetched on a click', { timeout: 60_000 }, async () => {
  const folder = await writeFolder(join(temporaryFolder(), 'hub-gpt2'), { tensors: weights(false) });
  const files = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))]));
  const hub = await startHub('someone/hub-gpt2', files);
  vi.stubEnv('HF_ENDPOINT', hub.address);
  try {
    const { user, press, api } = await openPage('/models', { engine: 'real' });
    await press('Import a model');
    const dialog = await find('dialog', 'Import a model');
    const name = within(dialog).getByRole('textbox', { name: 'Name' });
    expect(within(dialog).getByRole('button', { name: 'Look it up' })).toHaveProperty('disabled', true);
    await user.type(name, 'someone/else{Enter}');
    await waitFor(() => expect(within(dialog).getByRole('alert').textContent).toContain('has no model someone/else'));
    await user.clear(name);
    await user.type(name, 'someone/hub-gpt2');
    // What was said of the name before is gone with it.
    expect(within(dialog).queryByRole('alert')).toBeNull();
    await press('Look it up', dialog);
    await find('rowheader', 'model.safetensors', dialog);
    expect(hub.asked.filter((line) => line.includes('resolve'))).toEqual([]);
    await press(/^Fetch [\d.]+ [kM]B$/, dialog);
    await says('hub-gpt2 is here, a language model of');
    expect((await api.models.list()).models).toMatchObject([{ name: 'hub-gpt2', kind: 'sft' }]);
  } finally {
    vi.unstubAllEnvs();
    await hub.close();
  }
});

test('a fetch that hangs is cancelled, and leaves nothing behind', { timeout: 60_000 }, async () => {
  const folder = await writeFolder(join(temporaryFolder(), 'hub-gpt2'), { tensors: weights(false) });
  const files = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))]));
  const hub = await startHub('someone/hub-gpt2', files);
  hub.faults.hang = true;
  vi.stubEnv('HF_ENDPOINT', hub.address);
  try {
    const { user, press, api } = await openPage('/models');
    await press('Import a model');
    const dialog = await find('dialog', 'Import a model');
    await user.type(within(dialog).getByRole('textbox', { name: 'Name' }), 'someone/hub-gpt2{Enter}');
    await press(/^Fetch /, dialog);
    const view = screen.getByRole('main');
    await find('progressbar', /./, view);
    expect(screen.getByRole('button', { name: 'Import a model' })).toHaveProperty('disabled', true);
    await press('Cancel', view);
    await gone('progressbar', /./, view);
    expect((await api.models.list()).models).toEqual([]);
    expect(within(view).queryByRole('alert')).toBeNull();
  } finally {
    vi.unstubAllEnvs();
    await hub.close();
  }
});

/** A page with a model that can leave, and a hub that takes it. */
async function withHub() {
  const path = await writeFolder(join(temporaryFolder(), 'gpt2'), { tensors: weights() });
  const hub = await startPushServer('hf_secret-of-ada', 'ada', 5000);
  vi.stubEnv('HF_ENDPOINT', hub.address);
  vi.stubEnv('HF_TOKEN', 'hf_secret-of-ada');
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await hub.close();
    expect(hub.wrong).toEqual([]);
  });
  const before = ({ app }: OpenHouse) => app.importModel({ path, name: 'gpt2' });
  return { hub, page: await openPage('/models', { engine: 'real', before }) };
}
const send = 'Send to the Hugging Face hub';

test('a model is sent to the hub once what leaves was shown, and where it is now is said', {
  timeout: 60_000,
}, async () => {
  const { hub, page } = await withHub();
  const { user, choose, press, text } = page;
  await choose('More for gpt2', send);
  const dialog = await find('dialog', 'Send gpt2 to the Hugging Face hub');
  const name = within(dialog).getByRole('textbox', { name: 'Repository' });
  await hasFocus(name);
  expect(within(dialog).getByRole('button', { name: 'Show what would be sent' })).toHaveProperty('disabled', true);
  await user.type(name, 'ada');
  await press('Show what would be sent', dialog);
  await waitFor(() =>
    expect(within(dialog).getByRole('alert').textContent).toMatch(/names no owner\. Nothing was sent/),
  );
  await user.type(name, '/better');
  // What was said of the name before is gone with it.
  expect(within(dialog).queryByRole('alert')).toBeNull();
  await press('Show what would be sent', dialog);
  await find('rowheader', 'model.safetensors', dialog);
  await says(/leave this machine for 127\.0\.0\.1:\d+\/ada\/better \(private: only you.*licence unknown/, dialog);
  await says('The token in HF_TOKEN is shown to 127.0.0.1', dialog);
  await says('pipeline_tag: text-classification', dialog);
  // What was shown counts no more once something else is wished.
  await user.click(within(dialog).getByRole('radio', { name: /^Public/ }));
  await gone('button', /^Send /, dialog);
  await user.type(within(dialog).getByRole('combobox', { name: 'Licence' }), 'MIT');
  await press('Show what would be sent', dialog);
  await says(/\(public: everybody can see and fetch it\).*licence mit/, dialog);
  expect(hub.asked).toEqual([]);
  await press(/^Send \d+\.\d kB$/, dialog);
  await gone('dialog', /./);
  await says(/gpt2 is at http:\/\/127\.0\.0\.1:\d+\/ada\/better \(public\): \d+\.\d kB in/);
  expect(hub.repositories.get('ada/better')).toMatchObject({
    private: false,
    commits: [{ title: 'Upload gpt2 with Tiebreak' }],
  });
  expect(text()).not.toContain('hf_secret');
  await press('Close', screen.getByRole('main'));
  await hasFocus(await find('heading', 'Models'));
});

test('a model that is being sent shows how far it came, and can be cancelled; what the hub refuses is said', {
  timeout: 60_000,
}, async () => {
  const { hub, page } = await withHub();
  const { user, choose, press } = page;
  hub.faults.hang = true;
  const ask = async (repository: string): Promise<void> => {
    await choose('More for gpt2', send);
    const dialog = await find('dialog', /^Send gpt2/);
    const name = within(dialog).getByRole('textbox', { name: 'Repository' });
    await user.clear(name);
    await user.type(name, repository);
    await press('Show what would be sent', dialog);
    await press(/^Send \d/, dialog);
  };
  await ask('ada/better');
  const view = screen.getByRole('main');
  await find('progressbar', 'Sending gpt2 to ada/better', view);
  await until(() => expect(hub.taken()).toBeGreaterThan(0));
  await press('Cancel', view);
  await gone('progressbar', /./, view);
  expect(within(view).queryByRole('alert')).toBeNull();
  expect(hub.repositories.get('ada/better')?.commits).toEqual([]);
  hub.faults.hang = false;
  await ask('eve/better');
  expect((await within(view).findByRole('alert')).textContent).toMatch(/write to eve\/better \(403\)/);
});

test('models that can not be read are told, and asked for again', async () => {
  let repair = (): unknown => undefined;
  const { press } = await openPage('/models', {
    before: (house) => {
      withModels(house);
      repair = withoutTable(house, 'models');
    },
  });
  const why = await within(await find('main', '')).findByRole('alert');
  expect(why.textContent).toContain('no such table: models');
  repair();
  await press('Try again', why);
  await row('newest');
});

test('the page of a model says what it is, measures it, says how sure it may be, and leads to its run', async () => {
  const comments = (i: number) => [`The much longer comment ${i}`, `Short ${i}`];
  const page = await openPage('/models', {
    before: async (house) => {
      for (const split of ['train', 'validation', 'test'] as const) {
        await importPosts(
          house.app,
          Array.from({ length: 12 }, (_, i) => ({
            id: `${split}${i}`,
            comments: i % 4 === 3 ? comments(i).toReversed() : comments(i),
          })),
          split,
        );
      }
      await house.app.train({ kind: 'reward', method: 'gpt', config: { epochs: 1 }, device: 'cpu', compare: false });
    },
  });
  await page.press('reward-1', await row('reward-1'), 'link');
  await says(/GPT.*, made .* by its run\./);
  await says('In use: it ranks.');
  await says('It was not measured yet on pairs that it never learned from.');
  await page.press('Measure it');
  await says(/its calibration error\.\s*Temperature\s*Its rewards are divided by \d+\.\d\d, its temperature/);
  await says('reward-1 agrees with people');
  const sure = await find('region', 'How sure it may be');
  await find('region', 'Numbers of Right, by how sure it was', sure);
  await find('region', 'How good it is');
  await find('button', 'Measure again');
  await page.press('its run', undefined, 'link');
  await waitFor(() => expect(page.path()).toBe('/train/1'));
});

test('the page of a language model says that there is nothing to measure', async () => {
  const page = await openPage('/models', models);
  await page.press('sft-1', await row('sft-1'), 'link');
  await says('It gives no rewards, so there is nothing to measure');
  expect(screen.queryByRole('button', { name: /^Measure/ })).toBeNull();
  await page.press('All models', undefined, 'link');
  await row('newest');
});
