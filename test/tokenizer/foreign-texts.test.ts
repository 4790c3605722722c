import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resource } from '../../src-main/root.ts';
import { type ForeignTexts, languageJudge } from '../../src-main/tokenizer/foreign-texts.ts';
import { parseMarkedTokenizer } from '../../src-main/tokenizer/huggingface.ts';
import { dataSetsFolder, encodersFolder } from '../support/fixtures.ts';
import { sentences } from '../support/sentences.ts';

const noPause = async (): Promise<void> => {};
const jsonOf = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const tokenizerJson = jsonOf(resource('encoders', 'all-MiniLM-L6-v2', 'tokenizer.json'));
const judge = await languageJudge(parseMarkedTokenizer(tokenizerJson, {})!, tokenizerJson, noPause);

function foreign(texts: readonly string[]): ForeignTexts | null {
  return judge.verdict(texts.flatMap((text) => judge.look(text) ?? []));
}

describe('all-MiniLM-L6-v2', () => {
  test.each(Object.keys(sentences).filter((language) => language !== 'English'))('does not read %s', (language) => {
    const found = foreign(sentences[language]!)!;
    expect(found.share).toBeGreaterThan(0.75);
    expect(found.piecesPerWord > 1.5 || found.unknown > 0.2).toBe(true);
  });

  test.each([
    ['German', null],
    ['Turkish', null],
    ['Russian', 'Cyrillic'],
    ['Greek', 'Greek'],
    ['Chinese', 'Chinese'],
    ['Japanese', 'Japanese'],
    ['Korean', 'Korean'],
    ['Arabic', 'Arabic'],
    ['Hindi', 'Devanagari'],
  ])('sees in which letters %s is written', (language, script) => {
    expect(foreign(sentences[language]!)!.script).toBe(script);
  });

  test('reads English, mistakes, names and a few quotations among it', () => {
    expect(foreign(sentences.English!)).toBeNull();
    const english = Array.from({ length: 4 }, () => sentences.English!).flat();
    expect(foreign([...english, ...sentences.French!.slice(0, 4)])).toBeNull();
    expect(foreign([...english, ...sentences.French!, ...sentences.German!])?.share).toBeGreaterThan(0.2);
  });

  test('says nothing of texts that are too short, or too few', () => {
    expect(foreign(['Ja!', 'Nein.', 'So ein Quatsch', '🙂🙂🙂🙂🙂🙂', '12 34 56 78', '', 'http://x.y/z'])).toBeNull();
    expect(foreign(sentences.German!.slice(0, 2))).toBeNull();
  });

  const data = dataSetsFolder();
  test.each(['ukp', 'captions', 'stackexchange'])(
    'finds nothing foreign in %s, as a whole or in any 200 comments of it',
    (name) => {
      type Row = { readonly comments: readonly { readonly text: string }[] };
      const lines = readFileSync(join(data, name, 'train.jsonl'), 'utf8')
        .trim()
        .split('\n');
      const texts = lines.flatMap((line) => (JSON.parse(line) as Row).comments.map(({ text }) => text));
      const judged = texts.flatMap((text) => judge.look(text) ?? []);
      const share = judged.filter((one) => one.foreign).length / judged.length;
      expect(share).toBeLessThan(0.03);
      expect(judge.verdict(judged)).toBeNull();
      for (let from = 0; from < judged.length; from += 200) {
        expect(judge.verdict(judged.slice(from, from + 200)), `from ${from}`).toBeNull();
      }
    },
  );
});

describe('an encoder of another vocabulary', () => {
  const folders = encodersFolder();
  test('of bytes says nothing of letters, only of pieces', async () => {
    const json = jsonOf(join(folders, 'all-distilroberta', 'tokenizer.json'));
    const other = await languageJudge(parseMarkedTokenizer(json, {})!, json, noPause);
    // Its vocabulary has hardly a whole word of any language.
    const judged = sentences.Russian!.flatMap((text) => other.look(text) ?? []);
    expect(other.verdict(judged)).toMatchObject({ share: 1, script: 'Cyrillic', unknown: 0 });
  });

  test('that has the words of a language whole reads it', async () => {
    const words = sentences.Russian!.flatMap((text) => text.match(/\p{L}+/gu) ?? []).map((word) => word.toLowerCase());
    const marks = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
    const vocabulary = Object.fromEntries([...new Set([...marks, ...words, 'a'])].map((word, id) => [word, id]));
    const json = {
      ...(tokenizerJson as object),
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        vocab: vocabulary,
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
      },
    };
    const renumbered = JSON.parse(
      JSON.stringify(json).replaceAll('"ids":[101]', '"ids":[2]').replaceAll('"ids":[102]', '"ids":[3]'),
    ) as { added_tokens: { id: number; content: string }[] };
    for (const token of renumbered.added_tokens) token.id = marks.indexOf(token.content);
    const other = await languageJudge(parseMarkedTokenizer(renumbered, {})!, renumbered, noPause);
    expect(other.verdict(sentences.Russian!.flatMap((text) => other.look(text) ?? []))).toBeNull();
    expect(other.verdict(sentences.English!.flatMap((text) => other.look(text) ?? []))).not.toBeNull();
  });
});
