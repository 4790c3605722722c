import { extent, mean, minIndex } from 'd3-array';
import { UMAP } from 'umap-js';
import { groupName } from '../common/plots/map-names.ts';
import { randomFrom } from '../common/random.ts';
import { counted, plural, wholeNumber } from '../common/words.ts';
import type { MapCluster, MapPoint, Section } from '../contract/figures.ts';
import { percentOf } from './figure.ts';
import { hdbscan } from './hdbscan.ts';
import { countWords, logOddsOf } from './log-odds.ts';
import { averageRanks } from './ranks.ts';
import { wordsOf } from './wording.ts';

/** A text of the data, and the post it is or is under. */
export type MapText = { readonly kind: 'post' | 'comment'; readonly post: number; readonly text: string };

/** Texts with their vectors, one after the other, and of how many posts and comments; whole where none was left out. */
export type MapInput = {
  readonly texts: readonly MapText[];
  readonly vectors: Float32Array;
  readonly of: { readonly posts: number; readonly comments: number; readonly whole: boolean };
};

const seed = 1;
/** As the authors of UMAP recommend. */
const neighbours = 15;
/** Fewer texts have no neighbourhoods to speak of. */
const fewestTexts = 60;
const excerptCharacters = 240;

const head = { id: 'map', title: 'Map of posts and comments' } as const;

/** The section in the place of a map that can't be drawn. */
export const noMap = (note: string): Section => ({ ...head, note, figures: [] });

/**
 * Lays texts out in the plane so that those which mean something similar are near each other: McInnes, Healy & Melville, UMAP,
 * 2018, by the cosine of their vectors. Dense places are found by HDBSCAN. @param onProgress hears how many steps are done
 */
export function mapOf(input: MapInput, onProgress: (done: number, total: number) => void): Section {
  const { texts } = input;
  if (texts.length < fewestTexts) {
    return noMap(`${counted(texts.length, 'text')} of posts and comments: too few to draw a map of.`);
  }
  const places = layOut(texts.length, input.vectors, onProgress);
  const xs = places.map(([x]) => x!);
  const ys = places.map(([, y]) => y!);
  const labels = bySize(
    hdbscan(xs, ys, {
      smallest: Math.max(10, Math.round(texts.length / 200)),
      largest: Math.round(texts.length / 8),
      neighbours: 5,
    }),
  );
  const [left, top] = [drawnTogether(xs), drawnTogether(ys)];
  const points = texts.map(({ kind, post, text }, index): MapPoint => {
    const excerpt = text.length > excerptCharacters ? `${text.slice(0, excerptCharacters).trimEnd()}…` : text;
    return {
      kind,
      post,
      text: excerpt.toWellFormed(),
      x: rounded(left[index]!),
      y: rounded(top[index]!),
      cluster: labels[index]!,
    };
  });
  const clusters = clustersOf(texts, points, labels);
  return {
    ...head,
    note: 'Texts that mean something similar are near each other. Only nearness counts: directions, and how far apart two groups are, mean little, and empty space is drawn narrower than it is. Groups are dense places of the picture, named by the words most typical of them. What reads the texts knows English.',
    figures: [
      {
        id: 'map',
        title: 'Texts by what they mean',
        says: mapSays(points, clusters, input.of),
        plot: { kind: 'map', points, clusters },
        numbers: {
          columns: ['Group', 'Texts', 'More of its words', 'For example'],
          rows: clusters.map((cluster, index) => [
            groupName(cluster, index),
            cluster.size,
            cluster.words.slice(3).join(', ') || '–',
            middleText(points, index, cluster),
          ]),
        },
      },
    ],
  };
}

