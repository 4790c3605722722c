/** Data folders of any size for the growth bench: a file to import, and what is put into a store beside. */

import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { randomFrom } from '../../../src-main/common/random.ts';
import { findModel } from '../../../src-main/store/models.ts';
import { closeStore, inTransaction, openStore, type WritingStore } from '../../../src-main/store/open.ts';
import { setRewards } from '../../../src-main/store/rewards.ts';
import { answerFirstTwo, madeUpPosts } from '../generate-store.ts';

/** Writes a file of so many comments, five a post. */
export function writePosts(path: string, comments: number): void {
  const file = openSync(path, 'w');
  try {
    for (const { key, title, text, comments: its } of madeUpPosts(comments / 5)) {
      const rows = its.map(({ text, rank }) => ({ text, score: 7 * (its.length - rank) }));
      writeSync(file, `${JSON.stringify({ id: key, title, text, comments: rows })}\n`);
    }
  } finally {
    closeSync(file);
  }
}

/** Gives every so many posts of a store that such a file filled an answer. */
export function putAnswers(home: string, comments: number, every: number): void {
  const random = randomFrom(2);
  inStore(home, (store) =>
    inTransaction(store, () => {
      for (let post = 1; post <= comments / 5; post += every) answerFirstTwo(store, post, random);
    }),
  );
}

const atOnce = 2_000;

/** Gives all comments but the last ones a made-up reward by a model, as if it had scored them. */
export function putRewards(home: string, model: string, comments: number, but: number): void {
  const random = randomFrom(3);
  inStore(home, (store) => {
    const { id } = findModel(store, model);
    for (let first = 1; first <= comments - but; first += atOnce) {
      const last = Math.min(first + atOnce - 1, comments - but);
      setRewards(
        store,
        id,
        Array.from({ length: last - first + 1 }, (_, i) => ({ commentId: first + i, reward: 2 * random() - 1 })),
      );
    }
  });
}

function inStore(home: string, work: (store: WritingStore) => void): void {
  const store = openStore(join(home, 'tiebreak.sqlite'));
  try {
    work(store);
  } finally {
    closeStore(store);
  }
}
