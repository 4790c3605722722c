import {
  type CurveMetric,
  groupsOf,
  metricsOf,
  pointsOf,
  smoothed,
  thinned,
  usualSmoothing,
} from '../common/curves.ts';
import { thinnedWords } from '../common/long-curves.ts';
import { markdownTree } from '../common/markdown.ts';
import { baselineNames, measuredInterval, rangeInWords } from '../common/measured.ts';
import { layoutOfLines } from '../common/plots/lines.ts';
import { numbersOfLines } from '../common/plots/numbers.ts';
import { svgOf } from '../common/plots/svg.ts';
import { configRows } from '../common/run-config.ts';
import { figuresOf, type RunRecord, settingText } from '../common/run-record.ts';
import { namesBeside, statusWord } from '../common/run-words.ts';
import { counted, figure, percent, plainNumber } from '../common/words.ts';
import { figureStyle, legend, numbersBehind, plotWidth } from '../report/html/figure.ts';
import { type Html, html, htmlPage } from '../report/html/page.ts';
import { drawnTree } from '../report/html/tree.ts';

export type ReportContent = {
  readonly name: string;
  /** Markdown. */
  readonly text: string;
  readonly runs: readonly RunRecord[];
  /** The metrics whose curves are drawn; null for all. */
  readonly metrics: readonly string[] | null;
  /** When it was made, ISO 8601. */
  readonly madeAt: string;
};

/** Points of a line: as many as a page of paper can show. */
const mostPoints = 400;
/** Rows of the table behind them. */
const mostRows = 40;

/** A report on runs as one file: the text, figures beside the baselines, curves, settings and samples. */
export function reportHtml({ name, text, runs, metrics, madeAt }: ReportContent): string {
  const names = namesBeside(runs.map(({ run }) => run));
  const body = html`<h1>${name}</h1>
<p class="quiet">${counted(runs.length, 'run')}: ${names.join(', ')}. Made with Tiebreak on ${madeAt.slice(0, 10)}.</p>
${drawnTree(markdownTree(text))}
<h2>Figures</h2>
${figuresSection(runs, names)}
<h2>Curves</h2>
${curvesSection(runs, names, metrics)}
<h2>Settings</h2>
${settingsSection(runs, names)}
${samplesSection(runs, names)}`;
  return htmlPage({ title: name, body, style: figureStyle + style });
}

/** Each model beside the baselines on the same pairs. */
function figuresSection(runs: readonly RunRecord[], names: readonly string[]): Html {
  const rows = runs.flatMap((record, index) => {
    const { evaluation, run } = record;
    const kept = new Map(figuresOf(record));
    if (!evaluation) {
      const loss = figure(kept.get('validation/loss'));
      const words = run.report
        ? `Not measured on held-back pairs; loss on validation ${loss}.`
        : `No model came of it: ${statusWord(run).toLowerCase()}.`;
      return [html`<tr><th scope="row">${names[index]}</th><td colspan="6">${words}</td></tr>`];
    }
    const row = (who: string, prefix: string): Html => {
      const of = (key: string): number | undefined => kept.get(`${evaluation.data}/${prefix}${key}`);
      const ends = measuredInterval([of('accuracy/low') ?? Number.NaN, of('accuracy/high') ?? Number.NaN]);
      const interval = ends ? rangeInWords(ends, percent) : '';
      return html`<tr><th scope="row">${who}</th><td class="number">${percent(of('accuracy'))}</td><td>${interval}</td><td class="number">${figure(of('ndcg'))}</td><td class="number">${figure(of('grouped/sk_ndcg/k=5'))}</td><td class="number">${figure(of('paired/sk_ndcg/k=2'))}</td><td>${evaluation.data}, ${counted(evaluation.pairs, 'pair')}</td></tr>`;
    };
    return [
      row(`${names[index]}`, ''),
      row(`· ${baselineNames.longer}`, 'longer/'),
      row(`· ${baselineNames.random}`, 'random/'),
    ];
  });
  const heads = ['', 'Accuracy', '95% interval', 'NDCG', 'Grouped NDCG, k=5', 'Paired NDCG, k=2', 'Measured on'];
  const measured = runs.flatMap(({ evaluation }) => evaluation ?? []);
  const same = measured.every(({ on }) => on !== undefined && on === measured[0]?.on);
  const note =
    'Not all of these models were measured on the same pairs, so that their figures can’t be compared: one may have had the harder pairs.';
  return html`${measured.length > 1 && !same ? html`<p>${note}</p>` : ''}${tableOf(heads, rows)}`;
}

