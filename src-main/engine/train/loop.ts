import type { CurvePoint, Progress, SamplePair, TrainingConfig } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Batch } from '../batch/batches.ts';
import type { Look, Position, RunFolder } from './run-folder.ts';
import { learningRateAt } from './schedule.ts';
import type { Trainer } from './trainer.ts';

export const start: Position = { step: 0, bestStep: 0, best: null, before: null, curve: [], samples: [] };

/** A sample pair before it has rewards. */
export type SampleTexts = Pick<SamplePair, 'post' | 'chosen' | 'rejected'>;

export type LoopOptions = {
  readonly config: TrainingConfig;
  readonly trainer: Trainer;
  /** The batches of every step, in order: fixed before the run by the seed. */
  readonly steps: readonly (readonly Batch[])[];
  readonly validate: (() => Promise<Look>) | null;
  readonly samples: readonly SampleTexts[];
  /** Whether the weights before the first step are kept where no step makes them better. */
  readonly startCounts: boolean;
  readonly folder: RunFolder;
  readonly from: Position;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
};

/**
 * The loop of every training: step, look at the validation split now and then, keep the best weights (where those are to be
 * kept, else the last), write checkpoints, and end early where `patience` looks in a row found nothing better.
 * Goes on from a position as if it had never stopped. Throws TiebreakError cancelled when the signal says so, after a
 * checkpoint, so that the run can go on from there.
 */
export async function trainingLoop(options: LoopOptions): Promise<Position> {
  const { config, trainer, steps, validate, folder, signal, onProgress } = options;
  const every = config.evaluateEvery > 0 ? config.evaluateEvery : Math.max(1, Math.ceil(steps.length / 10));
  const report = createReport(options);
  const curve = [...options.from.curve];
  const looks = [...(options.from.samples ?? [])];
  const samplesAt = (step: number): Pick<Progress, 'samples'> => {
    const rewards = looks.findLast((look) => look.step === step)?.rewards;
    return rewards ? { samples: options.samples.map((texts, i) => ({ ...texts, ...rewards[i]! })) } : {};
  };
  // Whoever asked may have died before it heard of the last steps.
  for (const point of curve) {
    const progress = { done: point.step, total: steps.length, speed: null, secondsLeft: null, point };
    onProgress({ phase: 'train', ...progress, ...samplesAt(point.step) });
  }
  let { bestStep, best, before, step: saved } = options.from;
  const position = (step: number): Position => ({ step, bestStep, best, before, curve, samples: looks });
  if (validate && options.startCounts && best === null && !signal.aborted) {
    before = best = (await validate()).figures;
    if (config.keepBest !== 0) await folder.writeBest(trainer.weights());
  }

  for (let step = options.from.step + 1; step <= steps.length; step++) {
    if (signal.aborted) {
      if (config.checkpointEvery > 0 && step - 1 > saved) {
        await folder.writeCheckpoint(trainer.everything(), position(step - 1));
      }
      throw new TiebreakError('cancelled', 'The training was cancelled. Earlier models are as they were.');
    }
    const learningRate = learningRateAt(step, steps.length, config);
    const { loss, gradientNorm } = await trainer.step(steps[step - 1]!, step, learningRate);
    if (!Number.isFinite(loss)) {
      throw new TiebreakError(
        'engine-failed',
        `The loss is no longer a number at step ${step}. Earlier models are as they were; try a lower learningRate.`,
      );
    }
    let point: CurvePoint = { step, loss, learningRate, gradientNorm };
    if (validate && (step % every === 0 || step === steps.length)) {
      const { figures, metrics, rewards } = await validate();
      point = {
        ...point,
        validationLoss: figures.loss,
        ...('accuracy' in figures ? { validationAccuracy: figures.accuracy! } : {}),
        ...(metrics ? { metrics } : {}),
      };
      if (rewards) looks.push({ step, rewards });
      if (best === null || config.keepBest === 0 || figures.loss < best.loss) {
        best = figures;
        bestStep = step;
        if (config.keepBest !== 0) await folder.writeBest(trainer.weights());
      }
    }
    curve.push(point);
    report(point, steps[step - 1]!, samplesAt(step));
    if (config.patience > 0 && point.validationLoss !== undefined && looksSince(bestStep, curve) >= config.patience) {
      return position(step);
    }
    if (config.checkpointEvery > 0 && step % config.checkpointEvery === 0 && step < steps.length) {
      await folder.writeCheckpoint(trainer.everything(), position(step));
      saved = step;
    }
  }
  return position(steps.length);
}

/** Looks at the validation split since the step that did best. */
function looksSince(best: number, curve: readonly CurvePoint[]): number {
  return curve.filter(({ step, validationLoss }) => step > best && validationLoss !== undefined).length;
}

/** Reports each step with the speed of late and the time left by it. */
function createReport({ steps, from, onProgress }: LoopOptions) {
  let last = performance.now();
  let secondsPerSequence: number | null = null;
  const sequencesBehind = [0];
  for (const batches of [...steps].reverse()) sequencesBehind.push(sequencesBehind.at(-1)! + sequencesOf(batches));
  return (point: CurvePoint, batches: readonly Batch[], samples: Pick<Progress, 'samples'>) => {
    const now = performance.now();
    const measured = (now - last) / 1000 / sequencesOf(batches);
    last = now;
    // The first step of a process warms up and says little.
    if (point.step > from.step + 1) {
      secondsPerSequence = secondsPerSequence === null ? measured : 0.9 * secondsPerSequence + 0.1 * measured;
    }
    onProgress({
      phase: 'train',
      done: point.step,
      total: steps.length,
      speed: secondsPerSequence === null ? null : 1 / secondsPerSequence,
      secondsLeft:
        secondsPerSequence === null ? null : secondsPerSequence * sequencesBehind[steps.length - point.step]!,
      point,
      ...samples,
    });
  };
}

const sequencesOf = (batches: readonly Batch[]): number =>
  batches.reduce((total, { sequences }) => total + sequences, 0);

/** The batches of all epochs as steps of `accumulation` batches each. */
export function toSteps(batches: readonly Batch[], accumulation: number): Batch[][] {
  const steps: Batch[][] = [];
  for (let from = 0; from < batches.length; from += accumulation) steps.push(batches.slice(from, from + accumulation));
  return steps;
}
