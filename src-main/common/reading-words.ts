/** How files are read, in words: what they were taken for, what their columns are, and what was left out of them. */
import type {
  DateOrder,
  Encoding,
  Field,
  FoundReading,
  Noun,
  Packing,
  ReadingChoices,
  ReadingCounts,
  RecordFormat,
  Separator,
  ShapeName,
} from '../contract/reading.ts';
import { listed, plural } from './words.ts';

/** Shapes by whose data they are, as lists offer them. */
export const shapeTitles: Readonly<Record<ShapeName, string>> = {
  posts: 'Posts with comments',
  pairs: 'Pairs: a better and a worse comment',
  labels: 'Answers: who said which comment is better',
  context: 'Contexts for posts that are here',
  rewards: 'Rewards of comments that are here',
  reddit: 'Reddit: posts and comments',
  'hacker-news': 'Hacker News: items',
  'stack-exchange': 'Stack Exchange: questions and answers',
  discourse: 'Discourse: topics',
  youtube: 'YouTube: videos with comments',
  disqus: 'Disqus: threads and posts',
  lemmy: 'Lemmy: posts and comments',
  mastodon: 'Mastodon: threads',
  'hh-rlhf': 'HH-RLHF: pairs of conversations',
  shp: 'SHP: pairs from Reddit',
  'pku-saferlhf': 'PKU-SafeRLHF: pairs',
  ultrafeedback: 'UltraFeedback: rated completions',
  webgpt: 'WebGPT: compared answers',
  openassistant: 'OpenAssistant: conversation trees',
  ratings: 'Ratings of single answers',
  'k-wise': 'Rankings of several answers',
  arena: 'Arena: battles of models',
  'label-studio': 'Label Studio: comparisons and rankings',
  argilla: 'Argilla: records with responses',
  prodigy: 'Prodigy: choices',
  doccano: 'doccano: labelled texts',
  potato: 'Potato: annotations',
};
/** What earlier versions called the formats of files. */
const earlierFormats: Readonly<Record<string, string>> = { cupit: 'CUP IT JSONL', csv: 'CSV' };

/** What the file of an import was, as a list of imports says it. */
export const importedAs = (format: string): string =>
  (Object.hasOwn(shapeTitles, format) ? shapeTitles[format as ShapeName].split(':')[0] : earlierFormats[format]) ??
  format;

export const shapeOrder = Object.keys(shapeTitles) as readonly ShapeName[];

const packingNames: Readonly<Record<Packing, string | null>> = { none: null, gzip: 'gzip', zstd: 'zstd', zip: 'zip' };

const recordNames: Readonly<Record<RecordFormat, string>> = {
  jsonl: 'JSON Lines',
  json: 'JSON',
  csv: 'CSV',
  xlsx: 'Excel',
  xml: 'XML',
  parquet: 'Parquet',
};

export const encodingNames: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 (LE)',
  'utf-16be': 'UTF-16 (BE)',
  'windows-1252': 'Western (Windows-1252)',
  'iso-8859-15': 'Western (ISO 8859-15)',
  macintosh: 'Western (Mac Roman)',
  'windows-1251': 'Cyrillic (Windows-1251)',
  shift_jis: 'Japanese (Shift JIS)',
  gb18030: 'Chinese (GB 18030)',
  big5: 'Chinese (Big5)',
  'euc-kr': 'Korean (EUC-KR)',
};

export const separatorNames: Readonly<Record<Separator, string>> = {
  ',': 'Comma',
  ';': 'Semicolon',
  '\t': 'Tab',
  '|': 'Vertical bar',
};
/** Which number of a date such as 05/06/2024 is the day. */
export const dateOrderNames: Readonly<Record<DateOrder, string>> = {
  'day-first': 'Day/month/year',
  'month-first': 'Month/day/year',
};

const isSeparator = (value: string): value is Separator => Object.hasOwn(separatorNames, value);

