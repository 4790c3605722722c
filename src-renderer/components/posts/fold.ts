/** What of a text shows while it is folded. */
type Folded = { readonly text: string; readonly more: boolean };

/**
 * The beginning of a long text, cut between words where that is possible. A text that would lose next to nothing stays whole.
 * Empty lines around it are left out. Only characters and line breaks are counted, so that a text of a million characters is never laid out unasked.
 */
export function fold(whole: string, { characters, lines }: { characters: number; lines: number }): Folded {
  const text = whole.replace(/^\s*\n/u, '').trimEnd();
  const end = Math.min(endOfLine(text, lines), characters);
  if (text.length <= end * 1.25 && endOfLine(text, lines * 1.25) >= text.length) return { text, more: false };
  const cut = text.slice(0, end);
  const word = cut.search(/\s\S*$/u);
  const kept = text.length <= end || /\s/u.test(text[end]!) || word < end * 0.5 ? cut : cut.slice(0, word);
  // Half a character would show as a box.
  return { text: `${kept.replace(/[\uD800-\uDBFF]$/u, '').trimEnd()}…`, more: true };
}

/** Where the line with this number ends, counted from 1. */
function endOfLine(text: string, line: number): number {
  let at = -1;
  for (let found = 0; found < line; found += 1) {
    at = text.indexOf('\n', at + 1);
    if (at === -1) return text.length;
  }
  return at;
}
