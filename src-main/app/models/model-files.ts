import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { TiebreakError } from '../../contract/errors.ts';

/** A file of a model from elsewhere: what it is called there, and where it lies here. */
export type GivenFile = { readonly name: string; readonly path: string; readonly bytes: number };

/** The files that were given for one model, and what a person calls it. */
export type GivenModel = {
  readonly label: string;
  readonly proposedName: string;
  readonly files: readonly GivenFile[];
};

const mebibyte = 2 ** 20;
/** What lies beside weights, and how large it may be. */
const besides: Readonly<Record<string, number>> = {
  'config.json': mebibyte,
  'tokenizer.json': 64 * mebibyte,
  'vocab.json': 64 * mebibyte,
  'merges.txt': 64 * mebibyte,
};
const weightsName = /\.(safetensors|bin|pt|pth)$/i;
const part = /^(.+)-(\d{5})-of-(\d{5})\.(safetensors|bin)$/;
/** As Hugging Face's libraries call the whole weights, the better form first. */
const usual = ['model.safetensors', 'pytorch_model.bin'];
/** Names that say nothing of which model it is. */
const nameless = /^(model|pytorch_model|adapter_model|weights|checkpoint|snapshot)(-\d+)*(-of-\d+)?$/i;

/** Whether a file of this name may belong to a model in Hugging Face's form. */
export function belongsToModel(name: string): boolean {
  return Object.hasOwn(besides, name) || weightsName.test(name);
}

/**
 * The files of a model at a path: those of a folder; or a file, and what lies beside it where that is weights alone.
 * @param tokenizer a folder with another tokenizer
 * @throws TiebreakError not-found
 */
export async function modelAt(path: string, tokenizer?: string): Promise<GivenModel> {
  const whole = resolve(path);
  const found = await stat(whole).catch(() => null);
  if (!found) throw new TiebreakError('not-found', `There is no file or folder ${path}.`);
  const other = tokenizer === undefined ? [] : await tokenizerIn(tokenizer);
  const replaced = (files: readonly GivenFile[]): readonly GivenFile[] =>
    other.length === 0 ? files : [...files.filter(({ name }) => !isTokenizer(name)), ...other];
  if (found.isDirectory()) {
    const name = basename(whole);
    return { label: name, proposedName: name, files: replaced(await filesIn(whole)) };
  }
  const name = basename(whole);
  const file = { name, path: whole, bytes: found.size };
  const beside = weightsName.test(name)
    ? (await filesIn(dirname(whole))).filter((one) => Object.hasOwn(besides, one.name))
    : [];
  const plain = basename(name, extname(name));
  const proposedName = nameless.test(plain) ? basename(dirname(whole)) : plain;
  return { label: name, proposedName, files: replaced([file, ...beside]) };
}

/** The same for files that came through a door. */
export function modelOf(files: readonly GivenFile[]): GivenModel {
  const named = files.find(
    ({ name }) => !nameless.test(basename(name, extname(name))) && !Object.hasOwn(besides, name),
  );
  const [first] = files;
  const label = files.length === 1 ? first!.name : `The model of ${files.length} files`;
  return { label, proposedName: named ? basename(named.name, extname(named.name)) : 'imported', files };
}

async function filesIn(folder: string): Promise<GivenFile[]> {
  const files: GivenFile[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found?.isFile()) files.push({ name, path, bytes: found.size });
  }
  return files;
}

async function tokenizerIn(folder: string): Promise<GivenFile[]> {
  const files = await filesIn(folder).catch(() => []);
  const found = files.filter(({ name }) => isTokenizer(name));
  if (found.length > 0) return found;
  throw new TiebreakError('not-found', `There is no tokenizer.json (or vocab.json and merges.txt) in ${folder}.`);
}

const isTokenizer = (name: string): boolean => Object.hasOwn(besides, name) && name !== 'config.json';

/** What the engine makes a model of. */
export type ModelSource = {
  readonly weights: readonly string[];
  readonly config: string | null;
  readonly tokenizer: readonly string[];
};

/**
 * Chooses among files what a GPT-2 is made of.
 * @throws TiebreakError bad-input where weights are missing, incomplete or several, or a file is far too large for what it is
 */
export function sourceOf(files: readonly GivenFile[]): ModelSource {
  for (const { name, bytes } of files) {
    if (bytes > (besides[name] ?? Number.POSITIVE_INFINITY)) {
      throw new TiebreakError('bad-input', `Its ${name} is far too large (${Math.round(bytes / mebibyte)} MB).`);
    }
  }
  const pathOf = (name: string): string | null => files.find((file) => file.name === name)?.path ?? null;
  const [whole, vocabulary, merges] = ['tokenizer.json', 'vocab.json', 'merges.txt'].map(pathOf);
  return {
    weights: weightsAmong(files.filter(({ name }) => !Object.hasOwn(besides, name))),
    config: pathOf('config.json'),
    tokenizer: whole ? [whole] : vocabulary && merges ? [vocabulary, merges] : [],
  };
}

function weightsAmong(files: readonly GivenFile[]): readonly string[] {
  const [only] = files;
  // One file is meant, whatever it is called.
  if (only && files.length === 1 && !part.test(only.name) && !/\.(json|txt|md|py)$/.test(only.name)) return [only.path];
  for (const name of usual) {
    const found = files.find((file) => file.name === name);
    if (found) return [found.path];
  }
  const parts = files.filter(({ name }) => part.test(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const type of ['safetensors', 'bin']) {
    const same = parts.filter(({ name }) => name.endsWith(`.${type}`));
    if (same.length === 0) continue;
    const stems = new Set(same.map(({ name }) => part.exec(name)![1]));
    const count = Number(part.exec(same[0]!.name)![3]);
    if (
      stems.size === 1 &&
      same.every(({ name }, i) => Number(part.exec(name)![2]) === i + 1) &&
      same.length === count
    ) {
      return same.map(({ path }) => path);
    }
    throw new TiebreakError('bad-input', `Its weights are in ${count} parts, and not all of them are there.`);
  }
  const others = files.filter(({ name }) => weightsName.test(name));
  if (others.length === 1) return [others[0]!.path];
  if (others.length === 0) {
    throw new TiebreakError('bad-input', 'It has no weights (model.safetensors or pytorch_model.bin).');
  }
  const names = others.map(({ name }) => name).slice(0, 5);
  throw new TiebreakError('bad-input', `It has several weights (${names.join(', ')}): name the file that is meant.`);
}

/** Whether a file begins as a zip archive does. */
export async function isZip({ path }: GivenFile): Promise<boolean> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(4);
    await file.read(head, 0, 4, 0);
    return head.toString('latin1') === 'PK\x03\x04';
  } finally {
    await file.close();
  }
}
