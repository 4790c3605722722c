import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { useEncoder } from '../../src-main/contract/engine.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import {
  commentsWithoutEmbedding,
  countEmbeddings,
  embeddingIds,
  embeddingIdsOf,
  embeddingOf,
  embeddingsOfComments,
  hasEmbedding,
  keepEmbeddings,
  removeEmbeddings,
  removeSomeOfEncoder,
  vectorTables,
} from '../../src-main/store/embeddings.ts';
import { startImport } from '../../src-main/store/imports.ts';
import { closeStore, openStore, type WritingStore } from '../../src-main/store/open.ts';
import { temporaryFolder } from '../support/temporary.ts';

const texts = ['one', 'two', 'three'];
const everything = { after: 0, last: 1e9 };
const encoders = { [useEncoder.name]: 512, narrow: 3, wide: 1024 } as const;
let store: WritingStore;

/** A vector of an encoder that no other text and no other encoder has. */
const vectorOf = (encoder: keyof typeof encoders, text: string): Float32Array => {
  const vector = new Float32Array(encoders[encoder]!).fill(Object.keys(encoders).indexOf(String(encoder)));
  vector[0] = texts.indexOf(text) + 0.5;
  return vector;
};
const keep = (encoder: keyof typeof encoders, some: readonly string[]): void => {
  const vectors = some.flatMap((text) => [...vectorOf(encoder, text)]);
  keepEmbeddings(store, String(encoder), some, Float32Array.from(vectors));
};

beforeEach(() => {
  store = openStore(join(temporaryFolder(), 'a.db'));
  onTestFinished(() => closeStore(store));
  const importId = startImport(store, 'file', 'cupit');
  const comments = texts.map((text) => ({ text, rank: null, votes: null }));
  const post = { key: 'p', title: null, text: 'one', context: null, group: 'p', split: 'train' as const };
  addPost(store, { ...post, comments }, { importId, line: 1 });
});

test('each encoder has vectors of its own, of its own width, and one that is there stays', () => {
  keep('narrow', ['one', 'two']);
  keep('wide', ['two']);
  keep(useEncoder.name, ['three']);
  for (const [encoder, known] of [
    ['narrow', ['one', 'two']],
    ['wide', ['two']],
    [useEncoder.name, ['three']],
  ] as const) {
    for (const text of texts) {
      const there = known.some((one) => one === text);
      expect(hasEmbedding(store, encoder, text)).toBe(there);
      expect(embeddingOf(store, encoder, text)).toEqual(there ? vectorOf(encoder, text) : null);
    }
    const missing = commentsWithoutEmbedding(store, encoder, everything);
    expect(missing.toSorted()).toEqual(texts.filter((text) => !known.some((one) => one === text)).toSorted());
  }
  expect(countEmbeddings(store)).toEqual(
    new Map([
      [useEncoder.name, 1],
      ['narrow', 2],
      ['wide', 1],
    ]),
  );
  keepEmbeddings(store, 'narrow', ['one'], Float32Array.of(9, 9, 9));
  expect(embeddingOf(store, 'narrow', 'one')).toEqual(vectorOf('narrow', 'one'));
  expect(hasEmbedding(store, 'never heard of', 'one')).toBe(false);
  expect(commentsWithoutEmbedding(store, 'never heard of', everything)).toHaveLength(3);
});

test('vectors that do not fit their texts are refused, and nothing of them is kept', () => {
  expect(() => keepEmbeddings(store, 'narrow', texts, new Float32Array(7))).toThrow(RangeError);
  expect(() => keepEmbeddings(store, 'narrow', texts, new Float32Array(0))).toThrow(/constraint/i);
  expect(countEmbeddings(store).size).toBe(0);
});

test('those of a text are found whichever the encoder, and removed by their numbers or by their encoder', () => {
  for (const encoder of Object.keys(encoders)) keep(encoder, texts);
  const counts = () => Object.fromEntries(countEmbeddings(store));
  for (const [table, each] of [
    ['embeddings', 1],
    ['vectors', 2],
  ] as const) {
    expect(embeddingIdsOf(store, table, 'one')).toHaveLength(each);
    expect(embeddingsOfComments(store, table, everything)).toHaveLength(3 * each);
    removeEmbeddings(store, table, embeddingIdsOf(store, table, 'one'));
  }
  expect(counts()).toEqual({ [useEncoder.name]: 2, narrow: 2, wide: 2 });
  expect(removeSomeOfEncoder(store, 'narrow', 1)).toBe(1);
  expect(counts()).toEqual({ [useEncoder.name]: 2, narrow: 1, wide: 2 });
  expect(removeSomeOfEncoder(store, 'narrow', 5)).toBe(1);
  expect(removeSomeOfEncoder(store, 'narrow', 5)).toBe(0);
  expect(counts()).toEqual({ [useEncoder.name]: 2, wide: 2 });
  expect(vectorTables.map((table) => embeddingIds(store, table, 0, 10).length)).toEqual([2, 2]);
});
