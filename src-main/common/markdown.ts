import type { Element, Nodes as HtmlNodes, Root as HtmlRoot, Text } from 'hast';
import { type Schema, sanitize } from 'hast-util-sanitize';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { type Handler, type Handlers, type State, toHast } from 'mdast-util-to-hast';
import { definitionsIn, mostCharacters, mostLines, partsOf } from './markdown-parts.ts';

/** All that a text may become. What is not listed is left out, and its words stay. */
const allowed: Schema = {
  tagNames: 'h3 h4 h5 h6 p ul ol li blockquote em strong code pre hr br'.split(' '),
  attributes: { ol: ['start'] },
  ancestors: { li: ['ol', 'ul'] },
  protocols: {},
  strip: [],
};

/**
 * Markdown as a tree of elements that a page can show: HTML in it is text, pictures are their description, and links lead
 * nowhere but say their address. Its headings are those of a section, h3 and below, without a gap between two levels.
 * What nobody wrote for people to read, which would take a parser seconds or more room than it has, stands as it is.
 */
export function markdownTree(text: string): HtmlRoot {
  return { type: 'root', children: [...markdownParts(text)].flatMap(({ children }) => children) };
}

/** The same in parts, each of which takes a parser some milliseconds: a page draws one, and others have their turn before the next. */
export function* markdownParts(text: string): Generator<HtmlRoot> {
  const parts = partsOf(text);
  const heading = headings(parts.flatMap(({ depths }) => depths));
  const definitions = parts.length > 1 ? definitionsIn(text) : '';
  for (const { source } of parts) {
    if (isTangled(source)) {
      const note = element('p', [
        element('em', [words('Too long or too nested for Markdown, so it stands as it was written:')]),
      ]);
      yield { type: 'root', children: [note, element('pre', [element('code', [words(source)])])] };
      continue;
    }
    const root = fromMarkdown(source + definitions);
    const safe = sanitize(toHast(root, { handlers: { ...handlers, heading } }), allowed);
    yield { type: 'root', children: withoutBreaks(safe).children } as HtmlRoot;
  }
}

/** Marks in one paragraph, which a parser holds against each other. */
const mostMarks = 1_000;
/** Quotes and lists within each other, each of which a parser looks at in every line. */
const mostNested = 50;
const nested = new RegExp(`^(?:[ \\t]*(?:>|[-+*]|\\d{1,9}[.)])){${mostNested}}|^[ \\t]{${4 * mostNested}}`, 'm');

function isTangled(text: string): boolean {
  if (nested.test(text) || text.length > mostCharacters || (text.match(/\n/g)?.length ?? 0) > mostLines) return true;
  return text.split(/\n[ \t]*\n/).some((paragraph) => {
    let marks = 0;
    for (const line of paragraph.split('\n')) {
      marks += line.replace(/^[ \t]*(?:[-+*>][ \t])?/, '').match(/[*_[\]`<!]/g)?.length ?? 0;
    }
    return marks > mostMarks;
  });
}

const words = (value: string): Text => ({ type: 'text', value });
const element = (tagName: string, children: Element['children']): Element => ({
  type: 'element',
  tagName,
  properties: {},
  children,
});

const handlers: Handlers = {
  html: (_, node: { readonly value: string }) => words(node.value),
  image: (_, node: { readonly alt?: string | null }) => words(node.alt ?? ''),
  imageReference: (_, node: { readonly alt?: string | null }) => words(node.alt ?? ''),
  link: (state: State, node: Extract<Nodes, { type: 'link' }>) => [
    ...state.all(node),
    ...(isAddress(node.children, node.url) ? [] : [words(` (${node.url})`)]),
  ],
  linkReference: (state: State, node: Extract<Nodes, { type: 'linkReference' }>) => state.all(node),
  code: (_, node: { readonly value: string }) => element('pre', [element('code', [words(node.value)])]),
  // Its paragraphs stay paragraphs, however the list was written.
  listItem: (state: State, node: Extract<Nodes, { type: 'listItem' }>) =>
    element('li', state.all(node) as Element['children']),
};

/** Headings by their order among the depths that occur. The panel around the text has an h2. */
function headings(depths: readonly number[]): Handler {
  const known = [...new Set(depths)].sort();
  return (state: State, node: Extract<Nodes, { type: 'heading' }>) =>
    element(`h${Math.min(6, Math.max(0, known.indexOf(node.depth)) + 3)}`, state.all(node) as Element['children']);
}

/** Whether a link's text is its address already. */
function isAddress(children: readonly Nodes[], url: string): boolean {
  const [only] = children;
  return children.length === 1 && only?.type === 'text' && (only.value === url || `mailto:${only.value}` === url);
}

const holdsBlocks = new Set(['ul', 'ol', 'li', 'blockquote']);

/** Without the line breaks between elements, which are there for who reads the source. */
function withoutBreaks<T extends HtmlNodes>(node: T): T & { readonly children: Element['children'] } {
  const children = 'children' in node ? node.children : [];
  const between = node.type === 'root' || (node.type === 'element' && holdsBlocks.has(node.tagName));
  const isBreak = (child: (typeof children)[number], index: number): boolean =>
    child.type === 'text' && child.value === '\n' && (between || isElement(children[index - 1], 'br'));
  const kept = children.filter((child, index) => !isBreak(child, index)).map((child) => withoutBreaks(child));
  return { ...node, children: kept as Element['children'] };
}

const isElement = (node: HtmlNodes | undefined, tagName: string): boolean =>
  node?.type === 'element' && node.tagName === tagName;
