/** Writes the gradient at x into `gradient` and gives the value. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export type Minimum = { readonly x: Float64Array; readonly value: number; readonly gradientNorm: number };

export type LbfgsOptions = {
  readonly maxIterations?: number;
  /** Stops where an iteration improves the value by less than this share of it. */
  readonly tolerance?: number;
  /** Stops where the gradient is no longer than this. */
  readonly gradientTolerance?: number;
};

/** Pairs of steps and changes of the gradient that are kept. */
const history = 10;
/** Of the decrease that the gradient promises, the least that a step must bring (Armijo's condition). */
const sufficient = 1e-4;
const shortenings = 40;

type Update = { readonly step: Float64Array; readonly change: Float64Array; readonly curvature: number };

/**
 * Minimises a smooth convex function with limited memory: the two loops of Nocedal and Wright, Numerical Optimization, 2006,
 * algorithms 7.4 and 7.5, with steps that are halved until they bring enough. Yields after each iteration where it is, so
 * that the caller may show it, stop, or let others have their turn. `start` is left as it is.
 */
export function* lbfgs(
  objective: Objective,
  start: Float64Array,
  { maxIterations = 200, tolerance = 1e-6, gradientTolerance = 1e-8 }: LbfgsOptions = {},
): Generator<Minimum, Minimum, void> {
  const x = Float64Array.from(start);
  const gradient = new Float64Array(x.length);
  const updates: Update[] = [];
  let value = objective(x, gradient);
  const here = (): Minimum => ({ x, value, gradientNorm: Math.sqrt(dot(gradient, gradient)) });
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (here().gradientNorm <= gradientTolerance) break;
    const direction = directionOf(gradient, updates);
    const found = search(objective, x, value, gradient, direction, updates.length === 0);
    if (!found) break;
    const step = Float64Array.from(found.x, (next, i) => next - x[i]!);
    const change = Float64Array.from(found.gradient, (next, i) => next - gradient[i]!);
    const curvature = dot(step, change);
    // Without curvature along the step (a flat place, or rounding) it teaches nothing.
    if (curvature > 1e-12 * dot(change, change)) updates.push({ step, change, curvature });
    if (updates.length > history) updates.shift();
    const gain = value - found.value;
    x.set(found.x);
    gradient.set(found.gradient);
    value = found.value;
    yield here();
    if (gain <= tolerance * Math.max(1, Math.abs(value))) break;
  }
  return here();
}

/** Minus the gradient times an estimate of the inverse Hessian. */
function directionOf(gradient: Float64Array, updates: readonly Update[]): Float64Array {
  const direction = Float64Array.from(gradient, (value) => -value);
  const shares: number[] = [];
  for (const { step, change, curvature } of updates.toReversed()) {
    const share = dot(step, direction) / curvature;
    shares.unshift(share);
    add(direction, -share, change);
  }
  const last = updates.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  for (const [i, { step, change, curvature }] of updates.entries()) {
    add(direction, shares[i]! - dot(change, direction) / curvature, step);
  }
  return direction;
}

function search(
  objective: Objective,
  x: Float64Array,
  value: number,
  gradient: Float64Array,
  direction: Float64Array,
  first: boolean,
): { readonly x: Float64Array; readonly gradient: Float64Array; readonly value: number } | null {
  const slope = dot(gradient, direction);
  if (!(slope < 0)) return null;
  let length = first ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
  const next = { x: new Float64Array(x.length), gradient: new Float64Array(x.length), value };
  for (let tried = 0; tried < shortenings; tried++) {
    for (let i = 0; i < x.length; i++) next.x[i] = x[i]! + length * direction[i]!;
    next.value = objective(next.x, next.gradient);
    if (next.value <= value + sufficient * length * slope) return next;
    length /= 2;
  }
  return null;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function add(to: Float64Array, times: number, what: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i]! += times * what[i]!;
}
