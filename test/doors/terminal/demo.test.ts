import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { scratchFolder } from '../../support/run-cli.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

test('the demo goes the whole way and says where everything is', async () => {
  const demo = fileURLToPath(new URL('../../../src-main/doors/terminal/demo.ts', import.meta.url));
  const output = join(scratch.folder, 'demo');
  const { stdout } = await promisify(execFile)(process.execPath, [demo, output]);
  expect(stdout).toContain('longer comment wins');
  expect(stdout).toContain(output);
  const rows = readFileSync(join(output, 'ranking.jsonl'), 'utf8').trimEnd().split('\n');
  const first = JSON.parse(rows[0]!) as { comments: { score: number; reward: number }[] };
  expect(first.comments.map(({ score }) => score)).toEqual(first.comments.map((_, place) => place));
  expect(readFileSync(join(output, 'ranking.csv'), 'utf8').split('\n').length).toBeGreaterThan(400);
}, 300_000);
