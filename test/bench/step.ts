import type { Device } from '../../src-main/contract/engine.ts';
import type { StepFigures, StepRequest } from './training.ts';
import { type Column, type Contestant, inTurns, ours, printTable, pythonWith, theirs } from './yardstick.ts';

export type StepOptions = {
  /** A Python with torch. */
  readonly python: string | undefined;
  /** Width, layers, heads, tokens, sequences, vocabulary. */
  readonly shapes: readonly string[];
  readonly steps: number;
  readonly turns: number;
  readonly device: Device;
};

/** The shapes of docs/benchmarks.md: a small model, and GPT-2. */
export const stepShapes = ['256,4,4,128,16,8192', '768,12,12,128,4,50257'];

/** A training step on random tokens, all of the full length, beside PyTorch as it runs at once and compiled. */
export function measureStep({ shapes, steps, turns, device, ...options }: StepOptions): void {
  const python = pythonWith(['torch'], options.python, 'torch==2.13.0');
  for (const config of shapes) {
    const contestants: Contestant<StepFigures>[] = [
      { name: 'Tiebreak', run: () => ours('training.ts', { ...plainStep, config, device, steps }) },
    ];
    if (python) {
      const run = (...args: string[]) =>
        theirs<StepFigures>({ python, device }, 'torch_modern.py', ['--config', config, '--runs', `${steps}`, ...args]);
      contestants.push(
        { name: 'PyTorch', run: () => run() },
        { name: 'PyTorch, compiled', run: () => run('--compile') },
      );
    }
    printTable(
      `A training step, width, layers, heads, tokens, sequences, vocabulary ${config}`,
      inTurns(turns, contestants),
      ({ ms }) => ms,
      columns,
    );
  }
}

/** What a step is where nothing else is asked for. */
export const plainStep: StepRequest = {
  config: stepShapes[0]!,
  device: 'cpu',
  kind: 'reward',
  recompute: false,
  frozenLayers: 0,
  accumulation: 1,
  steps: 10,
};

const columns: readonly Column<StepFigures>[] = [
  { title: 'ms a step', of: ([best]) => best!.ms.toFixed(1) },
  { title: 'all turns', of: (all) => all.map(({ ms }) => ms.toFixed(0)).join(', ') },
];
