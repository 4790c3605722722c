/** The settings of runs beside each other. Pure. */
import type { Run } from '../contract/records.ts';

export type ConfigRow = {
  readonly key: string;
  /** One for each run; undefined where it has no such setting. */
  readonly values: readonly unknown[];
  readonly differs: boolean;
};

/** What stands among a run's settings and is none: the name of the model to be, what came of its choice of votes, and how long it was forecast to take. */
const noSettings = ['model', 'votesMade', 'forecast', 'forecastSteps'];

/** All settings of some runs, in their order. */
export function configRows(runs: readonly Pick<Run, 'config' | 'base' | 'kind'>[]): readonly ConfigRow[] {
  const whole = runs.map(({ config, base, kind }): Readonly<Record<string, unknown>> => ({ kind, base, ...config }));
  const keys = [...new Set(whole.flatMap((one) => Object.keys(one)))].filter((key) => !noSettings.includes(key));
  return keys.map((key) => {
    const values = whole.map((one) => one[key]);
    return { key, values, differs: new Set(values.map((value) => JSON.stringify(value))).size > 1 };
  });
}
