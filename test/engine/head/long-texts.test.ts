import { expect, test } from 'vitest';
import { textFeatures } from '../../../src-main/engine/head/text-features.ts';
import { hashedWords } from '../../../src-main/engine/head/words.ts';

test('in a comment of megabytes a quick model counts in the beginning, and cuts no character in two', () => {
  const beginning = `${'Some words, and more! '.repeat(5_000)}`.slice(0, 99_999);
  for (const tail of [' x', ' Other WORDS? https://a.example (not counted)'.repeat(1_000), '🐕 a']) {
    const cut = tail.startsWith(' ') ? `${beginning} ` : beginning;
    expect(textFeatures(beginning + tail)).toEqual(textFeatures(cut));
    expect(hashedWords(beginning + tail)).toEqual(hashedWords(cut));
  }
});
