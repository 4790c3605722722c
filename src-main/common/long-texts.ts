/** Texts that are too long to be shown at once: pages get their beginning, and the rest part by part. Pure. */

/** Characters of a text that come with an answer, at most: some pages of a book. */
export const mostShown = 20_000;
/** Characters of a part that is asked for. */
export const partLength = 100_000;

/** Whether a text that came with an answer may be the beginning of a longer one. */
export const mayGoOn = (shown: string): boolean => shown.length >= mostShown - 1;

/** So much of a text from a place on, no character cut in two. */
export function partOf(text: string, from: number, length: number): string {
  return text.slice(from, from + length).replace(/[\uD800-\uDBFF]$/u, '');
}

/** The same answer with the beginnings of its long texts. What is no plain data stays as it is. */
export function withBeginnings<T>(value: T): T {
  if (typeof value === 'string') return (value.length > mostShown ? partOf(value, 0, mostShown) : value) as T;
  if (Array.isArray(value)) return value.map((each) => withBeginnings(each)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withBeginnings(each)])) as T;
}
