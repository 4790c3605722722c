import { randomFrom } from '../../src-main/common/random.ts';
import { splitOf } from '../../src-main/dataset/split.ts';
import { addAnswer } from '../../src-main/store/answers.ts';
import { finishImport, startImport } from '../../src-main/store/imports.ts';
import { closeStore, inTransaction, openStore, type WritingStore } from '../../src-main/store/open.ts';
import { addedPost } from '../support/added-post.ts';

const postsPerTransaction = 500;

/** A made-up post of five comments, of the sizes real ones have. */
export type MadeUpPost = ReturnType<typeof postsFrom> extends Generator<infer P> ? P : never;

/** So many of them. The same numbers give the same posts. */
export const madeUpPosts = (count: number): Generator<MadeUpPost> => postsFrom(count, randomFrom(1));

function* postsFrom(count: number, random: () => number) {
  const words = vocabulary(random, 20_000);
  // Few words are frequent and most are rare, as in any language.
  const word = (): string => words[Math.floor(words.length * random() ** 3)]!;
  const text = (mean: number): string => {
    const length = Math.max(3, Math.round(-Math.log(1 - random()) * mean));
    return Array.from({ length }, word).join(' ');
  };
  for (let number = 0; number < count; number++) {
    const comments = Array.from({ length: 5 }, (_, rank) => ({
      text: `${text(30)} ${number}-${rank}`,
      rank,
      votes: Math.floor(100 * random() ** 4),
    }));
    yield { key: `post-${number}`, title: text(8), text: text(40), group: `group-${number >> 2}`, comments };
  }
}

/**
 * Fills a new store with made-up posts. Every so many posts one gets a label. All posts came with one import, and the labels did not.
 */
export function generateStore(path: string, posts: number, { labelEvery = 100 } = {}): void {
  const random = randomFrom(2);
  const store = openStore(path);
  try {
    const importId = startImport(store, 'made-up.jsonl', 'cupit');
    const made = madeUpPosts(posts);
    for (let from = 0; from < posts; from += postsPerTransaction) {
      inTransaction(store, () => {
        for (let number = from; number < Math.min(posts, from + postsPerTransaction); number++) {
          const post = made.next().value as MadeUpPost;
          const placed = { ...post, context: null, split: splitOf(post.group) };
          const postId = addedPost(store, placed, { importId, line: number + 1, list: 'row' });
          if (number % labelEvery === 0) answerFirstTwo(store, postId, random);
        }
      });
    }
    finishImport(store, importId, { posts, comments: 5 * posts, labels: 0, contexts: 0, rewards: 0, skipped: 0 });
  } finally {
    closeStore(store);
  }
}

/** Says which of the first two comments of such a post is better, by chance. */
export function answerFirstTwo(store: WritingStore, postId: number, random: () => number): void {
  const [leftId, rightId] = [postId * 5 - 4, postId * 5 - 3];
  const choice = random() < 0.5 ? 'left' : 'right';
  addAnswer(store, { postId, leftId, rightId, choice, annotator: 'bench', origin: 'import' });
}

function vocabulary(random: () => number, count: number): string[] {
  const syllables = [
    'ba',
    'co',
    'di',
    'fe',
    'gu',
    'lan',
    'mer',
    'no',
    'pis',
    'qua',
    'ro',
    'sti',
    'tor',
    'u',
    've',
    'wy',
  ];
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + Math.floor(random() * 4) }, () => syllables[Math.floor(random() * syllables.length)]).join(
      '',
    ),
  );
}
