/** A person who answers, played from the votes of a data set: what they say of comments, and how long that takes them. */

import { readFileSync } from 'node:fs';
import { shuffled } from '../../src-main/common/random.ts';
import type { PairGroup } from '../../src-main/contract/engine.ts';
import { readSplit } from './drawn-answers.ts';

/** A post with what each of its comments is worth to people, about the same for all of them. */
export type PlayedPost = {
  readonly group: PairGroup;
  readonly worths: readonly number[];
  readonly validation: boolean;
};

/** Kinds of questions, by what is asked. */
export const questions = ['pair', 'pair, much better told', 'best and worst of four', 'order of five'] as const;
export type Question = (typeof questions)[number];

/** What came of one question: pairs by the places of comments, and how long it took at so many words a minute. */
export type Played = { readonly pairs: PairGroup['pairs']; readonly seconds: (wordsPerMinute: number) => number };

/** Seconds for a press of a key, with the decision. */
const press = 1;
/** Share of the comments' words that is read again, for each comment beyond the second. */
const readAgain = 0.075;
/** From this difference of noisy worths on one comment is said to be much better: on about half of UKP's pairs. */
const muchBetter = 2;
/** What an answer counts that is not said to be much better, for the better one. */
const notMuch = 0.8;

/**
 * The posts of two splits that have so many comments or more. Worths are votes, in the units in which one answer agrees with the order of two
 * votes as often as is said.
 * @param agreement of one answer with the votes, over all pairs, .5 to 1
 */
export function playedPosts(folder: string, agreement: number, fewest: number): readonly PlayedPost[] {
  const read = (['train', 'validation'] as const).flatMap((split) => {
    const rows = readFileSync(`${folder}/${split}.jsonl`, 'utf8').trimEnd().split('\n');
    return readSplit(`${folder}/${split}.jsonl`).groups.map((group, i) => {
      const { comments } = JSON.parse(rows[i]!) as { comments: { text: string; votes: number }[] };
      const votes = new Map(comments.map(({ text, votes }) => [text, votes]));
      return {
        group,
        worths: group.texts.map(({ comment }) => votes.get(comment)!),
        validation: split === 'validation',
      };
    });
  });
  const posts = read.filter(({ group }) => group.texts.length >= fewest);
  const gaps = posts.flatMap(({ group, worths }) =>
    group.pairs.map(({ first, second }) => Math.abs(worths[first]! - worths[second]!)),
  );
  let [low, high] = [1e-3, 1e3];
  for (let i = 0; i < 60; i++) {
    const middle = Math.sqrt(low * high);
    const agreed = gaps.reduce((sum, gap) => sum + 1 / (1 + Math.exp(-middle * gap)), 0) / gaps.length;
    if (agreed < agreement) low = middle;
    else high = middle;
  }
  return posts.map((post) => ({ ...post, worths: post.worths.map((worth) => low * worth) }));
}

/** Asks one question on comments of a post, drawn by chance. */
export function play(question: Question, { group, worths }: PlayedPost, random: () => number): Played {
  const count = { pair: 2, 'pair, much better told': 2, 'best and worst of four': 4, 'order of five': 5 }[question];
  const shown = shuffled([...group.texts.keys()], random).slice(0, count);
  // Plackett and Luce: the order of worths with Gumbel noise.
  const noisy = new Map(shown.map((place) => [place, worths[place]! - Math.log(-Math.log(1 - random()))]));
  const order = shown.toSorted((a, b) => noisy.get(b)! - noisy.get(a)!);
  // Whoever tells how much better one is lets the model believe less in what is not much better.
  const told = (better: number, worse: number): number =>
    question !== 'pair, much better told' || noisy.get(better)! - noisy.get(worse)! > muchBetter ? 1 : notMuch;
  const wins = (better: number, worse: number) => ({ first: better, second: worse, target: told(better, worse) });
  const all = order.flatMap((better, i) => order.slice(i + 1).map((worse) => wins(better, worse)));
  const known = (pair: { first: number; second: number }): boolean =>
    pair.first === order[0] || pair.second === order.at(-1);
  const words = (text: string): number => text.split(/\s+/).filter(Boolean).length;
  const ofComments = shown.reduce((sum, place) => sum + words(group.texts[place]!.comment), 0);
  const read = words(group.texts[0]!.post) + ofComments * (1 + readAgain * (shown.length - 2));
  const keys = { pair: 1, 'pair, much better told': 1, 'best and worst of four': 2, 'order of five': shown.length }[
    question
  ];
  return {
    pairs: question === 'best and worst of four' ? all.filter(known) : all,
    seconds: (wordsPerMinute) => (60 * read) / wordsPerMinute + press * keys,
  };
}
