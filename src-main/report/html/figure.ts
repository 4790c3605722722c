import type { LegendEntry } from '../../common/plots/marks.ts';
import { svgOfKey } from '../../common/plots/svg.ts';
import { plainNumber } from '../../common/words.ts';
import type { Numbers } from '../../contract/figures.ts';
import { type Html, html } from './page.ts';
import { drawnTree } from './tree.ts';

/** Pixels of a plot where the page is as wide as it gets; on a smaller one it is as much smaller. */
export const plotWidth = 920;

/** The series of a plot. */
export const legend = (entries: readonly LegendEntry[]): Html =>
  entries.length === 0
    ? html``
    : html`<p class="legend">${entries.map(({ name, colour, dash }) => html`<span>${drawnTree(svgOfKey(colour, dash))} <bdi>${name}</bdi></span> `)}</p>`;

/** The numbers behind a plot, to be opened. */
export const numbersBehind = (numbers: Numbers): Html =>
  html`<details><summary>Numbers</summary>${tableOfNumbers(numbers)}</details>`;

/** A column is set as numbers where all below its head are. */
export function tableOfNumbers({ columns, rows }: Numbers): Html {
  const isNumber = (value: string | number | undefined): boolean =>
    typeof value === 'number' || /^[–\d.,%\s-]*$/.test(value ?? '');
  const kinds = columns.map((_, column) => (rows.every((row) => isNumber(row[column])) ? 'number' : 'words'));
  const cell = (value: string | number): string => (typeof value === 'number' ? plainNumber(value) : value);
  return html`<div class="table"><table>
<thead><tr>${columns.map((name, column) => html`<th scope="col" class="${kinds[column]}">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((value, column) => html`<td class="${kinds[column]}"><bdi>${cell(value)}</bdi></td>`)}</tr>`)}</tbody>
</table></div>`;
}

/** What figures need beside the style of all pages. */
export const figureStyle = `
figcaption p { margin: 0.25rem 0 0.75rem; font-size: 0.875rem; }
figure > p { margin: 0.25rem 0 0; font-size: 0.8125rem; }
figure > svg { display: block; max-width: 100%; height: auto; }
figure svg { font-variant-numeric: tabular-nums; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; max-width: none; }
details { margin-top: 0.5rem; }
details .table { max-height: 24rem; overflow: auto; }
`;
