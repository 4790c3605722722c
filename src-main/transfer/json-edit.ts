/** Changes single members of a JSON text and leaves every other character as it is. The text must be valid JSON. */

export type Span = { readonly start: number; readonly end: number };
export type Member = Span & { readonly key: string; readonly value: Span };

/** The members of the object that begins at `at`, in order. */
export function membersOf(text: string, at: number): Member[] {
  const members: Member[] = [];
  let here = afterSpace(text, at + 1);
  while (text[here] !== '}') {
    const keyEnd = endOfValue(text, here);
    const key = JSON.parse(text.slice(here, keyEnd)) as string;
    const start = afterSpace(text, afterSpace(text, keyEnd) + 1);
    const end = endOfValue(text, start);
    members.push({ key, start: here, end, value: { start, end } });
    here = afterSpace(text, end);
    if (text[here] === ',') here = afterSpace(text, here + 1);
  }
  return members;
}

/** The elements of the array that begins at `at`, in order. */
export function elementsOf(text: string, at: number): Span[] {
  const elements: Span[] = [];
  let start = afterSpace(text, at + 1);
  while (text[start] !== ']') {
    const end = endOfValue(text, start);
    elements.push({ start, end });
    start = afterSpace(text, end);
    if (text[start] === ',') start = afterSpace(text, start + 1);
  }
  return elements;
}

/** The object with these members set to other values: in place where they are there, at the end where they are not. */
export function withMembers(object: string, values: Readonly<Record<string, unknown>>): string {
  let text = object;
  for (const [key, value] of Object.entries(values)) {
    const json = JSON.stringify(value);
    const members = membersOf(text, 0);
    const known = members.findLast((member) => member.key === key);
    if (known) text = text.slice(0, known.value.start) + json + text.slice(known.value.end);
    else {
      const end = members.at(-1)?.end ?? 1;
      text = `${text.slice(0, end)}${members.length > 0 ? ', ' : ''}${JSON.stringify(key)}: ${json}${text.slice(end)}`;
    }
  }
  return text;
}

/** The place behind any white space at `at`. */
export function afterSpace(text: string, at: number): number {
  let here = at;
  while (text[here] === ' ' || text[here] === '\t' || text[here] === '\n' || text[here] === '\r') here++;
  return here;
}

/** The end of the value that begins at `at`. */
function endOfValue(text: string, at: number): number {
  const first = text[at];
  if (first === '"') return endOfString(text, at);
  let here = at;
  if (first !== '{' && first !== '[') {
    while (here < text.length && !',]} \t\n\r'.includes(text[here]!)) here++;
    return here;
  }
  let depth = 0;
  do {
    const character = text[here];
    if (character === '"') {
      here = endOfString(text, here);
      continue;
    }
    if (character === '{' || character === '[') depth++;
    if (character === '}' || character === ']') depth--;
    here++;
  } while (depth > 0);
  return here;
}

function endOfString(text: string, at: number): number {
  let here = at + 1;
  while (text[here] !== '"') here += text[here] === '\\' ? 2 : 1;
  return here + 1;
}
