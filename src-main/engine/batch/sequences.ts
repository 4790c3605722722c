/** The tokens of a split: of a few texts in memory, of a large store in a file, as nanoGPT keeps them in train.bin. */

import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { unwritable } from '../../disk/unwritable.ts';
import { createColumn } from './column.ts';

/** Sequences of tokens, each known by its number, counted from 0. What is read of them is not to be changed. */
export type Sequences = {
  readonly count: number;
  /** Tokens of all of them. */
  readonly tokens: number;
  /** Keeps a sequence. Throws TiebreakError bad-input where the disk takes no more. */
  add(sequence: Int32Array): number;
  lengthOf(number: number): number;
  read(number: number): Int32Array;
  /** Some of the tokens of all sequences, one after the other. */
  slice(from: number, to: number): Int32Array;
  /** Gives up what they take, on the disk too. */
  close(): void;
};

/** The sequences of a training, by the names of its splits, which are given up together. */
export type SequenceFolder = {
  sequences(split: string): Sequences;
  /** Gives up what they take, on the disk too. */
  close(): void;
};

export function openSequences(folder: string, sizes: Sizes = usual): SequenceFolder {
  const all: Sequences[] = [];
  return {
    sequences(split) {
      const made = createSequences(join(folder, `${split}.tokens`), sizes);
      all.push(made);
      return made;
    },
    close() {
      for (const one of all) one.close();
    },
  };
}

type Sizes = {
  /** Tokens that are held in memory. */
  readonly held: number;
  /** Tokens that are written at once. */
  readonly piece: number;
};

/** 64 MB, and 1 MB. */
const usual: Sizes = { held: 2 ** 24, piece: 2 ** 18 };

/**
 * @param path of the file that is made where there are more tokens than are held; what is there is written over
 */
export function createSequences(path: string, { held, piece: pieceLength }: Sizes = usual): Sequences {
  /** Where each ends. */
  const ends = createColumn(Float64Array);
  let pieces: Int32Array[] = [];
  /** Tokens in the file, which are the first. */
  let filed = 0;
  let tokens = 0;
  let file: number | null = null;

  const toFile = (): void => {
    try {
      file ??= openHidden(path);
      for (const piece of pieces) {
        const bytes = bytesOf(piece.subarray(0, Math.min(pieceLength, tokens - filed)));
        for (let done = 0; done < bytes.length; ) {
          done += writeSync(file, bytes, done, bytes.length - done, 4 * filed + done);
        }
        filed += bytes.length / 4;
      }
    } catch (error) {
      throw unwritable(path, error);
    }
    pieces = [];
  };
  const append = (sequence: Int32Array): void => {
    for (let from = 0; from < sequence.length; ) {
      const at = tokens - filed;
      if (at === pieces.length * pieceLength) {
        if (tokens >= held) toFile();
        pieces.push(new Int32Array(pieceLength));
      }
      const part = sequence.subarray(from, from + pieceLength - (at % pieceLength));
      pieces.at(-1)!.set(part, at % pieceLength);
      from += part.length;
      tokens += part.length;
    }
  };
  const fromFile = (into: Int32Array, from: number): void => {
    const bytes = bytesOf(into);
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(file!, bytes, done, bytes.length - done, 4 * from + done);
      if (read === 0) throw new Error(`${path} has become shorter.`);
      done += read;
    }
  };
  const slice = (from: number, to: number): Int32Array => {
    const begin = from - filed;
    const piece = Math.floor(begin / pieceLength);
    // Most lie in one piece, where no copy is needed.
    if (begin >= 0 && piece === Math.floor((to - 1 - filed) / pieceLength)) {
      return pieces[piece]!.subarray(begin - piece * pieceLength, to - filed - piece * pieceLength);
    }
    const found = new Int32Array(to - from);
    if (from < filed) fromFile(found.subarray(0, Math.min(to, filed) - from), from);
    for (let at = Math.max(from, filed); at < to; ) {
      const place = (at - filed) % pieceLength;
      const part = pieces[Math.floor((at - filed) / pieceLength)]!.subarray(place, place + to - at);
      found.set(part, at - from);
      at += part.length;
    }
    return found;
  };
  const beginOf = (number: number): number => (number === 0 ? 0 : ends.at(number - 1));
  return {
    get count() {
      return ends.length;
    },
    get tokens() {
      return tokens;
    },
    add(sequence) {
      append(sequence);
      return ends.push(tokens);
    },
    lengthOf: (number) => ends.at(number) - beginOf(number),
    read: (number) => slice(beginOf(number), ends.at(number)),
    slice,
    close() {
      pieces = [];
      if (file === null) return;
      closeSync(file);
      file = null;
      rmSync(path, { force: true });
    },
  };
}

/** A file that nobody finds by its name from now on, where the system lets one have it: it goes with the process, however that ends. */
function openHidden(path: string): number {
  const file = openSync(path, 'w+');
  try {
    rmSync(path);
  } catch {
    // It goes when it is closed.
  }
  return file;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
