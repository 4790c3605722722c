import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type AppText, appTexts, textsOf } from './app-texts.ts';

const root = join(import.meta.dirname, '../..');

type Word = { readonly word: string; readonly not: readonly string[]; readonly butIn: string };

const glossary: readonly Word[] = readFileSync(join(root, 'docs/glossary.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2)
  .map((line) => {
    const [word, , not, butIn] = line
      .slice(1)
      .split('|')
      .map((cell) => cell.trim());
    return { word: word!, not: not!.split(', '), butIn: butIn! };
  });

/** Where a word may stand that the glossary sets aside, by the last column. */
const places: Readonly<Record<string, (text: AppText) => string>> = {
  '': ({ text }) => text,
  // What others call their forms, and how rows of them look.
  'forms of other programs': ({ file, text }) =>
    /common\/(reading-words|file-kinds)\.ts$/.test(file) || text.startsWith('{"')
      ? ''
      : text.replace(/Label Studio|prompt, chosen, rejected/g, ''),
  // Of an encoder, and of an option of the terminal.
  names: ({ text }) => text.replace(/Universal Sentence Encoder|--encoder/g, ''),
  Details: ({ file, text, under }) =>
    under === 'Details' || file === 'src-renderer/components/evaluation/FigureDetails.vue' ? '' : text,
};

/** Keys and addresses are no words: they stand behind a slash, or name elements. */
const isRead = ({ text }: AppText): boolean => !/^\/[a-z/]+$/.test(text) && !/^a, button, input/.test(text);

const faults = (texts: readonly AppText[]): readonly string[] =>
  glossary.flatMap(({ word, not, butIn }) => {
    const set = new RegExp(`\\b(${not.join('|')})(s|es)?\\b`, 'i');
    const left = places[butIn]!;
    return texts
      .filter(isRead)
      .filter((text) => set.test(left(text)))
      .map(({ file, text }) => `${file}: '${text}': ${word}`);
  });

describe('the words of the pages', () => {
  const texts = appTexts();

  test('are those of the glossary', () => {
    expect(texts.length).toBeGreaterThan(2000);
    expect(faults(texts)).toEqual([]);
  });

  test('are read from templates, attributes, slots and scripts, and nothing else is', () => {
    const source = `<script setup lang="ts">
import { a } from 'the loss of imports';
const kind: 'a loss of types' = a;
const says = \`The loss is \${kind} now\`;
</script>
<template>
  <p class="a loss" title="A title with loss">Text and {{ says ? 'The loss within' : '' }}</p>
  <details><summary>Details</summary><b>Loss</b></details>
  <Note :text="\`loss: \${says}\`" />
</template>`;
    const found = textsOf('src-renderer/a.vue', source);
    expect(found.map(({ text }) => text).filter((text) => /loss/i.test(text))).toEqual([
      'The loss is',
      'A title with loss',
      'The loss within',
      'Loss',
      'loss:',
    ]);
    expect(found.find(({ text }) => text === 'Loss')!.under).toBe('Details');
    expect(faults(found)).toHaveLength(4);
  });

  test('that the glossary sets aside are found, however they are written', () => {
    const said = (text: string): AppText => ({ file: 'src-renderer/a.vue', text, under: null });
    expect(
      faults([said('Two Heads'), said('The losses'), said('a label'), said('An encoder'), said('ahead')]),
    ).toHaveLength(4);
  });
});
