import type { Preference } from '../contract/records.ts';

/** A choice as tables, files and the terminal write it: whoever only knows ties reads "both are bad" right. */
export type Outcome = {
  readonly outcome: 'left' | 'right' | 'tie';
  /** Only with a tie. */
  readonly bothBad: boolean;
};

/** The choice as an outcome. */
export function outcomeOf(choice: Preference): Outcome {
  return choice === 'bad' ? { outcome: 'tie', bothBad: true } : { outcome: choice, bothBad: false };
}

/** The outcome as a choice. */
export function choiceOf({ outcome, bothBad }: Outcome): Preference {
  return bothBad ? 'bad' : outcome;
}
