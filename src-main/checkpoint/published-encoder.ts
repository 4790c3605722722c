import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { TiebreakError } from '../contract/errors.ts';
import { type MarkedTokenizer, parseMarkedTokenizer } from '../tokenizer/huggingface.ts';
import { joinTurned, theirTensors } from './bert-names.ts';
import type { BertFamily } from './encoder-config.ts';
import { exists, readJson, weightsFile } from './folder.ts';
import { openSafetensors, type StoredTensor } from './safetensors.ts';

/** What lies beside the files of an encoder as it was published: where it came from, and SHA-256 of every file, in hexadecimal. */
export type EncoderNote = {
  readonly format: 1;
  readonly name: string;
  readonly source: string;
  readonly licence: string;
  readonly files: Readonly<Record<string, string>>;
};

const noteFile = 'encoder.json';

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

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/** What stands before the names of an encoder's tensors, by the program that wrote them. */
const prefixes = ['', 'bert.', 'roberta.', 'mpnet.', '0.auto_model.', 'model.'];

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
  const prefix = prefixes.find((one) => theirs.has(`${one}embeddings.word_embeddings.weight`));
  if (prefix === undefined) throw damaged(folder, `${weightsFile} holds no table of words`);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape } of wanted) {
    const { names, turned } = theirTensors(family, name);
    const width = (shape.at(-1) ?? 0) / names.length;
    const own = turned ? [width, shape[0]!] : [...shape.slice(0, -1), width];
    const read = names.map((one) => {
      const source = theirs.get(prefix + one);
      if (source?.shape.join() === own.join()) return source.read();
      throw damaged(folder, `${one} is ${source?.shape.join(' x ') ?? 'missing'} and should be ${own.join(' x ')}`);
    });
    const parts = await Promise.all(read);
    tensors.set(name, { shape, data: turned ? joinTurned(parts, own[1]!) : joined(parts) });
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
 * @throws TiebreakError not-found; damaged where it is none, or knows more tokens than the weights
 */
export async function readMarkedTokenizer(folder: string, vocabulary: number): Promise<MarkedTokenizer> {
  const config = join(folder, 'tokenizer_config.json');
  const tokenizer = parseMarkedTokenizer(
    await readJson(join(folder, 'tokenizer.json')),
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
