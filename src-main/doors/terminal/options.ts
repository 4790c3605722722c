import { InvalidArgumentError, Option } from 'commander';
import { pairSources, presetNames } from '../../contract/calls.ts';
import { devices } from '../../contract/engine.ts';

/** What several commands take. */
export const deviceOption = (): Option =>
  new Option('--device <device>', 'what to compute on').choices(devices).default('auto');
export const pairsOption = (): Option =>
  new Option(
    '--pairs <source>',
    "ranks in the data, people, both, or neighbours in the ranks alone; 'both' unless a preset says otherwise",
  ).choices(pairSources);
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
