import type { CurvePoint } from '../contract/engine.ts';
import type { EvaluationReport, Figures } from '../contract/evaluation.ts';
import type { RunLine, SampleTable } from '../contract/views.ts';
import { append } from './lists.ts';
import { configRows } from './run-config.ts';

/** All that was kept of a run. */
export type RunRecord = {
  readonly run: RunLine;
  readonly curve: readonly CurvePoint[];
  /** Of its model, on the test split, or else on validation. */
  readonly evaluation: EvaluationReport | null;
  readonly samples: readonly SampleTable[];
};

export type Figure = readonly [name: string, value: number];

/**
 * What a run came to, under names as curves have them: 'test/accuracy', 'test/longer/accuracy' for the baseline on the same
 * pairs, 'validation/loss', 'steps'. A figure with nothing to measure is left out.
 */
export function figuresOf({ run: { report }, evaluation }: RunRecord): readonly Figure[] {
  const found: Figure[] = [];
  if (evaluation) {
    const { data, pairs, groups, loss, calibration, baselines } = evaluation;
    append(found, figuresOfScorer(data, evaluation));
    found.push([`${data}/loss`, loss], [`${data}/pairs`, pairs], [`${data}/groups`, groups]);
    found.push([`${data}/calibration/error`, calibration.error]);
    found.push([`${data}/calibration/temperature`, calibration.temperature]);
    append(found, figuresOfScorer(`${data}/random`, baselines.random));
    append(found, figuresOfScorer(`${data}/longer`, baselines.longer));
  }
  if (report) {
    for (const [name, value] of Object.entries(report.validation)) found.push([`validation/${name}`, value]);
    found.push(['trainingLoss', report.loss], ['steps', report.steps], ['bestStep', report.bestStep]);
    found.push(['parameters', report.parameters], ['seconds', report.seconds]);
  }
  // The split's own evaluation may hold what the training's had under the same name.
  const names = new Set<string>();
  return found.filter(([name, value]) => Number.isFinite(value) && !names.has(name) && names.add(name));
}

function figuresOfScorer(prefix: string, figures: Figures): readonly Figure[] {
  const at = (kind: 'grouped' | 'paired'): readonly Figure[] =>
    (['sk_ndcg', 'custom_ndcg'] as const).flatMap((name) =>
      Object.entries(figures[kind][name]).map(([k, value]): Figure => [`${prefix}/${kind}/${name}/k=${k}`, value]),
    );
  return [
    [`${prefix}/accuracy`, figures.accuracy],
    [`${prefix}/accuracy/low`, figures.accuracyInterval[0]],
    [`${prefix}/accuracy/high`, figures.accuracyInterval[1]],
    [`${prefix}/acc`, figures.acc],
    [`${prefix}/ndcg`, figures.ndcg],
    [`${prefix}/ndcg/low`, figures.ndcgInterval[0]],
    [`${prefix}/ndcg/high`, figures.ndcgInterval[1]],
    ...at('grouped'),
    ...at('paired'),
  ];
}

/** The settings of a run as text, without those that are empty. */
export function settingsOfRun(run: RunLine): readonly (readonly [key: string, value: string])[] {
  return configRows([run]).flatMap(({ key, values: [value] }) =>
    value === null || value === undefined || value === '' ? [] : [[key, settingText(value)] as const],
  );
}

/** A setting as text; '-' where there is none. */
export function settingText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
