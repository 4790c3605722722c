import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Split, splits } from '../../contract/records.ts';
import { resource } from '../../root.ts';
import type { Source } from './import-files.ts';

const folder = resource('sample');

/** The files of the bundled sample for each split: captions for cartoons, and arguments in debates. */
export function sampleFiles(): readonly { readonly split: Split; readonly files: readonly string[] }[] {
  const names = readdirSync(folder).toSorted();
  return splits.map((split) => ({
    split,
    files: names.filter((name) => name.endsWith(`${split}.jsonl`)).map((name) => join(folder, name)),
  }));
}

/** The same as what an import takes. */
export function sampleSources(): readonly Source[] {
  return sampleFiles().flatMap(({ split, files }) =>
    files.map((path) => ({ path, name: `Sample: ${path.slice(folder.length + 1)}`, split })),
  );
}
