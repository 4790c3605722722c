import { isUtf8 } from 'node:buffer';
import sax from 'sax';
import { wholeUntil } from '../bytes/encoding.ts';
import { depthLimit } from './json-value.ts';

/** What is told of an XML file while it is read. Names are as they stand there, with their prefix. */
export type Told = {
  readonly opens: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly closes: (name: string) => void;
  readonly text: (text: string) => void;
  /** A document type: the reader decides that it reads no further by throwing. */
  readonly doctype: () => void;
  /** A reference to what no file can name, such as &nbsp;, stays as it is written. */
  readonly oddEntity: () => void;
};

export type XmlFeed = {
  /** @throws NotXml */
  readonly take: (piece: Buffer) => void;
  readonly end: () => void;
  /** The line it is at. */
  readonly line: () => number;
};

/** The file is no XML from some place on. */
export class NotXml extends Error {}

// An attribute is put together character by character, which takes far more memory than it has. The types don't know this setting, nor that of the entities.
Object.assign(sax, { MAX_BUFFER_LENGTH: 1024 * 1024 });
const settings = { strictEntities: true, position: true } as sax.SAXOptions;
const attributesAtMost = 2000;
const levelsAtMost = 10 * depthLimit;

const latin = new TextDecoder('windows-1252');

/** Reads XML in pieces of UTF-8: strict, and of entities only the five of XML and numbers of characters. */
export function feedXml(told: Told): XmlFeed {
  const parser = sax.parser(true, settings);
  let rest: Buffer = Buffer.alloc(0);
  let levels = 0;
  let attributeCount = 0;
  parser.onattribute = () => {
    attributeCount += 1;
    if (attributeCount > attributesAtMost) throw new NotXml(`An element has more than ${attributesAtMost} attributes`);
  };
  parser.onopentag = ({ name, attributes }) => {
    attributeCount = 0;
    levels += 1;
    // The parser keeps all that are open.
    if (levels > levelsAtMost) throw new NotXml(`Elements are nested deeper than ${levelsAtMost} levels`);
    told.opens(name, attributes as Record<string, string>);
  };
  parser.onclosetag = (name) => {
    levels -= 1;
    told.closes(name);
  };
  parser.ontext = told.text;
  parser.oncdata = told.text;
  parser.ondoctype = told.doctype;
  parser.onerror = (error) => {
    // The parser goes on behind what it didn't know where the error is taken from it.
    if (!/^Invalid character (entity|in entity name)/.test(error.message)) throw new NotXml(error.message);
    parser.error = null as unknown as Error;
    told.oddEntity();
  };
  return {
    take: (piece) => {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      const until = wholeUntil(bytes);
      rest = Buffer.from(bytes.subarray(until));
      const known = bytes.subarray(0, until);
      parser.write(isUtf8(known) ? known.toString() : latin.decode(known));
    },
    end: () => {
      if (rest.length > 0) parser.write(latin.decode(rest));
      parser.close();
    },
    line: () => parser.line + 1,
  };
}
