/** How a table is written as text. */
export type CsvForm = {
  readonly separator: ',' | ';';
  readonly decimal: '.' | ',';
  /** A byte order mark, by which Excel knows UTF-8. */
  readonly mark: boolean;
};

/** As programs read it. */
export const plainCsv: CsvForm = { separator: ',', decimal: '.', mark: false };

/** Regions that write 1.5 and set lists with semicolons all the same, as Windows and Excel have it. */
const semicolonRegions: ReadonlySet<string | undefined> = new Set(['CH', 'LI']);

/**
 * As a spreadsheet in this language expects it: the decimals are those of the language in Latin digits, and semicolons stand between the
 * columns where the comma is taken.
 */
export function csvFormOf(locale: string): CsvForm {
  const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(1.5);
  const decimal = parts.find(({ type }) => type === 'decimal')?.value === ',' ? ',' : '.';
  const semicolon = decimal === ',' || semicolonRegions.has(new Intl.Locale(locale).maximize().region);
  return { separator: semicolon ? ';' : ',', decimal, mark: true };
}
