import type { fileFormats, importFormats } from '../../src-main/contract/calls.ts';

export type FileFormat = (typeof fileFormats)[number];
export type ImportFormat = (typeof importFormats)[number];

/** The formats of files, as they are called. */
export const formatNames: Readonly<Record<FileFormat, string>> = {
  cupit: 'CUP IT JSONL',
  csv: 'CSV',
  pairs: 'Pairs',
  labels: 'Answers',
};

/** Those of files that come in. */
export const importNames: Readonly<Record<ImportFormat, string>> = { ...formatNames, context: 'Contexts' };

/** In the order in which they are offered. */
export const importOrder = Object.keys(importNames) as readonly ImportFormat[];
export const formatOrder = Object.keys(formatNames) as readonly FileFormat[];
