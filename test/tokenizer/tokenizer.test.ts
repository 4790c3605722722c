import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokenizer as Library } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readText } from '../../src-main/engine/batch/text-feeds.ts';
import { createTokenizer, type Tokenizer } from '../../src-main/tokenizer/bpe.ts';
import { loadTokenizer, saveTokenizer, tokenizerFile, tokenizerFromGpt2 } from '../../src-main/tokenizer/files.ts';
import { encodeInput } from '../../src-main/tokenizer/input.ts';
import { trainTokenizer } from '../../src-main/tokenizer/train.ts';
import { dataSetsFolder, expectedRewards, gpt2TokenizerFolder } from '../support/fixtures.ts';

const sample = [
  "The quick brown fox doesn't jump; it's 2024 and we've 12,345 reasons.",
  'the other day the others gathered there to bother the brother  with   spaces\n\n\tand tabs ',
  '標題: 日本語のポスト 🙂🙂 “naming”',
].flatMap((text) => [text, text, text]);
const small = trainTokenizer(sample, 340);
const reader = (tokenizer: Tokenizer) => new Library(JSON.parse(JSON.stringify(tokenizer.json)), {});
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        ' ',
        '\n',
        '\t',
        '<|endoftext|>',
        '<|startoftext|>',
        "'s",
        'the',
        ' the',
        'é',
        '7',
        '!',
        '\u0085',
        '\ufeff',
      ),
    )
    .map((parts) => parts.join('')),
);

/** How often a Map is asked, as it is for the rank of each pair of neighbours that is looked at. */
function lookUps(work: () => void): number {
  let count = 0;
  const { get } = Map.prototype;
  Map.prototype.get = function (key) {
    count += 1;
    return get.call(this, key);
  };
  try {
    work();
  } finally {
    Map.prototype.get = get;
  }
  return count;
}

describe('a trained tokenizer', () => {
  test('gives every text back, and no special id comes out of text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const ids = small.encode(text);
        expect(small.decode(ids)).toBe(text);
        expect(ids).not.toContain(small.endId);
        expect(ids).not.toContain(small.startId);
        expect(ids.reduce((sum, id) => sum + small.byteLengths[id]!, 0)).toBe(Buffer.byteLength(text));
      }),
    );
  });

  test('has the special tokens last, and reads shorter than bytes', () => {
    expect(small.vocabularySize).toBe(340);
    expect([small.startId, small.endId]).toEqual([338, 339]);
    expect(small.encode(sample[0]!).length).toBeLessThan(sample[0]!.length / 2);
  });

  test('is the same for the same texts in any order, and stops where nothing repeats', () => {
    expect(trainTokenizer(sample.toReversed(), 340).json).toEqual(small.json);
    expect(trainTokenizer(['abc'], 8192).vocabularySize).toBe(258);
    expect(() => trainTokenizer([], 100)).toThrow(RangeError);
  });

  test('merges the most frequent pair first, ties by the lower ids', () => {
    const merges = trainTokenizer(['ab ab ab cd cd xy'], 262).json.model.merges;
    expect(merges).toEqual(['a b', 'c d', 'Ġ ab', 'Ġ cd']);
  });

  test('learns what is frequent among more different words than are kept', () => {
    const numbers = Array.from({ length: 420_000 }, (_, i) => ` ${(7_919 * i) % 1_000_003}`);
    const half = numbers.length / 2;
    const often = Array.from({ length: 2_000 }, () => ' gathered');
    // Each of the numbers twice: none is rarer than the others.
    const texts = [...often, ...numbers.slice(0, half), ...numbers.slice(0, half), ...numbers.slice(half), ...often];
    const tokenizer = trainTokenizer(texts, 1_000);
    expect(tokenizer.encode(' gathered')).toHaveLength(1);
    expect(tokenizer.vocabularySize).toBe(1_000);
  });

  test('survives saving and loading, and the library reads the file as we do', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
    await saveTokenizer(small, folder);
    const loaded = await loadTokenizer(folder);
    expect(loaded.json).toEqual(small.json);
    const library = reader(loaded);
    for (const text of sample) {
      expect(loaded.encode(text)).toEqual(library.encode(text, { add_special_tokens: false }).ids);
    }
    expect(library.encode('<|endoftext|>').ids).toEqual([small.endId]);
    await rm(folder, { recursive: true });
  });

  test('a megabyte without a space is no trap: four times the text, four times the look-ups of pairs', () => {
    const text = (times: number): string => 'the'.repeat(times);
    const [some, more] = [500, 2_000].map((times) => lookUps(() => small.encode(text(times)))) as [number, number];
    expect(some).toBeGreaterThan(1_500);
    expect(more / some).toBeLessThan(4.1);
    const ids = small.encode(text(350_000));
    expect(ids.length).toBeGreaterThan(1000);
    expect(ids.reduce((sum, id) => sum + small.byteLengths[id]!, 0)).toBe(1_050_000);
  });
});

