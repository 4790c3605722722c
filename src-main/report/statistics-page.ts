import { counted, plainNumber } from '../common/words.ts';
import type { Figure, Numbers, Section } from '../contract/figures.ts';
import { splits } from '../contract/records.ts';
import type { DataStatistics } from '../contract/statistics.ts';
import { type Html, html, htmlPage } from './html/page.ts';
import { drawn } from './plots/plots.ts';

/** The statistics with all their plots as one file. @param written when, for people */
export function statisticsPage({ totals, splits: counts, sections }: DataStatistics, written: string): string {
  const title = 'Statistics of the data';
  const body = html`<main>
<h1>${title}</h1>
<p class="quiet">${counted(totals.posts, 'post')}, ${counted(totals.comments, 'comment')} and ${counted(totals.labels, 'answer')}, as of ${written}. Made by Tiebreak. The numbers of each plot are under it.</p>
${table({
  columns: ['Split', 'Posts', 'Comments', 'Answers'],
  rows: splits.map((split) => [split, counts[split].posts, counts[split].comments, counts[split].labels]),
})}
${sections.map(section)}
</main>`;
  return htmlPage({ title: `${title} · Tiebreak`, body, style });
}

const section = ({ id, title, note, figures }: Section): Html => html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${note === null ? null : html`<p class="quiet">${note}</p>`}
${figures.map(figure)}
</section>`;

function figure({ title, says, plot, numbers }: Figure): Html {
  const empty = numbers.rows.length === 0;
  const behind = html`<details><summary>Numbers</summary>${table(numbers)}</details>`;
  return html`<figure>
<figcaption><h3>${title}</h3><p class="quiet">${says}</p></figcaption>
${plot === null ? (empty ? null : table(numbers)) : html`${drawn(plot, `${title}. ${says}`)}${behind}`}
</figure>
`;
}

function table({ columns, rows }: Numbers): Html {
  const numeric = columns.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const kind = (column: number): string => (numeric[column] ? 'number' : 'words');
  const cell = (value: string | number): string => (typeof value === 'number' ? plainNumber(value) : value);
  return html`<div class="table"><table>
<thead><tr>${columns.map((name, column) => html`<th scope="col" class="${kind(column)}">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((value, column) => html`<td class="${kind(column)}"><bdi>${cell(value)}</bdi></td>`)}</tr>`)}</tbody>
</table></div>`;
}

const series = [1, 2, 3, 4, 5].map((place) => `.series-${place} { fill: var(--series-${place}); }`).join('\n');
const strokes = [1, 2, 3, 4, 5].map((place) => `.line.series-${place} { stroke: var(--series-${place}); }`).join('\n');

const style = `
figcaption p { margin: 0.25rem 0 0.75rem; font-size: 0.875rem; }
${series}
.line { stroke-width: 2; stroke-linejoin: round; }
${strokes}
.line[class] { fill: none; }
.grid { stroke: var(--line); }
.base { stroke: var(--line-strong); }
.reference { stroke: var(--text-quiet); stroke-dasharray: 3 3; }
.dot { fill: var(--series-1); opacity: 0.3; }
.whisker { stroke: var(--series-2); stroke-width: 1.5; }
.plain .whisker { stroke: var(--series-5); }
.plain circle { fill: var(--series-5); }
.strong .whisker { stroke: var(--series-1); }
.strong circle { fill: var(--series-1); }
.strong text { fill: var(--text); font-weight: 650; }
.texts { opacity: 0.75; }
.outlier { fill: var(--line-strong); opacity: 0.35; }
svg .name { fill: var(--text); font-size: 15px; font-weight: 700; paint-order: stroke; stroke: var(--page); stroke-width: 4px; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin: 0 0 0.5rem; padding: 0; list-style: none; font-size: 0.8125rem; }
.legend svg { display: inline-block; width: 0.75rem; }
details { margin-top: 0.5rem; }
details .table { max-height: 24rem; overflow: auto; }
`;
