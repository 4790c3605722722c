import { TiebreakError } from '../contract/errors.ts';
import type {
  DateOrder,
  Field,
  FirstRows,
  FoundColumn,
  FoundReading,
  ReadingChoices,
  ScoreMeaning,
} from '../contract/reading.ts';
import { asText } from './as-text.ts';
import { createDatesJudge, decidedOrder, saidOfDates } from './dates-judge.ts';
import { looksLikeHtml } from './html.ts';
import { createJudge } from './judge.ts';
import { type FileHow, findFile, readRecords } from './records/read.ts';
import { isRecord } from './records/record.ts';
import { shapeOf, shapes } from './shapes/all.ts';
import { guessColumns } from './shapes/guess-columns.ts';
import { plainName } from './shapes/names.ts';
import type { Sample, Shape } from './shapes/shape.ts';
import { shown } from './sift.ts';
import { isOurs, recordOfOurs } from './writers/csv.ts';

/** What was found of a file and said of it: all that reading it needs. */
export type Look = {
  readonly path: string;
  readonly found: FoundReading;
  readonly how: FileHow;
  readonly shape: Shape;
  readonly fields: ReadonlyMap<string, Field>;
  /** The first records. */
  readonly values: readonly unknown[];
  readonly decimal: '.' | ',';
  /** Which number of a date is the day, as far as that is known. */
  readonly dates: DateOrder | null;
  /** A record as it was before it was written, where the file is one of our own tables. */
  readonly unwritten: (value: unknown) => unknown;
  /** Whether what score means still has to be held against the whole file. */
  readonly judged: boolean;
  /** The same of how its dates are written. */
  readonly datesJudged: boolean;
  /** How those of an earlier file were read that looked the same. */
  readonly earlierDates: DateOrder | null;
};

export type LookChoices = Partial<Omit<ReadingChoices, 'replies' | 'html'>>;

const recordsLookedAt = 100;
const examplesShown = 3;
const exampleLength = 80;

/**
 * Tells from the beginning of a file how it is read: it takes as long for a file of any size.
 * @throws TiebreakError bad-input where nobody could tell what the file is, with the way out
 */
export async function lookAt(path: string, choices: LookChoices = {}): Promise<Look> {
  const how = await findFile(path, {
    encoding: choices.encoding,
    separator: choices.separator,
    header: choices.header,
  });
  const written = await sampleOf(path, how);
  const ours = written.columns !== null && isOurs(written.columns);
  const unwritten = ours && how.format === 'csv' ? recordOfOurs : asItIs;
  const sample = { ...written, values: written.values.map(unwritten) };
  const shape = shapeFor(path, sample, choices);
  const fields = fieldsFor(path, shape, sample, choices.map, ours);
  const decimal = ours ? '.' : decimalOf(how, sample, fields);
  const earlierDates = choices.earlierDates ?? null;
  const {
    score: { meaning, says },
    dates,
  } = judgeOf(shape, fields, decimal, sample, earlierDates);
  const score: FoundReading['score'] = meaning === null ? null : (choices.score ?? meaning);
  return {
    path,
    how,
    shape,
    fields,
    values: sample.values,
    decimal,
    unwritten,
    judged: choices.score === undefined && meaning !== null,
    dates: choices.dates ?? decidedOrder(dates),
    earlierDates,
    datesJudged: choices.dates === undefined && dates.order !== null && !dates.sure,
    found: {
      packing: how.packing,
      encoding: how.encoding,
      format: how.format,
      separator: how.dialect?.separator ?? null,
      shape: shape.name,
      header: sample.columns === null || how.format === 'parquet' ? null : (choices.header ?? true),
      columns: columnsOf(shape, sample, fields),
      beginning: beginningOf(sample, fields),
      score,
      scoreSays: choices.score !== undefined && meaning !== null ? saidInWords(choices.score) : says,
      ...(choices.dates !== undefined && dates.order !== null
        ? saidOfDates(choices.dates)
        : { dates: dates.order, datesSay: dates.says }),
      thread: [...fields].find(([, field]) => field === 'thread')?.[0] ?? null,
      looksLikeHtml: sample.values.some((value) => hasHtml(value, 0)),
    },
  };
}