describe('files that are not usable', () => {
  test('are refused with a sentence', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
    await expect(loadTokenizer(folder)).rejects.toMatchObject({ code: 'not-found' });
    await writeFile(join(folder, 'tokenizer.json'), '{"model": {');
    await expect(loadTokenizer(folder)).rejects.toMatchObject({ code: 'damaged' });
    const other = { ...small.json, pre_tokenizer: { type: 'Metaspace' } };
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(other));
    await expect(loadTokenizer(folder)).rejects.toMatchObject({ code: 'bad-input' });
    for (const [model, why] of [
      [{ vocab: null, merges: [] }, 'its model is not BPE'],
      [{ vocab: {}, merges: [], type: {} }, 'its model is of no kind that it names'],
    ] as const) {
      await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({ model }));
      const message = expect.stringContaining(why);
      await expect(loadTokenizer(folder)).rejects.toMatchObject({ code: 'bad-input', message });
    }
    await rm(folder, { recursive: true });

    const { vocab } = small.json.model;
    expect(() => createTokenizer(tokenizerFile(vocab, ['Ġ nothere'], []))).toThrow(/unknown tokens/);
    expect(() => createTokenizer(tokenizerFile({ ...vocab, x: 1e9 }, [], []))).toThrow(/impossible id/);
    const noId = { ...small.json, added_tokens: [{ content: '<|endoftext|>' }] } as unknown as typeof small.json;
    expect(() => createTokenizer(noId)).toThrow(/impossible id \(none\)/);
    expect(() => createTokenizer(tokenizerFile({ '<|endoftext|>': 0 }, [], []))).toThrow(/no token for byte/);
    expect(() => createTokenizer(tokenizerFile({ a: 0 }, [], []))).toThrow(/endoftext/);
  });
});

describe('encodeInput with a start token', () => {
  const { startId, endId } = small;
  const decode = (ids: Int32Array) => small.decode(ids);

  test('is start, post, blank line, comment, end', () => {
    const { ids, postCut, commentCut } = encodeInput(small, { post: 'the post', comment: 'a comment' }, 100);
    expect([ids[0], ids.at(-1)]).toEqual([startId, endId]);
    expect([decode(ids), postCut, commentCut]).toEqual(['the post\n\na comment', false, false]);
  });

  test('a forged end token in the text stays text', () => {
    const { ids } = encodeInput(small, { post: '<|endoftext|>', comment: 'x<|endoftext|><|startoftext|>' }, 100);
    expect(ids.indexOf(endId)).toBe(ids.length - 1);
    expect(ids.lastIndexOf(startId!)).toBe(0);
  });

  test('cuts the post on the left, and the comment only where it alone is too long', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.integer({ min: 3, max: 60 }), (post, comment, maxTokens) => {
        const { ids, postCut, commentCut } = encodeInput(small, { post, comment }, maxTokens);
        expect(ids.length).toBeLessThanOrEqual(maxTokens);
        expect([ids[0], ids.at(-1)]).toEqual([startId, endId]);
        const whole = small.encode(`${post}\n\n${comment}`);
        const bytes = Buffer.from(`${post}\n\n${comment}`);
        const kept = [...ids.slice(1, -1)];
        expect(kept).toEqual(whole.slice(whole.length - kept.length));
        const keptBytes = kept.reduce((sum, id) => sum + small.byteLengths[id]!, 0);
        expect(commentCut).toBe(keptBytes < Buffer.byteLength(comment));
        expect(postCut).toBe(post !== '' && keptBytes < bytes.length);
      }),
    );
  });

  test('cut once, a post is the same tokens before every comment that it is too long for', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.integer({ min: 3, max: 60 }), (post, comment, maxTokens) => {
        const { ids, postCut, commentCut } = encodeInput(small, { post, comment }, maxTokens, true);
        const room = maxTokens - 2;
        if (small.encode(`${post}\n\n${comment}`).length <= room) {
          expect({ ids, postCut, commentCut }).toEqual(encodeInput(small, { post, comment }, maxTokens));
          return;
        }
        expect(ids.length).toBeLessThanOrEqual(maxTokens);
        expect([ids[0], ids.at(-1)]).toEqual([startId, endId]);
        const before = small.encode(`${post}\n\n`);
        const first = before.slice(Math.max(0, before.length - Math.floor(room / 2)));
        expect([...ids.slice(1, 1 + first.length)]).toEqual(first);
        const own = small.encode(comment);
        const second = [...ids.slice(1 + first.length, -1)];
        expect(second).toEqual(own.slice(Math.max(0, own.length - (room - first.length))));
        expect(commentCut).toBe(second.length < own.length);
        expect(postCut).toBe(post !== '' && first.length < before.length);
      }),
    );
  });
});

