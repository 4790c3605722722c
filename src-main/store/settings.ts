import { type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';

/** All settings that were ever set, as they were set. */
export function readSettings(store: ReadingStore): Readonly<Record<string, unknown>> {
  const found = rows<{ name: string; value: string }>(store, 'SELECT name, value FROM settings');
  return Object.fromEntries(found.map(({ name, value }) => [name, JSON.parse(value) as unknown]));
}

/** One setting as it was set, or undefined. */
export function readSetting(store: ReadingStore, name: string): unknown {
  const found = row<{ value: string }>(store, 'SELECT value FROM settings WHERE name = ?', name);
  return found && (JSON.parse(found.value) as unknown);
}

/** Keeps a setting; its value must be JSON. */
export function writeSetting(store: WritingStore, name: string, value: unknown): void {
  statement(
    store,
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ).run(name, JSON.stringify(value));
}
