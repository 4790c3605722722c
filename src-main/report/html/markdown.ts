import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { type Html, html } from './page.ts';

/**
 * Markdown as markup: only what is listed here. HTML in it is text, pictures are their description, and links lead nowhere but
 * say their address. Its headings are those of a section.
 */
export function markdown(text: string): Html {
  return html`${rendered(fromMarkdown(text).children)}`;
}

function rendered(nodes: readonly Nodes[]): readonly Html[] {
  return nodes.map(element);
}

function element(node: Nodes): Html {
  const inside = 'children' in node ? rendered(node.children) : [];
  switch (node.type) {
    case 'heading':
      return node.depth <= 2 ? html`<h3>${inside}</h3>` : html`<h4>${inside}</h4>`;
    case 'paragraph':
      return html`<p>${inside}</p>`;
    case 'list':
      return node.ordered ? html`<ol start="${node.start ?? 1}">${inside}</ol>` : html`<ul>${inside}</ul>`;
    case 'listItem':
      return html`<li>${inside}</li>`;
    case 'blockquote':
      return html`<blockquote>${inside}</blockquote>`;
    case 'emphasis':
      return html`<em>${inside}</em>`;
    case 'strong':
      return html`<strong>${inside}</strong>`;
    case 'inlineCode':
      return html`<code>${node.value}</code>`;
    case 'code':
      return html`<pre><code>${node.value}</code></pre>`;
    case 'thematicBreak':
      return html`<hr>`;
    case 'break':
      return html`<br>`;
    case 'text':
    case 'html':
      return html`${node.value}`;
    case 'link': {
      const [only] = node.children;
      const said = node.children.length === 1 && only?.type === 'text' && only.value === node.url;
      return html`${inside}${said ? null : ` (${node.url})`}`;
    }
    case 'image':
      return html`${node.alt}`;
    default:
      return html`${inside}`;
  }
}
