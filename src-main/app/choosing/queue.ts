import { choosePair, type Random } from '../../labeling/next-pair.ts';
import type { Pair } from '../../store/answers.ts';
import type { ReadingStore, WritingStore } from '../../store/open.ts';
import { isOpen, openPostBetween, pairsOfPostFor, postFrom, postIdRange } from '../../store/open-pairs.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';

/**
 * The pairs that were handed out and not answered. They stand in the database, so that whoever opens the house again goes
 * on with the pair that was on the screen.
 */
export type PairQueue = {
  /** The next pairs for a tab. */
  readonly next: (store: WritingStore, annotator: string, tab: string, count: number) => readonly Pair[];
  /** Takes an answered pair out, whichever tab had it. */
  readonly settle: (store: WritingStore, tab: string, pair: Pair) => void;
  /** Puts a pair first for a tab, as it was shown. */
  readonly putFirst: (store: WritingStore, tab: string, pair: Pair) => void;
};

type Tab = { readonly pairs: readonly Pair[]; readonly seenAt: number };

/** A tab that was silent for so long is thought to be closed. */
const silence = 10 * 60_000;
/** Where handed-out pairs are kept among the settings; no setting that a person could change. */
const place = 'handedOutPairs';
const probes = 4;
const rounds = 8;

/** Numbers from the system's source of randomness, so that nothing can foresee the sides. */
export const cryptoRandom: Random = () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;

export function createPairQueue(): PairQueue {
  /** The tab heard of last stands last. */
  const tabs = new Map<string, Tab>();
  /** Pairs whose tab is gone: whoever asks first gets them. */
  let waiting: readonly Pair[] = [];
  let readFrom: ReadingStore | null = null;
  let kept = '';

  /** A backup that is put in place brings another store. */
  const read = (store: ReadingStore): void => {
    if (readFrom === store) return;
    tabs.clear();
    const value = readSetting(store, place);
    waiting = Array.isArray(value) ? value.filter(isPair) : [];
    kept = JSON.stringify(waiting);
    readFrom = store;
  };
  const write = (store: WritingStore): void => {
    const pairs = [...[...tabs.values()].reverse().flatMap((tab) => tab.pairs), ...waiting];
    const text = JSON.stringify(pairs);
    if (text === kept) return;
    writeSetting(store, place, pairs);
    kept = text;
  };
  const hear = (tab: string, pairs: readonly Pair[]): void => {
    tabs.delete(tab);
    tabs.set(tab, { pairs, seenAt: Date.now() });
  };
  const lapse = (asking: string): void => {
    for (const [name, tab] of tabs) {
      if (name === asking || tab.seenAt > Date.now() - silence) continue;
      tabs.delete(name);
      waiting = [...waiting, ...tab.pairs];
    }
  };
  const without = (pairs: readonly Pair[], pair: Pair): readonly Pair[] => pairs.filter((known) => !same(known, pair));
  const remove = (pair: Pair): void => {
    for (const [name, tab] of tabs) tabs.set(name, { ...tab, pairs: without(tab.pairs, pair) });
    waiting = without(waiting, pair);
  };

  return {
    next: (store, annotator, tab, count) => {
      read(store);
      lapse(tab);
      const open = (pair: Pair): boolean => isOpen(store, annotator, pair);
      const pairs = (tabs.get(tab)?.pairs ?? []).filter(open);
      waiting = waiting.filter(open);
      const taken = waiting.slice(0, Math.max(0, count - pairs.length));
      waiting = waiting.slice(taken.length);
      pairs.push(...taken);
      const reserved = [...[...tabs.values()].flatMap((tab) => tab.pairs), ...pairs];
      while (pairs.length < count) {
        const found = findPair(store, annotator, reserved);
        if (!found) break;
        pairs.push(found);
        reserved.push(found);
      }
      hear(tab, pairs);
      write(store);
      return pairs.slice(0, count);
    },
    settle: (store, tab, pair) => {
      read(store);
      remove(pair);
      hear(tab, tabs.get(tab)?.pairs ?? []);
      write(store);
    },
    putFirst: (store, tab, pair) => {
      read(store);
      remove(pair);
      hear(tab, [pair, ...(tabs.get(tab)?.pairs ?? [])]);
      write(store);
    },
  };
}

/** A pair that is open to a person and reserved for nobody: among a few posts drawn by chance, of the one with fewest answers. */
function findPair(store: ReadingStore, annotator: string, reserved: readonly Pair[]): Pair | null {
  const range = postIdRange(store);
  if (!range) return null;
  const draw = (): number => range.first + Math.floor(cryptoRandom() * (range.last - range.first + 1));
  const within = (postId: number): Pair | null => {
    const post = pairsOfPostFor(store, annotator, postId);
    const elsewhere = reserved.filter((pair) => pair.postId === postId);
    const taken = [...post.taken, ...elsewhere.map(({ leftId, rightId }) => [leftId, rightId] as const)];
    const chosen = choosePair({ ...post, taken }, cryptoRandom);
    return chosen && { postId, ...chosen };
  };
  for (let round = 0; round < rounds; round++) {
    const posts = Array.from({ length: probes }, () => postFrom(store, draw())).filter((post) => post !== undefined);
    for (const { postId } of posts.sort((a, b) => a.answers - b.answers)) {
      const found = within(postId);
      if (found) return found;
    }
  }
  // Few posts are left: one after another, from one drawn by chance to the end, and then from the beginning.
  const start = draw();
  for (const [from, to] of [
    [start, range.last],
    [range.first, start - 1],
  ] as const) {
    let at: number | undefined = from;
    // A post may have no open pair but reserved ones, so there are at most so many steps.
    while (at !== undefined) {
      at = openPostBetween(store, annotator, at, to);
      if (at === undefined) break;
      const found = within(at);
      if (found) return found;
      at += 1;
    }
  }
  return null;
}

function same(one: Pair, other: Pair): boolean {
  const { leftId, rightId } = one;
  return (
    (leftId === other.leftId && rightId === other.rightId) || (leftId === other.rightId && rightId === other.leftId)
  );
}

function isPair(value: unknown): value is Pair {
  const pair = value as Partial<Pair> | null;
  return [pair?.postId, pair?.leftId, pair?.rightId].every(Number.isSafeInteger);
}
