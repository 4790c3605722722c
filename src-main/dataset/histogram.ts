import type { HistogramOf } from '../contract/statistics.ts';

const classesWanted = 20;
/** What lies beyond these shares of the values goes to the first and the last class. */
const lowPlace = (count: number): number => Math.floor(0.01 * (count - 1));
const highPlace = (count: number): number => Math.ceil(0.98 * (count - 1));

/** A histogram of counted values: value to how often it stands there. */
export function histogramOfCounts(counts: ReadonlyMap<number, number>): HistogramOf {
  const entries = [...counts].toSorted(([a], [b]) => a - b);
  const total = entries.reduce((sum, [, times]) => sum + times, 0);
  const at = (place: number): number => {
    let passed = 0;
    for (const [value, times] of entries) {
      passed += times;
      if (place < passed) return value;
    }
    return 0;
  };
  return fill(
    edgesBetween(
      at(lowPlace(total)),
      at(highPlace(total)),
      entries.every(([value]) => Number.isInteger(value)),
    ),
    entries,
  );
}

/** A histogram of values as they come. */
export function histogramOfValues(values: readonly number[]): HistogramOf {
  const sorted = Float64Array.from(values).sort();
  const at = (place: number): number => sorted[place] ?? 0;
  const once = function* (): Generator<readonly [number, number]> {
    for (const value of sorted) yield [value, 1];
  };
  return fill(
    edgesBetween(at(lowPlace(sorted.length)), at(highPlace(sorted.length)), sorted.every(Number.isInteger)),
    once(),
  );
}

/** Round numbers at equal distances around both, as plain as people would choose them. */
function edgesBetween(lowest: number, highest: number, whole: boolean): number[] {
  const step = roundStep((highest - lowest) / classesWanted, whole);
  const first = Math.floor(lowest / step);
  const last = Math.floor(highest / step) + 1;
  return Array.from({ length: last - first + 1 }, (_, place) => Number(((first + place) * step).toPrecision(12)));
}

/** 1, 2 or 5 times a power of ten, at least this much. */
function roundStep(least: number, whole: boolean): number {
  if (least <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((candidate) => candidate >= least) ?? 10 * power;
  return whole ? Math.max(1, step) : step;
}

function fill(edges: readonly number[], entries: Iterable<readonly [value: number, times: number]>): HistogramOf {
  const counts = Array<number>(edges.length - 1).fill(0);
  const width = edges[1]! - edges[0]!;
  for (const [value, times] of entries) {
    let place = Math.min(Math.max(Math.floor((value - edges[0]!) / width), 0), counts.length - 1);
    // The division may be off by one at an edge.
    if (place > 0 && value < edges[place]!) place -= 1;
    else if (place < counts.length - 1 && value >= edges[place + 1]!) place += 1;
    counts[place]! += times;
  }
  return { edges, counts };
}
