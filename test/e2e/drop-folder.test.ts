import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useStage } from '../support/page.ts';
import { rows } from '../support/run-cli.ts';
import { withNothing } from '../support/steps.ts';
import { temporaryFolder } from '../support/temporary.ts';

const stage = useStage(withNothing);

test('a folder that is dropped is opened: its files with data are looked at, and what was left alone is said', async () => {
  const folder = join(temporaryFolder(), 'nightly');
  mkdirSync(join(folder, 'older'), { recursive: true });
  writeFileSync(join(folder, 'b.jsonl'), rows(0, 3));
  writeFileSync(join(folder, 'a.jsonl'), rows(10, 2));
  writeFileSync(join(folder, 'README.md'), 'No data.');
  const app = await stage.start();
  const page = await stage.open(app, '/data');
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  // What a person drops, playwright can't: the browser itself is told of it.
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data });
  }
  await page.getByText('README.md (its name does not end as files with data do)').waitFor();
  await page.getByText('a.jsonl').first().waitFor();
  await page.getByText('b.jsonl').first().waitFor();
  expect(await page.getByText('older (a folder of its own').count()).toBe(1);
});
