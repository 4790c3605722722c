import { type LeftAlone, sortOut } from '../../../src-main/common/data-files.ts';
import { append } from '../../../src-main/common/lists.ts';

type Dropped = { readonly taken: readonly File[]; readonly left: readonly LeftAlone[] };

/**
 * The files of what was dropped: of a folder those that hold data by their names. To be called while the event lasts; null where there are
 * neither files nor folders.
 * @throws Error where a folder holds no data
 */
export function filesOfDrop(files: readonly File[], event: DragEvent): Promise<Dropped> | null {
  const entries = [...(event.dataTransfer?.items ?? [])]
    .map((item) => item.webkitGetAsEntry?.() ?? null)
    .filter((entry) => entry !== null);
  const folders = entries.filter((entry) => entry.isDirectory) as FileSystemDirectoryEntry[];
  if (folders.length === 0) return files.length === 0 ? null : Promise.resolve({ taken: files, left: [] });
  const others = entries.filter((entry) => entry.isFile) as FileSystemFileEntry[];
  return open(folders, others);
}

/** What was left alone, in a sentence for a moment. */
export function leftInWords(left: readonly LeftAlone[]): string {
  const shown = left.slice(0, named).map(({ file, why }) => `${file} (${why})`);
  const more = left.length - shown.length;
  return `Left alone: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

const named = 3;

async function open(
  folders: readonly FileSystemDirectoryEntry[],
  others: readonly FileSystemFileEntry[],
): Promise<Dropped> {
  const taken = await Promise.all(others.map(fileOf));
  const left: LeftAlone[] = [];
  for (const folder of folders) {
    const entries = await entriesOf(folder);
    const inside = new Map(entries.filter(({ isFile }) => isFile).map((entry) => [entry.name, entry]));
    const sorted = sortOut([...inside.keys()]);
    for (const name of sorted.taken) taken.push(await fileOf(inside.get(name) as FileSystemFileEntry));
    append(left, sorted.left);
    const why = 'a folder of its own: drop it as well to import it';
    append(
      left,
      entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => ({ file: name, why })),
    );
  }
  if (taken.length > 0) return { taken, left };
  const names = folders.map(({ name }) => name).join(', ');
  throw new Error(
    `No file in ${names} holds data, as far as their names tell. Nothing was changed: drop the files themselves.`,
  );
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((found, failed) => entry.file(found, failed));

/** A browser gives a hundred at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((found, failed) => reader.readEntries(found, failed));
    if (some.length === 0) return all;
    append(all, some);
  }
}
