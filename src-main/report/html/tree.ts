import type { Nodes } from 'hast';
import { type Html, html } from './page.ts';

/** Elements that a page writes without an end. */
const empty = new Set(['hr', 'br']);

/** A tree of elements as markup. Its texts and values get in as all text does; its names must be plain. */
export function drawnTree(node: Nodes): Html {
  if (node.type === 'text') return html`${node.value}`;
  if (node.type === 'root') return html`${node.children.map(drawnTree)}`;
  if (node.type !== 'element') return html``;
  const name = plain(node.tagName);
  const attributes = Object.entries(node.properties).map(([key, value]) => html` ${plain(key)}="${String(value)}"`);
  if (empty.has(node.tagName)) return html`<${name}${attributes}>`;
  return html`<${name}${attributes}>${node.children.map(drawnTree)}</${name}>`;
}

/** A name of an element or attribute, which needs no escaping. */
function plain(name: string): string {
  if (!/^[a-zA-Z][a-zA-Z0-9-]*$/.test(name)) throw new Error(`${name} is no name of an element`);
  return name;
}
