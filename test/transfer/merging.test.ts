import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Preference } from '../../src-main/contract/records.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { agreementOf } from '../../src-main/labeling/agreement.ts';
import { peopleSteps } from '../../src-main/labeling/people.ts';
import { pairsOfPost } from '../../src-main/recipe/pairs.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import { addAnswer, findAnswer, revokeAnswer } from '../../src-main/store/answers.ts';
import { sharedAnswers } from '../../src-main/store/counts.ts';
import { startImport } from '../../src-main/store/imports.ts';
import { allAnswers } from '../../src-main/store/labels.ts';
import { closeStore, openStore, type WritingStore } from '../../src-main/store/open.ts';
import { postsWithComments } from '../../src-main/store/posts.ts';
import { labelLines } from '../../src-main/transfer/export-answers.ts';
import { importFile } from '../../src-main/transfer/import-file.ts';
import { temporaryFile } from '../support/temporary.ts';

/** Files of labels of several people, brought together in one store, whichever comes first. */

const posts = 3;
const comments = 4;
const text = (post: number, comment: number): string => `Comment ${comment} of ${post}`;

/** What somebody did at their own machine. */
type Deed = {
  readonly person: number;
  readonly post: number;
  readonly left: number;
  readonly right: number;
  readonly choice: Preference;
  readonly note: string;
  readonly verdict: boolean;
  readonly seconds: number | null;
  /** When it was taken back, after how many seconds, as some of the files know it: each by its own clock. */
  readonly revoked: readonly (number | null)[];
};
/** Which machine holds which answers: those of others came there by an earlier exchange. */
type Machine = readonly boolean[];

const names = ['Ann', ' ben', 'deleted', 'anonymous', 'null', '7', 'person "x" é', '[deleted]'] as const;
const machines = 3;

const deed: fc.Arbitrary<Deed> = fc.record({
  person: fc.nat({ max: names.length - 1 }),
  post: fc.nat({ max: posts - 1 }),
  left: fc.nat({ max: comments - 1 }),
  right: fc.nat({ max: comments - 1 }),
  choice: fc.constantFrom<Preference>('left', 'right', 'tie', 'bad'),
  note: fc.constantFrom('', 'a note', 'line\nbreak', '=1+1', 'null'),
  verdict: fc.boolean(),
  seconds: fc.option(fc.integer({ min: 0, max: 9000 }), { nil: null }),
  revoked: fc.array(fc.option(fc.integer({ min: 1, max: 99 }), { nil: null, freq: 2 }), {
    minLength: machines,
    maxLength: machines,
  }),
});
const deeds = fc
  .array(deed, { minLength: 1, maxLength: 14 })
  .map((all) => all.filter(({ left, right }) => left !== right));
const held = fc.array(fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }), {
  minLength: machines,
  maxLength: machines,
});

const start = Date.UTC(2026, 0, 1);
const keyOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** The machine's store: all posts, and of the deeds those it holds, taken back as it knows. */
function storeOf(
  all: readonly Deed[],
  machine: Machine,
  number: number,
  nameOf: (person: number) => string,
): WritingStore {
  const store = storeWith('posts');
  for (const [i, { person, post, left, right, revoked, seconds, ...said }] of all.entries()) {
    if (!machine[i]) continue;
    const ids = [...postsWithComments(store)][post]!.comments.map(({ id }) => id);
    const key = keyOf(i);
    const createdAt = new Date(start + 1000 * i).toISOString();
    const pair = { postId: post + 1, leftId: ids[left]!, rightId: ids[right]! };
    addAnswer(store, {
      ...pair,
      ...said,
      key,
      createdAt,
      durationMs: seconds,
      annotator: nameOf(person),
      origin: 'compare',
    });
    const after = revoked[number];
    if (after !== null && after !== undefined)
      revokeAnswer(store, key, new Date(start + 1e6 + 1000 * after).toISOString());
  }
  return store;
}