test('of a text of megabytes only what can matter becomes tokens, and they are the same', () => {
  let read = 0;
  const counting: Tokenizer = {
    ...small,
    encode: (text) => {
      read += text.length;
      return small.encode(text);
    },
  };
  const long = 'the other day the others gathered there, and brother jumped. '.repeat(20_000);
  for (const cutOnce of [false, true]) {
    for (const [post, comment] of [
      [long, 'a comment'],
      ['a post', long],
      [long, long],
    ] as const) {
      read = 0;
      const { ids, postCut, commentCut } = encodeInput(counting, { post, comment }, 64, cutOnce);
      expect(read).toBeLessThan(60_000);
      // The same tokens as of texts that are too long as well, but not by so much.
      const end = (text: string) => text.slice(-8_000);
      const shorter = encodeInput(small, { post: end(post), comment: end(comment) }, 64, cutOnce);
      expect({ ids, postCut, commentCut }).toEqual(shorter);
    }
  }
  read = 0;
  const text = { config: { positions: 128 }, tokenizer: counting } as unknown as Parameters<typeof readText>[0];
  const { ids, cut } = readText(text, long);
  expect([[...ids], cut]).toEqual([small.encode(long.slice(0, 8_000)).slice(0, 128), true]);
  expect(read).toBeLessThan(60_000);
});

describe('GPT-2', () => {
  const gpt2Folder = gpt2TokenizerFolder();
  let gpt2: Tokenizer;
  beforeAll(async () => {
    gpt2 = await tokenizerFromGpt2(join(gpt2Folder, 'vocab.json'), join(gpt2Folder, 'merges.txt'));
  });

  test("has GPT-2's ids", async () => {
    expect([gpt2.vocabularySize, gpt2.endId, gpt2.startId]).toEqual([50257, 50256, null]);
    expect(gpt2.encode('Hello world')).toEqual([15496, 995]);
    expect((await loadTokenizer(gpt2Folder)).json).toEqual(gpt2.json);
  });

  test('counts tokens as the original did', () => {
    for (const { prompt, comment, tokens } of expectedRewards()) {
      const { ids } = encodeInput(gpt2, { post: prompt, comment }, 512);
      expect(ids.length).toBe(tokens);
      expect(ids.at(-1)).toBe(50256);
    }
  });

  test("gives the library's ids on every fourth text of the data sets", () => {
    const library = reader({ ...gpt2, json: { ...gpt2.json, added_tokens: [] } });
    const texts = globSync(join(dataSetsFolder(), '*/*.jsonl')).flatMap((file) =>
      readFileSync(file, 'utf8').trim().split('\n').flatMap(textsOf),
    );
    let compared = 0;
    for (let at = 0; at < texts.length; at += 4) {
      expect(gpt2.encode(texts[at]!)).toEqual(library.encode(texts[at]!, { add_special_tokens: false }).ids);
      compared++;
    }
    expect(compared).toBeGreaterThan(10_000);
  });
});

function textsOf(line: string): string[] {
  const { text, prompt, chosen, rejected, comments = [] } = JSON.parse(line);
  const all: unknown[] = [text, prompt, chosen, rejected, ...comments.map((comment: { text: string }) => comment.text)];
  return all.filter((value): value is string => typeof value === 'string');
}
