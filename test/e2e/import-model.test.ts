import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { weights, writeBin, writeFolder } from '../support/gpt2-files.ts';
import { startHub } from '../support/hub-server.ts';
import { useStage, violationsOf } from '../support/page.ts';
import { scratchFolder } from '../support/run-cli.ts';
import { withCaptions } from '../support/steps.ts';

const stage = useStage(withCaptions);
const scratch = scratchFolder();
afterAll(() => scratch.remove());

test('a folder and the files of a GPT-2 are brought in through the page, rank, and are there to train from', async () => {
  const folder = await writeFolder(join(scratch.folder, 'small-gpt2'));
  writeFileSync(join(folder, 'run.py'), 'never');
  const app = await stage.start();
  const { client } = await stage.ask(app);
  const page = await stage.open(app, '/models');

  const choose = async (button: string, files: string | string[]): Promise<void> => {
    await page.getByRole('button', { name: 'Import a model' }).click();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('dialog').getByRole('button', { name: button }).click(),
    ]);
    await chooser.setFiles(files);
  };
  await choose('Choose a folder', folder);
  await page.getByRole('rowheader', { name: /^small-gpt2/ }).waitFor();
  expect((await client.models.list()).models).toMatchObject([
    { name: 'small-gpt2', kind: 'reward', inUse: true, trainedOn: 'elsewhere (small-gpt2)' },
  ]);

  await writeBin(join(folder, 'pytorch_model.bin'), weights(false));
  await choose(
    'Choose files',
    ['config.json', 'pytorch_model.bin', 'tokenizer.json'].map((name) => join(folder, name)),
  );
  await page.getByRole('rowheader', { name: /^imported/ }).waitFor();
  await page
    .getByText(/is here, a language model of .+ parameters: train a reward model that starts from it\./)
    .waitFor();

  const broken = readFileSync(join(folder, 'pytorch_model.bin')).subarray(0, -100);
  writeFileSync(join(folder, 'pytorch_model.bin'), broken);
  rmSync(join(folder, 'model.safetensors'));
  await choose('Choose a folder', folder);
  // The list of tasks may still say it beside the view.
  await page
    .getByRole('main')
    .getByRole('alert')
    .getByText(/small-gpt2 was not imported, and nothing was changed: The weights pytorch_model.bin are damaged/)
    .waitFor();
  expect((await client.models.list()).models).toHaveLength(2);

  // In the settings of a training both are bases to choose from.
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Train' }).click();
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /GPT/ }).check();
  const bases = dialog.getByRole('combobox').first().getByRole('option');
  await expect
    .poll(async () => (await bases.allTextContents()).map((text) => text.trim()))
    .toEqual(expect.arrayContaining(['small-gpt2', 'imported']));
});

test('a model of the hub is looked up, shown with its size, fetched on a click, and can be cancelled', async () => {
  const folder = await writeFolder(join(scratch.folder, 'hub-gpt2'), { tensors: weights(false) });
  const files = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))]));
  const hub = await startHub('someone/hub-gpt2', files);
  vi.stubEnv('HF_ENDPOINT', hub.address);
  try {
    const app = await stage.start();
    const page = await stage.open(app, '/models');
    const ask = async (name: string): Promise<void> => {
      await page.getByRole('button', { name: 'Import a model' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill(name);
      await page.keyboard.press('Enter');
    };
    expect(hub.asked).toEqual([]);
    await ask('someone/else');
    await page
      .getByRole('alert')
      .getByText(/has no model someone\/else/)
      .waitFor();
    await page.keyboard.press('Escape');
    await ask('someone/hub-gpt2');
    await page.getByRole('rowheader', { name: 'model.safetensors' }).waitFor();
    expect(hub.asked.filter((line) => line.includes('resolve'))).toEqual([]);
    expect(await violationsOf(page)).toEqual([]);

    hub.faults.hang = true;
    await page.getByRole('button', { name: /^Fetch / }).click();
    await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('main').getByRole('progressbar').waitFor({ state: 'detached' });
    hub.faults.hang = false;
    await ask('someone/hub-gpt2');
    await page.getByRole('button', { name: /^Fetch / }).click();
    await page.getByRole('rowheader', { name: /^hub-gpt2/ }).waitFor();
    await page
      .getByText(/^hub-gpt2 is here, a language model of .+ parameters: train a reward model that starts from it\./)
      .waitFor();
  } finally {
    vi.unstubAllEnvs();
    await hub.close();
  }
});
