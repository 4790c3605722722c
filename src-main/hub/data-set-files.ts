import { TiebreakError } from '../contract/errors.ts';
import type { Listed } from './list-files.ts';

/** The Parquet files of one part of a data set. */
export type DataSetPart = {
  readonly config: string;
  readonly split: string;
  readonly names: readonly string[];
  readonly partial: boolean;
};

type Place = { readonly config: string; readonly split: string; readonly partial: boolean };

/**
 * What a Parquet file of a data set's repository holds, by its path: CONFIG/SPLIT/0000.parquet, as the hub converts data sets;
 * else, as people lay them out, data/SPLIT-00000-of-00002.parquet or CONFIG/SPLIT-....parquet.
 * https://huggingface.co/docs/hub/datasets-file-names-and-splits
 */
export function placeOf(path: string): Place | null {
  if (!/\.parquet$/i.test(path)) return null;
  const parts = path.split('/');
  const file = parts.pop()!.replace(/\.parquet$/i, '');
  const numbered = /^\d{1,6}$/.test(file);
  const split = numbered
    ? parts.pop()
    : file
        .replace(/-\d{1,6}-of-\d{1,6}(-[0-9a-f]+)?$/, '')
        .split('-')
        .at(-1);
  const config = parts.filter((part) => part !== 'data').at(-1) ?? 'default';
  if (split === undefined || split === '' || split === 'data') return { config, split: 'train', partial: false };
  return { config, split: split.replace(/^partial-/, ''), partial: split.startsWith('partial-') };
}

/**
 * The files of one split of one configuration.
 * @throws TiebreakError where that is not clear, or not there, with what there is
 */
export function partOf(
  dataSet: string,
  { names }: Pick<Listed, 'names'>,
  wanted: { readonly config: string | undefined; readonly split: string | undefined },
): DataSetPart {
  const placed = names.flatMap((name) => {
    const place = placeOf(name);
    return place ? [{ name, ...place }] : [];
  });
  if (placed.length === 0) {
    const message = `${dataSet} has no Parquet files on the hub. Nothing was changed: download its files in a browser, and import them.`;
    throw new TiebreakError('bad-input', message);
  }
  const configs = distinct(placed.map(({ config }) => config));
  const config = chosen(configs, wanted.config, 'default');
  if (config === null) {
    const what = wanted.config === undefined ? 'has several parts' : `has no part ${wanted.config}`;
    const message = `${dataSet} ${what}: ${shown(configs)}. Nothing was fetched: say which one, as in hf:${dataSet}/${configs[0]}.`;
    throw new TiebreakError('bad-input', message);
  }
  const ofConfig = placed.filter((file) => file.config === config);
  const splits = distinct(ofConfig.map(({ split }) => split));
  const split = chosen(splits, wanted.split, 'train');
  if (split === null) {
    const what = wanted.split === undefined ? 'has the splits' : `has no split ${wanted.split}, but`;
    const message = `${dataSet} ${what} ${shown(splits)}. Nothing was fetched: say which one with --from.`;
    throw new TiebreakError('bad-input', message);
  }
  const files = ofConfig.filter((file) => file.split === split);
  return {
    config,
    split,
    names: files.map(({ name }) => name).toSorted(),
    partial: files.some(({ partial }) => partial),
  };
}

const distinct = (all: readonly string[]): readonly string[] => [...new Set(all)].toSorted();

const chosen = (all: readonly string[], wanted: string | undefined, usual: string): string | null => {
  if (wanted !== undefined) return all.includes(wanted) ? wanted : null;
  if (all.includes(usual)) return usual;
  return all.length === 1 ? all[0]! : null;
};

const most = 20;
const shown = (all: readonly string[]): string =>
  all.length > most ? `${all.slice(0, most).join(', ')} and ${all.length - most} more` : all.join(', ');
