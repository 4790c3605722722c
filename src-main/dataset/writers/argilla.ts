import { type ComparedPair, sideOf } from './compared.ts';

/**
 * A pair as a record of Argilla: the fields, and a ranking by each who answered. A ranking is a list of names, the best first; where both
 * share a place, it says the rank beside each name, as Argilla's server does.
 */
export function argillaLine(pair: ComparedPair): string {
  const { post, prompt, first, second } = pair;
  const ranking = pair.answers.map((answer) => ({ value: rankingOf(sideOf(pair, answer)), user_id: answer.annotator }));
  const record = {
    id: `${post}/${first.id}-${second.id}`,
    fields: { prompt, 'response-1': first.text, 'response-2': second.text },
    responses: { ranking },
  };
  return `${JSON.stringify(record)}\n`;
}

function rankingOf(side: ReturnType<typeof sideOf>): readonly unknown[] {
  const names = ['response-1', 'response-2'];
  if (side === 'first') return names;
  return side === 'second' ? names.toReversed() : names.map((value) => ({ value, rank: 1 }));
}
