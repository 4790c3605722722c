import { type Command, InvalidArgumentError, Option } from 'commander';
import { pairSources, presetNames, timeUses, votesUses } from '../../contract/calls.ts';
import { devices } from '../../contract/engine.ts';

/** What several commands take. */
export const deviceOption = (): Option =>
  new Option('--device <device>', 'what to compute on').choices(devices).default('auto');
export const replaceOption = (): Option => new Option('--replace', 'put it in the place of a file that is there');
export const pairsOption = (): Option =>
  new Option(
    '--pairs <source>',
    "ranks in the data, people, both, or neighbours in the ranks alone; 'both' unless a preset says otherwise",
  ).choices(pairSources);
export const encoderOption = (own: string): Option =>
  new Option('--encoder <encoder>', `encoder to begin with: use, minilm, or one that was fetched; ${own} without it`);
export const presetOption = (text: string): Option => new Option('--preset <name>', text).choices(presetNames);
export const basePreset = (): Option =>
  presetOption('settings under a name, for a GPT-2 as the base; --config and --set change them');

export const noCompareOption = (): Option =>
  new Option(
    '--no-compare',
    'leave out what follows a training: comparing the models on validation, measuring the new one, scoring all comments',
  );
export const modelOption = (): Option =>
  new Option(
    '--model <model>',
    "reward model; without it the one in use: the one chosen in the app, else the best when the newest one's training compared them, else the newest",
  );

/** How votes become the preferences that a training learns from. */
export const addVotesOptions = (command: Command): Command =>
  command
    .option('--margin <votes>', 'a difference of votes below this is no preference', fromZero)
    .addOption(
      new Option(
        '--votes <use>',
        "what a difference of votes says: who has more is better (plain), or that only as far as it is sure, so that 3 over 2 counts for little (sure); 'plain' without it",
      ).choices(votesUses),
    )
    .addOption(
      new Option(
        '--time <use>',
        "what is made of the time a comment had to gather votes: nothing (ignore), it is regressed out (regress), or only pairs whose later comment has more count, as in SHP (later); 'ignore' without it",
      ).choices(timeUses),
    );

/** A number from 0 up, with a fraction or without. */
export function fromZero(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0) {
    throw new InvalidArgumentError('It must be a number from 0 up.');
  }
  return number;
}

/** A number from 1 up. */
export function positive(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It must be a number from 1 up.');
  return number;
}

/** A difference of votes, from 0 up. */
export function margin(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new InvalidArgumentError('It must be a number from 0 up.');
  return number;
}

/** The name of a language, as the system knows it. */
export function language(text: string): string {
  try {
    if (Intl.NumberFormat.supportedLocalesOf(text).length === 1) return text;
  } catch {
    // Not named as languages are.
  }
  throw new InvalidArgumentError("No such language is known: they are named as 'de-DE', 'en' or 'pt-BR' is.");
}
