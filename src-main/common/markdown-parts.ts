/** Where a text of Markdown can be cut, so that each part means by itself what it means in the whole. Pure, and goes through the text once. */

/** Lines and characters after which the next place for a cut is taken: what a parser reads in some milliseconds. */
const wanted = { lines: 100, characters: 4_000 } as const;
/** Lines and characters of a part that has no such place: a parser is given no more. */
export const mostLines = 500;
export const mostCharacters = 20_000;

/** depths: of the headings in it. */
export type MarkdownPart = { readonly source: string; readonly depths: readonly number[] };

const fence = /^ {0,3}(`{3,}|~{3,})([^`]*)$/;
/** What begins a block at the margin even where a paragraph stands above it: a heading, an item of a list. */
const begins = /^(?:#{1,6}(?:[ \t]|$)|[-+*][ \t]+\S)/;
const hash = /^ {0,3}(#{1,6})(?:[ \t]|$)/;
const underline = /^ {0,3}(=+|-+)[ \t]*$/;

export function partsOf(text: string): readonly MarkdownPart[] {
  const parts: MarkdownPart[] = [];
  let [lines, depths]: [string[], number[]] = [[], []];
  let characters = 0;
  let open: string | null = null;
  let before = '';
  // Numbers of a list go on after a cut only where they are counted on in the text.
  let number = Number.NaN;
  const cut = (): void => {
    parts.push({ source: lines.join('\n'), depths });
    [lines, depths, characters] = [[], [], 0];
  };
  for (const line of text.split(/\r\n|\r|\n/)) {
    const own = /^(\d{1,9})[.)][ \t]/.exec(line)?.[1];
    const goesOn = own !== undefined && Number(own) === number + 1;
    if (open === null && (lines.length >= wanted.lines || characters >= wanted.characters)) {
      const afterBlank = before.trim() === '' && /^\S/.test(line) && (own === undefined || Number.isNaN(number));
      if (goesOn || afterBlank || begins.test(line)) cut();
    }
    if (own !== undefined) number = Number(own);
    else if (/^\S/.test(line)) number = Number.NaN;
    const mark = fence.exec(line)?.[1];
    if (open === null) {
      const depth = hash.exec(line)?.[1]?.length ?? (before.trim() === '' ? undefined : underlined(line));
      if (depth !== undefined) depths.push(depth);
      if (mark !== undefined) open = mark;
    } else if (mark?.startsWith(open) && line.trim() === mark) open = null;
    lines.push(line);
    characters += line.length + 1;
    before = line;
  }
  cut();
  return parts;
}

function underlined(line: string): number | undefined {
  const mark = underline.exec(line)?.[1];
  return mark === undefined ? undefined : mark.startsWith('=') ? 1 : 2;
}

/** More of them would be longer than the parts that they are read with. */
const mostDefinitions = 100;

/** What the names of links stand for, wherever the text says it, to be read with each of its parts. */
export function definitionsIn(text: string): string {
  const lines = text.match(/^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S.{0,300}$/gm) ?? [];
  return lines.length === 0 ? '' : `\n\n${lines.slice(0, mostDefinitions).join('\n')}`;
}
