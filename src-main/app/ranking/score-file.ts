import type { z } from 'zod';
import type * as calls from '../../contract/calls.ts';
import { type ScoreFileReport, scoreFile } from '../../transfer/score-file.ts';
import { contextOf, type House, rewardModel } from '../kernel/house.ts';
import { namedOutput } from '../kernel/named-output.ts';
import { scorerOf } from './scoring.ts';

export type ScoreSummary = ScoreFileReport & {
  readonly file: string;
  readonly model: string;
  readonly seconds: number;
};

/** Ranks the comments of a file, and writes its rows with their rewards. */
export async function scoreRows(
  house: House,
  { file, out, replace, model: name, device }: z.output<typeof calls.scoreCall>,
  hooks: calls.CallHooks,
): Promise<ScoreSummary> {
  const begun = performance.now();
  const output = await namedOutput(house, out, replace);
  const model = rewardModel(house, name);
  const score = scorerOf(house, model, device, hooks, null);
  const report = await scoreFile(file, output, { score, context: contextOf(house, model), signal: hooks.signal });
  return { file: out, model: model.name, ...report, seconds: (performance.now() - begun) / 1000 };
}
