import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { configWith } from '../../app.ts';
import { TiebreakError } from '../../contract/errors.ts';

export type Settings = Readonly<Record<string, unknown>>;

/** Takes one KEY=VALUE into those read before. */
export function setting(text: string, before: Settings): Settings {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be KEY=VALUE, such as learningRate=0.001.');
  const key = text.slice(0, at).trim();
  try {
    configWith('reward', { [key]: text.slice(at + 1).trim() });
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  return { ...before, [key]: text.slice(at + 1).trim() };
}

/** The settings of a JSON file, overruled by those given one by one. */
export async function readSettings(file: string | undefined, set: Settings): Promise<Record<string, unknown>> {
  if (file === undefined) return { ...set };
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new TiebreakError('not-found', `The file ${file} can't be read (${error.code}).`, { cause: error });
  });
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new TiebreakError('bad-input', `The file ${file} is not valid JSON.`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TiebreakError('bad-input', `The file ${file} must hold one object: {"learningRate": 0.001}.`);
  }
  return { ...value, ...set };
}
