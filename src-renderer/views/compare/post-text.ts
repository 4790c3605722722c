import type { ComparePair } from '../../../src-main/contract/views.ts';

/** The text of a post without its title, which many sources repeat at its beginning. */
export function bodyOf({ title, text }: Pick<ComparePair['post'], 'title' | 'text'>): string {
  const whole = text.trim();
  if (title === null || !whole.startsWith(title.trim())) return whole;
  const rest = whole.slice(title.trim().length);
  // 'Is it' must not cut 'Is it so?' in two.
  return rest === '' || /^\s*\n/.test(rest) ? rest.trim() : whole;
}
