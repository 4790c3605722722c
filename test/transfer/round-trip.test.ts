import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extensionOf, formatOrder } from '../../src-main/common/file-kinds.ts';
import { randomFrom } from '../../src-main/common/random.ts';
import type { FileFormat, PairSource } from '../../src-main/contract/calls.ts';
import type { ShapeName } from '../../src-main/contract/reading.ts';
import { shapes } from '../../src-main/dataset/shapes/all.ts';
import { pairsOfPost, postInput } from '../../src-main/recipe/pairs.ts';
import { addAnswer } from '../../src-main/store/answers.ts';
import { answersOfPost } from '../../src-main/store/labels.ts';
import { closeStore, type ReadingStore, type WritingStore } from '../../src-main/store/open.ts';
import { postsWithComments } from '../../src-main/store/posts.ts';
import { type ExportOptions, exportFile } from '../../src-main/transfer/export-file.ts';
import { importFile } from '../../src-main/transfer/import-file.ts';
import { dataSets, unpackDataSets } from '../bench/data-sets.ts';
import { madeUpStore } from '../support/made-up-store.ts';
import { storeInMemory } from '../support/new-store.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** What a format says of two comments, and what reads it. */
type Says = {
  readonly shape: ShapeName;
  /** Which pairs of the store it holds, and which ones of the store that read it they are. */
  readonly out: PairSource;
  readonly back: PairSource;
  /** Whether it says who said what, and so how sure a pair is. */
  readonly people: boolean;
};

const ranked: Says = { shape: 'posts', out: 'votes', back: 'votes', people: true };
const preferred: Says = { shape: 'pairs', out: 'both', back: 'labels', people: false };
const answered = (shape: ShapeName): Says => ({ shape, out: 'labels', back: 'labels', people: true });
/** The table for people rounds and leaves out: it does not come back. */
type ComesBack = Exclude<FileFormat, 'table'>;
const formats: Readonly<Record<ComesBack, Says>> = {
  cupit: ranked,
  csv: ranked,
  xlsx: ranked,
  parquet: ranked,
  pairs: preferred,
  conversations: preferred,
  labels: answered('labels'),
  'label-studio': answered('label-studio'),
  argilla: answered('argilla'),
  arena: answered('arena'),
};
const table = formatOrder
  .filter((format): format is ComesBack => format !== 'table')
  .map((format) => [format, formats[format]] as const);
const isRead = ({ shape }: Says): boolean => shapes.some(({ name }) => name === shape);

/** The pairs of a store, each with all that a model would read: post, better and worse comment, and how sure it is. */
function pairsIn(store: ReadingStore, source: PairSource, { people }: Says, ofOneList: boolean): string[] {
  return [...postsWithComments(store)]
    .flatMap((post) => {
      const [first, ...further] = post.lists;
      const largest = further.reduce((one, other) => (other.entries.length > one!.entries.length ? other : one), first);
      const lists = ofOneList && largest ? [largest] : post.lists;
      const { comments, pairs } = pairsOfPost({ ...post, lists }, answersOfPost(store, post.id), source);
      return pairs
        .filter(({ target }) => people || target !== 0.5)
        .map(({ first, second, target }) => {
          const two = [comments[first]!.text, comments[second]!.text];
          return JSON.stringify([
            postInput(post, 'post'),
            ...(target === 0.5 ? two.toSorted() : two),
            people ? target.toFixed(9) : '',
          ]);
        });
    })
    .toSorted();
}

async function outAndIn(from: ReadingStore, format: ComesBack, more: Partial<ExportOptions> = {}): Promise<number> {
  const path = join(temporaryFolder(), `out${extensionOf(format)}`);
  const says = formats[format];
  const wanted = pairsIn(from, says.out, says, ['csv', 'xlsx', 'parquet'].includes(format));
  const to = storeInMemory();
  try {
    await exportFile(from, path, { format, ...more });
    if (wanted.length === 0) return 0;
    const { found } = await importFile(to, path);
    expect(found.shape).toBe(says.shape);
    expect(pairsIn(to, says.back, says, false)).toEqual(wanted);
    return wanted.length;
  } catch (error) {
    throw new Error(`${format}: ${error instanceof Error ? error.message : error}\n${peek(path)}`, { cause: error });
  } finally {
    closeStore(to);
  }
}

const peek = (path: string): string => readFileSync(path, 'utf8').slice(0, 2000);

/** Exports only read: one store serves all formats. */
const madeUp: WritingStore[] = [];
const real = new Map<string, WritingStore>();

beforeAll(async () => {
  for (let seed = 0; seed < 20; seed++) madeUp.push(madeUpStore(seed));
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-'));
  unpackDataSets(folder);
  for (const name of Object.keys(dataSets)) {
    const lines = readFileSync(join(folder, name, 'test.jsonl'), 'utf8').split('\n');
    const part = join(folder, `${name}.jsonl`);
    writeFileSync(part, lines.slice(0, 60).join('\n'));
    const store = storeInMemory();
    await importFile(store, part, { score: 'places' });
    answerSome(store);
    real.set(name, store);
  }
  rmSync(folder, { recursive: true });
});
afterAll(() => {
  for (const store of [...madeUp, ...real.values()]) closeStore(store);
});

describe('out and in again gives the same pairs', () => {
  test.for(table)('made up: %s', { timeout: 60_000 }, async ([format, says], context) => {
    if (!isRead(says)) return context.skip(`nothing reads the shape ${says.shape} yet`);
    let pairs = 0;
    for (const store of madeUp) pairs += await outAndIn(store, format);
    expect(pairs).toBeGreaterThan(100);
  });

  test.each(['de-DE', 'de-CH', 'en-US'])('CSV for Excel in %s', async (locale) => {
    for (const store of madeUp) await outAndIn(store, 'csv', { locale });
  });

  test.for(table)('of real comments: %s', { timeout: 60_000 }, async ([format, says], context) => {
    if (!isRead(says)) return context.skip(`nothing reads the shape ${says.shape} yet`);
    for (const [name, store] of real) expect(await outAndIn(store, format), name).toBeGreaterThan(20);
  });
});

/** Three people answer some of the pairs, each a little differently. */
function answerSome(store: WritingStore): void {
  const random = randomFrom(7);
  for (const { id: postId, comments } of [...postsWithComments(store)]) {
    for (const annotator of ['Ann', '12', 'c@example.org']) {
      const [left, right] = [comments[0]!.id, comments[1]!.id].toSorted(() => random() - 0.5);
      const choice = (['left', 'right', 'tie', 'bad'] as const)[Math.floor(random() * 4)]!;
      addAnswer(store, { postId, leftId: left!, rightId: right!, choice, annotator, origin: 'compare' });
    }
  }
}
