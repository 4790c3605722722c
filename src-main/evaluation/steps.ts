/** Work in small steps, after each of which whoever does it may turn to something else. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does all the work at once, whatever it says in between. */
export function toEnd<T>(steps: Generator<unknown, T, undefined>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
