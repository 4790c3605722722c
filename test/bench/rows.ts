/** Rows of the data sets as trainings and scorings read them: what a model gets to read, and all pairs of a post. */

import { readFileSync } from 'node:fs';
import type { PairGroup } from '../../src-main/contract/engine.ts';
import { postInput } from '../../src-main/recipe/pairs.ts';

type Row = {
  readonly title?: string;
  readonly text: string;
  readonly context?: string;
  readonly comments: readonly { readonly text: string; readonly score: number }[];
};

/** The first posts of a file of CUP IT rows, comments in its order, and all pairs whose places differ. */
export function readGroups(path: string, posts = Number.POSITIVE_INFINITY): PairGroup[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.slice(0, posts).map((line) => {
    const { title = null, text, context = null, comments } = JSON.parse(line) as Row;
    const post = postInput({ title, text, context }, 'post');
    const pairs = comments.flatMap((one, first) =>
      comments.flatMap((other, second) => (one.score < other.score ? [{ first, second, target: 1 }] : [])),
    );
    return { texts: comments.map((comment) => ({ post, comment: comment.text })), pairs };
  });
}
