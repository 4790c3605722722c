import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { closeStore, openStore, type WritingStore } from '../../src-main/store/open.ts';
import { putNewStore } from './new-store.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A new store that is gone after the test. */
export function temporaryStore(): WritingStore {
  const path = join(temporaryFolder(), 'tiebreak.db');
  putNewStore(path);
  const store = openStore(path);
  onTestFinished(() => closeStore(store));
  return store;
}

/** A file with this content that is gone after the test. */
export function temporaryFile(content: string | Uint8Array, name = 'file.jsonl'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}
