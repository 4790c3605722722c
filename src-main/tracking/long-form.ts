import { valuesOf } from '../common/curves.ts';
import { thinnedWords } from '../common/long-curves.ts';
import { figuresOf, type RunRecord, settingsOfRun } from '../common/run-record.ts';
import { type Cell, csvLines } from '../disk/spreadsheet.ts';

/**
 * Runs in long form, one fact a line. JSONL: a `run` with its settings and figures, a `point` for each value of its curves, a
 * `sample` for each of its sample pairs at each step; a curve that is kept thinned says so in its run, and in its points how many
 * each stands for. CSV: rows of run, name, what (run, setting, figure or curve), key, step,
 * value; without samples.
 */
type LongForm = 'jsonl' | 'csv';

/** The lines of a file, with their ends, a run's after the other's. */
export function* longForm(form: LongForm, records: Iterable<RunRecord>): Generator<string> {
  if (form === 'csv') yield csvLines([['run', 'name', 'what', 'key', 'step', 'value']]);
  for (const record of records) yield* form === 'csv' ? csvOf(record) : jsonlOf(record);
}

function* jsonlOf(record: RunRecord): Generator<string> {
  const { id, name, kind, status, notes, modelName, base, startedAt, endedAt, error, config } = record.run;
  const figures = Object.fromEntries(figuresOf(record));
  const about = { id, name, kind, status, notes, model: modelName, base, startedAt, endedAt, error };
  const thinned = thinnedWords(record.curve);
  yield json({ type: 'run', ...about, config, figures, ...(thinned === null ? {} : { thinned }) });
  for (const point of record.curve) {
    const at = { type: 'point', run: id, step: point.step };
    const joined = point.standsFor === undefined ? {} : { standsFor: point.standsFor };
    for (const [metric, value] of valuesOf(point)) yield json({ ...at, metric, value, ...joined });
  }
  for (const { step, samples } of record.samples) {
    for (const sample of samples) yield json({ type: 'sample', run: id, step, ...sample });
  }
}

function* csvOf(record: RunRecord): Generator<string> {
  const { id, name, status, notes, modelName } = record.run;
  const head = [id, name];
  const thinned = thinnedWords(record.curve);
  const about = { status, notes, model: modelName ?? '', ...(thinned === null ? {} : { thinned }) };
  yield csvLines([
    ...Object.entries(about).map(([key, value]) => [...head, 'run', key, '', value]),
    ...settingsOfRun(record.run).map(([key, value]) => [...head, 'setting', key, '', number(value)]),
    ...figuresOf(record).map(([key, value]) => [...head, 'figure', key, '', value]),
  ]);
  for (const point of record.curve) {
    yield csvLines(valuesOf(point).map(([key, value]) => [...head, 'curve', key, point.step, value]));
  }
}

/** A setting that is a number stays one, even below 0. */
const number = (value: string): Cell => (value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value);

const json = (value: object): string => `${JSON.stringify(value)}\n`;
