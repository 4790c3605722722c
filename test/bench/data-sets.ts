import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpack } from '../support/archive.ts';

/** The data sets of `data/`, and what they are called in tables. */
export const dataSets = {
  ukp: 'UKP arguments',
  captions: 'Caption contests',
  stackexchange: 'Stack Exchange',
} as const;

export type DataSet = keyof typeof dataSets;

/** Unpacks the data sets into a folder, as NAME/SPLIT.jsonl. */
export function unpackDataSets(folder: string): void {
  for (const name of Object.keys(dataSets)) {
    unpack(fileURLToPath(new URL(`data/${name}.tar.br`, import.meta.url)), join(folder, name));
  }
}

/** The data sets that were named, with commas between them; all of them where none was. */
export function dataSetsNamed(names: string | undefined): DataSet[] {
  const known = Object.keys(dataSets) as DataSet[];
  const named = names?.split(',') ?? known;
  const wrong = named.find((name) => !known.includes(name as DataSet));
  if (wrong !== undefined) throw new Error(`There are no rows '${wrong}': take ${known.join(', ')}.`);
  return named as DataSet[];
}