const asItIs = (value: unknown): unknown => value;

function saidInWords(score: ScoreMeaning): string {
  return score === 'votes' ? 'score is read as votes: more is better' : 'score is read as places: fewer is better';
}

/**
 * How a table is read whose columns nobody knows by their names, or that has no names: by what stands in its columns. A guess, to be shown before
 * anything is stored; null where there is none.
 */
export async function guessReading(path: string, choices: LookChoices): Promise<LookChoices | null> {
  const tries = choices.header === undefined ? [undefined, false] : [choices.header];
  for (const header of tries) {
    const table = await lookAt(path, { ...choices, header, as: 'posts' }).catch(() => null);
    const { columns = [], beginning } = table?.found ?? {};
    if (!table || !beginning) continue;
    const known = new Map(columns.map(({ name, field }) => [name, field]));
    const guess = guessColumns(beginning.names, table.values, known);
    return guess && { ...choices, header, map: Object.fromEntries(guess) };
  }
  return null;
}

async function sampleOf(path: string, how: FileHow): Promise<Sample> {
  const values: unknown[] = [];
  let columns: readonly string[] | null = null;
  for await (const batch of readRecords(path, how, { onDamage: () => undefined })) {
    columns = batch.columns;
    for (const item of batch.items) if (isRecord(item)) values.push(item.value);
    if (values.length >= recordsLookedAt) break;
  }
  return { format: how.format, columns, values: values.slice(0, recordsLookedAt) };
}

function shapeFor(path: string, sample: Sample, { as, map }: LookChoices): Shape {
  if (as !== undefined) return shapeOf(as);
  const said = new Set(Object.values(map ?? {}));
  if (said.has('chosen') || said.has('rejected')) return shapeOf('pairs');
  if (said.has('comment')) return shapeOf('posts');
  const fits = shapes.map((shape) => ({ shape, fit: shape.fits(sample) }));
  const best = fits.reduce((one, other) => (other.fit > one.fit ? other : one));
  if (best.fit > 0) return best.shape;
  throw unknownShape(path, sample);
}

function unknownShape(path: string, sample: Sample): TiebreakError {
  const names = namesOf(sample);
  if (names.length === 0) {
    return new TiebreakError(
      'bad-input',
      `It can't be told what ${path} is: no row of it could be read. Nothing came in.`,
    );
  }
  const [first, second, third] = names.map(nameShown);
  if (second === undefined) {
    return new TiebreakError(
      'bad-input',
      `It can't be told what ${path} is. It has one column only, '${first}', where a post and its comments would take two. If that is wrong, say what separates its columns with --separator, how its text is written with --encoding, or what the file is with --as. Nothing came in.`,
    );
  }
  const guess = guessColumns(names, sample.values, shapeOf('posts').fieldsOf?.(sample));
  const example = guess
    ? [...guess].map(([name, field]) => `${nameShown(name)}=${field}`)
    : [`${first}=text`, `${second}=comment`, ...(third === undefined ? [] : [`${third}=votes`])];
  const shownNames = names.slice(0, 20).map(nameShown).join(', ') + (names.length > 20 ? ', …' : '');
  return new TiebreakError(
    'bad-input',
    `It can't be told what ${path} is. It has these columns: ${shownNames}. Say which of them are the text of the post, the comment and its votes, as in --map '${example.join(',')}', or what the file is with --as. Nothing came in.`,
  );
}

/** What is no table at all can have names of any length. */
const nameShown = (name: string): string => (name.length > 60 ? `${name.slice(0, 60).toWellFormed()}…` : name);

function namesOf({ columns, values }: Sample): readonly string[] {
  if (columns) return columns;
  return [
    ...new Set(
      values.flatMap((value) =>
        typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [],
      ),
    ),
  ];
}

