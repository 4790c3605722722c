/** Kinds of files: what they are called, what they hold, and how their names end. */
import type { FileFormat, RunFormat } from '../contract/calls.ts';
import type { FilePurpose, FolderPurpose } from '../contract/files.ts';

/** The formats of files that go out, as they are called, in the order in which they are offered. */
export const formatNames: Readonly<Record<FileFormat, string>> = {
  cupit: 'CUP IT JSONL',
  csv: 'CSV',
  pairs: 'Pairs',
  labels: 'Answers',
};

export const formatOrder = Object.keys(formatNames) as readonly FileFormat[];

/** What a row of each format is. */
export const formatRows: Readonly<Record<FileFormat, string>> = {
  cupit: 'post',
  csv: 'comment',
  pairs: 'pair',
  labels: 'answer',
};

const endsAsCsv = (name: string): boolean => /\.csv$/i.test(name);

/** The format a ranking is written in where none was asked for: as the name of the file says. */
export const rankingFormatOf = (name: string): FileFormat => (endsAsCsv(name) ? 'csv' : 'cupit');

/** The same for the figures of runs. */
export const runFormatOf = (name: string): RunFormat => (endsAsCsv(name) ? 'csv' : 'jsonl');

/** How the name of a file of this format ends. */
export const extensionOf = (format: FileFormat): string => (format === 'csv' ? '.csv' : '.jsonl');

/** How an exported model's name ends. */
export const archiveExtension = '.tiebreak-model';

/** What a dialog for opening offers to choose from: what the files are called, and how their names may end. Of a folder all is taken. */
export const fileKinds: Readonly<
  Record<
    Exclude<FilePurpose, FolderPurpose>,
    {
      readonly name: string;
      readonly extensions: readonly string[] /** The content decides. */;
      readonly others: boolean;
    }
  >
> = {
  comments: {
    name: 'Comments',
    extensions: ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'txt', 'xlsx', 'xml', 'parquet', 'gz', 'zst', 'zip'],
    others: true,
  },
  model: {
    name: 'Models',
    extensions: [archiveExtension.slice(1), 'zip', 'safetensors', 'bin', 'pt', 'pth', 'json', 'txt'],
    others: true,
  },
  backup: { name: 'Backups', extensions: ['zip'], others: false },
};
