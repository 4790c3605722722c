import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { isBeside, isPooling, isWeights, mostBytesOf, neededFiles, poolingFolder } from '../../common/model-files.ts';
import { counted, size } from '../../common/words.ts';
import { TiebreakError } from '../../contract/errors.ts';

/** A file of a model from elsewhere: what it is called there, and where it lies here. */
export type GivenFile = { readonly name: string; readonly path: string; readonly bytes: number };

/** The files that were given for one model, and what a person calls it. */
export type GivenModel = {
  readonly label: string;
  readonly proposedName: string;
  readonly files: readonly GivenFile[];
};

/** Names that say nothing of which model it is. */
const nameless = /^(model|pytorch_model|adapter_model|weights|checkpoint|snapshot)(-\d+)*(-of-\d+)?$/i;

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
  const beside = isWeights(name) ? (await filesIn(dirname(whole))).filter((one) => isBeside(one.name)) : [];
  const plain = basename(name, extname(name));
  const proposedName = nameless.test(plain) ? basename(dirname(whole)) : plain;
  return { label: name, proposedName, files: replaced([file, ...beside]) };
}

/** The same for files that came through a door; `folder` is what the folder is called that they lie in. */
export function modelOf(files: readonly GivenFile[], folder: string | undefined): GivenModel {
  const stem = (name: string): string => basename(name, extname(name));
  const weights = files.length === 1 ? files : files.filter(({ name }) => isWeights(name));
  const named = weights.find(({ name }) => !nameless.test(stem(name)));
  const [first] = files;
  const label = folder ?? (files.length === 1 ? first!.name : `The model of ${counted(files.length, 'file')}`);
  return { label, proposedName: folder ?? (named ? stem(named.name) : 'imported'), files };
}

/** The files of a folder, and those that say how an encoder pools, in folders in it. */
async function filesIn(folder: string): Promise<GivenFile[]> {
  const files: GivenFile[] = [];
  const names = await readdir(folder);
  for (const name of [...names, ...names.map((one) => `${one}/config.json`).filter(isPooling)].toSorted()) {
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

const tokenizerNames = ['tokenizer.json', 'vocab.json', 'merges.txt'];
const isTokenizer = (name: string): boolean => tokenizerNames.includes(name);

/** What the engine makes a model of. */
export type ModelSource = {
  readonly weights: readonly string[];
  readonly config: string | null;
  readonly tokenizer: readonly string[];
  /** What an encoder has beside them, by name; the files of modules for pooling by their folder. */
  readonly beside: Readonly<Record<string, string>>;
};

/**
 * Chooses among files what a GPT-2 or an encoder is made of.
 * @throws TiebreakError bad-input where weights are missing, incomplete or several, or a file is far too large for what it is
 */
export function sourceOf(files: readonly GivenFile[]): ModelSource {
  for (const { name, bytes } of files) {
    if (bytes > mostBytesOf(name)) {
      throw new TiebreakError('bad-input', `Its ${name} is far too large (${size(bytes)}).`);
    }
  }
  const needed = neededFiles(files.map(({ name }) => name));
  if ('problem' in needed) throw new TiebreakError('bad-input', needed.problem);
  const pathOf = (name: string): string => files.find((file) => file.name === name)!.path;
  return {
    weights: needed.weights.map(pathOf),
    config: needed.config && pathOf(needed.config),
    tokenizer: needed.tokenizer.map(pathOf),
    beside: Object.fromEntries(needed.beside.map((name) => [poolingFolder(name) ?? name, pathOf(name)])),
  };
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
