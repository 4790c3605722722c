import { createReadStream } from 'node:fs';
import type { FilePurpose } from '../../contract/files.ts';
import { writeWholeFile } from '../../disk/whole.ts';

export type Filter = { name: string; extensions: string[] };

/** What a dialog for opening offers to choose from. */
export const filters: Readonly<Record<FilePurpose, Filter[]>> = {
  comments: [
    { name: 'Comments', extensions: ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'txt'] },
    { name: 'All files', extensions: ['*'] },
  ],
  model: [
    { name: 'Models', extensions: ['tiebreak-model', 'zip', 'safetensors', 'bin', 'pt', 'pth', 'json', 'txt'] },
    { name: 'All files', extensions: ['*'] },
  ],
  'model-folder': [],
  backup: [{ name: 'Backups', extensions: ['zip'] }],
};

/** Copies a file to the place a person chose: whole, or not at all. */
export async function saveCopy(from: string, to: string): Promise<void> {
  await writeWholeFile(to, (file) => file.writeFile(createReadStream(from)));
}
