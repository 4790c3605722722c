import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpack } from '../support/archive.ts';

/** The data sets of `data/`, and what they are called in tables. */
export const dataSets = {
  ukp: 'UKP arguments',
  captions: 'Caption contests',
  stackexchange: 'Stack Exchange',
} as const;

/** Unpacks the data sets into a folder, as NAME/SPLIT.jsonl. */
export function unpackDataSets(folder: string): void {
  for (const name of Object.keys(dataSets)) {
    unpack(fileURLToPath(new URL(`data/${name}.tar.br`, import.meta.url)), join(folder, name));
  }
}
