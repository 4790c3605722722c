import { fromMarkdown } from 'mdast-util-from-markdown';
import { expect, test } from 'vitest';
import { rankingList } from '../../src-main/common/ranking-list.ts';

const comments = [
  {
    text: '# No *heading* <img src=x>\n\n1. and [no](http://a) list',
    author: 'a_b_',
    link: 'https://a.org/1',
    reward: 1.234,
  },
  { text: 'second', author: null, link: 'javascript:alert(1)', reward: null },
  { text: `long ${'word '.repeat(100)}`, author: '<b>', link: null, reward: -0.5 },
];
const all = { most: null, authors: true, scores: true, whole: true } as const;

test('as plain text a list stands as it was written', () => {
  expect(rankingList(comments.slice(0, 2), { ...all, form: 'plain' })).toBe(
    '1. # No *heading* <img src=x>\n\n   1. and [no](http://a) list (a_b_: https://a.org/1, score 1.23)\n2. second\n',
  );
});

test('as Markdown it shows as plain text does: nothing in a text is markup', () => {
  const tree = fromMarkdown(rankingList(comments, { ...all, form: 'markdown' }));
  const kinds: string[] = [];
  const texts: string[] = [];
  const walk = (node: {
    readonly type: string;
    readonly children?: readonly unknown[];
    readonly value?: string;
    readonly url?: string;
  }): void => {
    kinds.push(node.type === 'link' ? `link ${node.url}` : node.type);
    if (node.value) texts.push(node.value);
    for (const child of node.children ?? []) walk(child as typeof node);
  };
  walk(tree);
  expect(tree.children).toHaveLength(1);
  expect([...new Set(kinds)].toSorted()).toEqual([
    'link https://a.org/1',
    'list',
    'listItem',
    'paragraph',
    'root',
    'text',
  ]);
  expect(kinds.filter((kind) => kind === 'listItem')).toHaveLength(3);
  expect(texts[0]).toBe('# No *heading* <img src=x>');
  expect(texts[1]).toBe('1. and [no](http://a) list (');
});

test('as HTML nothing in a text is markup, and only addresses of the web are links', () => {
  const list = rankingList(comments, { ...all, form: 'html' });
  expect(list.match(/<(?!\/?(?:ol|li|p|br|a)\b)[^>]*>/g)).toBeNull();
  expect(list.match(/<li>/g)).toHaveLength(3);
  expect(list.match(/<a href="[^"]*"/g)).toEqual(['<a href="https://a.org/1"']);
  expect(list).toContain('score -0.50');
});

test('so many comments are listed, and their beginnings where that is wanted', () => {
  const list = rankingList(comments, { form: 'plain', most: 3, authors: false, scores: false, whole: false });
  expect(list.split('\n')).toHaveLength(4);
  expect(list).not.toContain('a_b_');
  expect(list.trim().split('\n').at(-1)!.length).toBeLessThan(300);
  expect(rankingList(comments, { ...all, form: 'plain', most: 1 })).not.toContain('second');
});