/** What a column holds, in the order in which a list offers it. */
export const fieldNames: Readonly<Record<Field, string>> = {
  nothing: 'Not used',
  title: 'Post title',
  text: 'Post text',
  comment: 'Comment text',
  votes: 'Votes',
  downvotes: 'Votes against',
  place: 'Place (first is best)',
  score: 'Score (votes or place)',
  author: 'Comment author',
  date: 'Comment date',
  link: 'Comment link',
  'comment id': 'Comment id',
  parent: 'What the comment answers',
  id: 'Post id',
  thread: 'Tells posts apart',
  group: 'Group of posts',
  split: 'Split',
  context: 'Post context',
  'post author': 'Post author',
  'post date': 'Post date',
  'post link': 'Post link',
  prompt: 'Prompt',
  chosen: 'Better comment',
  rejected: 'Worse comment',
  annotator: 'Who answered',
  margin: 'How much better',
  'comment key': 'Key of the comment',
  'input key': 'Key of what was read',
  reward: 'Reward',
};
export const fieldOrder = Object.keys(fieldNames) as readonly Field[];

/** What a file was taken for: 'Reddit: posts and comments, JSON Lines, gzip, UTF-8'. */
export function foundInWords({ shape, format, packing, encoding, separator }: FoundReading): string {
  const by = separator !== null && isSeparator(separator) ? ` (${separatorNames[separator].toLowerCase()})` : '';
  const isText = format !== 'xlsx' && format !== 'parquet';
  const parts = [
    shapeTitles[shape],
    `${recordNames[format]}${by}`,
    packingNames[packing],
    isText ? encodingNames[encoding] : null,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** What was said of how files are read, in words that a list shows beside each other. */
export function choicesInWords(choices: ReadingChoices): readonly string[] {
  const { as, encoding, separator, header, map = {}, score, dates, replies, html } = choices;
  const columns = Object.entries(map).map(([name, field]) => `${name}: ${lower(fieldNames[field])}`);
  return [
    as && shapeTitles[as],
    encoding && encodingNames[encoding],
    separator &&
      `columns separated by ${separator === '|' ? 'vertical bars' : `${separatorNames[separator].toLowerCase()}s`}`,
    header === false && 'a first row like the others',
    header && 'a first row of names',
    ...columns,
    score && `score as ${score}`,
    dates && `dates as ${lower(dateOrderNames[dates])}`,
    replies === 'under' && 'replies as comments on what they answer',
    html && 'HTML as plain text',
  ].filter((words) => typeof words === 'string');
}

const lower = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1);

const nounWords: Readonly<Record<Noun, readonly [one: string, several: string]>> = {
  row: ['row', 'rows'],
  comment: ['comment', 'comments'],
  reply: ['reply', 'replies'],
  vote: ['vote', 'votes'],
  answer: ['answer', 'answers'],
  context: ['context', 'contexts'],
  reward: ['reward', 'rewards'],
};
const nounOrder = Object.keys(nounWords) as readonly Noun[];

/** 'reply' for 1, 'replies' for any other number. */
export const nounInWords = (noun: Noun, count: number): string => plural(count, ...nounWords[noun]);

/** What there is of each noun that was read at all. */
export function countsByNoun({ read, imported }: Pick<ReadingCounts, 'read' | 'imported'>) {
  return nounOrder
    .filter((noun) => read[noun] > 0)
    .map((noun) => ({ noun, read: read[noun], imported: imported[noun], left: read[noun] - imported[noun] }));
}

/** 'a.csv, b.csv and 3 more'. */
export function someNames(names: readonly string[], shown = 3): string {
  const more = names.length - shown;
  return more > 0 ? listed([...names.slice(0, shown), `${more} more`]) : listed(names);
}

/** A sentence for a page, whose lists stand for the options that the terminal has and sentences name. */
export const withoutOptions = (sentence: string): string =>
  sentence
    .replace(/ \(--[^)]*\)/g, '')
    .replace(/, as in (?:--no-header )?--map '(?:[^']|'(?=\w))*'/g, '')
    .replace(/ Say it: --score votes, or --score places\./g, ' Say it before the file is imported again.')
    .replace(/, say so with --as, --map, --separator or --encoding/g, ', say so before it is imported again')
    .replace(/ with --(?:as|separator|encoding)\b/g, '');
