import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { TiebreakError } from '../../contract/errors.ts';

/** Endings of files that may have rows in them. */
const dataNames = /\.(jsonl|ndjson|json|csv|tsv|tab|txt|xml)$/i;
/** What systems and packers put beside. */
const besides = /(^|\/)(__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/i;
const namesShown = 5;

export type OpenedEntry = {
  readonly stream: Readable;
  /** How many bytes in the zip one unpacked byte is, on average. */
  readonly share: number;
};

/** The one file with data in a zip, as a stream. */
export async function openZip(path: string): Promise<OpenedEntry> {
  const zip = await opened(path);
  try {
    const entry = dataEntryOf(await entriesOf(zip, path), path);
    const stream = await zip.openReadStreamPromise(entry);
    stream.on('close', () => zip.close());
    const { compressedSize, uncompressedSize } = entry;
    return { stream, share: uncompressedSize === 0 ? 0 : Math.min(1, compressedSize / uncompressedSize) };
  } catch (error) {
    zip.close();
    throw error instanceof TiebreakError ? error : broken(path, error);
  }
}

/** Whether a zip is a spreadsheet of Excel's kind. */
export async function isSpreadsheet(path: string): Promise<boolean> {
  const zip = await opened(path);
  try {
    return (await entriesOf(zip, path)).some((entry) => entry.fileName === 'xl/workbook.xml');
  } finally {
    zip.close();
  }
}

async function opened(path: string): Promise<ZipFile> {
  try {
    return await yauzl.openPromise(path, { strictFileNames: false, autoClose: false });
  } catch (error) {
    throw broken(path, error);
  }
}

async function entriesOf(zip: ZipFile, path: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      entries.push(entry);
      if (entries.length > 10_000) {
        throw new TiebreakError(
          'bad-input',
          `The zip ${path} holds more than 10,000 files: import the one with the rows.`,
        );
      }
    }
  } catch (error) {
    throw error instanceof TiebreakError ? error : broken(path, error);
  }
  return entries;
}

function dataEntryOf(entries: readonly Entry[], path: string): Entry {
  const files = entries.filter(({ fileName }) => !fileName.endsWith('/') && !besides.test(fileName));
  const data = files.filter(({ fileName }) => dataNames.test(fileName));
  const found = data.length === 0 ? files : data;
  const only = found[0];
  if (!only) throw new TiebreakError('bad-input', `The zip ${path} holds no file with rows.`);
  if (found.length > 1) {
    const names = found.slice(0, namesShown).map(({ fileName }) => fileName.slice(0, 100));
    const more = found.length > namesShown ? ` and ${found.length - namesShown} more` : '';
    throw new TiebreakError(
      'bad-input',
      `The zip ${path} holds several files (${names.join(', ')}${more}): unpack it and import those you want. Nothing came in.`,
    );
  }
  if (only.isEncrypted()) {
    throw new TiebreakError(
      'bad-input',
      `The zip ${path} is locked with a password: unpack it and import what is in it.`,
    );
  }
  return only;
}

function broken(path: string, error: unknown): TiebreakError {
  return new TiebreakError('bad-input', `The zip ${path} is damaged and can't be read. Nothing came in.`, {
    cause: error,
  });
}
