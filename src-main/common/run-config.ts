/** The settings of runs beside each other. Pure. */
import type { Run } from '../contract/records.ts';

export type ConfigRow = {
  readonly key: string;
  /** One for each run; undefined where it has no such setting. */
  readonly values: readonly unknown[];
  readonly differs: boolean;
};

/** All settings of some runs, in their order. The name of the model to be is none. */
export function configRows(runs: readonly Pick<Run, 'config' | 'base' | 'kind'>[]): readonly ConfigRow[] {
  const whole = runs.map(({ config, base, kind }): Readonly<Record<string, unknown>> => ({ kind, base, ...config }));
  const keys = [...new Set(whole.flatMap((one) => Object.keys(one)))].filter((key) => key !== 'model');
  return keys.map((key) => {
    const values = whole.map((one) => one[key]);
    return { key, values, differs: new Set(values.map((value) => JSON.stringify(value))).size > 1 };
  });
}
