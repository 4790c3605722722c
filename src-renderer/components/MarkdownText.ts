import { type FunctionalComponent, h } from 'vue';
import { markdownTree } from '../../src-main/common/markdown.ts';
import { drawnTree } from './tree.ts';

/** Markdown as elements: only what markdownTree lists, never HTML, pictures or links that lead anywhere. */
export const MarkdownText: FunctionalComponent<{ text: string }> = ({ text }) =>
  h('div', { class: 'markdown', dir: 'auto' }, markdownTree(text).children.map(drawnTree));
MarkdownText.props = ['text'];