function curvesSection(runs: readonly RunRecord[], names: readonly string[], chosen: readonly string[] | null): Html {
  const all = metricsOf(runs.map(({ curve }) => curve));
  const groups = groupsOf(chosen === null ? all : all.filter(({ key }) => chosen.includes(key)));
  if (groups.length === 0) return html`<p>No curves were kept.</p>`;
  const thinned = runs.flatMap(({ curve }, index) => {
    const words = thinnedWords(curve);
    return words === null ? [] : [html`<p class="quiet"><b>${names[index]}:</b> ${words}</p>`];
  });
  return html`${thinned}${groups.map(({ name, metrics }) => html`<h3>${name}</h3>${metrics.map((metric) => curvePlot(metric, runs, names))}`)}`;
}

function curvePlot(metric: CurveMetric, runs: readonly RunRecord[], names: readonly string[]): Html {
  const measured = runs.flatMap(({ curve }, place) => {
    const points = pointsOf(curve, metric.key);
    return points.length === 0 ? [] : [{ name: names[place] ?? '', points, place }];
  });
  const smooth = (points: (typeof measured)[number]['points']) =>
    thinned(metric.noisy ? smoothed(points, usualSmoothing) : points, mostPoints);
  const lines = measured.map(({ name, points, place }) => ({ name, place, points: smooth(points) }));
  const averaged = measured.some(
    ({ points }, index) => lines[index]?.points !== points && metric.noisy && points.length >= 50,
  );
  const format = (value: number): string => (metric.share ? percent(value) : plainNumber(value));
  const ends = measured.map(({ name, points }) => `${name} ends at ${format(points.at(-1)?.y ?? 0)}`).join('; ');
  const says = `${ends}.${metric.better === null ? '' : ` ${metric.better === 'higher' ? 'Higher' : 'Lower'} is better.`}${averaged ? ' Lines of many points are smoothed.' : ''}`;
  const plot = layoutOfLines({ xLabel: 'Step', yLabel: metric.label, series: lines, format }, plotWidth);
  return html`<figure>
<figcaption><h4>${metric.label}</h4><p class="quiet">${says}</p></figcaption>
${legend(plot.legend)}${drawnTree(svgOf(plot, `${metric.label}. ${says}`))}${numbersBehind(numbersOfLines(lines, 'Step', mostRows, format))}
</figure>
`;
}

/** First what differs, then everything. */
function settingsSection(runs: readonly RunRecord[], names: readonly string[]): Html {
  const rows = configRows(runs.map(({ run }) => run));
  const table = (shown: typeof rows): Html =>
    tableOf(
      ['', ...names],
      shown.map(
        ({ key, values }) =>
          html`<tr><th scope="row">${key}</th>${values.map((value) => html`<td>${settingText(value)}</td>`)}</tr>`,
      ),
    );
  const differing = rows.filter(({ differs }) => differs);
  const notes = runs.flatMap(({ run }, index) =>
    run.notes === '' ? [] : [html`<p><b>${names[index]}:</b> ${run.notes}</p>`],
  );
  return html`${notes}${
    runs.length === 1
      ? null
      : differing.length === 0
        ? html`<p>These runs have the same settings.</p>`
        : table(differing)
  }<details><summary>All settings</summary>${table(rows)}</details>`;
}

function samplesSection(runs: readonly RunRecord[], names: readonly string[]): Html {
  const tables = runs.flatMap(({ samples }, index) => {
    const last = samples.at(-1);
    if (!last) return [];
    const rows = last.samples.map((pair) => {
      const right = pair.chosenReward > pair.rejectedReward;
      return html`<tr><td>${pair.post}</td><td>${pair.chosen}</td><td class="number">${figure(pair.chosenReward)}</td><td>${pair.rejected}</td><td class="number">${figure(pair.rejectedReward)}</td><td>${right ? 'right' : 'wrong'}</td></tr>`;
    });
    const heads = ['Post', 'Chosen', 'Reward', 'Rejected', 'Reward', ''];
    return [html`<h3>${names[index]}, at step ${last.step}</h3>${tableOf(heads, rows)}`];
  });
  return tables.length === 0 ? html`` : html`<h2>Sample pairs</h2>${tables}`;
}

const tableOf = (heads: readonly string[], rows: readonly Html[]): Html =>
  html`<div class="table"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;

const style = `
h3 { margin: 1.5rem 0 0.75rem; }
h4 { margin: 0; font-size: 0.9375rem; }
td { max-width: 22rem; white-space: pre-line; }
blockquote { margin: 0 0 0.75rem; padding-left: 0.75rem; border-left: 2px solid var(--line); color: var(--text-quiet); }
pre { overflow-x: auto; }
`;
