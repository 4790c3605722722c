import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MapText, mapOf } from '../../src-main/analysis/map.ts';
import { createRandom, shuffled } from '../../src-main/common/random.ts';
import { type EncoderPlace, useEncoder } from '../../src-main/contract/engine.ts';
import { readEncoder } from '../../src-main/engine/model/read-encoder.ts';
import { createOnnxRuntime } from '../../src-main/engine/runtime/onnx.ts';
import { embed, type LoadedEncoder, loadEncoder, unloadEncoder } from '../../src-main/engine/score/embed.ts';
import { postInput } from '../../src-main/recipe/pairs.ts';
import { resource } from '../../src-main/root.ts';
import { dataSets, unpackDataSets } from './data-sets.ts';

/**
 * node test/bench/map-encoders.ts [TEXTS]
 *
 * Whose vectors lay the map of texts out better, those of the Universal Sentence Encoder or MiniLM's, on the data sets of data/: on whole
 * groups (a debate, a contest, a thread), drawn by chance until so many texts are there (1,500). Prints a row of the table in docs/quality.md for each.
 */
const most = Number(process.argv[2] ?? 1500);
const seed = 1;
const quiet = { onProgress: () => {}, signal: new AbortController().signal };
const encoders: Readonly<Record<string, EncoderPlace>> = {
  use: useEncoder,
  minilm: { name: 'all-MiniLM-L6-v2', folder: resource('encoders', 'all-MiniLM-L6-v2') },
};

type Row = {
  readonly group: string;
  readonly title?: string;
  readonly text: string;
  readonly comments: { text: string }[];
};
/** A text, and the debate, contest or thread that it belongs to. */
type Labelled = MapText & { readonly group: string };

const folder = mkdtempSync(join(tmpdir(), 'map-encoders-'));
unpackDataSets(folder);
console.log(`${cpus().length} cores, ${cpus()[0]?.model}`);
console.log(
  'data | texts | groups | encoder | texts per second of a core | own post first | mean reciprocal rank | nearest of the group | ten nearest | side | in clusters | purity',
);
for (const [name, title] of Object.entries(dataSets)) {
  const texts = draw(name);
  const kept = texts.map(({ text }) => text);
  for (const [called, place] of Object.entries(encoders)) {
    const encoder = await loadEncoder(createOnnxRuntime('cpu'), await readEncoder(place));
    const { vectors, speed } = await vectorsOf(encoder, kept);
    await unloadEncoder(encoder);
    const figures = [...relevance(texts, vectors), ...neighbours(texts, vectors), ...clusters(texts, vectors)];
    const groups = new Set(texts.map(({ group }) => group)).size;
    const cells = figures.map((value) => (Number.isNaN(value) ? '' : value.toFixed(3)));
    console.log([title, texts.length, groups, called, speed.toFixed(0), ...cells].join(' | '));
  }
}
rmSync(folder, { recursive: true, force: true });

function draw(name: string): readonly Labelled[] {
  const rows = ['train', 'validation', 'test'].flatMap((split) =>
    readFileSync(join(folder, name, `${split}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Row),
  );
  const order = shuffled([...new Set(rows.map(({ group }) => group))], createRandom(seed));
  const texts = new Map<string, Labelled>();
  const posts = new Map<string, number>();
  for (const group of order) {
    if (texts.size >= most) break;
    for (const row of rows) {
      if (row.group !== group) continue;
      const input = postInput({ title: row.title ?? null, text: row.text, context: null }, 'post');
      // Some posts stand in several rows.
      const post = posts.get(input) ?? posts.size;
      posts.set(input, post);
      const all = [
        { kind: 'post', post, group, text: input } as const,
        ...row.comments.map(({ text }) => ({ kind: 'comment', post, group, text }) as const),
      ];
      for (const one of all) if (!texts.has(one.text)) texts.set(one.text, one);
    }
  }
  return [...texts.values()];
}

async function vectorsOf(encoder: LoadedEncoder, texts: readonly string[]) {
  // The first batch also makes the memory that later ones use again.
  await embed(encoder, { texts: texts.slice(0, 32) }, quiet);
  // By the processor's time, of all cores together: other programs don't change it much.
  const begun = process.cpuUsage();
  const { embeddings, width } = await embed(encoder, { texts }, quiet);
  const { user, system } = process.cpuUsage(begun);
  const speed = texts.length / ((user + system) / 1e6);
  return { vectors: texts.map((_, i) => unit(embeddings.subarray(i * width, (i + 1) * width))), speed };
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Of each comment: whether its own post is the nearest of all, and the mean of one over its place. */
function relevance(texts: readonly Labelled[], vectors: readonly Float32Array[]): number[] {
  const posts = [...texts.keys()].filter((i) => texts[i]!.kind === 'post');
  let [first, reciprocal, count] = [0, 0, 0];
  for (const [i, { kind, post }] of texts.entries()) {
    const own = posts.find((other) => texts[other]!.post === post);
    if (kind !== 'comment' || own === undefined) continue;
    const reached = dot(vectors[i]!, vectors[own]!);
    const place = 1 + posts.filter((other) => dot(vectors[i]!, vectors[other]!) > reached).length;
    first += Number(place === 1);
    reciprocal += 1 / place;
    count += 1;
  }
  return [first / count, reciprocal / count];
}

/**
 * Of each comment: whether the comment nearest to it is of its group, and how many of the ten nearest; and, where groups have several
 * posts (sides of a debate), whether the nearest of its group is of its post.
 */
function neighbours(texts: readonly Labelled[], vectors: readonly Float32Array[]): number[] {
  const comments = [...texts.keys()].filter((i) => texts[i]!.kind === 'comment');
  let [nearest, ten, side, sided] = [0, 0, 0, 0];
  for (const i of comments) {
    const { group, post } = texts[i]!;
    const others = comments
      .filter((other) => other !== i)
      .map((other) => ({ other: texts[other]!, near: dot(vectors[i]!, vectors[other]!) }))
      .toSorted((a, b) => b.near - a.near);
    nearest += Number(others[0]!.other.group === group);
    ten += others.slice(0, 10).filter(({ other }) => other.group === group).length / 10;
    const within = others.filter(({ other }) => other.group === group);
    if (new Set(within.map(({ other }) => other.post)).size < 2) continue;
    side += Number(within[0]!.other.post === post);
    sided += 1;
  }
  return [nearest / comments.length, ten / comments.length, side / sided];
}

/** The share of texts that the map has in a cluster, and of these the share that are of the group which most of their cluster are of. */
function clusters(texts: readonly Labelled[], vectors: readonly Float32Array[]): number[] {
  const width = vectors[0]!.length;
  const all = new Float32Array(vectors.length * width);
  for (const [i, vector] of vectors.entries()) all.set(vector, i * width);
  const of = { posts: 0, comments: 0, whole: true };
  const { plot } = mapOf({ texts, vectors: all, of }, () => {}).figures[0]!;
  if (plot?.kind !== 'map') throw new Error('There is no map.');
  const counts = new Map<number, Map<string, number>>();
  for (const [i, { cluster }] of plot.points.entries()) {
    if (cluster < 0) continue;
    const groups = counts.get(cluster) ?? new Map<string, number>();
    counts.set(cluster, groups.set(texts[i]!.group, (groups.get(texts[i]!.group) ?? 0) + 1));
  }
  const inside = plot.points.filter(({ cluster }) => cluster >= 0).length;
  const largest = [...counts.values()].map((groups) => Math.max(...groups.values()));
  return [inside / texts.length, largest.reduce((sum, count) => sum + count, 0) / inside];
}
