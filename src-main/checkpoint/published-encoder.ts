import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TiebreakError } from '../contract/errors.ts';
import { lowerCased } from '../tokenizer/exact-normalizers.ts';
import { type MarkedTokenizer, parseMarkedTokenizer } from '../tokenizer/huggingface.ts';
import { joinTurned, theirTensors } from './bert-names.ts';
import { type BertFamily, familyName } from './encoder-config.ts';
import { exists, readJson, sha256, weightsFile } from './folder.ts';
import { encoderFiles, noteFile } from './folder-content.ts';
import { openSafetensors, type StoredTensor } from './safetensors.ts';
import type { FileTensor } from './tensor-file.ts';

/** What lies beside the files of an encoder as it was published: where it came from, and SHA-256 of every file, in hexadecimal. */
export type EncoderNote = {
  readonly format: 1;
  readonly name: string;
  readonly source: string;
  readonly licence: string;
  readonly parameters?: number;
  readonly files: Readonly<Record<string, string>>;
};

/** Writes the note once the other files of a folder are there. */
export async function writeEncoderNote(folder: string, note: Omit<EncoderNote, 'files'>): Promise<void> {
  const files: Record<string, string> = {};
  for (const name of encoderFiles) files[name] = await sha256(join(folder, name));
  await writeFile(join(folder, noteFile), `${JSON.stringify({ ...note, files }, null, 2)}\n`);
}

/**
 * The note of an encoder's folder, once every file has been held against its sum.
 * @throws TiebreakError not-found; damaged
 */
export async function readEncoderNote(folder: string): Promise<EncoderNote> {
  const note = (await readJson(join(folder, noteFile))) as Partial<EncoderNote> | null;
  if (note?.format !== 1 || typeof note.files !== 'object' || !note.files[weightsFile]) {
    throw damaged(folder, `its ${noteFile} is incomplete`);
  }
  await Promise.all(
    Object.entries(note.files).map(async ([name, sum]) => {
      const path = join(folder, name);
      const inside = path.startsWith(join(folder, '/'));
      if (!inside || !(await exists(path)) || (await sha256(path)) !== sum) {
        throw damaged(folder, `${name} is not the file that was put there`);
      }
    }),
  );
  return note as EncoderNote;
}

/** What stands before the names of an encoder's tensors, by the program that wrote them. */
const prefixes = ['', 'bert.', 'roberta.', 'mpnet.', '0.auto_model.', 'model.'];

/** A tensor of ours, and theirs that it is made of, by the names they have without what a program put before them. */
type Origin = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly turned: boolean;
  readonly sources: readonly (readonly [name: string, source: FileTensor])[];
};

/**
 * Finds what tensors of ours are made of among the weights of a published encoder.
 * @param wanted our tensors
 * @returns the middle of a sentence where one is missing or of another size
 */
export function originsAmong(
  weights: ReadonlyMap<string, FileTensor>,
  family: BertFamily,
  wanted: readonly { readonly name: string; readonly shape: readonly number[] }[],
): readonly Origin[] | { readonly problem: string } {
  const prefix = prefixes.find((one) => weights.has(`${one}embeddings.word_embeddings.weight`));
  if (prefix === undefined) return { problem: `there is no table of words, which a ${familyName(family)} has` };
  const origins: Origin[] = [];
  for (const { name, shape } of wanted) {
    const { names, turned } = theirTensors(family, name);
    const width = (shape.at(-1) ?? 0) / names.length;
    const own = turned ? [width, shape[0]!] : [...shape.slice(0, -1), width];
    const sources: [string, FileTensor][] = [];
    for (const theirs of names) {
      const source = weights.get(prefix + theirs);
      if (source?.shape.join() !== own.join()) {
        return { problem: `${theirs} is ${source?.shape.join(' x ') ?? 'missing'} and should be ${own.join(' x ')}` };
      }
      sources.push([theirs, source]);
    }
    origins.push({ name, shape, turned, sources });
  }
  return origins;
}

/**
 * Reads the weights of an encoder of the BERT family, under our names and turned as ours are.
 * @param wanted our tensors
 * @throws TiebreakError not-found; damaged where one is missing or of another size
 */
export async function readEncoderWeights(
  folder: string,
  family: BertFamily,
  wanted: readonly { readonly name: string; readonly shape: readonly number[] }[],
): Promise<Map<string, StoredTensor>> {
  const { tensors: theirs } = await openSafetensors(join(folder, weightsFile));
  const origins = originsAmong(theirs, family, wanted);
  if ('problem' in origins) throw damaged(folder, origins.problem);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape, turned, sources } of origins) {
    const parts = await Promise.all(sources.map(([, source]) => source.read()));
    tensors.set(name, { shape, data: turned ? joinTurned(parts, shape[0]!) : joined(parts) });
  }
  return tensors;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * The tokenizer of such a folder.
 * @param lowerCase whether texts are made lower case whatever tokenizer.json says
 * @throws TiebreakError not-found; damaged where it is none, or knows more tokens than the weights
 */
export async function readMarkedTokenizer(
  folder: string,
  vocabulary: number,
  lowerCase = false,
): Promise<MarkedTokenizer> {
  const config = join(folder, 'tokenizer_config.json');
  const json = await readJson(join(folder, 'tokenizer.json'));
  const tokenizer = parseMarkedTokenizer(
    lowerCase ? lowerCased(json) : json,
    (await exists(config)) ? await readJson(config) : {},
  );
  if (tokenizer === null) throw damaged(folder, 'its tokenizer.json is of no kind that can be read');
  if (tokenizer.size > vocabulary) {
    throw damaged(folder, `its tokenizer has ${tokenizer.size} tokens, and the weights know only ${vocabulary}`);
  }
  return tokenizer;
}

function damaged(folder: string, why: string): TiebreakError {
  return new TiebreakError('damaged', `The encoder in ${folder} is damaged: ${why}.`);
}
