/** Which of many runs are shown. Pure. */

import { modelMethodOfRun } from '../../../../src-main/common/training-words.ts';
import type { ModelMethod } from '../../../../src-main/contract/engine.ts';
import type { RunStatus, TrainingKind } from '../../../../src-main/contract/records.ts';
import type { RunLine } from '../../../../src-main/contract/views.ts';

export type RunFilter = {
  /** Words that its name, its notes or its model's name hold, all of them. */
  readonly words: string;
  /** 'sft', or how a reward model was trained; '' for any. */
  readonly what: '' | 'sft' | ModelMethod;
  readonly status: '' | RunStatus | 'paused';
  /** Settings and figures, all of which must hold: 'seed=42 learningRate<0.001 accuracy>0.6'. */
  readonly conditions: string;
};

export const noFilter: RunFilter = { words: '', what: '', status: '', conditions: '' };

type Condition = { readonly key: string; readonly sign: '=' | '!=' | '<' | '<=' | '>' | '>='; readonly value: string };

/** The conditions in a text; null where one of them can't be read. */
export function conditionsOf(text: string): readonly Condition[] | null {
  const parts = text
    .trim()
    .replace(/\s*(<=|>=|!=|<|>|=)\s*/g, '$1')
    .split(/\s+/)
    .filter(Boolean);
  const found = parts.map((part) => /^([^<>=!]+)(<=|>=|!=|<|>|=)(.+)$/.exec(part));
  if (found.some((match) => match === null)) return null;
  return found.map((match) => ({ key: match![1]!, sign: match![2] as Condition['sign'], value: match![3]! }));
}

/** The runs that fit, in their order. A condition that can't be read leaves them all. */
export function filterRuns(
  runs: readonly RunLine[],
  { words, what, status, conditions }: RunFilter,
  accuracyOf: (run: RunLine) => number | undefined = () => undefined,
): readonly RunLine[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const holding = conditionsOf(conditions) ?? [];
  return runs.filter((run) => {
    const text = `${run.name} ${run.notes} ${run.modelName ?? ''}`.toLowerCase();
    return (
      wanted.every((word) => text.includes(word)) &&
      (what === '' || what === whatOf(run)) &&
      (status === '' || (run.paused ? status === 'paused' : status === run.status)) &&
      holding.every((condition) => holds(run, condition, accuracyOf(run)))
    );
  });
}

const whatOf = (run: { readonly kind: TrainingKind } & Pick<RunLine, 'config'>): RunFilter['what'] =>
  run.kind === 'sft' ? 'sft' : modelMethodOfRun(run);

/** The value of a setting or a figure, whatever case its name is written in: 'accuracy' is that of its model, 'loss' that on validation. */
function valueIn({ config, base, kind, report, step }: RunLine, key: string, accuracy: number | undefined): unknown {
  const all: Readonly<Record<string, unknown>> = {
    ...(report
      ? { ...report.validation, trainingLoss: report.loss, bestStep: report.bestStep, seconds: report.seconds }
      : {}),
    ...(accuracy === undefined ? {} : { accuracy }),
    step,
    kind,
    base,
    ...config,
  };
  const name = Object.keys(all).find((known) => known.toLowerCase() === key.toLowerCase());
  return name === undefined ? undefined : all[name];
}

function holds(run: RunLine, { key, sign, value }: Condition, accuracy: number | undefined): boolean {
  const found = valueIn(run, key, accuracy);
  if (sign === '=' || sign === '!=') {
    const same =
      typeof found === 'number' ? found === numberOf(value) : String(found ?? '').toLowerCase() === value.toLowerCase();
    return same === (sign === '=');
  }
  const [left, right] = [typeof found === 'number' ? found : Number.NaN, numberOf(value)];
  if (sign === '<') return left < right;
  if (sign === '<=') return left <= right;
  if (sign === '>') return left > right;
  return left >= right;
}

/** '60%' is 0.6. */
const numberOf = (text: string): number => (text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text));
