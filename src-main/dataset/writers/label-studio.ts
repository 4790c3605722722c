import type { Answer, Preference } from '../../contract/records.ts';
import { type ComparedPair, sideOf } from './compared.ts';

/**
 * A pair as a task of Label Studio's template for pairwise comparison, with an annotation for each answer. Pairwise can only say left or
 * right; that neither is better is said by Choices of the name `tie`, as its documentation has it, and "both bad" by another choice.
 * https://labelstud.io/tags/pairwise
 * @param id of the task in its file: Label Studio's own converter wants one
 */
export function labelStudioTask(pair: ComparedPair, id: number): string {
  const data = { prompt: pair.prompt, text1: pair.first.text, text2: pair.second.text };
  return JSON.stringify({ id, data, annotations: pair.answers.map((answer) => annotationOf(pair, answer)) });
}

function annotationOf(pair: ComparedPair, answer: Answer<Preference>): object {
  const { id, annotator, createdAt, durationMs, key } = answer;
  return {
    id,
    completed_by: annotatorOf(annotator),
    unique_id: key,
    was_cancelled: false,
    ...(durationMs === null ? {} : { lead_time: durationMs / 1000 }),
    created_at: createdAt,
    result: [resultOf(pair, answer)],
  };
}

/** Label Studio knows people by the numbers it gave them, or else by their addresses. */
const annotatorOf = (name: string): number | { readonly email: string } =>
  /^[1-9]\d{0,8}$/.test(name) ? Number(name) : { email: name };

function resultOf(pair: ComparedPair, answer: Answer<Preference>): object {
  const side = sideOf(pair, answer);
  if (side === 'tie' || side === 'bad') {
    const value = { choices: [side === 'tie' ? 'Tie' : 'Both bad'] };
    return { from_name: 'tie', to_name: 'text1', type: 'choices', value };
  }
  const value = { selected: side === 'first' ? 'left' : 'right' };
  return { from_name: 'pw', to_name: 'text1,text2', type: 'pairwise', value };
}
