import { valuesOf } from '../../common/curves.ts';
import { thinnedWords } from '../../common/long-curves.ts';
import { baselineNames } from '../../common/measured.ts';
import { figuresOf, type RunRecord, settingsOfRun } from '../../common/run-record.ts';
import { counted, duration, size } from '../../common/words.ts';
import type { Run } from '../../contract/records.ts';
import type { RunsExport, RunsReport } from '../../contract/reports.ts';
import { type Cell, fixed, minute, percent, shortened, table } from './table.ts';

export function printRuns(runs: readonly Run[]): string {
  if (runs.length === 0) return "There are no runs yet: start one with 'tiebreak train reward'.";
  const rows = runs.map(({ id, kind, status, step, steps, startedAt, error }): Cell[] => [
    id,
    kind,
    status,
    `${step} of ${steps ?? '?'}`,
    minute(startedAt),
    shortened(error ?? '', 100),
  ]);
  return table(['run', 'kind', 'status', 'steps', 'started (UTC)', ''], rows);
}

/** Everything of one run that fits on a screen or two. */
export function printRun(record: RunRecord): string {
  const { run, curve, evaluation, samples } = record;
  const taken = run.report ? `, ${duration(run.report.seconds)} on ${run.report.device}` : '';
  const head = [
    `Run ${run.id}, ${shortened(run.name, 100)}: ${run.status}, step ${run.step} of ${run.steps ?? '?'}${taken}.`,
    ...(run.modelName === null ? [] : [`It made the model ${run.modelName}.`]),
    ...(run.error === null ? [] : [shortened(run.error, 500)]),
    ...[thinnedWords(curve) ?? []].flat(),
    ...(run.notes === '' ? [] : [`Notes: ${shortened(run.notes, 500)}`]),
  ];
  const settings = settingsOfRun(run).map(([key, value]): Cell[] => [key, shortened(value, 100)]);
  const last = curve.findLast((point) => valuesOf(point).some(([name]) => !everyStep.includes(name)));
  return [
    head.join('\n'),
    table(['setting', 'value'], settings),
    ...(evaluation ? [figuresTable(record, evaluation.data)] : []),
    ...(last ? [`Last evaluation, at step ${last.step}:\n${valuesTable(last)}`] : []),
    ...(samples.length > 0 ? [samplesTable(samples.at(-1)!)] : []),
  ].join('\n\n');
}

/** What a curve has at every step, and not only at an evaluation. */
const everyStep: readonly string[] = ['loss', 'learningRate', 'gradientNorm'];

const valuesTable = (point: RunRecord['curve'][number]): string =>
  table(
    null,
    valuesOf(point).map(([name, value]): Cell[] => [name, value === 0 ? '0' : String(Number(value.toPrecision(4)))]),
  );

/** The model beside the baselines on the same pairs. */
function figuresTable(record: RunRecord, data: string): string {
  const figures = new Map(figuresOf(record));
  const of = (prefix: string, name: string): number | null => figures.get(`${data}/${prefix}${name}`) ?? null;
  const scorers = [
    [record.evaluation?.model ?? '', ''],
    [baselineNames.random, 'random/'],
    [baselineNames.longer, 'longer/'],
  ] as const;
  const rows = scorers.map(([name, prefix]): Cell[] => [
    name,
    percent(of(prefix, 'accuracy')),
    `${percent(of(prefix, 'accuracy/low'))} to ${percent(of(prefix, 'accuracy/high'))}`,
    fixed(of(prefix, 'ndcg')),
    fixed(of(prefix, 'grouped/sk_ndcg/k=5')),
    fixed(of(prefix, 'paired/sk_ndcg/k=2')),
  ]);
  const head = ['', 'accuracy', '95% interval', 'NDCG', 'grouped sk_ndcg@5', 'paired sk_ndcg@2'];
  return `On ${data}, ${counted(record.evaluation?.pairs ?? 0, 'pair')}:\n${table(head, rows)}`;
}

function samplesTable({ step, samples }: RunRecord['samples'][number]): string {
  const rows = samples.map(({ chosen, rejected, chosenReward, rejectedReward }): Cell[] => [
    fixed(chosenReward),
    fixed(rejectedReward),
    chosenReward > rejectedReward ? 'right' : 'wrong',
    shortened(chosen, 45),
    shortened(rejected, 45),
  ]);
  return `Sample pairs at step ${step}:\n${table(['chosen', 'rejected', '', 'chosen', 'rejected'], rows)}`;
}

export function printRunsExport({ runs, file, format }: RunsExport): string {
  const hint = format === 'tensorboard' ? ` Look at them with: tensorboard --logdir ${file}` : '';
  return `${counted(runs, 'run')} written to ${file}.${hint}`;
}

export function printRunsReport({ runs, file, bytes }: RunsReport): string {
  return `A report on ${counted(runs, 'run')} was written to ${file} (${size(bytes)}).`;
}
