/** Which pairs came to be asked whatever their comments say. */
import type { ChosenBy } from '../contract/records.ts';

/** Ways of choosing that look at what a model or earlier answers say of the comments. */
export const lookingWays: readonly ChosenBy[] = ['uncertainty', 'information', 'finish', 'picked'];

/**
 * Whether a pair came to be asked whatever its comments say: figures that shall hold for all pairs, of agreement, accuracy and calibration,
 * are taken from these alone, since the others are chosen for being hard (Bramley, Investigating the reliability of adaptive comparative
 * judgement, 2015). Answers from before, and those of files, count among them.
 */
export const isBlind = ({ chosenBy }: { readonly chosenBy?: ChosenBy | null }): boolean =>
  chosenBy === undefined || chosenBy === null || !lookingWays.includes(chosenBy);

/** Answers on such pairs; they come back as they are where all are. */
export const blindOnes = <A extends { readonly chosenBy?: ChosenBy | null }>(answers: readonly A[]): readonly A[] =>
  answers.every(isBlind) ? answers : answers.filter(isBlind);
