/** Posts whose pairs a played labeller can be asked, with how likely each answer is. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PairGroup, TextInput } from '../../src-main/contract/engine.ts';
import { readSplit, type Split } from './drawn-answers.ts';
import { playedPosts } from './labeller.ts';

/** Two comments by their places, and the chances of one person's answer; what is left is a tie. */
type AskedPair = { readonly first: number; readonly second: number; readonly better: number; readonly worse: number };
export type AskedPost = {
  readonly texts: readonly TextInput[];
  readonly pairs: readonly AskedPair[];
  readonly validation: boolean;
};
export type AskedSet = { readonly posts: readonly AskedPost[]; readonly test: Split };

/**
 * All pairs of posts with votes: an answer agrees with the votes the more often, the further these are apart.
 * @param agreement of one answer with the votes, over all pairs
 */
export function askedByVotes(folder: string, agreement: number): AskedSet {
  const posts = playedPosts(folder, agreement, 2).map(({ group, worths, validation }): AskedPost => {
    const pairs = group.pairs.map(({ first, second }) => {
      const better = 1 / (1 + Math.exp(worths[second]! - worths[first]!));
      return { first, second, better, worse: 1 - better };
    });
    return { texts: group.texts, pairs, validation };
  });
  return { posts, test: readSplit(join(folder, 'test.jsonl')) };
}

/** The pairs that five workers judged: an answer is that of one of them. The test is on pairs that they agree on clearly. */
export function askedByWorkers(folder: string): AskedSet {
  const train = workersPairs(join(folder, 'pairs_train.jsonl'));
  const validation = workersPairs(join(folder, 'pairs_validation.jsonl'));
  const groups = workersPairs(join(folder, 'pairs_test.jsonl')).map(({ texts, pairs }): PairGroup => {
    const clear = pairs.filter(({ strict }) => strict);
    return {
      texts,
      pairs: clear.map(({ first, second, better, worse }) => ({ first, second, target: better > worse ? 1 : 0 })),
    };
  });
  const posts = [
    ...train.map((post) => ({ ...post, validation: false })),
    ...validation.map((post) => ({ ...post, validation: true })),
  ];
  return { posts, test: { groups, answers: [] } };
}

type WorkersPair = AskedPair & { readonly strict: boolean };

/** Sides are as the rows come in turn: which of the two the row calls chosen says nothing. */
function workersPairs(
  path: string,
): { readonly texts: readonly TextInput[]; readonly pairs: readonly WorkersPair[] }[] {
  const posts = new Map<string, { texts: string[]; pairs: WorkersPair[] }>();
  for (const [number, line] of readFileSync(path, 'utf8').trimEnd().split('\n').entries()) {
    const row = JSON.parse(line) as Record<'prompt' | 'chosen' | 'rejected', string> &
      Record<'votes_chosen' | 'votes_rejected' | 'votes_equal', number> & { strict: boolean };
    const post = posts.get(row.prompt) ?? { texts: [], pairs: [] };
    posts.set(row.prompt, post);
    const placeOf = (text: string): number => {
      if (!post.texts.includes(text)) post.texts.push(text);
      return post.texts.indexOf(text);
    };
    const [chosen, rejected] = [placeOf(row.chosen), placeOf(row.rejected)];
    const all = row.votes_chosen + row.votes_rejected + row.votes_equal;
    const [better, worse] = [row.votes_chosen / all, row.votes_rejected / all];
    post.pairs.push(
      number % 2 === 0
        ? { first: chosen, second: rejected, better, worse, strict: row.strict }
        : { first: rejected, second: chosen, better: worse, worse: better, strict: row.strict },
    );
  }
  return [...posts].map(([post, { texts, pairs }]) => ({ texts: texts.map((comment) => ({ post, comment })), pairs }));
}
