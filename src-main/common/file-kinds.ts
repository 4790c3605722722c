/** Kinds of files: what they are called, what they hold, and how their names end. */
import type { FileFormat, RunFormat } from '../contract/calls.ts';
import type { FilePurpose, FolderPurpose } from '../contract/files.ts';

/** The formats of files that go out, as they are called, in the order in which they are offered. */
export const formatNames: Readonly<Record<FileFormat, string>> = {
  table: 'Table',
  cupit: 'CUP IT JSONL',
  csv: 'CSV',
  xlsx: 'Excel',
  parquet: 'Parquet',
  pairs: 'Pairs',
  conversations: 'Conversations',
  labels: 'Answers',
  'label-studio': 'Label Studio',
  argilla: 'Argilla',
  arena: 'Arena battles',
};

export const formatOrder = Object.keys(formatNames) as readonly FileFormat[];

/** What a row of each format is. */
export const formatRows: Readonly<Record<FileFormat, string>> = {
  table: 'comment',
  cupit: 'post',
  csv: 'comment',
  xlsx: 'comment',
  parquet: 'comment',
  pairs: 'pair',
  conversations: 'pair',
  labels: 'answer',
  'label-studio': 'task',
  argilla: 'record',
  arena: 'answer',
};

const [ranked, paired] = [['post', 'comment'], ['pair']];

/** Formats that hold all comments, in the order of a model's rewards where there is one. */
export const isRanking = (format: FileFormat): boolean => ranked.includes(formatRows[format]);

/** Formats of preferences, that a trainer reads. */
export const isPairs = (format: FileFormat): boolean => paired.includes(formatRows[format]);

const endsAs = (name: string, ending: string): boolean => name.toLowerCase().endsWith(ending);

/** The format a ranking is written in where none was asked for: as the name of the file says. */
export const rankingFormatOf = (name: string): FileFormat =>
  (['csv', 'xlsx', 'parquet'] as const).find((format) => endsAs(name, `.${format}`)) ?? 'cupit';

/** The same for the figures of runs. */
export const runFormatOf = (name: string): RunFormat => (endsAs(name, '.csv') ? 'csv' : 'jsonl');

/** How the name of a file of this format ends. */
export const extensionOf = (format: FileFormat): string =>
  format === 'label-studio' ? '.json' : format === 'table' ? '.csv' : isTable(format) ? `.${format}` : '.jsonl';

/** Formats with a comment in each row. */
export const isTable = (format: FileFormat): format is TableFormat => formatRows[format] === 'comment';

/** Formats that are written for a language. */
export const isForLanguage = (format: FileFormat): boolean => format === 'csv' || format === 'table';

export type TableFormat = Extract<FileFormat, 'table' | 'csv' | 'xlsx' | 'parquet'>;

/** How an exported model's name ends. */
export const archiveExtension = '.tiebreak-model';

/** How a project file's name ends. */
export const projectExtension = '.tiebreak-project';

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
  backup: { name: 'Backups', extensions: ['zip', projectExtension.slice(1)], others: false },
  project: { name: 'Projects', extensions: [projectExtension.slice(1), 'zip'], others: false },
};
