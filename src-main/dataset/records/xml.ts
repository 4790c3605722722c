import { TiebreakError } from '../../contract/errors.ts';
import { reasons } from './json-lines.ts';
import { depthLimit } from './json-value.ts';
import { batchRecords, left, noted, type RecordBatch, type RecordItem, recordLimit } from './record.ts';
import { feedXml, NotXml } from './sax-elements.ts';

type Element = { readonly name: string; readonly value: Record<string, unknown>; text: string };

/**
 * The elements right below the root, each an object: `tag` and `root` are its name and the root's, and what else it has stands under the names of its
 * attributes and of the elements in it. An element with nothing but text is that text; several of one name are a list.
 */
export async function* readXml(pieces: AsyncIterable<Buffer>, path: string): AsyncGenerator<RecordBatch> {
  let items: RecordItem[] = [];
  let root: string | null = null;
  let line = 1;
  let depth = 0;
  let size = 0;
  let lost: 'too-long' | 'too-deep' | null = null;
  let oddAt = 0;
  const open: Element[] = [];
  const feed = feedXml({
    opens: (name, attributes) => {
      depth += 1;
      if (root === null) {
        root = name;
        return;
      }
      if (depth === 2) {
        line = feed.line();
        size = 0;
        lost = null;
      }
      if (depth > depthLimit) lost ??= 'too-deep';
      for (const key in attributes) grow(attributes[key]!.length + 16);
      if (lost) return;
      open.push({ name, value: own(attributes), text: '' });
    },
    text: (text) => {
      grow(text.length);
      const last = open.at(-1);
      if (last && !lost) last.text += text;
    },
    closes: (name) => {
      depth -= 1;
      if (depth > 1) {
        if (!lost) closeInner(open);
      } else if (depth === 1) {
        const element = open[0];
        open.length = 0;
        if (lost) items.push(left(line, lost, reasons[lost], `<${name}>`));
        else if (element) items.push({ line, value: { ...contentOf(element, true), tag: name, root } });
      }
    },
    doctype: () => {
      throw new TiebreakError(
        'bad-input',
        `The file ${path} has a document type (<!DOCTYPE ...>), which may make a small file a huge one: such files are not read. Take that line out if you trust the file. Nothing came in.`,
      );
    },
    oddEntity: () => {
      if (oddAt === feed.line()) return;
      oddAt = feed.line();
      items.push(
        noted(oddAt, 'odd-entity', 'a reference to a character that XML does not know; it stays as it is written', ''),
      );
    },
  });
  function grow(by: number): void {
    size += by;
    if (size > recordLimit) {
      lost ??= 'too-long';
      open.length = 0;
    }
  }
  function* given(): Generator<RecordBatch> {
    for (let start = 0; start < items.length; start += batchRecords) {
      yield { columns: null, items: items.slice(start, start + batchRecords) };
    }
    items = [];
  }
  try {
    for await (const piece of pieces) {
      feed.take(piece);
      yield* given();
    }
    feed.end();
  } catch (error) {
    if (!(error instanceof NotXml)) throw error;
    if (root === null) {
      throw new TiebreakError('bad-input', `The file ${path} is no XML that can be read. Nothing came in.`, {
        cause: error,
      });
    }
    const reason = 'places are not valid XML: what comes after is not read';
    items.push(left(feed.line(), 'not-xml', reason, error.message.split('\n')[0]!));
  }
  yield* given();
}

function own(attributes: Readonly<Record<string, string>>): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const key in attributes) if (key !== '__proto__') value[key] = attributes[key];
  return value;
}

function closeInner(open: Element[]): void {
  const element = open.pop();
  const outer = open.at(-1);
  if (!element || !outer || element.name === '__proto__') return;
  const { name } = element;
  const value = contentOf(element, false);
  const before = Object.hasOwn(outer.value, name) ? outer.value[name] : undefined;
  if (Array.isArray(before)) before.push(value);
  else outer.value[name] = before === undefined ? value : [before, value];
}

function contentOf(element: Element, record: false): unknown;
function contentOf(element: Element, record: true): Record<string, unknown>;
function contentOf({ value, text }: Element, record: boolean): unknown {
  const bare = Object.keys(value).length === 0;
  if (bare && !record) return text;
  return text.trim() === '' ? value : { ...value, '#text': text };
}
