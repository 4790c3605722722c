import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { encoderFolder, readEncoderTokenizer } from '../../src-main/engine/model/encoder-weights.ts';
import { createUnigramTokenizer, type Pieces, type UnigramTokenizer } from '../../src-main/tokenizer/sentencepiece.ts';

const reserved: Pieces = ['?', '<s>', '</s>', 'x1', 'x2', 'x3'].map((piece) => [piece, 0]);

describe('a small vocabulary', () => {
  const pieces: Pieces = [
    ...reserved,
    ['▁', -2.1],
    ['a', -2.3],
    ['b', -3.1],
    ['ab', -4.2],
    ['aba', -6.9],
    ['▁a', -4],
    ['▁ab', -7.7],
    ['bb', -5.3],
    ['ba▁', -7.1],
  ];
  const tokenizer = createUnigramTokenizer(pieces);

  test('is cut in the way with the highest sum of scores', () => {
    const total = (ids: Iterable<number>) => [...ids].reduce((sum, id) => sum + pieces[id]![1]!, 0);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1, maxLength: 9 }), (text) => {
        const visible = `▁${text.replaceAll(' ', '▁')}`;
        const ids = tokenizer.encode(text);
        expect(Array.from(ids, (id) => pieces[id]![0]).join('')).toBe(visible);
        const best = Math.max(...cuts(pieces, visible).map(total));
        expect(total(ids)).toBeCloseTo(best, 9);
      }),
    );
  });

  test.each<[string, string, number[]]>([
    ['nothing', '', []],
    ['compatibility forms become plain', 'ａ', [11]],
    ['unknown characters in a row are one', 'a☃☃🙂a', [11, 0, 7]],
    ['half a surrogate pair is unknown', 'a\ud800', [11, 0]],
    ['names of control symbols are text', '<s>', [6, 0]],
  ])('%s', (_, text, ids) => {
    expect([...tokenizer.encode(text)]).toEqual(ids);
  });

  test('takes a long text in one go', () => {
    expect(tokenizer.encode('ab'.repeat(300_000)).length).toBeGreaterThan(100_000);
  });
});

describe('peculiarities of the original', () => {
  const encode = (pieces: Pieces, text: string) => [
    ...createUnigramTokenizer([...reserved, ['▁', -1], ...pieces]).encode(text),
  ];

  test('of two equal pieces the later one is used', () => {
    expect(
      encode(
        [
          ['a', -1],
          ['a', -9],
        ],
        'a',
      ),
    ).toEqual([6, 8]);
  });

  test('a piece without a score costs nothing', () => {
    expect(
      encode(
        [
          ['a', -1],
          [':', null],
          ['a:', -1.5],
        ],
        'a:',
      ),
    ).toEqual([6, 7, 8]);
  });

  test('what begins at a place that no piece ends at starts from zero', () => {
    // 'q' begins a piece, so it is not unknown by itself, yet 'u' may follow it for less than 'qu' costs.
    expect(
      encode(
        [
          ['qu', -1],
          ['u', -1.5],
        ],
        'qu',
      ),
    ).toEqual([6, 0, 8]);
  });
});

describe('the published vocabulary', () => {
  let tokenizer: UnigramTokenizer;
  let pieces: Pieces;
  beforeAll(async () => {
    tokenizer = await readEncoderTokenizer();
    pieces = JSON.parse(await readFile(join(encoderFolder(), 'vocab.json'), 'utf8'));
  });

  /** What @tensorflow-models/universal-sentence-encoder 1.3.3 gives. */
  const original: [string, number[]][] = [
    [
      'Use sorted(xs) or xs.sort(); the first returns a new list.',
      [3193, 1281, 26, 234, 152, 7, 52, 39, 649, 7, 6, 7, 121, 17, 5742, 9, 146, 852, 7, 11, 159, 820, 6],
    ],
    ['   spaces   around   ', [30, 30, 30, 1016, 7, 30, 30, 250, 30, 30, 30]],
    ['emoji 🙂🙂 and 日本語', [299, 451, 2501, 30, 0, 12, 30, 0]],
    [
      'https://example.org/a?b=c#d see this',
      [290, 7, 255, 773, 1563, 147, 6, 1649, 68, 86, 54, 151, 413, 131, 3020, 29, 158, 43],
    ],
    ['ﬁne ½ Ａ', [839, 207, 7935, 288, 74]],
    ['\ud800 lone', [30, 0, 1148, 296]],
    ['<s>', [4787, 7, 1431]],
    ['ok: fine', [2303, 57, 839]],
    ['tab\tand\nline', [5520, 0, 381, 0, 721]],
  ];
  test.each(original)('%j', (text, ids) => {
    expect([...tokenizer.encode(text)]).toEqual(ids);
  });

  test('joined pieces are the text again, whatever it is, but for what is unknown', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'the quick brown fox, Jumps! 19'), minLength: 1 }), (text) => {
        const joined = Array.from(tokenizer.encode(text), (id) => pieces[id]![0]).join('');
        expect(joined).toBe(`▁${text.replaceAll(' ', '▁')}`);
      }),
    );
  });
});

/** Every way to cut a text into pieces that no control symbol is among. */
function cuts(pieces: Pieces, text: string): number[][] {
  if (text === '') return [[]];
  return pieces.flatMap(([piece], id) =>
    id >= reserved.length && text.startsWith(piece)
      ? cuts(pieces, text.slice(piece.length)).map((rest) => [id, ...rest])
      : [],
  );
}
