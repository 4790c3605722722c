import { layoutOf } from '../common/plots/layout.ts';
import { layoutOfMap } from '../common/plots/map.ts';
import { svgOf, svgOfMapWithTexts } from '../common/plots/svg.ts';
import { counted } from '../common/words.ts';
import type { Figure, Plot, Section } from '../contract/figures.ts';
import { splits } from '../contract/records.ts';
import type { DataStatistics } from '../contract/statistics.ts';
import { figureStyle, legend, numbersBehind, plotWidth, tableOfNumbers } from './html/figure.ts';
import { type Html, html, htmlPage } from './html/page.ts';
import { drawnTree } from './html/tree.ts';

/** The statistics with all their plots as one file. @param written when, for people */
export function statisticsPage({ totals, splits: counts, sections }: DataStatistics, written: string): string {
  const title = 'Statistics of the data';
  const body = html`<main>
<h1>${title}</h1>
<p class="quiet">${counted(totals.posts, 'post')}, ${counted(totals.comments, 'comment')} and ${counted(totals.labels, 'answer')}, as of ${written}. Made by Tiebreak. The numbers of each plot are under it.</p>
${tableOfNumbers({
  columns: ['Split', 'Posts', 'Comments', 'Answers'],
  rows: splits.map((split) => [split, counts[split].posts, counts[split].comments, counts[split].labels]),
})}
${sections.map(section)}
</main>`;
  return htmlPage({ title: `${title} · Tiebreak`, body, style: figureStyle });
}

const section = ({ id, title, note, figures }: Section): Html => html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${note === null ? null : html`<p class="quiet">${note}</p>`}
${figures.map(figure)}
</section>`;

function figure({ title, says, plot, numbers }: Figure): Html {
  const table = numbers.rows.length === 0 ? null : tableOfNumbers(numbers);
  return html`<figure>
<figcaption><h3>${title}</h3><p class="quiet">${says}</p></figcaption>
${plot === null ? table : html`${picture(plot, `${title}. ${says}`)}${numbersBehind(numbers)}`}
</figure>
`;
}

/** A plot with its legend and what must be known to read it; needs no script. */
export function picture(plot: Plot, says: string): Html {
  if (plot.kind === 'map') {
    const map = layoutOfMap(plot, plotWidth);
    return html`${drawnTree(svgOfMapWithTexts(map, says))}${note(`${map.note} Point at one to read it.`)}`;
  }
  const layout = layoutOf(plot, plotWidth);
  return html`${legend(layout.legend)}${drawnTree(svgOf(layout, says))}${layout.note === null ? null : note(layout.note)}`;
}

const note = (text: string): Html => html`<p class="quiet">${text}</p>`;
