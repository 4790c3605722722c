import { anchorOf, findingsHead, noFindings, overview } from '../common/plots/contents.ts';
import { layoutOf } from '../common/plots/layout.ts';
import { layoutOfMap } from '../common/plots/map.ts';
import { svgOf, svgOfMapWithTexts } from '../common/plots/svg.ts';
import { counted } from '../common/words.ts';
import type { Figure, Finding, Plot, Section } from '../contract/figures.ts';
import { splits } from '../contract/records.ts';
import type { DataStatistics } from '../contract/statistics.ts';
import { figureStyle, legend, numbersBehind, plotWidth, tableOfNumbers } from './html/figure.ts';
import { type Html, html, htmlPage } from './html/page.ts';
import { drawnTree } from './html/tree.ts';

/** The statistics with all their plots as one file. @param written when, for people */
export function statisticsPage(
  { totals, splits: counts, findings, sections }: DataStatistics,
  written: string,
): string {
  const title = 'Statistics of the data';
  const entries = [findingsHead, overview, ...sections];
  const body = html`<div class="with-contents">
<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>
${entries.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}
</ol></nav>
<main>
<h1>${title}</h1>
<p class="quiet">${counted(totals.posts, 'post')}, ${counted(totals.comments, 'comment')} and ${counted(totals.labels, 'answer')}, as of ${written}. Made by Tiebreak. The numbers of each plot are under it.</p>
${findingsSection(findings)}
<h2 id="${overview.id}">${overview.title}</h2>
${tableOfNumbers({
  columns: ['Split', 'Posts', 'Comments', 'Answers'],
  rows: splits.map((split) => [split, counts[split].posts, counts[split].comments, counts[split].labels]),
})}
${sections.map(section)}
</main>
</div>`;
  return htmlPage({ title: `${title} · Tiebreak`, body, style: figureStyle + style });
}

const findingsSection = (findings: readonly Finding[]): Html => html`<section aria-labelledby="${findingsHead.id}">
<h2 id="${findingsHead.id}">${findingsHead.title}</h2>
${
  findings.length === 0
    ? html`<p>${noFindings}</p>`
    : html`<ol class="findings">
${findings.map(({ says, rests, figure: id }) => html`<li><p class="says">${says}</p><p class="quiet">${rests}. <a href="#${anchorOf(id)}">See the chart</a></p></li>`)}
</ol>`
}
</section>`;

const section = ({ id, title, note, figures }: Section): Html => html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${note === null ? null : html`<p class="quiet">${note}</p>`}
${figures.map(figure)}
</section>`;

function figure({ id, title, says, plot, numbers }: Figure): Html {
  const table = numbers.rows.length === 0 ? null : tableOfNumbers(numbers);
  return html`<figure id="${anchorOf(id)}">
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

const style = `
.findings { display: grid; gap: 1rem; margin: 0; padding: 0; list-style: none; }
.findings li { padding: 0.75rem 1rem; border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 0.375rem; background: var(--raised); }
.findings p { margin: 0; }
.says { font-size: 1.0625rem; font-weight: 620; }
.findings .quiet { font-size: 0.8125rem; }
nav h2 { margin: 0 0 0.5rem; padding: 0; border: 0; font-size: 0.9375rem; }
nav ol { margin: 0 0 2rem; padding: 0; list-style: none; columns: 2; font-size: 0.875rem; }
h2, figure { scroll-margin-top: 1rem; }
@media (min-width: 64rem) {
  body { max-width: 76rem; }
  .with-contents { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 3rem; align-items: start; }
  nav { position: sticky; top: 2rem; }
  nav ol { columns: 1; }
}
@media print { nav { display: none; } }
`;
