import { hash } from 'node:crypto';
import { paletteStyle } from '../../common/plots/palette.ts';

/** Markup that is safe to stand in a page. Only the tag `html` makes it, so that no text gets in as it came. */
export type Html = { readonly markup: string };

type Value = Html | readonly Html[] | string | number | null | undefined;

/** A template whose values are text, and are shown as they are read; other templates go in as markup. null leaves nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const markup = parts.reduce((sum, part, index) => sum + markupOf(values[index - 1]) + part);
  return { markup };
}

function markupOf(value: Value): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it stands between tags or in a quoted attribute. What no page may hold becomes the sign for that. */
function escaped(text: string): string {
  const shown = text.toWellFormed().replace(/(?![\t\n\r])\p{Cc}/gu, '\uFFFD');
  return shown.replace(/[&<>"']/g, (sign) => entities[sign]!);
}

/** What a page is made of. Its style comes after that which all pages share. */
export type PageParts = { readonly title: string; readonly body: Html; readonly style?: string };

/**
 * A page that is one file: it asks for nothing from anywhere, runs nothing, and reads well in light and dark and on paper. Its
 * policy forbids what it does not have: one style sheet, known by its hash, and so no style in attributes.
 */
export function htmlPage({ title, body, style = '' }: PageParts): string {
  const sheet = `${sharedStyle}${style}`;
  if (sheet.includes('<')) throw new Error('a style sheet ends where a tag begins');
  const policy = `default-src 'none'; style-src 'sha256-${hash('sha256', sheet, 'base64')}'; base-uri 'none'; form-action 'none'`;
  const { markup } = html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${{ markup: sheet }}</style>
</head>
<body>
${body}
</body>
</html>
`;
  return `<!doctype html>\n${markup}`;
}

/** The colours and sizes of the app, and what a text with figures and tables needs. */
const sharedStyle = `
:root {
  color-scheme: light dark;
  --page: light-dark(#fbfaf8, #16171a);
  --raised: light-dark(#ffffff, #1f2125);
  --line: light-dark(#dedad3, #34373d);
  --line-strong: light-dark(#8d8880, #767b85);
  --text: light-dark(#1d1c1a, #ecebe8);
  --text-quiet: light-dark(#5f5b55, #a9abb1);
  --accent: light-dark(#2450c8, #93b2ff);
}
${paletteStyle}
* { box-sizing: border-box; }
body {
  max-width: 60rem;
  margin: 0 auto;
  padding: 2rem 1.25rem 4rem;
  background: var(--page);
  color: var(--text);
  font: 0.9375rem / 1.5 "Inter Variable", system-ui, sans-serif;
  overflow-wrap: break-word;
}
h1 { margin: 0 0 0.5rem; font-size: 1.625rem; line-height: 1.25; letter-spacing: -0.01em; }
h2 { margin: 3rem 0 1rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.1875rem; line-height: 1.3; }
h3 { margin: 0; font-size: 0.9375rem; }
p { margin: 0 0 0.75rem; max-width: 68ch; }
a { color: var(--accent); }
.quiet { color: var(--text-quiet); }
figure { margin: 0 0 2rem; }
summary { width: fit-content; color: var(--text-quiet); font-size: 0.8125rem; cursor: pointer; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 1rem 0.25rem 0; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; }
th { color: var(--text-quiet); font-weight: 600; }
.number { text-align: end; }
@media print { figure, tr { break-inside: avoid; } }
`;
