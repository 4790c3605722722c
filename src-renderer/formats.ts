import type { fileFormats } from '../src-main/contract/calls.ts';

export type FileFormat = (typeof fileFormats)[number];

/** The formats of files, as they are called. */
export const formatNames: Readonly<Record<FileFormat, string>> = {
  cupit: 'CUP IT JSONL',
  csv: 'CSV',
  pairs: 'Pairs',
  labels: 'Labels',
};

/** In the order in which they are offered. */
export const formatOrder = Object.keys(formatNames) as readonly FileFormat[];
