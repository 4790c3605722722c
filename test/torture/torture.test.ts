import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { TiebreakError } from '../../src-main/contract/errors.ts';
import { drawOf } from './fuzz/draw.ts';
import { complaintAbout } from './fuzz/judge.ts';
import { targets } from './fuzz/targets.ts';
import { filesBelow } from './kills/look.ts';
import { openCase } from './kills/open.ts';
import { runChild } from './kills/run-child.ts';
import { wrongWith } from './kills/sound.ts';
import { works } from './kills/works.ts';

// The quick part of `npm run torture`, which docs/reliability.md tells of.

const folder = mkdtempSync(join(tmpdir(), 'tiebreak-torture-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of each target some inputs, as many as take no time to speak of. */
const quick: Readonly<Record<string, number>> = {
  ...{ 'damaged-files': 15, 'strange-records': 25, tables: 15, markdown: 40, html: 40, values: 400, cells: 400 },
  ...{ safetensors: 60, pickles: 400, 'encoder-files': 150, vocabularies: 100, 'model-archives': 40 },
  ...{ 'site-answers': 150, addresses: 150, 'hub-answers': 60, contract: 15 },
};

describe('whatever is given in is taken, or refused in a plain sentence', () => {
  test.each(Object.entries(quick))('%s', async (name, inputs) => {
    const place = join(folder, name);
    mkdirSync(place);
    const { give, close } = await (await targets[name]!.load()).open(place);
    for (let input = 0; input < inputs; input++) {
      const complaint = await give(drawOf(7, name, input)).then(() => null, complaintAbout);
      expect(complaint, `npm run torture -- fuzz --only ${name} --seed 7 --input ${input}`).toBeNull();
    }
    await close?.();
  });
});

test('what is no refusal is told from one', () => {
  for (const bad of [
    new TypeError('a.b is not a function'),
    new TiebreakError('bad-input', "Cannot read properties of undefined (reading 'a')."),
    new TiebreakError('bad-input', 'no sentence'),
  ]) {
    expect(complaintAbout(bad)).not.toBeNull();
  }
  expect(complaintAbout(new TiebreakError('bad-input', 'The file "undefined" is empty.'))).toBeNull();
});

test('answers that were told as kept are there after a kill, at an operation or at any time', async () => {
  const start = join(folder, 'start');
  mkdirSync(start, { recursive: true });
  const posts = Array.from({ length: 12 }, (_, post) =>
    JSON.stringify({
      id: `p${post}`,
      text: `Post ${post}`,
      comments: ['a', 'b', 'c'].map((text, score) => ({ text: `${text} ${post}`, score })),
    }),
  );
  const first = openCase(start, false);
  const { handle } = await first.app.files.takeMade('posts.jsonl', async (path) =>
    (await import('node:fs/promises')).writeFile(path, posts.join('\n')),
  );
  await first.client.data.import({ files: [handle] });
  await first.app.tasks.settled();
  await first.app.close();
  for (const end of ['main:60', 'main:75:half', 300]) {
    const ran = await runChild('answering', start, end);
    expect(ran.signal).toBe('SIGKILL');
    const at = openCase(start, false);
    expect(await works.answering.missing(at, ran.told), `killed at ${end}`).toEqual(
      // Those of the kills before are there as well.
      expect.not.arrayContaining([expect.stringContaining('not there')]),
    );
    await at.app.close();
    expect(await wrongWith(join(start, 'home'))).toEqual([]);
    expect(filesBelow(join(start, 'home')).filter((path) => /partial|transfers/.test(path))).toEqual([]);
  }
});
