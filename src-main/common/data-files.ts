/** Which files of a folder hold data, by their names: the same in the terminal and where a folder is dropped on a page. */

export type LeftAlone = { readonly file: string; readonly why: string };

const ending = /\.(jsonl|ndjson|json|csv|tsv|txt|xlsx|xml|parquet)(\.(gz|zst|zip))?$|\.(zst|gz|zip)$/i;
const packing = /\.(zst|gz|zip)$/i;
/** What goes along with data and is none. */
const company =
  /^(readme|licen[cs]e|copying|changelog|attribution|contributing|notice|citation|requirements|package(-lock)?)\b/i;
/** What Tiebreak itself writes and can't read back: rows that were left out, backups. */
const ours = /^(skipped-rows.*\.csv|tiebreak-.*\.zip)$/i;

/** Sorts names of a folder into those that are imported, in the order in which they are best read, and those that are not. */
export function sortOut(names: readonly string[]): {
  readonly taken: readonly string[];
  readonly left: readonly LeftAlone[];
} {
  const taken: string[] = [];
  const left: LeftAlone[] = [];
  for (const file of names.toSorted(natural.compare)) {
    const why = whyNot(file);
    if (why === null) taken.push(file);
    else left.push({ file, why });
  }
  return { taken: inReadingOrder(taken, (name) => name), left };
}

/** Files with posts come before those with comments, where their names say so; else the order stays. */
export function inReadingOrder<T>(files: readonly T[], nameOf: (file: T) => string): T[] {
  return files.toSorted((a, b) => turnOf(nameOf(a)) - turnOf(nameOf(b)));
}

const natural = new Intl.Collator('en', { numeric: true });

function whyNot(file: string): string | null {
  if (/^(\.|~\$)/.test(file)) return 'it is hidden, or being written';
  if (!ending.test(file)) return 'its name does not end as files with data do';
  if (ours.test(file)) return 'it is what Tiebreak wrote of an import or as a backup';
  if (company.test(file) && !/\.(csv|tsv|jsonl|ndjson|parquet|xlsx)(\.|$)/i.test(file))
    return 'it goes along with data';
  return null;
}

function turnOf(path: string): number {
  const name = path
    .replace(/^.*[/\\]/, '')
    .replace(packing, '')
    .toLowerCase();
  if (/(^|[^a-z])(submissions?|posts?|questions?|stories|threads?)([^a-z]|$)|^rs_\d{4}/.test(name)) return 0;
  return /(^|[^a-z])(comments?|answers?|replies|repl(y|ies))([^a-z]|$)|^rc_\d{4}/.test(name) ? 2 : 1;
}

/** What is said of a folder in which nothing is data. */
export const noData = (folder: string): string =>
  `No file in ${folder} holds data, as far as their names tell. Nothing was changed: choose the files themselves.`;
