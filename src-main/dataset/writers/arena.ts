import type { Answer, Preference } from '../../contract/records.ts';
import { assistant, user } from './conversations.ts';

const winners: Readonly<Record<Preference, string>> = {
  left: 'model_a',
  right: 'model_b',
  tie: 'tie',
  bad: 'tie (bothbad)',
};

/** An answer as a battle of LMSYS's chat arena. A model is null where nobody said which one it was. */
export function arenaLine(
  answer: Answer<Preference>,
  { prompt, left, right }: { readonly prompt: string; readonly left: string; readonly right: string },
): string {
  const [model_a, model_b] = answer.models ?? [null, null];
  const row = {
    question_id: answer.key,
    model_a,
    model_b,
    winner: winners[answer.choice],
    judge: answer.annotator,
    conversation_a: [user(prompt), assistant(left)],
    conversation_b: [user(prompt), assistant(right)],
    tstamp: Date.parse(answer.createdAt) / 1000,
  };
  return `${JSON.stringify(row)}\n`;
}
