import { depthLimit } from './json-value.ts';
import { isBeside, isListName } from './json-wrapper.ts';
import { recordLimit, throwIfEndless } from './record.ts';

/** A value's bytes as they stand in the file. */
export type JsonCut = {
  readonly line: number;
  readonly bytes: Buffer;
  /** Whether it is the file's own value, or one of several that follow each other, and not an entry of a list. */
  readonly top: boolean;
  /** Why it is no record: then bytes are its beginning. */
  readonly left?: 'too-long' | 'too-deep' | 'not-closed' | undefined;
};

export type JsonCutter = {
  readonly take: (piece: Buffer) => JsonCut[];
  readonly end: () => JsonCut[];
};

/** An object that is the whole file may be a long thread. */
const topLimit = 4 * recordLimit;
const shown = 400;
const keyLength = 64;
const rereadsAtMost = 50;
const codes = (text: string): number => text.charCodeAt(0);
const [quote, backslash, comma, colon, lineFeed] = [codes('"'), codes('\\'), codes(','), codes(':'), 10];
const [slash, star] = [codes('/'), codes('*')];
const [openList, closeList, openObject, closeObject] = [codes('['), codes(']'), codes('{'), codes('}')];
const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

/**
 * Cuts bytes into the entries of a JSON list, or into values that follow each other. An object that holds a long list under a known name is cut
 * into the entries of the list. Only one value is held at a time; one that is too long or nested too deep is passed over.
 */
export function jsonCutter(): JsonCutter {
  let cuts: JsonCut[] = [];
  let line = 1;
  let inList = false;
  /** Within an object whose list is cut: what comes after the list is passed over. */
  let wrapped = false;
  let open = false;
  let startLine = 1;
  let indent = -1;
  let column = 0;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let scalar = false;
  /** A comment between values, and how it ends. */
  let comment: 'line' | 'block' | null = null;
  let dropped: JsonCut['left'] | 'tail' | null = null;
  let parts: Buffer[] = [];
  let length = 0;
  let rereads = 0;
  // Of an object at the top: its last key, whether all so far belong to a wrapper, and where its list begins.
  let key: number[] = [];
  let onlyBesides = true;
  let listAt = -1;
  let listOpen = false;

  function begin(byte: number): void {
    open = true;
    startLine = line;
    indent = column;
    inString = byte === quote;
    scalar = !inString && byte !== openList && byte !== openObject;
    depth = inString || scalar ? 0 : 1;
    escaped = false;
    dropped = null;
    parts = [];
    length = 0;
    key = [];
    onlyBesides = true;
    listAt = -1;
    listOpen = false;
  }

  function finish(last: Buffer): void {
    const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    open = false;
    parts = [];
    length = 0;
    if (dropped === 'tail') return;
    const cut = { line: startLine, top: !inList };
    cuts.push(
      dropped === null ? { ...cut, bytes } : { ...cut, bytes: Buffer.from(bytes.subarray(0, shown)), left: dropped },
    );
  }

  function hold(piece: Buffer, start: number): void {
    if (!open || start >= piece.length) return;
    if (dropped === null || length < shown) parts.push(piece.subarray(start));
    length += piece.length - start;
    throwIfEndless(length, startLine);
    if (dropped !== null || length <= recordLimit) return;
    if (listOpen && onlyBesides) cutList();
    else if (inList || length > topLimit) giveUp('too-long');
  }

  /** From an object that gets too long to its list's entries. */
  function cutList(): void {
    const held = Buffer.concat(parts).subarray(listAt + 1);
    open = false;
    inList = true;
    wrapped = true;
    line = startLine;
    feed(held);
  }

  /** Passes over a value, or reads on from the next line at which another seems to begin, where a bracket was forgotten. */
  function giveUp(why: 'too-long' | 'not-closed'): void {
    const held = Buffer.concat(parts);
    const next = rereads < rereadsAtMost ? nextStart(held, indent) : -1;
    if (next === -1) {
      dropped = why;
      parts = [Buffer.from(held.subarray(0, shown))];
      return;
    }
    rereads += 1;
    const lost = held.subarray(0, next);
    cuts.push({ line: startLine, bytes: Buffer.from(lost.subarray(0, shown)), top: !inList, left: 'not-closed' });
    line = startLine;
    for (const byte of lost) if (byte === lineFeed) line += 1;
    open = false;
    column = 0;
    feed(held.subarray(next));
  }

  function afterList(): void {
    inList = false;
    if (!wrapped) return;
    wrapped = false;
    begin(openObject);
    dropped = 'tail';
  }

  function feed(piece: Buffer): void {
    let start = 0;
    for (let index = 0; index < piece.length; index += 1) {
      const byte = piece[index]!;
      if (!open) {
        if (comment !== null) {
          if (byte === lineFeed) line += 1;
          if (comment === 'line' ? byte === lineFeed : byte === slash && piece[index - 1] === star) comment = null;
        } else if (byte === slash && (piece[index + 1] === slash || piece[index + 1] === star)) {
          comment = piece[index + 1] === slash ? 'line' : 'block';
          index += 1;
        } else if (byte === lineFeed) {
          line += 1;
          column = 0;
        } else if (byte === openList && !inList) inList = true;
        else if (byte === closeList) {
          afterList();
          start = index + 1;
        } else if (isSpace(byte) || byte === 0xef || byte === 0xbb || byte === 0xbf) column += 1;
        else if (byte !== comma && byte !== closeObject && byte !== colon) {
          begin(byte);
          start = index;
        }
        continue;
      }
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) {
          inString = false;
          if (depth === 0) {
            finish(piece.subarray(start, index + 1));
          }
        } else if (byte === lineFeed) line += 1;
        else if (depth === 1 && !inList && key.length < keyLength) key.push(byte);
        continue;
      }
      if (scalar) {
        if (byte !== comma && byte !== closeList && !isSpace(byte)) continue;
        finish(piece.subarray(start, index));
        // What ended it says more.
        index -= 1;
        continue;
      }
      switch (byte) {
        case quote:
          inString = true;
          if (depth === 1 && !inList) key = [];
          break;
        case lineFeed:
          line += 1;
          break;
        case colon:
          if (depth === 1 && !inList) nameMember();
          break;
        case openList:
        case openObject:
          if (depth === 1 && listNamed && byte === openList) {
            listOpen = true;
            listAt = length + index - start;
          }
          depth += 1;
          if (depth > depthLimit && dropped === null) dropped = 'too-deep';
          break;
        case closeList:
        case closeObject:
          depth -= 1;
          if (depth === 1) listOpen = false;
          if (depth === 0) finish(piece.subarray(start, index + 1));
          break;
      }
    }
    hold(piece, start);
  }

  let listNamed = false;

  function nameMember(): void {
    const name = Buffer.from(key).toString();
    listNamed = isListName(name, true);
    if (!listNamed && !isBeside(name)) onlyBesides = false;
  }

  const given = (): JsonCut[] => {
    const found = cuts;
    cuts = [];
    return found;
  };

  return {
    take: (piece) => {
      feed(piece);
      return given();
    },
    end: () => {
      while (open && dropped === null && !scalar) giveUp('not-closed');
      if (open) finish(Buffer.alloc(0));
      return given();
    },
  };
}

/** Where in a value that doesn't end a line begins as its own did. */
function nextStart(held: Buffer, indent: number): number {
  for (let end = held.indexOf(lineFeed); end !== -1; end = held.indexOf(lineFeed, end + 1)) {
    let at = end + 1;
    while (held[at] === 32 || held[at] === 9) at += 1;
    if (held[at] === openObject && at - end - 1 === indent) return end + 1;
  }
  return -1;
}
