/** A post's ranking as a list that can be put into a forum's post. Pure; texts are anybody's, so none of them becomes markup. */
import type { ListForm } from '../contract/settings.ts';
import { excerpt, figure } from './words.ts';

/** A comment as it is listed, the best first. */
export type ListedComment = {
  readonly text: string;
  readonly author: string | null;
  readonly link: string | null;
  readonly reward: number | null;
};

export type Listing = {
  readonly form: ListForm;
  /** null: all. */
  readonly most: number | null;
  readonly authors: boolean;
  readonly scores: boolean;
  readonly whole: boolean;
};

/** As much of a comment as tells what it says. */
const beginning = 280;

/** The first comments as a numbered list, each with who wrote it and its score, where these are wanted and known. */
export function rankingList(comments: readonly ListedComment[], listing: Listing): string {
  const shown = comments.slice(0, listing.most ?? comments.length);
  const items = shown.map((comment) => ({
    lines: (listing.whole ? comment.text.trim() : excerpt(comment.text, beginning)).split(/\r\n|\r|\n/),
    author: listing.authors ? comment.author : null,
    link: listing.authors && isWeb(comment.link) ? comment.link : null,
    score: listing.scores && comment.reward !== null ? `score ${figure(comment.reward, 2)}` : null,
  }));
  return writers[listing.form](items);
}

type Item = {
  readonly lines: readonly string[];
  readonly author: string | null;
  readonly link: string | null;
  readonly score: string | null;
};

const writers: Readonly<Record<ListForm, (items: readonly Item[]) => string>> = {
  plain: (items) =>
    numbered(
      items,
      (line) => line,
      behindIn(({ author, link }) => (link ? `${author ?? 'link'}: ${link}` : author)),
    ),
  markdown: (items) => numbered(items, escapedMarkdown, behindIn(markdownAuthor)),
  html: (items) => `<ol>\n${items.map((item) => `<li>${htmlItem(item)}</li>\n`).join('')}</ol>\n`,
};

/** What is behind the text, between brackets; '' where nothing is known or wanted. */
const behindIn =
  (authorOf: (item: Item) => string | null) =>
  (item: Item): string => {
    const parts = [authorOf(item), item.score].filter((part) => part !== null);
    return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  };

/** Lines of an item stand below its first word: so Markdown knows that they are part of it. */
function numbered(items: readonly Item[], written: (line: string) => string, behind: (item: Item) => string): string {
  return items
    .map((item, at) => {
      const head = `${at + 1}. `;
      const lines = item.lines.map((line, i) => {
        const text = written(line.trim()) + (i === item.lines.length - 1 ? behind(item) : '');
        return i === 0 ? head + text : text === '' ? '' : ' '.repeat(head.length) + text;
      });
      return `${lines.join('\n')}\n`;
    })
    .join('');
}

const markdownAuthor = ({ author, link }: Item): string | null => {
  if (link === null) return author === null ? null : escapedMarkdown(author);
  // Not every forum knows addresses between angles, so nothing in one may end it.
  const address = link.replace(/[<>\\()]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `[${escapedMarkdown(author ?? 'link')}](${address})`;
};

/** A line of text that Markdown shows as it stands. */
const escapedMarkdown = (line: string): string =>
  line
    .replace(/[\\`*_[\]<>~|&]/g, '\\$&')
    .replace(/^(\s*)([#+\-=:])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])/, '$1\\$2');

function htmlItem(item: Item): string {
  const text = item.lines.map((line) => escapedHtml(line.trim())).join('<br>');
  const behind = behindIn(({ author, link }) => {
    if (link === null) return author === null ? null : escapedHtml(author);
    return `<a href="${escapedHtml(link)}">${escapedHtml(author ?? 'link')}</a>`;
  })(item);
  return text + behind;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapedHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign]!);

/** Nothing but an address on the web becomes a link. */
const isWeb = (link: string | null): link is string => link !== null && /^https?:\/\/\S+$/i.test(link);
