import type { Field, RecordFormat, ShapeName } from '../../contract/reading.ts';
import type { RawFact } from '../facts.ts';

/** The beginning of a file: what a shape is recognised by. */
export type Sample = {
  readonly format: RecordFormat;
  /** The columns of a table, in their order; null for files without them. */
  readonly columns: readonly string[] | null;
  /** The first records that could be read, up to a hundred. */
  readonly values: readonly unknown[];
};

/** What was found or said of a file and a shape reads by. */
export type How = {
  /** What columns are, by their names as they stand in the file. */
  readonly fields: ReadonlyMap<string, Field>;
  /** The first records of the file. */
  readonly values?: readonly unknown[];
};

/** What records mean. Pure: it opens nothing and keeps nothing but what `open` makes for one file. */
export type Shape = {
  readonly name: ShapeName;
  /** For people, in lists: 'Reddit: posts and comments'. */
  readonly title: string;
  /** How sure it is that the file has this shape: 0 not at all, 1 as sure as can be. The surest wins. */
  readonly fits: (sample: Sample) => number;
  /** What a row must have, in words, where its columns may be called anything. */
  readonly needs?: string;
  /** What the columns of a table are, for shapes that let people say so. */
  readonly fieldsOf?: (sample: Sample) => ReadonlyMap<string, Field>;
  /** A reader for one file: what each record says. What it knows of earlier records must not grow with the file. */
  readonly open: (how: How) => (value: unknown) => readonly RawFact[];
};
