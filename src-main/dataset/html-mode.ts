import { looksLikeHtml, plainText } from './html.ts';

/** Either turns texts into plain text before they are checked, or tells which rows seem to need it. */
export type HtmlMode = {
  /** The row with the named fields, and the texts in the named list, as plain text. */
  readonly turn: (row: unknown, fields: readonly string[], list?: string) => unknown;
  /** Whether any of the texts of a row still looks like HTML. Always false while turning. */
  readonly seen: (texts: readonly (string | null)[]) => boolean;
};

/** The mode that was asked for. */
export function htmlMode(convert: boolean): HtmlMode {
  if (!convert) {
    return { turn: (row) => row, seen: (texts) => texts.some((text) => text !== null && looksLikeHtml(text)) };
  }
  return { turn: turned, seen: () => false };
}

function turned(row: unknown, fields: readonly string[], list?: string): unknown {
  if (typeof row !== 'object' || row === null) return row;
  const result: Record<string, unknown> = { ...row };
  for (const field of fields) {
    const value = result[field];
    if (typeof value === 'string') result[field] = plainText(value);
  }
  const entries = list === undefined ? undefined : result[list];
  if (list !== undefined && Array.isArray(entries)) result[list] = entries.map((entry) => turned(entry, ['text']));
  return result;
}
