import type { Device } from '../../src-main/contract/engine.ts';
import type { TrainingKind } from '../../src-main/contract/records.ts';
import { openDevice } from '../../src-main/engine/device-choice.ts';
import { measureLooks, measureSteps, median } from '../../src-main/engine/probe.ts';
import { type Spent, spentHere } from './yardstick.ts';

export type StepRequest = {
  /** Width, layers, heads, tokens, sequences, vocabulary. */
  readonly config: string;
  readonly device: Device;
  readonly kind: TrainingKind;
  readonly recompute: boolean;
  readonly frozenLayers: number;
  readonly accumulation: number;
  readonly steps: number;
  readonly mixedPrecision?: boolean;
  /** Looks at the batch alone, and learns nothing. */
  readonly scoring?: boolean;
};

export type StepFigures = Spent & { readonly ms: number; readonly cpuMs: number; readonly sequencesPerSecond: number };

/**
 * A process of its own: `training.ts REQUEST` (as JSON) prints the median of some training steps after as many, at most 3, and
 * the most memory the process ever held, as JSON.
 */
async function measureTraining({
  config,
  device,
  steps,
  scoring = false,
  ...options
}: StepRequest): Promise<StepFigures> {
  const numbers = config.split(',').map(Number);
  if (numbers.length !== 6 || !numbers.every((n) => Number.isInteger(n) && n > 0)) {
    throw new Error(`--config takes six whole numbers, such as 256,4,4,128,16,8192, not '${config}'`);
  }
  const [width, layers, heads, tokens, sequences, vocabulary] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const { runtime } = await openDevice(device, 'training');
  const shape = { width, layers, heads, tokens, sequences, vocabulary };
  const measure = scoring ? measureLooks : measureSteps;
  const times = await measure(runtime, shape, { ...options, warmup: Math.min(3, steps), steps });
  const ms = median(times.map((time) => time.ms));
  return {
    ms: Math.round(ms * 10) / 10,
    cpuMs: Math.round(median(times.map((time) => time.cpuMs)) * 10) / 10,
    sequencesPerSecond: Math.round(((options.accumulation * sequences) / ms) * 100_000) / 100,
    ...spentHere(),
  };
}

try {
  console.log(JSON.stringify(await measureTraining(JSON.parse(process.argv[2]!) as StepRequest)));
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
