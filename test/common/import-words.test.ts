import { describe, expect, test } from 'vitest';
import { arrivedInWords, countsInWords, undoneInWords } from '../../src-main/common/import-words.ts';

describe('the report of an import', () => {
  const summary = {
    skipped: [],
    skippedCount: 0,
    looksLikeHtml: 0,
    keptWithGroup: 0,
    contexts: 0,
    rewards: 0,
    unmatched: 0,
    ambiguous: 0,
    contextsKept: 0,
    seconds: 1,
  };

  test('says what arrived, and only that', () => {
    expect(countsInWords({ posts: 412, comments: 2055, answers: 3, contexts: 0, rewards: 0 })).toBe(
      '412 posts, 2,055 comments and 3 answers',
    );
    expect(countsInWords({ posts: 0, comments: 0, answers: 0, contexts: 1, rewards: 0 })).toBe('1 context');
    expect(countsInWords({ posts: 0, comments: 0, answers: 0, contexts: 0, rewards: 2 })).toBe('2 rewards');
    expect(arrivedInWords({ ...summary, posts: 1, comments: 0, labels: 1 })).toBe('1 post and 1 answer arrived');
    expect(arrivedInWords({ ...summary, posts: 0, comments: 0, labels: 0 })).toContain('was here already');
    expect(arrivedInWords({ ...summary, posts: 0, comments: 0, labels: 0, skippedCount: 2 })).not.toContain('already');
  });

  test('says what an undo took away, and what stayed', () => {
    expect(undoneInWords({ posts: 2, comments: 9, answers: 0, contexts: 0, rewards: 0, postsKept: 0 })).toBe(
      '2 posts and 9 comments taken away.',
    );
    expect(undoneInWords({ posts: 0, comments: 0, answers: 0, contexts: 0, rewards: 0, postsKept: 1 })).toMatch(
      /^Nothing was taken away. 1 post stayed/,
    );
  });
});
