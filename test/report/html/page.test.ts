import { hash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html, htmlPage } from '../../../src-main/report/html/page.ts';

/** What a browser makes of escaped text. */
const read = (markup: string): string =>
  markup.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => {
    return { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }[name]!;
  });

test('text stays text, between tags and in attributes', () => {
  const hostile = `</style><script>alert(1)</script>" onload='x' &lt; &`;
  const { markup } = html`<p title="${hostile}">${hostile}</p>`;
  expect(markup.match(/<[^>]*>/g)).toEqual([
    expect.stringMatching(/^<p title="[^"<>]*"$|^<p title="[^"<>]*">$/),
    '</p>',
  ]);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { markup } = html`${text}`;
      expect(markup).not.toMatch(/[<>"']/);
      if (!/\p{Cc}|\p{Cs}/u.test(text)) expect(read(markup)).toBe(text);
    }),
  );
});

test('templates go in as markup, lists of them too, and nothing leaves nothing', () => {
  const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
  expect(html`<ul>${items}</ul>${null}${undefined}${1.5}`.markup).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>1.5');
});

test('what no page may hold is shown as missing', () => {
  expect(html`${'a\0b\ud800c\x1bd\ne'}`.markup).toBe('a\uFFFDb\uFFFDc\uFFFDd\ne');
});

test('a page asks for nothing, runs nothing, and its policy allows its one style sheet', () => {
  const page = htmlPage({ title: 'A <b> & c', body: html`<h1>${'x'}</h1>`, style: '.own { fill: red; }' });
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(page).toContain('<title>A &lt;b&gt; &amp; c</title>');
  expect(page).not.toMatch(/<script|<link|<img|<iframe|url\(|@import|https?:|style="/);
  const sheet = page.match(/<style>([\s\S]*?)<\/style>/)![1]!;
  expect(sheet).toContain('.own { fill: red; }');
  const policy = read(page.match(/Content-Security-Policy" content="([^"]*)"/)![1]!);
  expect(policy).toContain(`default-src 'none'; style-src 'sha256-${hash('sha256', sheet, 'base64')}'`);
  expect(() => htmlPage({ title: '', body: html``, style: '</style><script>' })).toThrow();
});
