/** What every comparison with another program has in common: its Python, taking turns, and the table of ratios. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Device } from '../../src-main/contract/engine.ts';
import { engineEnvironment } from '../../src-main/engine-host/environment.ts';
import { peakMemory } from '../support/peak-memory.ts';

/** What every measured process says of itself, as JSON in the last line that it prints. */
export type Spent = {
  readonly peakMB: number;
  /** PyTorch's most memory on a graphics card, where it ran on one. */
  readonly cardMB?: number;
  /** The processor's seconds of the whole process, its start with it. */
  readonly processorSeconds: number;
};

/** One of those that are compared. It gives null where it can't be run; the turns count from 1. */
export type Contestant<F extends Spent> = { readonly name: string; readonly run: (turn: number) => Ran<F> | null };

/** A run's figures, and the share of the processor that other work took meanwhile. */
export type Ran<F extends Spent> = F & { readonly others: number };

/** All runs of one contestant. */
export type Results<F extends Spent> = { readonly name: string; readonly runs: readonly Ran<F>[] };

const inThisFolder = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * The Python that was named by --python or TIEBREAK_BENCH_PYTHON; null, with a sentence on the console, where none is named or it lacks
 * one of the modules.
 */
export function pythonWith(
  modules: readonly string[],
  named = process.env.TIEBREAK_BENCH_PYTHON,
  packages = modules.join(' '),
): string | null {
  const how = `--python or TIEBREAK_BENCH_PYTHON names one of a virtual environment with 'pip install ${packages}'.`;
  if (!named) {
    console.log(`\nNo Python is named, so only Tiebreak is measured: ${how}`);
    return null;
  }
  const looked = `import importlib.util as u; print(*[m for m in ${JSON.stringify(modules)} if u.find_spec(m) is None])`;
  const { status, stdout, error, stderr } = spawnSync(named, ['-c', looked], { encoding: 'utf8' });
  const missing = status === 0 ? stdout.trim() : (error?.message ?? stderr.trim());
  if (missing === '') return named;
  const why = status === 0 ? `lacks ${missing.replaceAll(' ', ', ')}` : `doesn't run (${missing})`;
  console.log(`\nThe Python ${named} ${why}, so only Tiebreak is measured: ${how}`);
  return null;
}

/** Runs a program of this folder in a process with the engine's environment, so that time and memory are the engine's own. */
export function ours<F extends Spent>(program: string, request: unknown): Ran<F> | null {
  return run(process.execPath, [inThisFolder(program), JSON.stringify(request)], engineEnvironment());
}

/**
 * Runs a script of this folder with as many threads as there are cores, on the processor or on a graphics card as ours. PyTorch's
 * threads sleep while they wait, as ours do: where they spin beside other work it is several times slower.
 */
export function theirs<F extends Spent>(
  { python, device }: { readonly python: string; readonly device: Device },
  script: string,
  args: readonly string[],
): Ran<F> | null {
  const card = ['cuda', 'webgpu', 'dml'].includes(device);
  const place = ['--device', card ? 'cuda' : 'cpu', '--threads', `${availableParallelism()}`];
  return run(python, [inThisFolder(script), ...args, ...place], { ...process.env, OMP_WAIT_POLICY: 'passive' });
}

function run<F extends Spent>(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Ran<F> | null {
  const [begun, before] = [performance.now(), busySeconds()];
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env, maxBuffer: 2 ** 28 });
  const [seconds, busy] = [(performance.now() - begun) / 1000, busySeconds() - before];
  if (status !== 0) {
    console.error(stderr.slice(-2000));
    return null;
  }
  const figures = JSON.parse(stdout.trim().split('\n').at(-1)!) as F;
  const others = Math.max(0, busy - figures.processorSeconds) / (seconds * cpus().length);
  return { ...figures, others: Math.min(1, others) };
}

/** Of all cores since the machine started. */
function busySeconds(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0) / 1000;
}

