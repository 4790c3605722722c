import { hash } from 'node:crypto';

/** A short name for content: the same content always gets the same one. */
export function contentKey(...parts: readonly unknown[]): string {
  return `h:${hash('sha256', JSON.stringify(parts)).slice(0, 32)}`;
}
