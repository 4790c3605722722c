import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpack } from '../../support/archive.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

type Sample = { readonly name: string; readonly content: Buffer };

/** The small files with data that the tests have, in every shape and format that is read. */
export function dataFiles(): readonly Sample[] {
  return ['files', 'files/own'].flatMap((folder) =>
    readdirSync(join(fixtures, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'expected.json')
      .map(({ name }) => ({ name, content: readFileSync(join(fixtures, folder, name)) }))
      .filter(({ content }) => content.length < 30_000),
  );
}

/** Unpacks the small GPT-2 reward model into a folder: its weights in two forms, and its config.json. */
export function unpackGpt2(folder: string): void {
  unpack(join(fixtures, 'gpt2-reward/weights.tar.br'), folder);
}

export const gpt2Config = (): unknown => JSON.parse(readFileSync(join(fixtures, 'gpt2-reward/config.json'), 'utf8'));

/** Unpacks the small random encoders, each into a folder of its own, and gives these. */
export function unpackEncoders(folder: string): readonly string[] {
  unpack(join(fixtures, 'encoders/folders.tar.br'), folder);
  return readdirSync(folder).map((name) => join(folder, name));
}
