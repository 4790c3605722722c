import type { CallProgress } from '../contract/calls.ts';

/** What is being done in each phase of a call, as every progress bar says it. */
export const phaseNames: Readonly<Record<CallProgress['phase'], string>> = {
  tokenizer: 'Learning words',
  tokens: 'Reading texts',
  compile: 'Preparing',
  train: 'Training',
  score: 'Scoring comments',
  embed: 'Reading comments',
  forecast: 'Trying a few steps',
  preview: 'Reading on',
  weigh: 'Weighing posts',
  'look-ahead': 'Measuring what more answers bring',
  import: 'Importing',
  fetch: 'Fetching',
  push: 'Sending',
  export: 'Writing',
  files: 'Writing',
  statistics: 'Counting',
  map: 'Drawing the map',
  backup: 'Backing up',
  restore: 'Restoring',
  undo: 'Undoing',
  erase: 'Erasing',
  wipe: 'Overwriting what is left in the file',
  remove: 'Removing',
};
