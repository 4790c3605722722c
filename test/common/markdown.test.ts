import type { Nodes } from 'hast';
import { expect, test } from 'vitest';
import { createSSRApp, h } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { markdownParts, markdownTree } from '../../src-main/common/markdown.ts';
import { drawnTree } from '../../src-main/report/html/tree.ts';
import { MarkdownText } from '../../src-renderer/components/MarkdownText.ts';
import { hostile } from '../support/run-records.ts';

const everything = `## A\n\n#### B\n\n${hostile}\n\n<script>alert(1)</script>\n\nA ![cat](x.png) [y](javascript:alert(1)) [z][ref] ![w][ref]

[ref]: https://example.org/

1. one
2. two

3. three

- a
  - b *c* **d** \`e\`

> quoted\\
> twice

\`\`\`js
<b>code</b>
\`\`\`

***

7. seven`;

/** The elements of a tree with their attributes. */
function elementsOf(node: Nodes): readonly string[] {
  const children = 'children' in node ? node.children.flatMap(elementsOf) : [];
  return node.type === 'element' ? [`${node.tagName} ${Object.keys(node.properties)}`.trim(), ...children] : children;
}
const textOf = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, '|')
    .replace(/\|+/g, '|')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'");

test('a text becomes elements of the list and no others, whatever it holds', () => {
  const elements = new Set(elementsOf(markdownTree(everything)));
  expect([...elements].sort()).toEqual(
    ['blockquote', 'br', 'code', 'em', 'h3', 'h4', 'hr', 'li', 'ol', 'ol start', 'p', 'pre', 'strong', 'ul'].sort(),
  );
});

test('the view and the page draw the same tree', async () => {
  const view = await renderToString(createSSRApp({ render: () => h(MarkdownText, { text: everything }) }));
  const page = drawnTree(markdownTree(everything)).markup;
  const tags = (markup: string) => markup.match(/<\/?[a-z][^>]*>/g);
  expect(tags(view.replace(/<!--.*?-->/g, ''))?.slice(1, -1)).toEqual(tags(page));
  expect(textOf(view.replace(/<!--.*?-->/g, ''))).toBe(`|${textOf(page)}`.replace(/\|+/g, '|'));
  expect(page).toContain('y (javascript:alert(1))');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('<ol start="7"><li><p>seven</p></li></ol>');
});

test('a name that is no name of an element is refused by the page', () => {
  const element = { type: 'element', properties: {}, children: [] } as const;
  expect(() => drawnTree({ ...element, tagName: 'b onload=x', children: [] })).toThrow('no name of an element');
  expect(() => drawnTree({ ...element, tagName: 'b', properties: { 'x"y': 1 }, children: [] })).toThrow();
});

test('what would hold a parser up for seconds, or lead it too deep, stands as it is; what people write does not', () => {
  const asWritten = (text: string) => {
    const { children } = markdownTree(text);
    return (
      elementsOf({ type: 'root', children }).join(' ') === 'p em pre code' &&
      textOf(drawnTree(markdownTree(text)).markup).includes('a')
    );
  };
  const tangled = ['a**b'.repeat(10_000), `${'>'.repeat(20_000)}a`, `${'- '.repeat(5_000)}a`, `${'['.repeat(20_000)}a`];
  for (const text of tangled) expect(asWritten(text)).toBe(true);
  expect(asWritten(Array.from({ length: 300 }, (_, i) => `${'  '.repeat(i)}- a`).join('\n'))).toBe(true);
  const list = '* An *item* with **stress**, `code` and a [link](https://example.org)\n'.repeat(100);
  expect(elementsOf(markdownTree(`${list}\n\n> > > quoted\n\n${list}`))).toContain('em');
});

test('a long text is read in parts, each short, which say together what the whole says', () => {
  const section = `# A\n\nSome [link][ref] and *words*\nhere.\n\n- a\n  - b\n\n    c\n- d\n\n\`\`\`\n- no\n\n# no\n\`\`\`\n\n## B\n\n> quoted\n\n`;
  const reference = '[ref]: https://example.org/';
  const whole = [...markdownParts(section.repeat(40) + reference)];
  expect(whole.length).toBeGreaterThan(5);
  const once = drawnTree(markdownTree(section + reference)).markup;
  expect(whole.map((part) => drawnTree(part).markup).join('')).toBe(once.repeat(40));

  const counted = Array.from({ length: 2_000 }, (_, i) => `${i + 1}. item`).join('\n');
  const lists = [...markdownParts(counted)].map((part) => drawnTree(part).markup);
  expect(lists.length).toBeGreaterThan(10);
  expect(lists.map((list) => Number(/start="(\d+)"/.exec(list)?.[1] ?? 1))).toEqual(lists.map((_, i) => i * 100 + 1));
  // A parser would be busy with such texts for seconds.
  for (const text of ['- a\n'.repeat(3_000), '# a\n'.repeat(3_000), 'a\n\n'.repeat(3_000)]) {
    const items = [...markdownParts(text)].map((part) => elementsOf(part).length);
    expect(Math.max(...items)).toBeLessThan(400);
    expect(items.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(3_000);
  }
  for (const text of ['1. a\n'.repeat(2_000), 'a\n'.repeat(20_000), `\`\`\`\n${'a\n'.repeat(2_000)}`]) {
    expect([...markdownParts(text)].map((part) => elementsOf(part).join(' '))).toEqual(['p em pre code']);
  }
});
