import { ref } from 'vue';
import type { Command } from '../../src-main/contract/bridge.ts';
import { moreViews, views } from './go-keys.ts';

/** Whether the palette of commands is shown. */
export const paletteOpen = ref(false);

/** A place to go to, or something to begin; `also` are words that find it beside its own. */
export type PaletteEntry = { readonly label: string; readonly also: string } & (
  | { readonly to: { readonly name: string; readonly params?: Readonly<Record<string, string>> } }
  | { readonly command: Command }
);

const data = (label: string, tab: string, also = ''): PaletteEntry => ({
  label,
  also,
  to: { name: 'data', params: { tab } },
});

/** All that the palette offers beside posts. */
const paletteEntries: readonly PaletteEntry[] = [
  ...[...views, ...moreViews].map(({ name, label }): PaletteEntry => ({ label, also: 'go to view', to: { name } })),
  { label: 'Import files', also: 'add open csv excel', command: 'import' },
  { label: 'Export the ranking', also: 'save csv table excel', command: 'export' },
  { label: 'Score comments at hand', also: 'paste rank text', command: 'score' },
  { label: 'Best and worst comments', also: 'search find words all posts', to: { name: 'comments' } },
  data('Posts', 'posts', 'comments browse'),
  data('Statistics', 'statistics', 'figures plots map'),
  data('Skipped pairs', 'skipped', 'answer later'),
  data('Flagged pairs', 'flagged', 'note'),
  data('Second looks', 'again', 'mistakes answers'),
  { label: 'Disputed pairs', also: 'people differ verdict', to: { name: 'disputed' } },
  { label: 'Reports', also: 'runs text', to: { name: 'reports' } },
  { label: 'Back up now', also: 'backup save copy', command: 'backup' },
  { label: 'Keyboard shortcuts', also: 'keys help', command: 'shortcuts' },
];

/** The entries that have each of the words in them, those whose label begins with the text first. */
export function entriesFor(text: string): readonly PaletteEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = paletteEntries.filter(({ label, also }) => {
    const all = `${label} ${also}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const begins = ({ label }: PaletteEntry): boolean => label.toLowerCase().startsWith(words.join(' '));
  return [...found.filter(begins), ...found.filter((entry) => !begins(entry))];
}
