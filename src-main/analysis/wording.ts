import { randomFrom } from '../common/random.ts';
import { counted, wholeNumber } from '../common/words.ts';
import type { Figure } from '../contract/figures.ts';
import type { PostWithComments } from '../contract/records.ts';
import { intervalFigure, percentOf, tableFigure } from './figure.ts';
import { countWords, logOddsOf, thresholdOf, type WordOdds } from './log-odds.ts';
import type { Part } from './part.ts';
import { bestAndLast, standings } from './standing.ts';

/** The words of a text, in small letters: what letters and digits make, with an apostrophe within. */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .slice(0, charactersRead)
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}\p{N}]+(?:'\p{L}+)*/gu) ?? []
  );
}

const charactersRead = 20_000;
/** Words that fewer of the compared comments have can't be told from chance. */
const fewestComments = 10;
const fewestPosts = 20;
const shownOfEach = 12;

/** Counts the words of all comments, and apart for the best and the last one of each post. */
export function createWordingReader(seed: number) {
  const random = randomFrom(seed);
  const [best, last, usual] = [countWords(), countWords(), countWords()];
  let posts = 0;
  return {
    read: (post: PostWithComments): void => {
      for (const { text } of post.comments) usual.add(wordsOf(text));
      const pair = bestAndLast(standings(post), random);
      if (!pair) return;
      posts += 1;
      best.add(wordsOf(pair[0].text));
      last.add(wordsOf(pair[1].text));
    },
    part: (): Part => {
      const head = { id: 'words', title: 'Words' } as const;
      if (posts < fewestPosts) {
        const note = `${counted(posts, 'post')} with a best and a last comment: too few to compare their words.`;
        return { section: { ...head, note, figures: [] } };
      }
      const tested = logOddsOf(best, last, usual).filter(({ first, second }) => first + second >= fewestComments);
      const note =
        'Each post gives its best and its last comment, so that topics weigh the same on both sides. How it is reckoned stands under Research.';
      if (tested.length === 0) return { section: { ...head, note, figures: [] } };
      const found = { ...standingOut(tested), posts };
      return { section: { ...head, note, figures: [wordsTable(found)] }, research: [oddsFigure(found)] };
    },
  };
}

type Words = {
  /** All that were tested, the most typical of the best comments first. */
  readonly sorted: readonly WordOdds[];
  /** Those furthest to either side. */
  readonly shown: readonly WordOdds[];
  /** From which on a word stands out beyond chance. */
  readonly threshold: number;
  readonly posts: number;
};

function standingOut(tested: readonly WordOdds[]): Omit<Words, 'posts'> {
  const sorted = tested.toSorted((a, b) => b.z - a.z);
  const ofBest = sorted.filter(({ z }) => z > 0).slice(0, shownOfEach);
  const ofLast = sorted.filter(({ z }) => z < 0).slice(-shownOfEach);
  return { sorted, shown: [...ofBest, ...ofLast], threshold: thresholdOf(tested.map(({ z }) => z)) };
}

/** The words that stand out, with how many of the best and of the last comments have them. */
function wordsTable({ sorted, shown, threshold, posts }: Words): Figure {
  const beyond = shown.filter(({ z }) => Math.abs(z) >= threshold);
  return tableFigure(
    {
      id: 'words',
      title: 'Words that tell the best comments from the last ones',
      says: wordsSay(sorted, threshold, posts),
    },
    {
      columns: ['Word', 'Of the best comments', 'Of the last ones', 'More often in'],
      rows: beyond.map(({ word, first, second, z }) => [
        word,
        percentOf(first / posts),
        percentOf(second / posts),
        z > 0 ? 'the best' : 'the last',
      ]),
    },
  );
}

function oddsFigure({ shown, threshold }: Words): Figure {
  return intervalFigure(
    {
      id: 'log-odds',
      title: 'Log-odds ratios of words, the best comments against the last ones',
      says: 'With an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008); the errors allow for words that one comment repeats. Bold: beyond chance at a false discovery rate of 5% (Benjamini & Hochberg).',
    },
    {
      xLabel: 'Log-odds ratio: the best comments on the right, the last ones on the left',
      rows: shown.map(({ word, logOdds, error, z }) => ({
        name: word,
        value: logOdds,
        interval: [logOdds - 1.96 * error, logOdds + 1.96 * error],
        emphasis: Math.abs(z) >= threshold,
      })),
      reference: { value: 0, label: 'no difference' },
    },
    {
      column: 'In best / last comments',
      of: (_, index) => `${wholeNumber(shown[index]!.first)} / ${wholeNumber(shown[index]!.second)}`,
    },
  );
}

const named = 5;
const quoted = (words: readonly WordOdds[]): string => words.map(({ word }) => `“${word}”`).join(', ');

/** Which words stand out beyond chance. @param sorted by z, the highest first */
export function wordsSay(sorted: readonly WordOdds[], threshold: number, posts: number): string {
  const ofBest = sorted.filter(({ z }) => z >= threshold);
  const ofLast = sorted.filter(({ z }) => z <= -threshold).reverse();
  const tested = `${counted(sorted.length, 'word')} tested in ${counted(posts, 'post')}`;
  if (ofBest.length + ofLast.length === 0) {
    return `No word tells the best comments from the last ones beyond chance (${tested}).`;
  }
  const side = (words: readonly WordOdds[], where: string): string[] => {
    return words.length === 0 ? [] : [`${quoted(words.slice(0, named))} in ${where}`];
  };
  const parts = [...side(ofBest, 'the best comments'), ...side(ofLast, 'the last ones')].join(', and ');
  const count = ofBest.length + ofLast.length;
  return `${counted(count, 'word stands', 'words stand')} out beyond chance (${tested}): more often ${parts}.`;
}