/** What columns are, as the shape finds them, and over that as a person said. */
function fieldsFor(
  path: string,
  shape: Shape,
  sample: Sample,
  map: Readonly<Record<string, Field>> | undefined,
  ours: boolean,
): ReadonlyMap<string, Field> {
  const fields = new Map(shape.fieldsOf?.(sample) ?? []);
  if (ours && fields.get('score') === 'score') fields.set('score', 'place');
  for (const [said, field] of Object.entries(map ?? {})) {
    const names = [...new Set([...fields.keys(), ...namesOf(sample)])];
    const name = nameFor(said, names);
    if (name === undefined) {
      throw new TiebreakError(
        'bad-input',
        `There is no column '${said}' in ${path}: it has ${names.slice(0, 30).map(nameShown).join(', ')}. Nothing came in.`,
      );
    }
    if (field !== 'nothing') for (const [other, its] of fields) if (its === field) fields.set(other, 'nothing');
    fields.set(name, field);
  }
  return fields;
}

/** Names match in any case, and without the name of the list that they stand in. */
function nameFor(said: string, names: readonly string[]): string | undefined {
  const plain = plainName(said);
  return (
    names.find((name) => name === said) ??
    // Columns without names are called by their places.
    names.find((name) => /^\d+$/.test(plain) && name === `column ${plain}`) ??
    names.find((name) => plainName(name) === plain) ??
    names.find((name) => plainName(name.slice(name.lastIndexOf('.') + 1)) === plain)
  );
}

/** Tables with semicolons are those of people who write 1,5, unless a number in it has a point. */
function decimalOf(how: FileHow, { values }: Sample, fields: ReadonlyMap<string, Field>): '.' | ',' {
  if (how.format !== 'csv' || how.dialect?.separator !== ';') return '.';
  const figures = [...fields].filter(([, field]) => ['votes', 'score', 'margin', 'reward'].includes(field));
  const hasPoint = values.some((value) =>
    figures.some(([name]) =>
      /^\s*[-+]?\d+\.(?:\d{1,2}|\d{4,})\s*$/.test(asText((value as Record<string, unknown>)[name])),
    ),
  );
  return hasPoint ? '.' : ',';
}

function judgeOf(
  shape: Shape,
  fields: ReadonlyMap<string, Field>,
  decimal: '.' | ',',
  sample: Sample,
  earlierDates: DateOrder | null,
) {
  const [judge, dates] = [createJudge(decimal), createDatesJudge(earlierDates)];
  const read = shape.open({ fields, values: sample.values });
  for (const value of sample.values) {
    for (const raw of read(value)) {
      judge.take(raw);
      dates.take(raw);
    }
  }
  return { score: judge.judgement(), dates: dates.found() };
}

function columnsOf(shape: Shape, { values }: Sample, fields: ReadonlyMap<string, Field>): readonly FoundColumn[] {
  if (!shape.fieldsOf) return [];
  return [...fields].map(([name, field]) => ({ name, field, examples: examplesOf(name, values) }));
}

const rowsShown = 4;

/** The first rows, where each has a value of its own in each column. */
function beginningOf(sample: Sample, fields: ReadonlyMap<string, Field>): FirstRows | null {
  const rows = sample.values.filter((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
  if (rows.length === 0 || [...fields.keys()].some((name) => name.includes('[]'))) return null;
  const names = namesOf(sample);
  return {
    names,
    rows: rows.slice(0, rowsShown).map((row) => names.map((name) => shown(valueIn(row, name) ?? ''))),
  };
}

function examplesOf(name: string, values: readonly unknown[]): readonly string[] {
  const [list, key] = name.includes('[]') ? name.split(/\[\]\.?/) : [null, name];
  const rows = list === null ? values : values.flatMap((value) => valueIn(value, list!) ?? []);
  const found = new Set<string>();
  for (const row of rows) {
    const value = key === '' ? row : valueIn(row, key!);
    if ((value ?? '') !== '') found.add(shown(value).slice(0, exampleLength));
    if (found.size === examplesShown) break;
  }
  return [...found];
}

function valueIn(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A text of megabytes shows at its beginning what it is. */
const charactersLookedAt = 100_000;

function hasHtml(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return looksLikeHtml(value.slice(0, charactersLookedAt));
  if (typeof value !== 'object' || value === null || depth > 4) return false;
  return Object.values(value).some((inner) => hasHtml(inner, depth + 1));
}
