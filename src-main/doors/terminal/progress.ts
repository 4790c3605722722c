import cliProgress from 'cli-progress';
import { phaseNames } from '../../common/phases.ts';
import { duration, figure, percent, size, wholeNumber } from '../../common/words.ts';
import type { CallProgress } from '../../contract/calls.ts';

/** Shows on standard error how far a call has come. */
export type ProgressDisplay = {
  readonly update: (progress: CallProgress) => void;
  /** Prints a line without tearing the bar apart. */
  readonly log: (line: string) => void;
  readonly stop: () => void;
};

const lineEveryMs = 3_000;

/** A bar on a terminal, and elsewhere a line every few seconds. */
export function createProgress(stream: NodeJS.WriteStream, lineEvery = lineEveryMs): ProgressDisplay {
  return stream.isTTY ? createBar(stream) : createLines(stream, lineEvery);
}

function createLines(stream: NodeJS.WriteStream, lineEvery: number): ProgressDisplay {
  let phase: string | null = null;
  let printedAt = 0;
  return {
    update: (progress) => {
      const last = progress.done === progress.total;
      const fresh = progress.phase !== phase;
      if (!fresh && !last && performance.now() - printedAt < lineEvery) return;
      // A phase that is over at once needs no second line, and a scoring in pieces no line for each.
      if (last && !fresh && performance.now() - printedAt < lineEvery / 10) return;
      phase = progress.phase;
      printedAt = performance.now();
      stream.write(`${phaseNames[progress.phase]}: ${describeProgress(progress)}\n`);
    },
    log: (line) => {
      stream.write(`${line}\n`);
    },
    stop: () => {},
  };
}

function createBar(stream: NodeJS.WriteStream): ProgressDisplay {
  let bar: cliProgress.SingleBar | null = null;
  let phase: string | null = null;
  const stop = (): void => {
    bar?.stop();
    bar = null;
    phase = null;
  };
  const start = (progress: CallProgress): cliProgress.SingleBar => {
    stop();
    phase = progress.phase;
    const options = {
      stream,
      format: '{title} [{bar}] {percentage}% {text}',
      barsize: 24,
      hideCursor: true,
      // Ctrl-C is handled by the command itself.
      gracefulExit: false,
    };
    const made = new cliProgress.SingleBar(options, cliProgress.Presets.shades_classic);
    made.start(progress.total ?? progress.done, progress.done, { title: phaseNames[progress.phase], text: '' });
    return made;
  };
  return {
    update: (progress) => {
      if (progress.phase !== phase || bar === null) bar = start(progress);
      bar.setTotal(progress.total ?? progress.done);
      bar.update(progress.done, { title: phaseNames[progress.phase], text: describeProgress(progress) });
    },
    log: (line) => {
      stop();
      stream.write(`${line}\n`);
    },
    stop,
  };
}

const inBytes: ReadonlySet<CallProgress['phase']> = new Set(['import', 'preview', 'fetch', 'files']);

/** How far, how fast and how long still, in words: `120 of 400, 85.2 texts a second, 3 s left, loss 0.612`. */
function describeProgress({ phase, done, total, speed, secondsLeft, point, name }: CallProgress): string {
  const count = inBytes.has(phase) ? size : wholeNumber;
  const begun = done > 0 || total !== null;
  const parts = begun ? [total === null ? count(done) : `${count(done)} of ${count(total)}`] : [];
  if (speed !== null) parts.push(`${figure(speed, speed < 10 ? 1 : 0)} texts a second`);
  if (secondsLeft !== null && done !== total) parts.push(`${duration(secondsLeft)} left`);
  if (point) parts.push(`loss ${figure(point.loss)}`);
  if (point?.validationAccuracy !== undefined) parts.push(`validation ${percent(point.validationAccuracy)}`);
  if (name !== undefined) parts.push(name);
  return parts.join(', ');
}
