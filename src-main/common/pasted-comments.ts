/** Where one pasted comment ends and the next begins: at each line, or at blank lines. */
export type PastedBy = 'lines' | 'blank';

/** How a pasted text is most likely meant: where it has blank lines between its lines, these are between comments. */
export const pastedBy = (text: string): PastedBy =>
  /\S[^\S\n]*\n[^\S\n]*\n\s*\S/.test(text.replace(/\r\n?/g, '\n')) ? 'blank' : 'lines';

/** The comments of a pasted text. */
export function pastedComments(text: string, by: PastedBy): readonly string[] {
  const lines = text.replace(/\r\n?/g, '\n').replaceAll('\0', '\uFFFD').toWellFormed();
  return lines
    .split(by === 'lines' ? '\n' : /\n[^\S\n]*\n/)
    .map((comment) => comment.trim())
    .filter((comment) => comment !== '');
}
