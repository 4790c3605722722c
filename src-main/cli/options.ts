import { InvalidArgumentError, Option } from 'commander';
import { pairSources } from '../contract/calls.ts';
import { devices } from '../contract/engine.ts';

/** What several commands take. */
export const deviceOption = (): Option =>
  new Option('--device <device>', 'what to compute on').choices(devices).default('auto');
export const pairsOption = (): Option =>
  new Option('--pairs <source>', 'ranks in the data, people, or both').choices(pairSources).default('both');

/** A number from 1 up. */
export function positive(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It must be a number from 1 up.');
  return number;
}
