/** Lists and objects that a table or a text holds in writing: as JSON, or as Python prints them. */

/** Longer ones are not looked at: nobody writes them by hand into a cell. */
const longest = 1 << 22;

/** The list or object that a text is, or undefined. */
export function writtenValue(text: string): unknown {
  if (!/^\s*[[{]/.test(text) || text.length > longest) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const json = jsonOfPython(text);
    if (json === null) return undefined;
    try {
      return JSON.parse(json) as unknown;
    } catch {
      return undefined;
    }
  }
}

const string = /(['"])((?:\\[\s\S]|(?!\1)[^\\])*)\1/y;
const word = /[A-Za-z_][\w.]*/y;
const words: Readonly<Record<string, string>> = {
  ...{ True: 'true', False: 'false', None: 'null', nan: 'null', NaN: 'null', inf: 'null' },
  ...{ true: 'true', false: 'false', null: 'null' },
};
const rest = /[-+]?[\d.][\w.+-]*|[[\]{}:,]|\s+/y;

/** What Python prints as JSON: quotes, True and None, and NumPy's lists, which have no commas. Null for anything else. */
function jsonOfPython(text: string): string | null {
  let json = '';
  let after = '';
  for (let at = 0; at < text.length; ) {
    const [found, token] = tokenAt(text, at);
    if (token === null) return null;
    // Lists of NumPy stand without commas, and a comma before the end is none.
    if (/^["\w[{-]/.test(token) && /["\w\]}]$/.test(after)) json += ',';
    if (/^[\]}]/.test(token) && after === ',') json = json.slice(0, -1);
    json += token;
    if (token !== '') after = token;
    at += found;
  }
  return json;
}

function tokenAt(text: string, at: number): readonly [length: number, token: string | null] {
  for (const kind of [string, word, rest]) {
    kind.lastIndex = at;
    const found = kind.exec(text);
    if (found === null) continue;
    if (kind === string) return [found[0].length, JSON.stringify(unescaped(found[2]!))];
    if (kind === word) return [found[0].length, words[found[0]] ?? null];
    return [found[0].length, found[0].trim()];
  }
  return [0, null];
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\n': '' };

function unescaped(text: string): string {
  return text.replace(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g, (...found) => {
    const code = (found[1] ?? found[2] ?? found[3]) as string | undefined;
    if (code === undefined) return escapes[found[4] as string] ?? (found[4] as string);
    const point = Number.parseInt(code, 16);
    return point > 0x10ffff ? '\uFFFD' : String.fromCodePoint(point);
  });
}
