import { decodeHTML } from 'entities';
import { convert } from 'html-to-text';

const tags =
  'a|abbr|b|blockquote|br|code|dd|del|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|li|ol|p|pre|q|s|small|span|strong|sub|sup|table|td|tr|u|ul';
const tag = new RegExp(`</?(?:${tags})(?:\\s[^<>]*)?/?>`, 'i');
const entity = /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});/gi;
const known = /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos|nbsp);/i;

/** Lines end between the blocks of a page for those who read its source; blocks have their distance already. */
const betweenBlocks =
  /(<\/(?:p|div|ul|ol|li|pre|blockquote|table|tr|h[1-6])>|<(?:ul|ol|blockquote|div)(?:\s[^<>]*)?>)(\s+)(?=<)/gi;
const withoutBreaks = (text: string): string =>
  text.replace(betweenBlocks, (all, block: string, space: string) => (space.includes('\n') ? block : all));

/** A text with more tags is no comment that somebody wrote: its tags go, without the look of a page, which would take long. */
const mostTags = 4_000;
const everyTag = new RegExp(tag.source, 'gi');

const options = {
  wordwrap: false,
  preserveNewlines: true,
  limits: { maxDepth: 100, maxInputLength: 1 << 24 },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
} as const;

/** Whether a text carries tags or entities, as dumps of web sites do. */
export function looksLikeHtml(text: string): boolean {
  return tag.test(text) || known.test(text);
}

/** The text as a reader of the page would see it. A text without tags keeps its white space. */
export function plainText(text: string): string {
  if (!tag.test(text)) return decoded(text);
  if (hasManyTags(text)) return decoded(text.replace(everyTag, inlineOrBreak)).trim();
  return convert(withoutBreaks(text), { ...options, selectors: [...options.selectors] }).trim();
}

function hasManyTags(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('<'); at !== -1 && count <= mostTags; at = text.indexOf('<', at + 1)) count += 1;
  return count > mostTags;
}

const inline = /^<\/?(?:a|abbr|b|code|del|em|font|i|img|ins|q|s|small|span|strong|sub|sup|u)\b/i;
const inlineOrBreak = (found: string): string => (inline.test(found) ? '' : '\n');

/** What a page shows as a space. */
const isSpace = /^[ \t\r\f\u200b]*$/;

/** The text with the characters that its entities stand for. */
export function decoded(text: string): string {
  return text.replace(entity, (code) => {
    const character = decodeHTML(code);
    return isSpace.test(character) ? ' ' : character;
  });
}
