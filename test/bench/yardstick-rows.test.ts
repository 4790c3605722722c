import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { gpt2Tokenizer, saveTokenizer } from '../../src-main/tokenizer/files.ts';
import { encodeInput } from '../../src-main/tokenizer/input.ts';
import { pythonFor, pythonPatience, runPython } from '../support/python.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { dataSets, unpackDataSets } from './data-sets.ts';
import { readGroups } from './rows.ts';

const tokens = 64;

const program = `
import json, os, sys
sys.path.insert(0, sys.argv[1])
from tokenizers import Tokenizer
from yardstick_rows import encode, inputs_of, pairs_of, read_rows
tokenizer = Tokenizer.from_file(sys.argv[2])
rows = read_rows(sys.argv[3], None)
print(json.dumps([[encode(tokenizer, inputs_of(row), int(sys.argv[4])), pairs_of(row)] for row in rows]))
`;

/** What data sets have, and what they may have: a title apart, one that the text repeats, a context, comments of one place. */
const madeUp = [
  { title: 'A title', text: 'Its text', comments: [{ text: 'one', score: 0 }] },
  { title: 'A title', text: 'A title and more', comments: [{ text: 'one', score: 0 }] },
  {
    ...{ text: 'Naïve — 日本語 🙂', context: 'An article' },
    comments: ['a', 'b', 'c', 'd'].map((text, i) => ({ text: `  ${text}\n`, score: i >> 1 })),
  },
];

test(
  'the yardsticks in Python read the tokens and the pairs that Tiebreak reads',
  async (context) => {
    const python = pythonFor(context, 'tokenizers');
    const folder = temporaryFolder();
    const tokenizer = await gpt2Tokenizer();
    await saveTokenizer(tokenizer, folder);
    unpackDataSets(folder);
    const real = Object.keys(dataSets).flatMap((name) =>
      readFileSync(join(folder, name, 'train.jsonl'), 'utf8')
        .split('\n')
        .slice(0, 20),
    );
    const rows = join(folder, 'rows.jsonl');
    writeFileSync(rows, [...madeUp.map((row) => JSON.stringify(row)), ...real].join('\n'));

    const scripts = fileURLToPath(new URL('.', import.meta.url));
    const found = JSON.parse(
      runPython(python, ['-c', program, scripts, join(folder, 'tokenizer.json'), rows, `${tokens}`]),
    );
    const groups = readGroups(rows);
    expect(groups.length).toBe(madeUp.length + real.length);
    expect(found).toEqual(
      groups.map((group) => [
        group.texts.map((text) => [...encodeInput(tokenizer, text, tokens).ids]),
        group.pairs.map(({ first, second }) => [first, second]),
      ]),
    );
  },
  pythonPatience,
);
