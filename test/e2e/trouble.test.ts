import { expect, test } from 'vitest';
import { useStage } from '../support/page.ts';
import { until, view } from '../support/steps.ts';

const stage = useStage();

/** Each of these must fail the test in which it happens: all other tests rely on it. */
const planted: readonly { readonly what: RegExp; readonly plant: () => unknown }[] = [
  { what: /^error: a planted error$/, plant: () => console.error('a planted error') },
  { what: /^warning: a planted warning$/, plant: () => console.warn('a planted warning') },
  {
    what: /^thrown: a planted exception$/,
    plant: () => {
      setTimeout(() => {
        throw new Error('a planted exception');
      });
    },
  },
  {
    what: /^thrown: a planted rejection$/,
    plant: () => {
      void Promise.reject(new Error('a planted rejection'));
    },
  },
  { what: /^dialog: a planted dialog$/, plant: () => alert('a planted dialog') },
  { what: /^refused: 403 .*\/files\/nothing$/, plant: () => fetch('/files/nothing') },
  // Nothing listens on this port.
  { what: /^failed: http:\/\/127\.0\.0\.1:1\/$/, plant: () => void open('http://127.0.0.1:1/') },
  { what: /^asked elsewhere: http:\/\/tiebreak\.invalid\/$/, plant: () => void open('http://tiebreak.invalid/') },
  {
    what: /^error: .*Content Security Policy/,
    plant: () => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "planted"';
      document.body.append(script);
    },
  },
  {
    what: /^error: .*Content Security Policy.*style/s,
    plant: () => document.body.setAttribute('style', 'color: red'),
  },
];

test('a run notices all trouble there may be', async () => {
  const app = await stage.start();
  const page = await stage.open(app);
  await view(page, 'Welcome to Tiebreak').waitFor();
  expect(stage.trouble().all()).toEqual([]);
  for (const { what, plant } of planted) {
    await page.evaluate(plant);
    await until(async () => stage.trouble().unexpected()).toContainEqual(expect.stringMatching(what));
  }
  expect(await page.title()).not.toBe('planted');
  stage.trouble().expect(/./s);
});
