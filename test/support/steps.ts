import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { RunLine } from '../../src-main/contract/views.ts';
import { patience, type Setting } from './page.ts';
import { type Client, done } from './started-door.ts';

/** What people do in more than one story, and what they see then. */

/** A training of the least possible work. */
export const tiny = {
  width: 16,
  layers: 1,
  heads: 1,
  vocabulary: 300,
  maxTokens: 32,
  epochs: 1,
  tokensPerBatch: 8192,
} as const;

/** A training that does not end while a test looks, and could go on from its first steps. */
export const endless = { epochs: 2_000, checkpointEvery: 2 } as const;

const sampleFiles = ['train', 'validation', 'test'].map((split) => `captions-${split}.jsonl`);

/** The posts of the sample's captions, as the files hold them. */
export const captions = (): readonly SamplePost[] => sampleFiles.flatMap(samplePosts);

export type SamplePost = {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly comments: readonly { readonly text: string }[];
};

export function samplePosts(file: string): readonly SamplePost[] {
  return readFileSync(new URL(`../../resources/sample/${file}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SamplePost);
}

/** An empty data folder of somebody who has been here before. */
export const withNothing: Setting = {
  name: 'nothing',
  fill: async ({ client }) => void (await client.settings.set({ welcomed: true, guide: 'none' })),
};

/** A data folder of somebody who has been here before: captions, and no guide. */
export const withCaptions: Setting = {
  name: 'captions',
  fill: async ({ client, send }) => {
    const files: string[] = [];
    for (const name of sampleFiles) {
      const content = readFileSync(new URL(`../../resources/sample/${name}`, import.meta.url));
      files.push((await send(name, content)).handle);
    }
    await done(client, await client.data.import({ files }));
    await client.settings.set({ annotator: 'Ada', welcomed: true });
  },
};

/** The same with a model. Trainings of the page begin with its settings. */
export const withModel: Setting = {
  name: 'model',
  on: withCaptions,
  fill: async ({ client }) => void (await done(client, await client.train.start({ config: tiny }))),
};

/** Waits until something holds. */
export const until = (what: () => Promise<unknown>) => expect.poll(what, { timeout: patience, interval: 50 });

export const view = (page: Page, name: string): Locator => page.getByRole('heading', { level: 1, name, exact: true });
export const compareHeading = 'Which comment is better?';

/** Goes to a view by its link, and waits until it is there. */
export async function goTo(page: Page, name: string, heading = name): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name, exact: true }).click();
  await view(page, heading).waitFor();
}

export const commentOn = (page: Page, side: 'left' | 'right'): Locator =>
  page
    .getByRole('article', { name: side === 'left' ? 'Left comment' : 'Right comment' })
    .getByRole('paragraph')
    .first();

export type Shown = { readonly post: string; readonly left: string; readonly right: string };

/** The pair on the screen, with its texts as they are, whatever lines they are broken into. */
export async function shownPair(page: Page): Promise<Shown> {
  const texts = await Promise.all(
    [
      page.getByRole('region', { name: 'Post', exact: true }).first(),
      commentOn(page, 'left'),
      commentOn(page, 'right'),
    ].map((place) => place.textContent()),
  );
  const [post = '', left = '', right = ''] = texts.map((text) => text ?? '');
  return { post, left, right };
}

/** Whether two pairs hold the same comments, on whichever side. */
export const samePair = (one: Shown, other: Shown): boolean =>
  [one.left, one.right].sort().join('\0') === [other.left, other.right].sort().join('\0');

/** Answers with a key, and waits until the next pair stands there. Gives the pair that was answered. */
export async function answerByKey(page: Page, key: string): Promise<Shown> {
  const before = await shownPair(page);
  await page.keyboard.press(key);
  await until(async () => samePair(await shownPair(page), before)).toBe(false);
  return before;
}

/** The line that says what was last done to an answer. */
export const said = (page: Page, text: string): Locator => page.getByRole('status').filter({ hasText: text });

/** Starts a training from its view with these settings; the page then shows its run. */
export async function startTraining(page: Page, settings: Readonly<Record<string, number>>): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  const drawer = page.getByRole('dialog', { name: 'Settings of the training' });
  await drawer.getByRole('radio', { name: /^GPT/ }).check();
  for (const [name, value] of Object.entries(settings)) {
    const field = drawer.getByRole('spinbutton', { name, exact: true });
    await field.fill(String(value));
    await field.press('Tab');
  }
  await drawer.getByRole('button', { name: 'Train', exact: true }).click();
}

/** The run that was started last. */
export async function newestRun(client: Client): Promise<RunLine> {
  const { runs } = await client.train.runs();
  return runs.toSorted((a, b) => b.id - a.id)[0]!;
}

/** Waits until a training is this many steps on. Gives its run. */
export async function untilStep(client: Client, step: number): Promise<RunLine> {
  await until(async () => {
    const run = await newestRun(client);
    return run.status === 'running' && run.step >= step;
  }).toBe(true);
  return newestRun(client);
}

/** The comments of the post that is open under Rankings, in their order. */
export const rankedComments = (page: Page): Locator =>
  page.getByRole('region', { name: 'Post', exact: true }).getByRole('article').getByRole('listitem');

/** Opens the first post that is listed. */
export const openFirstPost = (page: Page): Promise<void> =>
  page.getByRole('region', { name: 'Posts' }).getByRole('listitem').first().getByRole('link').click();

export const isFocused = (place: Locator): Promise<boolean> =>
  place.evaluate((element) => element === document.activeElement).catch(() => false);

/** Moves the focus with the Tab key until it is there: what can't be reached so fails. */
export async function tabTo(page: Page, place: Locator, key = 'Tab'): Promise<void> {
  await place.waitFor();
  const stations = await page.locator('a, button, input, select, textarea, summary, [tabindex="0"]').count();
  // Looked up once: to find a place by its role takes much longer than a key.
  let element = await place.elementHandle();
  const isThere = async (): Promise<boolean> => {
    const state = await element?.evaluate((one) => ({
      drawn: one.isConnected,
      focused: one === document.activeElement,
    }));
    if (!state?.drawn) element = await place.elementHandle();
    return state?.focused ?? false;
  };
  for (let i = 0; i <= stations + 1 && !(await isThere()); i++) await page.keyboard.press(key);
  expect(await isFocused(place), `${place} by ${key}`).toBe(true);
}

/** Goes to a button or a link by the Tab key, and presses it with Enter. */
export async function press(page: Page, place: Locator): Promise<void> {
  await tabTo(page, place);
  await page.keyboard.press('Enter');
}

/** Chooses files under Data, as with the dialog of the browser; they are looked at then. */
export async function chooseFile(page: Page, name: string, content: string | Buffer): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose files' }).click();
  const mimeType = 'application/octet-stream';
  await (await choosing).setFiles({ name, mimeType, buffer: Buffer.from(content as string) });
  await page.getByRole('region', { name: 'Preview', exact: true }).waitFor();
}

/** Imports what was chosen, as soon as it can be. */
export const importChosen = (page: Page): Promise<void> =>
  page
    .getByRole('region', { name: 'Preview', exact: true })
    .getByRole('button', { name: /^Import/ })
    .click();
