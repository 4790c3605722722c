import { counted, listed, plainNumber } from '../common/words.ts';
import type { Figure, IntervalRow } from '../contract/figures.ts';
import type { PostWithComments } from '../contract/records.ts';
import { bootstrapInterval } from '../evaluation/bootstrap.ts';
import { barFigure, decimal, intervalFigure, intervalInWords, isBeside, percentOf } from './figure.ts';
import { type Candidate, distanceFrom } from './findings.ts';
import type { Part } from './part.ts';
import { shareBeaten, standings } from './standing.ts';
import { looksEnglish, sentimentOf } from './vader.ts';

/** VADER's own thresholds. */
const kinds = [
  { name: 'negative', holds: (compound: number) => compound <= -0.05 },
  { name: 'neutral', holds: (compound: number) => compound > -0.05 && compound < 0.05 },
  { name: 'positive', holds: (compound: number) => compound >= 0.05 },
] as const;

/** What the comments of one kind in one post beat of the others: a sum of shares, and of how many comments. */
type Beaten = { sum: number; count: number };

/** Gathers the sentiment of comments, and how they stand in their post. */
export function createSentimentReader(seed: number) {
  const classes = Array<number>(20).fill(0);
  const counts = kinds.map(() => 0);
  const beaten = kinds.map((): Beaten[] => []);
  const english = { yes: 0, of: 0 };
  return {
    read: (post: PostWithComments): void => {
      const known = new Map<number, number>();
      for (const { id, text } of post.comments) {
        const compound = sentimentOf(text);
        known.set(id, kindOf(compound));
        counts[kindOf(compound)]! += 1;
        classes[Math.min(19, Math.floor((compound + 1) * 10))]! += 1;
        const looks = looksEnglish(text);
        english.of += looks === null ? 0 : 1;
        english.yes += looks ? 1 : 0;
      }
      const all = standings(post);
      if (all.length === 0) return;
      const sums = kinds.map((): Beaten => ({ sum: 0, count: 0 }));
      for (const [index, share] of shareBeaten(all).entries()) {
        const one = sums[known.get(all[index]!.comment.id)!]!;
        one.sum += share;
        one.count += 1;
      }
      for (const [kind, one] of sums.entries()) beaten[kind]!.push(one);
    },
    part: (): Part => {
      const head = { id: 'tone', title: 'Tone' } as const;
      if (counts.every((count) => count === 0))
        return { section: { ...head, note: 'There are no comments yet.', figures: [] } };
      const share = english.of === 0 ? 1 : english.yes / english.of;
      const note =
        share < 0.7
          ? `Only ${percentOf(share)} of the longer comments look English. Tone is told by a list of English words: what it says here means little.`
          : 'Told by a list of rated English words: it knows no irony, and nothing but English. The scores behind it stand under Research.';
      const figures = [toneFigure(counts), ...standingFigure(beaten, seed)];
      return {
        section: { ...head, note, figures },
        // What means little is not told first.
        findings: share < 0.7 ? [] : toneFinding(figures[1]),
        research: [spreadFigure(classes)],
      };
    },
  };
}

const kindOf = (compound: number): number => kinds.findIndex(({ holds }) => holds(compound));

function toneFigure(counts: readonly number[]): Figure {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const parts = kinds.map(({ name }, kind) => `${percentOf(all === 0 ? 0 : counts[kind]! / all)} are ${name}`);
  return barFigure(
    {
      id: 'tone',
      title: 'Tone of comments',
      says: `Of ${counted(all, 'comment')}, ${listed(parts)} in tone, going by their words.`,
    },
    {
      xLabel: 'Tone',
      yLabel: 'Comments',
      bars: kinds.map(({ name }, kind) => ({ label: name, value: counts[kind]! })),
      of: 'texts',
    },
  );
}

/** With fewer comments a tone is not told first. */
const fewestTold = 100;

/** The tone that tells most, where one does. */
function toneFinding(figure: Figure | undefined): readonly Candidate[] {
  const plot = figure?.plot;
  if (plot?.kind !== 'intervals') return [];
  return plot.rows.flatMap(({ name, value, interval }, index) => {
    const count = Number(figure!.numbers.rows[index]!.at(-1));
    if (value === null || !interval || !isBeside(interval, 50) || count < fewestTold) return [];
    return [
      {
        topic: 'tone' as const,
        says: `Comments that are ${name} in tone beat ${percentOf(value / 100)} of the others of their post, where 50% is chance.`,
        rests: `${plainNumber(count)} such comments; ${intervalInWords(interval, percents)}`,
        figure: figure!.id,
        strength: distanceFrom(interval, 50, value > 50 ? 100 : 0),
      },
    ];
  });
}

function spreadFigure(classes: readonly number[]): Figure {
  const edge = (index: number): string => ((index - 10) / 10).toFixed(1).replace('-', '−');
  return barFigure(
    {
      id: 'sentiment',
      title: 'Compound scores of VADER',
      says: 'VADER (Hutto & Gilbert 2014) rates the words of a text and allows for negation and emphasis. From −0.05 to 0.05 a text is called neutral.',
    },
    {
      xLabel: 'Compound score',
      yLabel: 'Comments',
      bars: classes.map((value, index) => ({ label: `${edge(index)} to ${edge(index + 1)}`, value })),
      of: 'texts',
    },
  );
}

const fewest = 20;

function standingFigure(beaten: readonly (readonly Beaten[])[], seed: number): readonly Figure[] {
  const rows = beaten.map((posts, kind): IntervalRow & { readonly count: number } => {
    const count = posts.reduce((sum, post) => sum + post.count, 0);
    const sum = posts.reduce((total, post) => total + post.sum, 0);
    const enough = count >= fewest;
    return {
      name: kinds[kind]!.name,
      value: enough ? (100 * sum) / count : null,
      interval: enough ? scaled(bootstrapInterval(posts, seed, 400)) : null,
      count,
    };
  });
  if (rows.every(({ value }) => value === null)) return [];
  return [
    intervalFigure(
      { id: 'sentiment-standing', title: 'How comments of each tone stand in their post', says: standingSays(rows) },
      {
        xLabel: 'Percent of the other comments of its post that such a comment beats',
        rows: rows.map(({ count: _, ...row }) => ({ ...row, of: 'texts' })),
        reference: { value: 50, label: 'chance' },
      },
      { column: 'Comments', of: (_, index) => rows[index]!.count },
    ),
  ];
}

const scaled = ([low, high]: readonly [number, number]) => [100 * low, 100 * high] as const;
const percents = (value: number): string => `${decimal(value, 1)}%`;

/** Which tones stand better or worse in their post than chance. */
export function standingSays(rows: readonly IntervalRow[]): string {
  const told = rows.filter((row) => row.value !== null && row.interval !== null && isBeside(row.interval, 50));
  const missing = rows.filter(({ value }) => value === null).map(({ name }) => name);
  const few = missing.length > 0 ? ` There are too few ${missing.join(' and ')} ones to tell.` : '';
  if (told.length === 0) return `Tone does not clearly tell how a comment stands in its post.${few}`;
  const parts = told.map(({ name, value, interval }) => {
    return `${name} comments beat ${percents(value!)} of the others of their post (${intervalInWords(interval!, percents)})`;
  });
  const [first, ...rest] = parts.join(', and ');
  return `${first!.toUpperCase()}${rest.join('')}, where 50% is chance.${few}`;
}
