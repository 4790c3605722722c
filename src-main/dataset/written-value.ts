/** Lists and objects that a table or a text holds in writing: as JSON, or as Python prints them. */

/** Longer ones are not looked at: nobody writes them by hand. */
const longest = 1 << 20;

/** The list or object that a text is, or undefined. */
export function writtenValue(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return laxValue(text);
  }
}

/** A list or object as Python prints it, or as people write JSON: with comments, and commas too many. undefined for anything else. */
export function laxValue(text: string): unknown {
  if (text.length > longest) return undefined;
  const json = jsonOf(text);
  if (json === null) return undefined;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

const tokens = {
  string: /"([^"\\]*(?:\\[\s\S][^"\\]*)*)"|'([^'\\]*(?:\\[\s\S][^'\\]*)*)'/y,
  nothing: /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y,
  sign: /[[\]{}:,]/y,
  number: /[-+]?[\d.][\w.+-]*/y,
  word: /-?[A-Za-z_]\w*/y,
} as const;
const words: Readonly<Record<string, string>> = {
  ...{ True: 'true', False: 'false', None: 'null', nan: 'null', NaN: 'null', inf: 'null', '-inf': 'null' },
  ...{ true: 'true', false: 'false', null: 'null', Infinity: 'null', '-Infinity': 'null' },
};

function jsonOf(text: string): string | null {
  let json = '';
  let after = '';
  const within: string[] = [];
  for (let at = 0; at < text.length; ) {
    const [kind, found] = tokenAt(text, at);
    if (kind === null) return null;
    at += found[0].length;
    if (kind === 'nothing') continue;
    const token = kind === 'string' ? JSON.stringify(unescaped(found[1] ?? found[2]!)) : jsonOfToken(kind, found[0]);
    if (token === null) return null;
    // Lists of NumPy stand without commas, and a comma before the end is none.
    if (within.at(-1) === '[' && /^["\w[{-]/.test(token) && /["\w\]}]$/.test(after)) json += ',';
    if (/^[\]}]/.test(token) && after === ',') json = json.slice(0, -1);
    if (token === '[' || token === '{') within.push(token);
    if (token === ']' || token === '}') within.pop();
    json += token;
    after = token;
  }
  return json;
}

const jsonOfToken = (kind: 'sign' | 'number' | 'word', text: string): string | null =>
  kind === 'word' ? (words[text] ?? null) : text;

function tokenAt(text: string, at: number): readonly [keyof typeof tokens, RegExpExecArray] | readonly [null] {
  for (const [kind, pattern] of Object.entries(tokens) as [keyof typeof tokens, RegExp][]) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) return [kind, found];
  }
  return [null];
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
