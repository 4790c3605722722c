/** Models that came in or are to leave, in words. */
import type { ModelKind } from '../contract/records.ts';
import type { ModelReport } from '../contract/reports.ts';
import { kindWords } from './training-words.ts';
import { parametersInWords } from './words.ts';

/** What came in, and what to do with it: 'gpt2 is here, a language model of 124.4 M parameters: a reward model can start from it.' */
export function arrivedModelInWords({ model, kind, parameters, note }: ModelReport): string {
  const next = nextSteps(model)[kind] ?? '';
  const said = `${model} is here, a ${kindWords[kind]} of ${parametersInWords(parameters)} parameters${next}.`;
  return note ? `${said} ${note}` : said;
}

const nextSteps = (model: string): Partial<Record<ModelKind, string>> => ({
  sft: ': train a reward model that starts from it',
  encoder: `: train with it (--encoder ${model})`,
});
