import { expect, test } from 'vitest';
import { decoded, plainText } from '../../src-main/dataset/html.ts';

test('entities become the characters that a page shows', () => {
  expect(decoded('a &amp;&lt;b&gt; &#33;&#x1f600; &hellip; &bogus; &not')).toBe('a &<b> !😀 … &bogus; &not');
  expect(decoded('a&nbsp;b&#10;c&#9;d&#8203;e')).toBe('a\u00a0b\nc d e');
});

test('a page is text with its paragraphs and lists', () => {
  const page = '<p>One &amp; two</p>\n\n<p>three <b>four</b></p>  <ul>\n <li>a</li>\n<li>b</li></ul>';
  expect(plainText(page)).toBe('One & two\n\nthree four\n\n * a\n * b');
});

test('no text takes long, whatever tags, entities and white space it is made of', () => {
  const before = process.cpuUsage();
  expect(plainText('&amp;'.repeat(200_000))).toBe('&'.repeat(200_000));
  expect(plainText(`${'<b>'.repeat(300_000)}word`)).toBe('word');
  expect(plainText(`${'<p>word</p>'.repeat(3_000)}`)).toMatch(/^word\s+word/);
  expect(plainText(`</p>${'\n'.repeat(100_000)}x`)).toBe('x');
  for (let i = 0; i < 2_000; i++) expect(plainText(`fish &amp; chips ${i}`)).toBe(`fish & chips ${i}`);
  const { user, system } = process.cpuUsage(before);
  // Each of these alone took some seconds up to minutes before.
  expect((user + system) / 1e6).toBeLessThan(5);
});
