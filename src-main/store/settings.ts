import { type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { keptJson, keptSchemas } from './kept-json.ts';

/** All settings that were ever set, as they were set; one that can't be read is as if it never were. */
export function readSettings(store: ReadingStore): Readonly<Record<string, unknown>> {
  const found = rows<{ name: string; value: string }>(store, 'SELECT name, value FROM settings');
  return Object.fromEntries(found.map(({ name, value }) => [name, keptJson(keptSchemas.anything, value, undefined)]));
}

/** One setting as it was set, or undefined. */
export function readSetting(store: ReadingStore, name: string): unknown {
  const found = row<{ value: string }>(store, 'SELECT value FROM settings WHERE name = ?', name);
  return found && keptJson(keptSchemas.anything, found.value, undefined);
}

/** Keeps a setting; its value must be JSON. */
export function writeSetting(store: WritingStore, name: string, value: unknown): void {
  statement(
    store,
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ).run(name, JSON.stringify(value));
}