function layOut(
  count: number,
  vectors: Float32Array,
  onProgress: (done: number, total: number) => void,
): readonly (readonly number[])[] {
  const width = vectors.length / count;
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(neighbours, count - 1),
    minDist: 0.05,
    random: randomFrom(seed),
    distanceFn: (a, b) => {
      let product = 0;
      for (let i = 0; i < a.length; i++) product += a[i]! * b[i]!;
      return Math.max(0, 1 - product);
    },
  });
  const epochs = umap.initializeFit(
    Array.from({ length: count }, (_, i) => {
      const row = Array.from(vectors.subarray(i * width, (i + 1) * width));
      const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) || 1;
      return row.map((value) => value / length);
    }),
  );
  for (let epoch = 1; epoch <= epochs; epoch++) {
    umap.step();
    onProgress(epoch, epochs);
  }
  return umap.getEmbedding();
}

/**
 * Values from 0 to 1 in the same order, half by size and half by rank: what is far from all the rest would else leave no room for
 * them, and how far it is says nothing.
 */
function drawnTogether(values: readonly number[]): readonly number[] {
  const [low = 0, high = 1] = extent(values);
  const ranks = averageRanks(values);
  return values.map((value, index) => ((value - low) / (high - low || 1) + (ranks[index]! - 1) / values.length) / 2);
}

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/** The same clusters, the largest first. */
function bySize(labels: Int32Array): Int32Array {
  const sizes = new Map<number, number>();
  for (const label of labels) if (label >= 0) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const order = [...sizes].toSorted((a, b) => b[1] - a[1]).map(([label]) => label);
  return labels.map((label) => (label < 0 ? -1 : order.indexOf(label)));
}

const wordsShown = 5;
/** Standard errors from which on a word is typical, and in how many texts it stands at least. */
const typical = { z: 2.5, texts: 3 } as const;

function clustersOf(texts: readonly MapText[], points: readonly MapPoint[], labels: Int32Array): readonly MapCluster[] {
  const words = texts.map(({ text }) => wordsOf(text));
  const usual = countWords();
  for (const own of words) usual.add(own);
  const count = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  return Array.from({ length: count }, (_, cluster): MapCluster => {
    const [inside, outside] = [countWords(), countWords()];
    for (const [index, own] of words.entries()) (labels[index] === cluster ? inside : outside).add(own);
    const members = points.filter((point) => point.cluster === cluster);
    const found = logOddsOf(inside, outside, usual)
      .filter(({ z, first, word }) => z >= typical.z && first >= typical.texts && /\p{L}{2}/u.test(word))
      .sort((a, b) => b.z - a.z);
    return {
      x: rounded(mean(members, ({ x }) => x)!),
      y: rounded(mean(members, ({ y }) => y)!),
      size: members.length,
      words: found.slice(0, wordsShown).map(({ word }) => word),
    };
  });
}

/** The text nearest to the middle of a cluster. */
function middleText(points: readonly MapPoint[], cluster: number, { x, y }: MapCluster): string {
  const members = points.filter((point) => point.cluster === cluster);
  return members[minIndex(members, (point) => Math.hypot(point.x - x, point.y - y))]?.text ?? '';
}

/** How many groups there are, how much lies in none, and what the largest is about. */
function mapSays(points: readonly MapPoint[], clusters: readonly MapCluster[], of: MapInput['of']): string {
  const posts = points.filter(({ kind }) => kind === 'post').length;
  const comments = points.length - posts;
  const among = `${wholeNumber(of.posts)} and ${wholeNumber(of.comments)}`;
  const drawn = of.whole ? ` (there are ${among}, some of them alike)` : `, drawn by chance from all ${among}`;
  const distinct = of.whole && posts === of.posts && comments === of.comments;
  const texts = `${counted(posts, 'different post')} and ${counted(comments, 'different comment')}${distinct ? '' : drawn}`;
  if (clusters.length === 0) return `Among ${texts}, no group stands out: they are spread evenly.`;
  const outside = points.filter(({ cluster }) => cluster < 0).length / points.length;
  const [largest] = clusters;
  const words = largest!.words.slice(0, 3).map((word) => `“${word}”`);
  const about = words.length > 0 ? `, in which ${words.join(', ')} ${plural(words.length, 'is', 'are')} typical` : '';
  return `Among ${texts}, ${counted(clusters.length, 'dense group')} can be seen; ${percentOf(outside)} of the texts are in none (grey). The largest has ${counted(largest!.size, 'text')}${about}.`;
}
