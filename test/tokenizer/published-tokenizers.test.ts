import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCharsmap } from '../../src-main/tokenizer/charsmap.ts';
import { parseMarkedTokenizer } from '../../src-main/tokenizer/huggingface.ts';
import { encoderNames, encodersFolder, encoderValues } from '../support/fixtures.ts';

// Against the ids of the Rust library of tokenizers: WordPiece, byte-level BPE and Unigram, with texts that are seldom met.

const folders = encodersFolder();
const jsonOf = (name: string, file: string): unknown => JSON.parse(readFileSync(join(folders, name, file), 'utf8'));
/** Those whose text is made lower case by what lies beside tokenizer.json are another matter (sentence-folder.test.ts). */
const plain = encoderNames.filter((name) => name !== 'lowered-cased');

test('there is one of every family', () => {
  expect(plain.length).toBeGreaterThanOrEqual(16);
  const families = new Set(plain.map((name) => (jsonOf(name, 'config.json') as { model_type: string }).model_type));
  expect([...families].toSorted()).toEqual(['bert', 'mpnet', 'roberta', 'xlm-roberta']);
});

test('an id out of all measure is refused before a list is made up to it', () => {
  const [name] = plain.filter((one) => Object.hasOwn((jsonOf(one, 'tokenizer.json') as Read).model.vocab, '[CLS]'));
  const json = jsonOf(name!, 'tokenizer.json') as Read;
  json.model.vocab['a-word'] = 344_000_000;
  expect(parseMarkedTokenizer(json, {})).toBeNull();
});
type Read = { model: { vocab: Record<string, number> } };

describe.each(plain)('the tokenizer of %s', (name) => {
  const { prompt, texts, pairs } = encoderValues(name);
  const tokenizer = parseMarkedTokenizer(jsonOf(name, 'tokenizer.json'), jsonOf(name, 'tokenizer_config.json'))!;
  const most = Math.max(...texts.map(({ ids }) => ids.length));

  test('gives the ids of single texts, cut where they are too long', () => {
    for (const { text, ids } of texts) {
      const found = tokenizer.single(tokenizer.encode((prompt ?? '') + text), most);
      expect([...found.ids], text).toEqual(ids);
      expect(found.cut).toBe(tokenizer.encode((prompt ?? '') + text).length > most - 2);
    }
    expect(texts.some(({ ids }) => ids.length === most)).toBe(true);
  });

  test('gives the ids of pairs, cut the longer one first', () => {
    for (const { first, second, ids } of pairs) {
      expect([...tokenizer.pair(tokenizer.encode(first), tokenizer.encode(second), most).ids], first).toEqual(ids);
    }
  });
});

describe("SentencePiece's table of characters", () => {
  const { normalizer } = jsonOf('paraphrase-multilingual-minilm', 'tokenizer.json') as {
    normalizer: { precompiled_charsmap: string };
  };
  test('makes of clusters of characters what the Rust library makes of them', () => {
    const exact = parseCharsmap(normalizer.precompiled_charsmap)!;
    expect(exact('ｱｲｳ ＡＢＣ ㎏ ① ﬁne ½')).toBe('アイウ ABC kg 1 fine 1⁄2');
    // The Rust library drops the second mark, and looks up what is longer than five bytes character by character.
    expect(exact('e\u0301\u0323')).toBe('é');
    expect(exact('👩\u200d👧 a\u200db')).toBe('👩\u200d👧 a\u200db');
    expect(exact('a\u0000\u0007b\u00a0c\u200bd')).toBe('a\u0000b c d');
    expect(exact('')).toBe('');
  });

  test.each([
    ['nothing', ''],
    ['no base64', '!!!'],
    ['a length that is no multiple of four', Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0]).toString('base64')],
    ['a length beyond its end', Buffer.from([0xff, 0xff, 0, 0, 0, 0, 0, 0]).toString('base64')],
  ])('is none where there is %s', (_, base64) => expect(parseCharsmap(base64)).toBeNull());
});
