/** Linear warm-up to the highest learning rate, then linear decay to 0. `step` counts from 1 to `steps`. */
export function learningRateAt(step: number, steps: number, highest: number, warmupSteps: number): number {
  const warmup = warmupOf(steps, warmupSteps);
  if (step <= warmup) return (highest * step) / warmup;
  return (highest * (steps - step + 1)) / (steps - warmup + 1);
}

/** A short run doesn't spend itself on the warm-up. */
function warmupOf(steps: number, warmupSteps: number): number {
  return Math.min(warmupSteps, Math.floor(steps / 5));
}
