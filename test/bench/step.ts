import type { Device } from '../../src-main/contract/engine.ts';
import type { ProfileFigures } from './profile-run.ts';
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
      ({ ms, cpuMs }) => ({ clock: ms, processor: cpuMs }),
      columns,
    );
  }
}

/** Prints where the time of a step goes: ONNX Runtime's profile by operator, and PyTorch's. */
export function profileStep({ shapes, steps, ...options }: StepOptions): void {
  const python = pythonWith(['torch'], options.python, 'torch==2.13.0');
  for (const config of shapes) {
    const args = ['--config', config, '--runs', `${steps}`, '--profile'];
    const sides = {
      Tiebreak: ours<ProfileFigures>('profile-run.ts', { config, steps }),
      PyTorch: python === null ? null : theirs<ProfileFigures>({ python, device: 'cpu' }, 'torch_modern.py', args),
    };
    for (const [name, figures] of Object.entries(sides)) {
      if (figures) printShares(`Where ${name}'s step goes, ${config}`, figures.operators);
    }
  }
}

/** Operators below this share of a step are counted together. */
const smallestShare = 0.01;

function printShares(title: string, operators: Readonly<Record<string, number>>): void {
  const all = Object.values(operators).reduce((a, b) => a + b, 0);
  const large = Object.entries(operators).filter(([, ms]) => ms >= smallestShare * all);
  const rest = all - large.reduce((sum, [, ms]) => sum + ms, 0);
  console.log(`\n${title}\n\n| operator | ms a step | share |\n| --- | --- | --- |`);
  for (const [name, ms] of [...large.sort(([, a], [, b]) => b - a), ['the others', rest], ['together', all]] as const) {
    console.log(`| ${name} | ${ms.toFixed(1)} | ${((100 * ms) / all).toFixed(0)}% |`);
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
  { title: 'processor ms', of: (all) => Math.min(...all.map(({ cpuMs }) => cpuMs)).toFixed(0) },
];
