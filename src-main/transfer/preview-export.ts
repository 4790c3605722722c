import { isPairs, isTable } from '../common/file-kinds.ts';
import type { ExportPreview } from '../contract/views.ts';
import type { ReadingStore } from '../store/open.ts';
import { type ExportOptions, firstLines } from './export-file.ts';
import { countPairs } from './export-pairs.ts';
import { firstRows } from './export-table.ts';

/**
 * The first lines or rows that an export would have, and how many pairs.
 * @param patience ms after which the count of pairs is cut short, and says so
 */
export async function previewExport(
  store: ReadingStore,
  options: ExportOptions,
  { lines, patience }: { readonly lines: number; readonly patience: number },
): Promise<Omit<ExportPreview, 'curated'>> {
  const { format } = options;
  if (isTable(format)) return { lines: [], table: firstRows(store, options, format, lines), totals: null };
  const first = firstLines(store, options, lines);
  if (!isPairs(format)) return { lines: first, table: null, totals: null };
  const { margins: _, ...totals } = await countPairs(store, options, { patience });
  return { lines: first, table: null, totals };
}
