import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { type FunctionalComponent, h, type VNodeChild } from 'vue';

/** Markdown as elements: only what is listed here, never HTML, pictures or links that lead anywhere. */
export const MarkdownText: FunctionalComponent<{ text: string }> = ({ text }) => {
  const root = fromMarkdown(text);
  return h('div', { class: 'markdown' }, root.children.map(renderer(depthsIn(root))));
};
MarkdownText.props = ['text'];

/** The depths of headings that occur, so that none is left out between two levels. */
function depthsIn({ children }: Root): readonly number[] {
  const depths = children.flatMap((node) => (node.type === 'heading' ? [node.depth] : []));
  return [...new Set(depths)].sort();
}

function renderer(depths: readonly number[]): (node: Nodes) => VNodeChild {
  const childrenOf = (node: Nodes): VNodeChild[] => ('children' in node ? node.children.map(rendered) : []);
  function rendered(node: Nodes): VNodeChild {
    switch (node.type) {
      case 'heading':
        // The panel around it has an h2.
        return h(`h${Math.min(6, Math.max(0, depths.indexOf(node.depth)) + 3)}`, childrenOf(node));
      case 'paragraph':
        return h('p', childrenOf(node));
      case 'list':
        return h(
          node.ordered ? 'ol' : 'ul',
          node.start && node.start !== 1 ? { start: node.start } : {},
          childrenOf(node),
        );
      case 'listItem':
        return h('li', childrenOf(node));
      case 'blockquote':
        return h('blockquote', childrenOf(node));
      case 'emphasis':
        return h('em', childrenOf(node));
      case 'strong':
        return h('strong', childrenOf(node));
      case 'inlineCode':
        return h('code', node.value);
      case 'code':
        return h('pre', h('code', node.value));
      case 'thematicBreak':
        return h('hr');
      case 'break':
        return h('br');
      case 'text':
      case 'html':
        return node.value;
      case 'link':
        return [...childrenOf(node), isAddress(node.children, node.url) ? '' : ` (${node.url})`];
      case 'image':
        return node.alt ?? '';
      default:
        return childrenOf(node);
    }
  }
  return rendered;
}

/** Whether a link's text is its address already. */
function isAddress(children: readonly Nodes[], url: string): boolean {
  const [only] = children;
  return children.length === 1 && only?.type === 'text' && (only.value === url || `mailto:${only.value}` === url);
}
