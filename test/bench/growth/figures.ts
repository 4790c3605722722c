import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Against = 'comments' | 'tokens' | 'parameters' | 'answers';

/** What an operation cost at a size of what it is measured against. */
export type Measured = {
  readonly operation: string;
  readonly against: Against;
  readonly size: number;
  readonly seconds?: number;
  readonly processorSeconds?: number;
  readonly mainMB?: number;
  readonly engineMB?: number;
  readonly storeMB?: number;
};

/** All that was measured so far, one figure a line; of several for the same the last counts. */
export const figuresFile = fileURLToPath(new URL('figures.jsonl', import.meta.url));

export function readFigures(): readonly Measured[] {
  const lines = readFileSync(figuresFile, 'utf8').trim().split('\n');
  const read = lines.map((line) => JSON.parse(line) as Measured);
  const last = new Map(read.map((one) => [`${one.operation} ${one.against} ${one.size}`, one]));
  return [...last.values()];
}

/** The power of the size with which a cost grows from its lowest size to its highest: 1 is in proportion, 0 is the same for all. */
export function exponentOf(points: readonly { readonly x: number; readonly y: number }[]): number | null {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first.x === last.x || first.y <= 0 || last.y <= 0) return null;
  return Math.log(last.y / first.y) / Math.log(last.x / first.x);
}
