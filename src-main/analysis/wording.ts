import { randomFrom } from '../common/random.ts';
import { counted, wholeNumber } from '../common/words.ts';
import type { Figure, Section } from '../contract/figures.ts';
import type { PostWithComments } from '../contract/records.ts';
import { intervalFigure } from './figure.ts';
import { countWords, logOddsOf, thresholdOf, type WordOdds } from './log-odds.ts';
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
    section: (): Section => {
      const head = { id: 'words', title: 'Words of the best and the last comments' } as const;
      if (posts < fewestPosts) {
        const note = `${counted(posts, 'post')} with a best and a last comment: too few to compare their words.`;
        return { ...head, note, figures: [] };
      }
      const tested = logOddsOf(best, last, usual).filter(({ first, second }) => first + second >= fewestComments);
      const note =
        'Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008). Each post gives its best and its last comment, so that topics weigh the same on both sides; the errors allow for words that one comment repeats.';
      return { ...head, note, figures: tested.length === 0 ? [] : [wordsFigure(tested, posts)] };
    },
  };
}

function wordsFigure(tested: readonly WordOdds[], posts: number): Figure {
  const threshold = thresholdOf(tested.map(({ z }) => z));
  const sorted = tested.toSorted((a, b) => b.z - a.z);
  const ofBest = sorted.filter(({ z }) => z > 0).slice(0, shownOfEach);
  const ofLast = sorted.filter(({ z }) => z < 0).slice(-shownOfEach);
  const shown = [...ofBest, ...ofLast];
  return intervalFigure(
    {
      id: 'words',
      title: 'Words that tell the best comments from the last ones',
      says: wordsSay(sorted, threshold, posts),
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
    return `No word tells the best comments from the last ones beyond chance (${tested}): those shown differ most, and may well be noise.`;
  }
  const side = (words: readonly WordOdds[], where: string): string[] => {
    return words.length === 0 ? [] : [`${quoted(words.slice(0, named))} in ${where}`];
  };
  const parts = [...side(ofBest, 'the best comments'), ...side(ofLast, 'the last ones')].join(', and ');
  const count = ofBest.length + ofLast.length;
  return `${counted(count, 'word stands', 'words stand')} out beyond chance (${tested}; false discovery rate 5%), in bold: more often ${parts}.`;
}
