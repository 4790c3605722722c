import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExportedFile, textFile } from '../../checkpoint/exported-file.ts';
import { resource } from '../../root.ts';

const folder = resource('export');

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
