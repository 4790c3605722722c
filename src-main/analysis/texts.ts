import { deviation, mean } from 'd3-array';
import { randomFrom } from '../common/random.ts';
import { counted, placeInWords, wholeNumber } from '../common/words.ts';
import type { PostWithComments } from '../contract/records.ts';
import type { DataNumbers, Distribution } from '../contract/statistics.ts';
import { barFigure, barsOfHistogram, intervalInWords, isBeside, percentOf } from './figure.ts';
import type { Candidate, Found } from './findings.ts';
import type { Part } from './part.ts';
import { bestAndLast, standings } from './standing.ts';

/** Gathers what the figures of lengths need beside the statistics: how much longer the best comment of a post is than its last. */
export function createTextsReader(seed: number) {
  const random = randomFrom(seed);
  const ratios: number[] = [];
  return {
    read: (post: PostWithComments): void => {
      const pair = bestAndLast(standings(post), random);
      if (pair) ratios.push(Math.log(pair[0].text.length / pair[1].text.length));
    },
    part: (statistics: DataNumbers, pairs: readonly Found[]): Part => textsPart(statistics, ratios, pairs),
  };
}

const ranksShown = 20;

function textsPart(statistics: DataNumbers, ratios: readonly number[], pairs: readonly Found[]): Part {
  const { texts } = statistics;
  const byRank = texts.byRank.slice(0, ranksShown);
  const says = lengthByPlaceSays(ratios);
  const lengths = barFigure(
    { id: 'length-by-place', title: 'Mean length by place', says },
    {
      xLabel: 'Place in the data',
      yLabel: 'Characters',
      bars: byRank.map(({ rank, meanCharacters }) => ({
        label: placeInWords(rank),
        value: Math.round(meanCharacters),
      })),
      of: 'texts',
    },
    {
      columns: ['Place in the data', 'Mean characters', 'Comments'],
      rows: byRank.map(({ rank, meanCharacters, comments }) => [
        placeInWords(rank),
        Math.round(meanCharacters),
        comments,
      ]),
    },
  );
  const section = {
    id: 'texts',
    title: 'Length',
    note: null,
    figures: [
      ...pairs.map(({ figure }) => figure),
      ...(byRank.length > 0 ? [lengths] : []),
      barFigure(
        {
          id: 'lengths',
          title: 'Length of comments',
          says: spreadSays(texts.characters, 'comments', 'characters'),
        },
        { xLabel: 'Characters', yLabel: 'Comments', bars: barsOfHistogram(statistics.characters), of: 'texts' },
      ),
      barFigure(
        {
          id: 'comments-per-post',
          title: 'Comments per post',
          says: spreadSays(texts.commentsPerPost, 'posts', 'comments'),
        },
        {
          xLabel: 'Comments',
          yLabel: 'Posts',
          bars: barsOfHistogram(statistics.commentsPerPost, texts.commentsPerPost.highest),
          of: 'texts',
        },
      ),
    ],
  };
  return { section, findings: [...pairs.map(({ finding }) => finding), ...plainFindings(texts)] };
}

/** Fewer comments are known one by one. */
const fewestComments = 10;

/** What can be said of any data. */
function plainFindings({ posts, comments, commentsPerPost, characters }: DataNumbers['texts']): readonly Candidate[] {
  if (comments < fewestComments) return [];
  const size: Candidate = {
    topic: 'size',
    says: spreadSays(commentsPerPost, 'posts', 'comments'),
    rests: `${counted(comments, 'comment')} in ${counted(posts, 'post')}`,
    figure: 'comments-per-post',
    strength: 0,
  };
  const length: Candidate = {
    topic: 'texts',
    says: spreadSays(characters, 'comments', 'characters'),
    rests: counted(comments, 'comment'),
    figure: 'lengths',
    strength: 0,
  };
  return [size, length];
}

const fewest = 10;

/** What lengths say of places, from the logarithm of how much longer the best comment of each post is than its last. */
export function lengthByPlaceSays(ratios: readonly number[]): string {
  if (ratios.length < fewest) {
    return `${counted(ratios.length, 'post has', 'posts have')} a best and a last comment: too few to compare lengths.`;
  }
  const middle = mean(ratios)!;
  const error = (1.96 * (deviation(ratios) ?? 0)) / Math.sqrt(ratios.length);
  const longer = (log: number): number => Math.exp(log) - 1;
  const interval = [longer(middle - error), longer(middle + error)] as const;
  const rests = `${intervalInWords(interval, percentOf)}, ${counted(ratios.length, 'post')}`;
  if (!isBeside(interval, 0)) {
    return `Within a post, the best comment and the last one do not differ clearly in length (the best is longer by ${percentOf(longer(middle))}; ${rests}).`;
  }
  if (middle > 0) {
    return `Within a post, the best comment is typically ${percentOf(longer(middle))} longer than the last one (${rests}).`;
  }
  const shorter = [-interval[1], -interval[0]] as const;
  return `Within a post, the best comment is typically ${percentOf(-longer(middle))} shorter than the last one (${intervalInWords(shorter, percentOf)}, ${counted(ratios.length, 'post')}).`;
}

const whole = (value: number): string => wholeNumber(Math.round(value));

/** Where the middle half of some values lies: 'Half of the comments have between 80 and 310 characters, the longest 2,311.' */
export function spreadSays(
  { lowerQuartile, upperQuartile, median, highest }: Distribution,
  things: string,
  unit: string,
): string {
  if (lowerQuartile === upperQuartile) {
    const most = highest === median ? 'which is also the most' : `the most is ${whole(highest)}`;
    return `At least half of the ${things} have ${whole(median)} ${unit}${highest === median ? ', ' : '; '}${most}.`;
  }
  return `The middle half of the ${things} has ${whole(lowerQuartile)} to ${whole(upperQuartile)} ${unit}; the most is ${whole(highest)}.`;
}
