import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LeftAlone, sortOut } from '../../common/data-files.ts';
import { append } from '../../common/lists.ts';
import { TiebreakError } from '../../contract/errors.ts';

export type DataFiles = { readonly paths: readonly string[]; readonly leftAlone: readonly LeftAlone[] };

/**
 * Files and folders, as files: of a folder those that hold data by their names, without its own folders.
 * @throws TiebreakError where a folder holds none, or can't be read
 */
export async function filesOf(given: readonly string[]): Promise<DataFiles> {
  const paths: string[] = [];
  const leftAlone: LeftAlone[] = [];
  for (const path of given) {
    // What is not there is refused in its turn, with the reason.
    const isFolder = (await stat(path).catch(() => null))?.isDirectory() ?? false;
    if (!isFolder) {
      paths.push(path);
      continue;
    }
    const { taken, left } = await dataFilesIn(path);
    if (taken.length === 0) {
      const held =
        left.length === 0
          ? 'It is empty.'
          : `It holds ${left
              .slice(0, 5)
              .map(({ file }) => file)
              .join(', ')}.`;
      const message = `The folder ${path} has no files with data (their names end with .jsonl, .json, .csv, .tsv, .txt, .xlsx, .xml, .parquet, or these packed). ${held} Nothing came in: name other files one by one.`;
      throw new TiebreakError('bad-input', message);
    }
    append(
      paths,
      taken.map((name) => join(path, name)),
    );
    append(
      leftAlone,
      left.map(({ file, why }) => ({ file: join(path, file), why })),
    );
  }
  return { paths, leftAlone };
}

/**
 * The names of a folder's files with data, and what else lies there.
 * @throws TiebreakError where it can't be read
 */
export async function dataFilesIn(
  folder: string,
): Promise<{ readonly taken: readonly string[]; readonly left: readonly LeftAlone[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new TiebreakError('not-found', `The folder ${folder} can't be read (${error.code}).`, { cause: error });
  });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const { taken, left } = sortOut(files);
  const why = 'it is a folder of its own: name it as well to import it';
  return { taken, left: [...left, ...folders.toSorted().map((file) => ({ file, why }))] };
}
