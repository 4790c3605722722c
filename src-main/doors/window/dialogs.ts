import { createReadStream } from 'node:fs';
import { fileKinds } from '../../common/file-kinds.ts';
import { choosesFolder, type FilePurpose } from '../../contract/files.ts';
import { writeWholeFile } from '../../disk/whole.ts';

type Filter = { name: string; extensions: string[] };

const all: Filter = { name: 'All files', extensions: ['*'] };

/** What a dialog for opening offers to choose from; nothing where it chooses a folder. */
export function filtersOf(purpose: FilePurpose): Filter[] {
  if (choosesFolder(purpose)) return [];
  const { name, extensions, others } = fileKinds[purpose];
  return [{ name, extensions: [...extensions] }, ...(others ? [all] : [])];
}

/** Copies a file to the place a person chose: whole, or not at all. Whether a file that is there is to be replaced, the dialog has asked. */
export async function saveCopy(from: string, to: string, home: string): Promise<void> {
  await writeWholeFile({ path: to, replace: true, home }, (file) => file.writeFile(createReadStream(from)));
}
