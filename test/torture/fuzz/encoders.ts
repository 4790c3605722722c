import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { poolingFile, readSentenceFolder } from '../../../src-main/checkpoint/sentence-folder.ts';
import { TiebreakError } from '../../../src-main/contract/errors.ts';
import { tokenizerFile, tokenizerFromJson } from '../../../src-main/tokenizer/files.ts';
import { parseMarkedTokenizer } from '../../../src-main/tokenizer/huggingface.ts';
import { parsePieces } from '../../../src-main/tokenizer/pieces.ts';
import { createUnigramTokenizer } from '../../../src-main/tokenizer/sentencepiece.ts';
import { unpackEncoders } from './fixtures.ts';
import { mutatedBytes, mutatedJson } from './mutate.ts';
import type { Target } from './target.ts';

const jsonAt = (path: string): unknown => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined);

/** The small files that say how an encoder reads a text. */
export const encoderFiles: Target = {
  open: async (folder) => {
    const names = [
      'config.json',
      'modules.json',
      'sentence_bert_config.json',
      'config_sentence_transformers.json',
      'tokenizer_config.json',
    ];
    const all = unpackEncoders(folder).map((path) => ({
      ...Object.fromEntries(names.map((name) => [name, jsonAt(join(path, name))])),
      pooling: jsonAt(join(path, '1_Pooling/config.json')),
    }));
    return {
      give: async (draw) => {
        const files: Record<string, unknown> = { ...draw.one(all) };
        const name = draw.one(Object.keys(files));
        files[name] = mutatedJson(draw, files[name]);
        poolingFile(files['modules.json'], 'theirs');
        readSentenceFolder(files, 'theirs');
      },
    };
  },
};

const texts = [
  '',
  'a',
  'A kite in the wind.',
  'Ünïcödé 猫 \ud83d\ude00',
  '\ud800',
  'x'.repeat(500),
  '\0 \u00ad\u200b',
  '<|endoftext|>',
];

/** Tokenizers as they are published, and what they make of a text. */
export const tokenizers: Target = {
  open: async (folder) => {
    const all = unpackEncoders(folder).map((path) => ({
      json: jsonAt(join(path, 'tokenizer.json')),
      config: jsonAt(join(path, 'tokenizer_config.json')),
    }));
    return {
      give: async (draw) => {
        const { json, config } = draw.one(all);
        const tokenizer = parseMarkedTokenizer(
          mutatedJson(draw, json),
          draw.chance(0.2) ? mutatedJson(draw, config) : config,
        );
        if (tokenizer === null) throw new TiebreakError('damaged', 'No kind that can be read.');
        const ids = tokenizer.encode(draw.one(texts));
        tokenizer.single(ids, 16);
        tokenizer.pair(ids, ids, 16);
      },
    };
  },
};

/** Byte-level BPE in a tokenizer.json, and the pieces of a unigram tokenizer. */
export const vocabularies: Target = {
  open: async (folder) => {
    const path = join(folder, 'tokenizer.json');
    const bpe = tokenizerFile({ a: 0, b: 1, ab: 2, Ġ: 3, '<|endoftext|>': 4 }, ['a b'], ['<|endoftext|>']);
    const pieces = [
      ['<unk>', 0],
      ['▁', -1],
      ['a', -2],
      ['▁kite', -3],
      ['k', -4],
    ];
    return {
      give: async (draw) => {
        if (draw.chance(0.5)) {
          const text = JSON.stringify(draw.chance(0.9) ? mutatedJson(draw, bpe) : bpe);
          writeFileSync(path, draw.chance(0.1) ? mutatedBytes(draw, Buffer.from(text)) : text);
          const tokenizer = await tokenizerFromJson(path);
          tokenizer.encode(draw.one(texts));
          return;
        }
        const found = parsePieces(JSON.stringify(mutatedJson(draw, pieces)));
        if (found === null) throw new TiebreakError('damaged', 'No pieces.');
        createUnigramTokenizer(found).encode(draw.one(texts));
      },
    };
  },
};
