import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { screen, within } from '@testing-library/dom';
import { expect, test, vi } from 'vitest';
import { importPosts, type OpenHouse, plainPosts } from '../../support/house-with-posts.ts';
import { startHub } from '../../support/hub-server.ts';
import { find, gone, openPage, says, waitFor } from '../../support/mounted.ts';
import { temporaryFolder } from '../../support/temporary.ts';

async function withModels(house: OpenHouse): Promise<void> {
  await importPosts(house.app, plainPosts(4, 2));
  for (const kind of ['sft', 'reward', 'reward'] as const) await house.app.train({ kind, config: { epochs: 1 } });
  await house.app.train({ kind: 'reward', method: 'quick' });
}
const names = (): readonly (string | undefined)[] =>
  [...document.querySelectorAll('tbody tr')].map((row) => (row as HTMLElement).dataset.model);
const row = (name: string): HTMLElement => document.querySelector<HTMLElement>(`tr[data-model="${name}"]`)!;

test('without a model, it is said how one is made', async () => {
  await openPage('/models');
  await find('heading', 'No model yet');
  await find('link', 'Train a model');
  await find('button', 'Import a model');
});

test('every model stands with what it is, and only a reward model can be used', async () => {
  const page = await openPage('/models', { before: withModels });
  await waitFor(() => expect(names()).toEqual(['quick-1', 'reward-2', 'reward-1', 'sft-1']));
  expect(row('quick-1').textContent).toContain('In use');
  expect(within(row('sft-1')).queryByRole('button', { name: /^Use/ })).toBeNull();
  await says('The newest reward model ranks');
  await page.press(/^Use reward-1/, row('reward-1'));
  await says('reward-1 ranks from now on', await find('region', 'Messages'));
  await says('reward-1 ranks until you choose another');
  await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('More for reward-1'));
  await page.press('Use the best');
  await waitFor(async () => expect((await page.api.settings.get()).modelInUse).toBeNull());
  await says('The newest reward model ranks');
});

test('a model is renamed, and a name that can not be is refused where it was typed', async () => {
  const page = await openPage('/models', { before: withModels });
  await page.choose('More for reward-1', 'Rename');
  const field = await find('textbox', 'New name of reward-1');
  await page.user.keyboard('two words{Enter}');
  await says(/letters, digits/, await find('alert', ''));
  expect(field.getAttribute('aria-invalid')).toBe('true');
  await page.user.clear(field);
  await page.user.keyboard('better.v1{Enter}');
  await waitFor(() => expect(names()).toContain('better.v1'));
  await gone('textbox', /New name/);
  await page.choose('More for better.v1', 'Rename');
  await page.user.keyboard('nothing{Escape}');
  await gone('textbox', /New name/);
  expect(names()).toContain('better.v1');
});

test('a model is deleted, taken back, and restored later', async () => {
  const page = await openPage('/models', { before: withModels });
  await page.choose('More for reward-2', 'Delete');
  await waitFor(() => expect(names()).not.toContain('reward-2'));
  await page.press('Undo', await find('region', 'Messages'));
  await waitFor(() => expect(names()).toContain('reward-2'));
  await page.choose('More for quick-1', 'Delete');
  await waitFor(() => expect(row('reward-2').textContent).toContain('In use'));
  await page.user.click(await screen.findByText('Recently deleted (1)'));
  await page.press('Restore quick-1');
  await waitFor(() => expect(names()).toContain('quick-1'));
});

test('a menu leads to the run of a model', async () => {
  const page = await openPage('/models', { before: withModels });
  await page.choose('More for reward-1', 'Open its run');
  await find('heading', 'reward-1');
  await waitFor(() => expect(location.hash).toBe('#/train/2'));
});

test('a model leaves only in the forms it has, and as a file', async () => {
  const page = await openPage('/models', {
    before: async (house) => {
      await withModels(house);
      // What the real engine would have written.
      const folder = join(house.home, 'models', 'reward-1');
      for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'])
        writeFileSync(join(folder, file), '{}');
    },
  });
  const enabled = async (name: string): Promise<readonly boolean[]> => {
    await page.choose(`More for ${name}`, 'Export');
    const dialog = await find('dialog', `Export ${name}`);
    return within(dialog)
      .getAllByRole<HTMLInputElement>('radio')
      .map(({ disabled }) => !disabled);
  };
  const close = async (name: string): Promise<void> => {
    await page.user.keyboard('{Escape}');
    await gone('dialog', `Export ${name}`);
  };
  expect(await enabled('quick-1')).toEqual([true, false, false, false]);
  await says('Only for GPT-2 models');
  await close('quick-1');
  expect(await enabled('sft-1')).toEqual([true, true, false, true]);
  await close('sft-1');
  expect(await enabled('reward-1')).toEqual([true, true, true, true]);
  const dialog = await find('dialog', 'Export reward-1');
  await page.press(/^Training bundle/, dialog, 'radio');
  await says('The pairs hold the texts of your posts', dialog);
  await page.press(/^Tiebreak/, dialog, 'radio');
  await says('It leaves as one file', dialog);
  await page.press('Export', dialog);
  await says('reward-1 was exported', await find('region', 'Messages'));
});

test('what is not a model is refused with a sentence in the view, which can be closed', async () => {
  const folder = join(temporaryFolder(), 'no-model');
  mkdirSync(folder);
  writeFileSync(join(folder, 'weights.tiebreak-model'), 'not a model');
  const page = await openPage('/models', {
    choose: (purpose) => (purpose === 'model' ? [join(folder, 'weights.tiebreak-model')] : []),
  });
  await page.press('Import a model');
  const dialog = await find('dialog', 'Import a model');
  await page.press('Choose files', dialog);
  await says(/nothing was changed/i, await find('alert', ''));
  await page.press('Close', await find('alert', ''));
  await gone('alert', '');
  expect((await page.api.models.list()).models).toEqual([]);
  // Closing the system's dialog is no failure.
  await page.press('Import a model');
  await page.press('Choose a folder', await find('dialog', 'Import a model'));
  await gone('dialog', 'Import a model');
  expect(screen.queryByRole('alert')).toBeNull();
});

test('a model of the hub is looked up and shown with its files before anything is fetched', async () => {
  const hub = await startHub(
    'someone/gpt2',
    new Map([
      ['config.json', Buffer.from('{"model_type":"gpt2"}')],
      ['model.safetensors', Buffer.alloc(2048)],
      ['tokenizer.json', Buffer.from('{}')],
    ]),
  );
  vi.stubEnv('HF_ENDPOINT', hub.address);
  try {
    const page = await openPage('/models');
    await page.press('Import a model');
    const dialog = await find('dialog', 'Import a model');
    expect(await find('button', 'Look it up', dialog)).toHaveProperty('disabled', true);
    const name = await find('textbox', 'Name', dialog);
    await page.user.type(name, 'someone/else{Enter}');
    await says('has no model someone/else', await find('alert', '', dialog));
    await page.user.clear(name);
    await page.user.type(name, 'someone/gpt2{Enter}');
    await find('rowheader', 'model.safetensors', dialog);
    expect(hub.asked.filter((line) => line.includes('resolve'))).toEqual([]);
    await page.press(/^Fetch/, dialog);
    // The files are no model: that is found out, and said.
    await says(/./, await find('alert', ''));
    expect(hub.asked.some((line) => line.includes('resolve'))).toBe(true);
    expect((await page.api.models.list()).models).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
    await hub.close();
  }
});
