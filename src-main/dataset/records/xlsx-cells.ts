import type { Readable } from 'node:stream';
import type { Entry } from 'yauzl';
import { TiebreakError } from '../../contract/errors.ts';
import type { Cells } from './csv-cells.ts';
import { local, type Parts, partFeed, streamOf, throwIfPartIsBomb } from './xlsx-parts.ts';

/** A text that several cells may share, by its number. */
class Shared {
  readonly at: number;
  constructor(at: number) {
    this.at = at;
  }
}

/** Characters of shared texts that are held: they may be needed again in any row. */
const sharedLimit = 96 * 1024 * 1024;
/** What each text takes besides its characters. */
const textCost = 32;
const dayMs = 86_400_000;

/** What a cell says. */
export function cellValue(text: string, type: string, date: boolean, from1904: boolean): unknown {
  switch (type) {
    case 's':
      return new Shared(Number(text));
    case 'str':
    case 'inlineStr':
      return unescaped(text);
    case 'b':
      return text.trim() === '1' || text.trim() === 'true';
    case 'e':
      // An error of a formula is no value.
      return '';
    case 'd':
      return text;
    default: {
      const number = Number(text);
      if (!Number.isFinite(number)) return text;
      if (date) return dateOf(number, from1904) ?? number;
      // Ids come digit by digit where the file still has them.
      return Number.isInteger(number) && !Number.isSafeInteger(number)
        ? /^\d+$/.test(text)
          ? text
          : BigInt(number).toString()
        : number;
    }
  }
}

/** A day with its part as an ISO text in UTC: Excel's dates have no zone. Times of the day alone stay numbers. */
function dateOf(days: number, from1904: boolean): string | null {
  if (days < 1 || days > 2_958_466) return null;
  // Excel takes 1900 for a leap year: counted from the last of 1899 the days after that February are right.
  const start = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, days < 60 ? 31 : 30);
  return new Date(start + Math.round(days * dayMs)).toISOString();
}

/** Characters that XML can't hold are written by their numbers: _x000D_. */
const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9a-f]{4})_/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;

/** The texts that cells share, read only as far as they are needed: their order is that of the rows that first have them. */
export function sharedStrings(
  parts: Parts,
  entry: Entry | null,
  path: string,
): {
  readonly into: (rows: readonly Cells<unknown>[]) => Promise<readonly Cells<unknown>[]>;
  readonly close: () => Promise<void>;
} {
  const texts: string[] = [];
  let held = 0;
  let read = 0;
  let text = '';
  let within = false;
  let phonetic = false;
  let ended = entry === null;
  let pieces: AsyncIterator<Buffer> | null = null;
  const feed = partFeed(
    {
      opens: (name) => {
        if (local(name) === 'si') text = '';
        else if (local(name) === 'rPh') phonetic = true;
        else if (local(name) === 't') within = !phonetic;
      },
      text: (more) => {
        if (within) text += more;
      },
      closes: (name) => {
        if (local(name) === 't') within = false;
        else if (local(name) === 'rPh') phonetic = false;
        else if (local(name) === 'si') {
          texts.push(unescaped(text));
          held += text.length + textCost;
          if (held > sharedLimit) throw tooMuch(path);
        }
      },
    },
    path,
  );
  const upTo = async (at: number): Promise<void> => {
    while (texts.length <= at && !ended) {
      pieces ??= ((await streamOf(parts, entry!)) as Readable as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
      const next = await pieces.next();
      if (next.done) {
        ended = true;
      } else {
        read += next.value.length;
        throwIfPartIsBomb(path, read, entry!);
        feed.take(next.value);
      }
    }
  };
  return {
    into: async (rows) => {
      let last = -1;
      for (const { cells } of rows)
        for (const cell of cells) if (cell instanceof Shared) last = Math.max(last, cell.at);
      await upTo(last);
      return rows.map(({ line, cells }) => ({
        line,
        cells: cells.map((cell) => (cell instanceof Shared ? (texts[cell.at] ?? '') : cell)),
      }));
    },
    close: async () => {
      await pieces?.return?.();
    },
  };
}

function tooMuch(path: string): TiebreakError {
  return new TiebreakError(
    'bad-input',
    `The spreadsheet ${path} holds more than ${sharedLimit / 1024 / 1024} MB of texts: save it as CSV, which can be of any length, and import that.`,
  );
}
