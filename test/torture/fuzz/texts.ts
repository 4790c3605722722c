import fc from 'fast-check';
import { markdownTree } from '../../../src-main/common/markdown.ts';
import { decoded, looksLikeHtml, plainText } from '../../../src-main/dataset/html.ts';
import { figureOf, keyOf, personOf, placeOf, textOf } from '../../../src-main/dataset/values.ts';
import { csvLines, unguarded } from '../../../src-main/disk/spreadsheet.ts';
import type { Draw } from './draw.ts';
import { mutatedBytes } from './mutate.ts';
import { Defect, type Target } from './target.ts';

const markdownPieces = [
  '# ',
  '**',
  '*',
  '_',
  '`',
  '```\n',
  '> ',
  '- ',
  '1. ',
  '\n',
  '\n\n',
  '    ',
  '[',
  ']',
  '](',
  ')',
  '![',
  '<',
  '>',
  '&',
  '&amp;',
  '|',
  '---',
  '~~',
  '[^1]',
  ':',
  'javascript:',
  'http://a',
  '<script>',
  '<!--',
  '\\',
  '\0',
  'word ',
  '\ud83d',
  '\u202e',
];
const htmlPieces = [
  '<p>',
  '</p>',
  '<a href="',
  '">',
  '<',
  '>',
  '&',
  '&#',
  '&#x',
  ';',
  '&lt;',
  '&nbsp;',
  '<br>',
  '<table>',
  '<td>',
  '<script>',
  '</script>',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<pre>',
  '<ul><li>',
  '<blockquote>',
  'word ',
  '\n',
  '"',
  "'",
  '\0',
  '\ud800',
  '<div',
  ' class=',
  '/>',
];

const madeOf = (draw: Draw, pieces: readonly string[]): string => {
  const some = Array.from({ length: draw.below(60) }, () => draw.one(pieces)).join('');
  if (draw.chance(0.05)) return draw.one(pieces).repeat(2000);
  return draw.chance(0.2) ? mutatedBytes(draw, Buffer.from(some)).toString() : some;
};

/** What no page may hold. */
const unsafe = /^\s*(javascript|vbscript|data):/i;

/** Texts as people write them, to be shown. */
export const markdown: Target = {
  open: async () => ({
    give: async (draw) => {
      const pending: unknown[] = [markdownTree(madeOf(draw, markdownPieces))];
      while (pending.length > 0) {
        const node = pending.pop() as { tagName?: string; properties?: Record<string, unknown>; children?: unknown[] };
        if (node.tagName === 'script') throw new Defect('a script came through');
        for (const value of Object.values(node.properties ?? {}))
          if (unsafe.test(String(value))) throw new Defect(`an address that runs came through: ${String(value)}`);
        pending.push(...(node.children ?? []));
      }
    },
  }),
};

/** Texts of sites, to be made plain. */
export const html: Target = {
  open: async () => ({
    give: async (draw) => {
      const text = madeOf(draw, htmlPieces);
      looksLikeHtml(text);
      for (const plain of [plainText(text), decoded(text)])
        if (typeof plain !== 'string') throw new Defect('no text came out');
    },
  }),
};

const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true });

/** Single values of records: whatever they are, they are a value or none. */
export const values: Target = {
  open: async () => ({
    give: async (draw) => {
      const value = draw.chance(0.5)
        ? draw.of(anything)
        : madeOf(draw, ['1', '.', ',', '-', '%', 'k', ' ', '\u00a0', 'e9', '#', '½', '+']);
      const decimal = draw.one(['.', ','] as const);
      for (const number of [figureOf(value, decimal), placeOf(value, decimal)])
        if (typeof number === 'number' && !Number.isFinite(number)) throw new Defect(`no number came out: ${number}`);
      textOf(value);
      keyOf(value);
      personOf(value);
    },
  }),
};

/** Cells that a spreadsheet may open: none begins a formula, and each comes back as it was. */
export const cells: Target = {
  open: async () => ({
    give: async (draw) => {
      const text = madeOf(draw, [
        '=',
        '+',
        '-',
        '@',
        '\t',
        '\r',
        '\n',
        ';',
        ',',
        '"',
        "'",
        '＝',
        '=cmd|',
        'a',
        ' ',
        '-)',
      ]);
      const line = csvLines([[text]]);
      const cell = line.slice(0, -2);
      if (/^"?[=+@\t\r]/.test(cell)) throw new Defect(`a formula came out: ${JSON.stringify(line)}`);
      const written = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      if (unguarded(written) !== text) throw new Defect(`${JSON.stringify(text)} came back otherwise`);
    },
  }),
};
