import { expect, test } from 'vitest';
import { createSSRApp, h } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { MarkdownText } from '../../src-renderer/components/MarkdownText.ts';

const html = async (text: string) =>
  (await renderToString(createSSRApp({ render: () => h(MarkdownText, { text }) }))).replace(/<!--.*?-->/g, '');

test('what guidelines need is rendered', async () => {
  const text = '# Rules\n\nBe **kind** and *brief*: `code`\n\n1. one\n2. two\n\n- a\n\n> quoted';
  const rendered = await html(text);
  for (const part of [
    '<h3>Rules</h3>',
    '<strong>kind</strong>',
    '<em>brief</em>',
    '<code>code</code>',
    '<ol><li><p>one</p></li><li><p>two</p></li></ol>',
    '<ul><li><p>a</p></li></ul>',
    '<blockquote><p>quoted</p></blockquote>',
  ]) {
    expect(rendered).toContain(part);
  }
});

test('HTML is text, and pictures are their description', async () => {
  const rendered = await html('<img src=x onerror=alert(1)>\n\na <b>b</b> ![cat](http://x/cat.png)');
  expect(rendered).not.toMatch(/<(img|b)\b/);
  expect(rendered).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(rendered).toContain('cat');
  expect(rendered).not.toContain('cat.png');
});

test('a link is its text with the address, and leads nowhere', async () => {
  const rendered = await html('[here](javascript:alert(1)) and <https://example.org/>');
  expect(rendered).not.toContain('<a');
  expect(rendered).toContain('here (javascript:alert(1))');
  expect(rendered.match(/https:\/\/example\.org\//g)).toHaveLength(1);
});

test('headings follow the one above them without a gap, at whatever depth they were written', async () => {
  const rendered = await html('## A\n\n#### B\n\n## C');
  expect([...rendered.matchAll(/<h(\d)>(\w)/g)].map(([, level, name]) => `${name}${level}`)).toEqual([
    'A3',
    'B4',
    'C3',
  ]);
});
