import { expect, test } from 'vitest';
import yauzl from 'yauzl';
import { patience, useStage } from '../support/page.ts';
import { done } from '../support/started-door.ts';
import { tiny, until, view, withModel } from '../support/steps.ts';

const stage = useStage({
  name: 'models',
  on: withModel,
  fill: async ({ client }) => {
    await done(client, await client.train.start({ method: 'quick' }));
    await done(client, await client.train.start({ kind: 'sft', config: tiny }));
  },
});

test('a model leaves in another form by keyboard, and only in those it has', { timeout: 2 * patience }, async () => {
  const app = await stage.start();
  const page = await stage.open(app, '/models');
  await view(page, 'Models').waitFor();
  const ask = async (name: string) => {
    const menu = page.getByRole('button', { name: `More for ${name}` });
    await menu.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Export' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: `Export ${name}` });
    await dialog.waitFor();
    return { menu, dialog, form: (of: string) => dialog.getByRole('radio', { name: new RegExp(`^${of}`) }) };
  };
  const focused = (of: { evaluate: (run: (element: Element) => boolean) => Promise<boolean> }) => () =>
    of.evaluate((element) => element === document.activeElement);

  const { dialog, menu, form } = await ask('reward-1');
  await until(focused(form('Tiebreak'))).toBe(true);
  expect(await form('Tiebreak').isChecked()).toBe(true);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  expect(await form('ONNX').isChecked()).toBe(true);
  const downloading = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('reward-1-onnx.zip');
  const zip = await yauzl.openPromise(await download.path());
  const names: string[] = [];
  for await (const { fileName } of zip.eachEntry()) names.push(fileName);
  expect(names).toEqual(expect.arrayContaining(['README.md', 'model.onnx', 'tokenizer.json']));
  await page.getByRole('region', { name: 'Messages' }).getByText('reward-1 was exported.').waitFor();
  await until(() => dialog.count()).toBe(0);

  const quick = await ask('quick-1');
  // The form that was chosen before; there is no bundle of a quick model.
  expect(await quick.form('ONNX').isChecked()).toBe(true);
  expect(await quick.form('Hugging Face folder').isDisabled()).toBe(false);
  expect(await quick.form('Training bundle').isDisabled()).toBe(true);
  await page.keyboard.press('Escape');
  await until(focused(quick.menu)).toBe(true);

  const language = await ask('sft-1');
  // What was chosen before is none of this model's forms.
  expect(await language.form('Tiebreak').isChecked()).toBe(true);
  expect(await language.form('ONNX').isDisabled()).toBe(true);
  expect(await language.form('Training bundle').isDisabled()).toBe(false);
  await page.keyboard.press('Escape');
  expect(await menu.isEnabled()).toBe(true);
});