/** Takes turns, each run in a process of its own. Who fails once is left out from then on. Throws where ours fails, the first. */
export function inTurns<F extends Spent>(turns: number, contestants: readonly Contestant<F>[]): Results<F>[] {
  const results = contestants.map(({ name }) => ({ name, runs: [] as Ran<F>[], failed: false }));
  for (let turn = 1; turn <= turns; turn++) {
    for (const [i, { run, name }] of contestants.entries()) {
      const result = results[i]!;
      if (result.failed) continue;
      const figures = run(turn);
      if (figures) result.runs.push(figures);
      else if (i === 0) throw new Error('Tiebreak could not be measured.');
      else {
        result.failed = true;
        console.log(`${name} could not be run here; what it said stands above.`);
      }
    }
  }
  return results.filter(({ runs }) => runs.length > 0);
}

/** A column of the table beside name, memory and ratios; of the runs the fastest comes first. */
export type Column<F extends Spent> = { readonly title: string; readonly of: (runs: readonly Ran<F>[]) => string };

/** What something took, such as seconds for a comment: by the clock, and of the processor, which other work disturbs least. */
export type Costs = { readonly clock: number; readonly processor: number };

/**
 * Prints a table in Markdown, with how many times the time, the processor's seconds and the memory of the first each takes: the least of
 * its runs by the least of ours. Other work is the share of the processor that it had meanwhile.
 */
export function printTable<F extends Spent>(
  title: string,
  results: readonly Results<F>[],
  costsOf: (figures: F) => Costs,
  columns: readonly Column<F>[],
): void {
  const least = ({ runs }: Results<F>, cost: (one: Ran<F>) => number): number => Math.min(...runs.map(cost));
  const own = results[0]!;
  const rows = results.map((result) => {
    const runs = result.runs.toSorted((a, b) => costsOf(a).clock - costsOf(b).clock);
    const ratio = (cost: (one: Ran<F>) => number, digits: number): string =>
      result === own ? '' : (least(result, cost) / least(own, cost)).toFixed(digits);
    const card = runs[0]!.cardMB === undefined ? '' : `, ${runs[0]!.cardMB.toLocaleString('en')} on the card`;
    const others = runs.reduce((sum, one) => sum + one.others, 0) / runs.length;
    return [
      ...[result.name, ...columns.map((column) => column.of(runs))],
      least(result, ({ peakMB }) => peakMB).toLocaleString('en') + card,
      ratio((one) => costsOf(one).clock, 2),
      ratio((one) => costsOf(one).processor, 2),
      ratio(({ peakMB }) => peakMB, 2),
      `${(100 * others).toFixed(0)}%`,
    ];
  });
  const ratios = ['times our time', 'our processor', 'our memory', 'other work'];
  const titles = ['', ...columns.map((column) => column.title), 'peak MB', ...ratios];
  console.log(`\n${title}; ${machine()}\n`);
  for (const cells of [titles, titles.map(() => '---'), ...rows]) console.log(`| ${cells.join(' | ')} |`);
}

/** The machine, with the kind of instructions on which its speed depends. */
function machine(): string {
  const { model } = cpus()[0]!;
  return `${platform()} ${arch()}, ${availableParallelism()} cores of ${model.trim()} (${instructions()})`;
}

/** The widest arithmetic that the system says the processor has. */
function instructions(): string {
  const known = ['amx_tile', 'avx512f', 'avx2', 'sve', 'asimd'];
  const names: Record<string, string> = { amx_tile: 'AMX', avx512f: 'AVX512', avx2: 'AVX2', sve: 'SVE', asimd: 'NEON' };
  try {
    const flags = new Set(/^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))![1]!.split(' '));
    return names[known.find((name) => flags.has(name)) ?? ''] ?? 'no wide instructions';
  } catch {
    return 'instructions unknown';
  }
}

/** Begins to count; what it gives says what was spent since: seconds by the clock, and of the processor. */
export function clock(): () => { readonly seconds: number; readonly cpuSeconds: number } {
  const [begun, used] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(used);
    return { seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1e6 };
  };
}

/** What this process has spent so far, for programs that ours() runs. */
export function spentHere(): Spent {
  const { user, system } = process.cpuUsage();
  return { peakMB: Math.round(peakMemory() / 2 ** 20), processorSeconds: (user + system) / 1e6 };
}
