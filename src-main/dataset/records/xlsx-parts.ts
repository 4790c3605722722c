import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { TiebreakError } from '../../contract/errors.ts';
import { throwIfBomb } from '../bytes/open.ts';
import { feedXml, type Told } from './sax-elements.ts';

/** The files in a spreadsheet, by their names in lower case. */
export type Parts = { readonly zip: ZipFile; readonly entries: ReadonlyMap<string, Entry> };

const partsAtMost = 10_000;
/** Of parts that are read as a whole before the rows: what names the sheets and says how numbers are shown. */
const smallPart = 16 * 1024 * 1024;

export type Sheet = { readonly name: string; readonly entry: Entry };
export type Workbook = {
  readonly sheets: readonly Sheet[];
  readonly strings: Entry | null;
  /** Which styles of cells show dates. */
  readonly dates: readonly boolean[];
  /** Whether days are counted from 1904, as old Macs did. */
  readonly from1904: boolean;
};

export async function openParts(path: string): Promise<Parts> {
  const zip = await yauzl.openPromise(path, { strictFileNames: false, autoClose: false });
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (entries.size < partsAtMost) entries.set(entry.fileName.toLowerCase(), entry);
  }
  return { zip, entries };
}

export async function readWorkbook(parts: Parts, path: string): Promise<Workbook> {
  const folder = 'xl/';
  const targets = new Map<string, string>();
  await readSmall(parts, `${folder}_rels/workbook.xml.rels`, {
    opens: (name, { Id, Target }) => {
      if (local(name) === 'Relationship' && Id && Target) targets.set(Id, Target);
    },
  });
  let from1904 = false;
  const sheets: Sheet[] = [];
  const hidden: Sheet[] = [];
  await readSmall(parts, `${folder}workbook.xml`, {
    opens: (name, attributes) => {
      if (local(name) === 'workbookPr') from1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
      if (local(name) !== 'sheet') return;
      const id = Object.entries(attributes).find(([key]) => local(key) === 'id')?.[1] ?? '';
      const target = targets.get(id) ?? '';
      const at = (target.startsWith('/') ? target.slice(1) : folder + target).toLowerCase();
      const entry = parts.entries.get(at);
      const state = attributes.state ?? 'visible';
      if (entry) (state === 'visible' ? sheets : hidden).push({ name: attributes.name ?? '', entry });
    },
  });
  if (sheets.length + hidden.length === 0) {
    throw new TiebreakError('bad-input', `The spreadsheet ${path} has no sheet that can be read. Nothing came in.`);
  }
  const strings = parts.entries.get(`${folder}sharedstrings.xml`) ?? null;
  return { sheets: [...sheets, ...hidden], strings, dates: await readDates(parts, `${folder}styles.xml`), from1904 };
}

/** A name without its prefix. */
export const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Numbers of formats that Excel has without saying so, which show dates or times. */
const isBuiltInDate = (format: number): boolean => (format >= 14 && format <= 22) || (format >= 45 && format <= 47);

async function readDates(parts: Parts, name: string): Promise<readonly boolean[]> {
  const codes = new Map<number, string>();
  const dates: boolean[] = [];
  let within = false;
  await readSmall(parts, name, {
    opens: (tag, attributes) => {
      const format = Number(attributes.numFmtId);
      if (local(tag) === 'numFmt') codes.set(format, attributes.formatCode ?? '');
      else if (local(tag) === 'cellXfs') within = true;
      else if (within && local(tag) === 'xf') {
        // What stands in quotes, brackets or behind a backslash is shown as it is.
        const code = codes.get(format)?.replace(/"[^"]*"|\[[^\]]*\]|\\./g, '');
        dates.push(code === undefined ? isBuiltInDate(format) : /[ymdhs]/i.test(code) && !/general/i.test(code));
      }
    },
    closes: (tag) => {
      if (local(tag) === 'cellXfs') within = false;
    },
  });
  return dates;
}

/** Told of a part; a document type in it is refused. */
export function partFeed(told: Partial<Told>, path: string): ReturnType<typeof feedXml> {
  return feedXml({
    opens: () => undefined,
    closes: () => undefined,
    text: () => undefined,
    oddEntity: () => undefined,
    doctype: () => {
      throw new TiebreakError(
        'bad-input',
        `The spreadsheet ${path} holds a document type, which none has: it was not read.`,
      );
    },
    ...told,
  });
}

/** A part of a spreadsheet that is not small has rows or texts, which are packed to a tenth: a hundredth is none. */
export const throwIfPartIsBomb = (path: string, given: number, entry: Entry): void =>
  throwIfBomb(path, given, entry.compressedSize, 32 * 1024 * 1024, 100);

export const streamOf = ({ zip }: Parts, entry: Entry): Promise<Readable> => zip.openReadStreamPromise(entry);

async function readSmall(parts: Parts, name: string, told: Partial<Told>): Promise<void> {
  const entry = parts.entries.get(name);
  if (!entry) return;
  if (entry.uncompressedSize > smallPart) {
    throw new TiebreakError(
      'bad-input',
      `The spreadsheet's part ${name} is far longer than it can be: it was not read.`,
    );
  }
  const feed = partFeed(told, name);
  for await (const piece of (await streamOf(parts, entry)) as AsyncIterable<Buffer>) feed.take(piece);
  feed.end();
}
