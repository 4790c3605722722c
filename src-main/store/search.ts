/** Characters of a text whose words are found; of titles as well. The database's triggers say the same. */
export const searchedCharacters = 100_000;

/** More words than this say nothing more, and would make the search slow. */
const mostWords = 12;

/**
 * What was typed, as an expression of SQLite's full-text search that is never an error: everything between spaces stands in
 * quotes, where nothing is an operator, and may be the beginning of a word. What holds no letter or digit is passed over.
 * @param begins whether a word stands for all that begin with it
 */
export function matchOf(typed: string, begins: (word: string) => boolean = () => true): string {
  const words = typed.replace(/["\0]/g, ' ').split(/\s+/u).filter(Boolean);
  const longest = [...new Set(words)].toSorted((a, b) => b.length - a.length).slice(0, mostWords);
  return longest.map((word) => `"${word}"${begins(word) ? '*' : ''}`).join(' ') || '""';
}
