import { beforeAll, expect, test } from 'vitest';
import { type MapInput, type MapText, mapOf } from '../../src-main/analysis/map.ts';
import { randomFrom } from '../../src-main/common/random.ts';
import type { MapPoint, Section } from '../../src-main/contract/figures.ts';

const topics = ['beer', 'castle', 'kernel'] as const;
const perTopic = 60;

/** Texts about three things, and vectors that point in three directions. */
function input(count = topics.length * perTopic) {
  const random = randomFrom(5);
  const texts = Array.from({ length: count }, (_, i): MapText => {
    const topic = topics[i % topics.length];
    return {
      kind: i % 4 === 0 ? 'post' : 'comment',
      post: i,
      text: `what of the ${topic} number ${i} ${'long '.repeat(80)}`,
    };
  });
  const vectors = Float32Array.from({ length: count * 16 }, (_, at) => {
    const [text, axis] = [Math.floor(at / 16), at % 16];
    return (axis === text % topics.length ? 1 : 0) + 0.25 * (random() - 0.5);
  });
  return { texts, vectors, of: { posts: 45, comments: 500, whole: false } };
}

let section: Section;
const steps: (readonly [number, number])[] = [];
beforeAll(() => {
  section = mapOf(input(), (...step) => steps.push(step));
});

const plotOf = ({ figures }: Section) => {
  const plot = figures[0]?.plot;
  if (plot?.kind !== 'map') throw new Error('no map');
  return plot;
};

test('texts that mean the same are near each other', () => {
  const { points } = plotOf(section);
  const distance = (a: MapPoint, b: MapPoint): number => Math.hypot(a.x - b.x, a.y - b.y);
  const right = points.filter((point, i) => {
    const others = points.map((other, j) => ({ j, at: j === i ? Number.POSITIVE_INFINITY : distance(point, other) }));
    const nearest = others.toSorted((a, b) => a.at - b.at)[0]!;
    return nearest.j % topics.length === i % topics.length;
  });
  expect(right.length / points.length).toBeGreaterThan(0.97);
});

test('a group has one topic, and its word comes first', () => {
  const { points, clusters } = plotOf(section);
  expect(clusters.length).toBeGreaterThanOrEqual(topics.length);
  for (const [index, { size, words }] of clusters.entries()) {
    const members = points.flatMap(({ cluster }, i) => (cluster === index ? [topics[i % topics.length]!] : []));
    expect(members).toHaveLength(size);
    expect(new Set(members).size).toBe(1);
    expect(words[0]).toBe(members[0]);
  }
  expect(clusters.map(({ size }) => size)).toEqual(clusters.map(({ size }) => size).sort((a, b) => b - a));
});

test('the sentence counts what is shown, and of how many', () => {
  const [figure] = section.figures;
  const { clusters } = plotOf(section);
  expect(figure?.says).toMatch(
    /^Among 45 different posts and 135 different comments, drawn by chance from all 45 and 500, /,
  );
  expect(figure?.says).toContain(`${clusters.length} dense groups`);
  expect(figure?.numbers.rows).toHaveLength(clusters.length);
  expect(plotOf(section).points.every(({ text }) => text.length <= 241)).toBe(true);
});

test('the sentence tells a drawing from the whole', () => {
  const saysOf = (of: MapInput['of']): string => mapOf({ ...input(), of }, () => undefined).figures[0]!.says;
  expect(saysOf({ posts: 45, comments: 135, whole: true })).toMatch(
    /^Among 45 different posts and 135 different comments, /,
  );
  expect(saysOf({ posts: 50, comments: 140, whole: true })).toMatch(
    /comments \(there are 50 and 140, some of them alike\), /,
  );
});

test('tells how far it has come, and draws the same again', () => {
  expect(steps.at(-1)?.[0]).toBe(steps.at(-1)?.[1]);
  expect(steps.length).toBeGreaterThan(50);
  expect(plotOf(mapOf(input(), () => undefined)).points).toEqual(plotOf(section).points);
});

test('too few texts are not drawn', () => {
  expect(mapOf(input(20), () => undefined)).toMatchObject({ note: expect.stringContaining('20 texts'), figures: [] });
});