/** Made once: opening a copy is much quicker. */
const base = mkdtempSync(join(tmpdir(), 'tiebreak-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let copies = 0;

/** A store with the posts alone, or with nothing. */
function storeWith(content: 'posts' | 'nothing'): WritingStore {
  const made = join(base, `${content}.db`);
  if (!existsSync(made)) closeStore(content === 'posts' ? makePosts(made) : openStore(made));
  copies += 1;
  copyFileSync(made, join(base, `${copies}.db`));
  return openStore(join(base, `${copies}.db`));
}

function makePosts(path: string): WritingStore {
  const store = openStore(path);
  const importId = startImport(store, 'posts', 'posts');
  for (let post = 0; post < posts; post++) {
    const made = Array.from({ length: comments }, (_, at) => ({ text: text(post, at), rank: null, votes: null }));
    const head = {
      key: `p${post}`,
      title: null,
      text: `Post ${post}`,
      context: null,
      group: `p${post}`,
      split: 'train' as const,
    };
    addPost(store, { ...head, comments: made }, { importId, line: post + 1, list: 'row' });
  }
  return store;
}

const fileOf = (store: WritingStore): string => [...labelLines(store, undefined)].join('');
/** All that a store says of answers, in an order of its own. */
const labelsOf = (store: WritingStore): readonly string[] => [...labelLines(store, undefined)].toSorted();

async function bring(store: WritingStore, ...files: readonly string[]): Promise<void> {
  for (const file of files) if (file !== '') await importFile(store, temporaryFile(file));
}

/** A store with the posts alone, or one that is empty, into which the files come in this order. */
async function merged(files: readonly string[], empty = false): Promise<WritingStore> {
  const store = storeWith(empty ? 'nothing' : 'posts');
  await bring(store, ...files);
  return store;
}

/** Closes stores when the work is done, as a property makes many of them. */
async function using<T>(
  stores: readonly (WritingStore | Promise<WritingStore>)[],
  work: (...of: WritingStore[]) => T,
): Promise<T> {
  const open = await Promise.all(stores);
  try {
    return await work(...open);
  } finally {
    for (const store of open) closeStore(store);
  }
}

const nameOf = (person: number): string => names[person]!;
const filesOf = (all: readonly Deed[], held: readonly Machine[], naming = nameOf): readonly string[] =>
  held.map((machine, number) => {
    const store = storeOf(all, machine, number, naming);
    const file = fileOf(store);
    closeStore(store);
    return file;
  });

const runs = { numRuns: 12 };

describe('files of labels of several people', () => {
  test('are the same in any order, brought one by one, together, or again', async () => {
    await fc.assert(
      fc.asyncProperty(deeds, held, fc.boolean(), async (all, holding, empty) => {
        const [a, b, c] = filesOf(all, holding) as [string, string, string];
        const wanted = await using([merged([a, b, c], empty)], labelsOf);
        const orders = [[c, b, a], [b, a, c], [a, a, b, c, b, a], [a + b + c], [c + a, b]];
        for (const order of orders) expect(await using([merged(order, empty)], labelsOf)).toEqual(wanted);
        // Two are merged elsewhere first, whichever two.
        const [ab, bc] = [await using([merged([a, b])], fileOf), await using([merged([b, c])], fileOf)];
        expect(await using([merged([ab, c], empty)], labelsOf)).toEqual(wanted);
        expect(await using([merged([a, bc], empty)], labelsOf)).toEqual(wanted);
        expect(await using([merged([ab, bc], empty)], labelsOf)).toEqual(wanted);
      }),
      runs,
    );
  });

  test('lose nothing and double nothing: each answer is there once, as it was given, taken back where any file says so', async () => {
    await fc.assert(
      fc.asyncProperty(deeds, held, async (all, holding) => {
        await using([merged(filesOf(all, holding))], (store) => {
          const there = [...allAnswers(store, { revoked: true })];
          const known = all.flatMap((one, i) => (holding.some((machine) => machine[i]) ? [{ ...one, i }] : []));
          expect(there).toHaveLength(known.length);
          for (const { i, person, choice, note, verdict, seconds, revoked } of known) {
            const times = revoked.filter((after, machine) => after !== null && holding[machine]![i]) as number[];
            expect(findAnswer(store, keyOf(i))).toMatchObject({
              annotator: nameOf(person),
              choice,
              note,
              verdict,
              durationMs: seconds,
              createdAt: new Date(start + 1000 * i).toISOString(),
              // By several clocks: the first one.
              revokedAt: times.length === 0 ? null : new Date(start + 1e6 + 1000 * Math.min(...times)).toISOString(),
            });
          }
        });
      }),
      runs,
    );
  });

  test('say the same of people, and teach the same, in any order', async () => {
    const learned = (store: WritingStore) =>
      [...postsWithComments(store)].map((post) => {
        const answers = [...allAnswers(store)].filter(({ postId }) => postId === post.id);
        const { comments: made, pairs } = pairsOfPost(post, answers, 'labels');
        return pairs
          .map(({ first, second, target }) => ({ two: [made[first]!.text, made[second]!.text], target }))
          .map(({ two, target }) => `${target === 0.5 ? two.toSorted() : two} ${target.toFixed(9)}`)
          .toSorted();
      });
    const people = (store: WritingStore) => {
      const { people: each, agreement } = toEnd(peopleSteps([...allAnswers(store)]));
      const figures = each.map(({ annotator, answers, shared, agreement: own, ties, repeated }) =>
        [annotator, answers, shared, own?.value.toFixed(9), ties, repeated].join(' '),
      );
      return { each: figures.toSorted(), share: agreement.share, pairs: agreement.pairs };
    };
    const shared = (store: WritingStore) => agreementOf(sharedAnswers(store));
    await fc.assert(
      fc.asyncProperty(deeds, held, async (all, holding) => {
        const files = filesOf(all, holding);
        await using([merged(files), merged(files.toReversed())], (one, other) => {
          expect(learned(other)).toEqual(learned(one));
          expect(people(other)).toEqual(people(one));
          expect(shared(other)).toEqual(shared(one));
        });
      }),
      runs,
    );
  });

  test('other names of the people change nothing but the names', async () => {
    const renamed = (person: number): string => `Nobody ${names.length - person}`;
    await fc.assert(
      fc.asyncProperty(deeds, held, async (all, holding) => {
        const mine = await using([merged(filesOf(all, holding))], labelsOf);
        const theirs = await using([merged(filesOf(all, holding, renamed))], labelsOf);
        const other = new Map(names.map((name, person) => [name as string, renamed(person)]));
        const translated = mine.map((line) => {
          const row = JSON.parse(line) as { annotator: string };
          return `${JSON.stringify({ ...row, annotator: other.get(row.annotator) })}\n`;
        });
        expect(translated.toSorted()).toEqual(theirs);
      }),
      runs,
    );
  });

  test('two people on one pair, and one person twice, stay as many answers', async () => {
    const said = (person: number, choice: Preference): Deed => ({
      ...{ person, post: 0, left: 0, right: 1, choice, note: '', verdict: false, seconds: null },
      revoked: [null, null, null],
    });
    const all = [said(0, 'left'), said(5, 'right'), said(0, 'right'), said(0, 'left')];
    const files = filesOf(all, [
      [true, false, false, false],
      [false, true, true, false],
      [false, false, false, true],
    ]);
    await using([merged(files)], (store) => {
      expect([...allAnswers(store)].map(({ annotator, choice }) => [annotator, choice])).toEqual([
        ['Ann', 'left'],
        ['7', 'right'],
        ['Ann', 'right'],
        ['Ann', 'left'],
      ]);
    });
  });
});
