import { expect, test } from 'vitest';
import { hdbscan } from '../../src-main/analysis/hdbscan.ts';
import { fixtureJson } from '../support/fixtures.ts';

type Case = {
  readonly name: string;
  readonly smallest: number;
  readonly neighbours: number;
  readonly largest?: number;
  readonly points: readonly (readonly [number, number])[];
  readonly labels: readonly number[];
};
const cases = fixtureJson<readonly Case[]>('hdbscan/expected.json');

const clustersOf = ({ points, largest, smallest, neighbours }: Case): Int32Array =>
  hdbscan(
    points.map(([x]) => x),
    points.map(([, y]) => y),
    { smallest, neighbours, ...(largest ? { largest } : {}) },
  );

/** Clusters by the points in them, whatever they are called. */
function sets(labels: ArrayLike<number>): readonly string[] {
  const byLabel = Map.groupBy(
    Array.from(labels, (label, point) => ({ label, point })),
    ({ label }) => label,
  );
  byLabel.delete(-1);
  return [...byLabel.values()].map((points) => points.map(({ point }) => point).join(' ')).sort();
}

/** Share of all pairs of points on which two ways agree whether they are in one cluster (Rand). */
function agreement(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const together = (labels: ArrayLike<number>, i: number, j: number): boolean =>
    labels[i] === labels[j] && labels[i]! >= 0;
  let [same, all] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      same += together(a, i, j) === together(b, i, j) ? 1 : 0;
      all += 1;
    }
  }
  return same / all;
}

test.each(cases)('$name, at least $smallest with $neighbours neighbours: the clusters of scikit-learn', (given) => {
  const found = clustersOf(given);
  expect(sets(found)).toHaveLength(sets(given.labels).length);
  // Many reachability distances are equal, and either tree over them is right: a point or two may fall out elsewhere.
  expect(agreement(found, given.labels)).toBeGreaterThan(0.985);
});

test('the reference has clusters, outliers, and noise without any', () => {
  expect(Math.max(...cases.map(({ labels }) => sets(labels).length))).toBeGreaterThan(2);
  expect(cases.some(({ labels }) => labels.includes(-1) && sets(labels).length > 1)).toBe(true);
});

test('points that coincide, and too few of them', () => {
  const same = Array<number>(40).fill(1);
  expect(
    sets(hdbscan([...same, ...same.map(() => 9)], [...same, ...same], { smallest: 5, neighbours: 5 })).length,
  ).toBeGreaterThan(1);
  expect([...hdbscan([1, 2, 3], [1, 2, 3], { smallest: 5, neighbours: 5 })]).toEqual([-1, -1, -1]);
  expect([...hdbscan([], [], { smallest: 5, neighbours: 5 })]).toEqual([]);
});
