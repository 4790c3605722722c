import { bisectRight, nice, ticks } from 'd3-array';
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

/** Round numbers at equal distances around both, as plots have them on their axes. Classes of whole numbers are no narrower than 1. */
function edgesBetween(lowest: number, highest: number, whole: boolean): number[] {
  const one = [Math.floor(lowest), Math.floor(lowest) + 1];
  // Below this a distance has too few digits left to be divided.
  if (highest - lowest < 1e-300) return one;
  const classes = whole ? Math.min(classesWanted, highest - lowest) : classesWanted;
  const [low, high] = nice(lowest, highest, Math.max(1, classes));
  // Between values that differ by nothing much there are fewer numbers than ticks.
  const edges = [...new Set(ticks(low, high, Math.max(1, classes)))];
  const [first, second, last] = [edges[0], edges[1], edges.at(-1)];
  if (first === undefined || second === undefined || last === undefined) {
    return one;
  }
  // The last edge belongs to no class.
  if (last > highest) return edges;
  const beyond = last + (second - first);
  const round = Number(beyond.toPrecision(12));
  return [...edges, round > last ? round : beyond];
}

function fill(edges: readonly number[], entries: readonly (readonly [value: number, times: number])[]): HistogramOf {
  const counts = Array<number>(edges.length - 1).fill(0);
  for (const [value, times] of entries) {
    const place = Math.min(Math.max(bisectRight(edges, value) - 1, 0), counts.length - 1);
    counts[place]! += times;
  }
  return { edges, counts };
}
