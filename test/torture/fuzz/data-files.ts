import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lookAt } from '../../../src-main/dataset/look.ts';
import { readFacts } from '../../../src-main/dataset/read.ts';
import type { Draw } from './draw.ts';
import { dataFiles } from './fixtures.ts';
import { mutatedBytes, mutatedJson } from './mutate.ts';
import { Defect, type Target } from './target.ts';

const mostFacts = 1_000_000;

/** Reads a file as an import does, up to the store. */
async function readAll(path: string): Promise<void> {
  const look = await lookAt(path);
  let facts = 0;
  for await (const batch of readFacts(look, { score: null, html: true, replies: 'under' }).batches) {
    for (const record of batch) facts += record.facts.length;
    if (facts > mostFacts) throw new Defect('more facts than the file has bytes');
  }
}

/** Files in every shape and format, damaged as bytes are. */
export const damagedFiles: Target = {
  open: async (folder) => {
    const samples = dataFiles();
    return {
      give: async (draw) => {
        const { name, content } = draw.one(samples);
        const path = join(folder, name);
        writeFileSync(path, mutatedBytes(draw, content, draw.one(samples).content));
        await readAll(path);
      },
    };
  },
};

/** Records in every shape, in which values are other than they should be. */
export const strangeRecords: Target = {
  open: async (folder) => {
    const samples = dataFiles().flatMap(({ name, content }) => {
      if (!/\.jsonl?$/.test(name)) return [];
      try {
        const text = content.toString();
        const json: unknown = name.endsWith('l')
          ? text
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line) as unknown)
          : JSON.parse(text);
        return [{ name, values: Array.isArray(json) ? json.slice(0, 20) : [json] }];
      } catch {
        return [];
      }
    });
    return {
      give: async (draw) => {
        const { name, values } = draw.one(samples);
        const path = join(folder, name);
        const some = values.map((value) => (draw.chance(0.5) ? mutatedJson(draw, value) : value));
        writeFileSync(path, some.map((value) => JSON.stringify(value)).join('\n'));
        await readAll(path);
      },
    };
  },
};

const cells = [
  'a',
  '',
  '1',
  '-2,5',
  '"',
  '""',
  '"x',
  'y"',
  '=1+1',
  '\\"',
  "'",
  'post',
  'comment',
  'score',
  'votes',
  '\0',
  'é',
  '\ufeff',
  '1.000',
  '2024-01-01',
];
const ends = ['\n', '\r\n', '\r', '\n\n'];

/** Tables of made-up cells, quotes and separators. */
export const tables: Target = {
  open: async (folder) => ({
    give: async (draw) => {
      const path = join(folder, draw.one(['table.csv', 'table.tsv', 'table.txt']));
      writeFileSync(path, tableOf(draw));
      await readAll(path);
    },
  }),
};

function tableOf(draw: Draw): string {
  const separator = draw.one([',', ';', '\t', '|']);
  const end = draw.one(ends);
  const width = 1 + draw.below(8);
  const head = draw.chance(0.6) ? `post${separator}comment${separator}score${end}` : '';
  const row = (): string =>
    Array.from({ length: draw.chance(0.9) ? width : draw.below(12) }, () => {
      const cell = draw.one(cells) + draw.one(cells);
      return draw.chance(0.4) ? `"${cell}"` : cell;
    }).join(draw.chance(0.95) ? separator : ',');
  return head + Array.from({ length: draw.below(20) }, row).join(end);
}
