import type { Answer, Preference } from '../../contract/records.ts';

/** What people said of two comments of a post. */
export type ComparedPair = {
  /** The post's key. */
  readonly post: string;
  /** All that a training would read of the post. */
  readonly prompt: string;
  /** The comment with the lower number, and the other one. */
  readonly first: { readonly id: number; readonly text: string };
  readonly second: { readonly id: number; readonly text: string };
  /** The oldest first. */
  readonly answers: readonly Answer<Preference>[];
};

/** The choice as one between the first and the second, however they stood when it was asked. */
export function sideOf(pair: ComparedPair, answer: Answer<Preference>): 'first' | 'second' | 'tie' | 'bad' {
  if (answer.choice === 'tie' || answer.choice === 'bad') return answer.choice;
  return (answer.choice === 'left') === (answer.leftId === pair.first.id) ? 'first' : 'second';
}
