import { type Entry, isSaid, plainName } from './entries.ts';

/** The two texts of a row that are compared, under the names that its fields have. fromZero: they are counted 0 and 1. */
export type TwoNames = { readonly left: string; readonly right: string; readonly fromZero: boolean };

const endings: readonly (readonly [string, string])[] = [
  ['a', 'b'],
  ['1', '2'],
  ['0', '1'],
  ['left', 'right'],
  ['first', 'second'],
];
const stem =
  /^(?:(?:model|assistant|system|candidate)?(?:response|answer|completion|output|text|txt|comment|reply|summary|candidate|option|conversation|generation|result|translation|argument|statement|item|message|essay|side)|assistant)?$/;

/** Fields of one name that end with a and b, 1 and 2, left and right: the texts that are compared. Null where there are none. */
export function twoNamesIn(entry: Entry): TwoNames | null {
  const names = Object.keys(entry).filter((name) => isSaid(entry[name]));
  const plain = new Map(names.map((name) => [plainName(name), name]));
  for (const [leftEnd, rightEnd] of endings) {
    for (const [word, left] of plain) {
      const start = word.endsWith(leftEnd)
        ? word.slice(0, -leftEnd.length)
        : word.startsWith(leftEnd)
          ? word.slice(leftEnd.length)
          : null;
      if (start === null || !stem.test(start) || (start === '' && leftEnd.length < 4)) continue;
      const right = plain.get(word.endsWith(leftEnd) ? start + rightEnd : rightEnd + start);
      if (right !== undefined) return { left, right, fromZero: leftEnd === '0' };
    }
  }
  return null;
}

const promptWords = [
  ...['prompt', 'question', 'instruction', 'query', 'userprompt', 'userinput', 'input', 'post', 'posttext'],
  ...['conversation', 'dialogue', 'history', 'source', 'article', 'text', 'context'],
];

/**
 * The field that holds what two texts answer: one of the usual name, or else the only text that is left.
 * @param taken the names of fields that are something else
 */
export function promptNameIn(entry: Entry, taken: readonly string[]): string | null {
  const free = Object.keys(entry).filter((name) => !taken.includes(name) && isSaid(entry[name]));
  for (const word of promptWords) {
    const name = free.find((one) => plainName(one) === word);
    if (name !== undefined) return name;
  }
  const texts = free.filter((name) => typeof entry[name] === 'string' && /\s/.test((entry[name] as string).trim()));
  return texts.length === 1 ? texts[0]! : null;
}
