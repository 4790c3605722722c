/** Work in small steps, after each of which whoever does it may turn to something else. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does all the work at once. */
export function toEnd<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
