import { once } from 'node:events';
import { CommanderError } from 'commander';
import { type App, folderOf, openApp } from '../../app.ts';
import { troubleInWords } from '../../common/trouble-words.ts';
import type { CallProgress } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { folderOfWanted, type Wanted } from '../../projects/which.ts';
import { keepAwake } from '../shared/awake.ts';
import { createProgram } from './program.ts';
import { createProgress } from './progress.ts';
import type { Outcome, Run, RunApart, RunIn } from './run.ts';

/** The terminal door. Exit code 0: done, 1: failed with one plain sentence, 2: wrong usage. */
const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

const echoMs = 500;

// Who reads on the other side has heard enough, as 'head' has: there is nothing left to do but to end.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const program = createProgram(runCommand, runInFolder, runApart);
for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
  command.exitOverride();
  // In JSON mode the last line of standard output is the object, so help that was not asked for goes to standard error.
  command.configureOutput({ writeErr: (text) => process.stderr.write(text) });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

async function runCommand(...[work, whenDamaged]: Parameters<Run>): Promise<void> {
  const home = folderOfWanted(program.opts<Wanted>());
  let app: App;
  try {
    app = openApp({ home });
  } catch (error) {
    if (!whenDamaged || !(error instanceof TiebreakError) || error.code !== 'damaged') throw error;
    await show(whenDamaged(error.message, folderOf(home)));
    return;
  }
  const progress = createProgress(process.stderr);
  const controller = new AbortController();
  const stop = endOnSignals(app.kill, controller, progress.log);
  const awake: { release?: () => void } = {};
  const onProgress = (told: CallProgress): void => {
    if (told.phase === 'train') awake.release ??= keepAwake();
    progress.update(told);
  };
  try {
    const hooks = { onProgress, onLog: progress.log, signal: controller.signal };
    const outcome = await work(app, hooks);
    progress.stop();
    await show(outcome);
  } finally {
    awake.release?.();
    progress.stop();
    await app.close();
    stop();
  }
}

async function runInFolder(work: Parameters<RunIn>[0]): Promise<void> {
  await show(await work(folderOf(folderOfWanted(program.opts<Wanted>()))));
}

async function runApart(work: Parameters<RunApart>[0]): Promise<void> {
  const progress = createProgress(process.stderr);
  const controller = new AbortController();
  const stop = endOnSignals(() => {}, controller, progress.log);
  try {
    const outcome = await work({ onProgress: progress.update, onLog: progress.log, signal: controller.signal });
    progress.stop();
    await show(outcome);
  } finally {
    progress.stop();
    stop();
  }
}

async function show({ json, text, failed }: Outcome): Promise<void> {
  const result = program.opts<{ json?: boolean }>().json ? json : text;
  if (isInPieces(result)) {
    for await (const piece of result) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
    process.stdout.write('\n');
  } else process.stdout.write(`${typeof result === 'string' ? result : JSON.stringify(result)}\n`);
  if (failed) process.exitCode = exitCodes.failed;
}

function isInPieces(result: string | object): result is AsyncIterable<string> {
  return typeof result === 'object' && Symbol.asyncIterator in result;
}

/** The first Ctrl-C ends the work in an orderly way, the second at once. */
function endOnSignals(kill: () => void, controller: AbortController, log: (line: string) => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  const onSignal = (): void => {
    // npm passes a Ctrl-C on that the terminal has already sent to everyone.
    const echo = performance.now() - last < echoMs;
    last = performance.now();
    if (echo) return;
    if (controller.signal.aborted) {
      kill();
      process.exit(130);
    }
    log('Stopping. Press Ctrl-C again to stop at once.');
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/** Says what went wrong, and gives the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done;
    printError('usage', error.message.replace(/^error: /, ''));
    return exitCodes.usage;
  }
  if (error instanceof TiebreakError) {
    process.stderr.write(`${error.message}\n`);
    printError(error.code, error.message);
    return exitCodes.failed;
  }
  const trouble = troubleInWords(error);
  if (trouble !== null) {
    process.stderr.write(`${trouble}\n`);
    printError('bad-input', trouble);
    return exitCodes.failed;
  }
  const text = error instanceof Error ? error.message : String(error);
  const message = `This should not have happened: ${text.split('\n')[0]}`;
  process.stderr.write(`${message}\n${error instanceof Error ? `${error.stack}\n` : ''}`);
  printError('defect', message);
  return exitCodes.failed;
}

function printError(code: string, message: string): void {
  // Options may not have been read yet where they are wrong.
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
}
