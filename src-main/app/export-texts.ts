import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ExportedFile, textFile } from '../engine/checkpoint/exported-file.ts';

/** Two folders up from here, and from the built main process as well. */
const folder = fileURLToPath(new URL('../../resources/export', import.meta.url));

/** One of the texts that go along with an exported model, with each {{name}} in it replaced. */
export async function filledText(file: string, values: Readonly<Record<string, string | number>>): Promise<string> {
  const text = await readFile(join(folder, file), 'utf8');
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${file} asks for ${name}, which nobody gives`);
    return String(value);
  });
}

/** One of those files as it is. */
export async function plainText(file: string, name: string): Promise<ExportedFile> {
  return textFile(name, await readFile(join(folder, file), 'utf8'));
}
