import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { TestContext } from 'vitest';

/** Milliseconds for a test that runs a program in Python: its libraries are slow to load on a busy machine. */
export const pythonPatience = 300_000;

/**
 * The Python that TIEBREAK_PYTHON names, for checks by programs that are no part of the project. Where none is named, or it lacks a
 * module, the test is skipped and says so.
 */
export function pythonFor(context: TestContext, ...modules: readonly string[]): string {
  const python = process.env.TIEBREAK_PYTHON;
  if (!python) return context.skip('no Python is named (set TIEBREAK_PYTHON to its path)');
  const answer = spawnSync(python, ['-c', findMissing, ...modules], { encoding: 'utf8' });
  if (answer.status !== 0)
    throw new Error(`TIEBREAK_PYTHON names ${python}, which does not run: ${answer.error?.message ?? answer.stderr}`);
  const missing = answer.stdout.trim();
  if (missing) return context.skip(`the Python of TIEBREAK_PYTHON lacks ${missing}`);
  return python;
}

const findMissing = `
import importlib.util, sys
print(*[name for name in sys.argv[1:] if importlib.util.find_spec(name) is None], sep=", ")`;

/** What a program prints; a failure of it is one of the test, with what it said on standard error. */
export function runPython(python: string, args: readonly string[]): string {
  // One thread: the sums are small, and PyTorch's threads wait by spinning, which takes long beside other work.
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  return execFileSync(python, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26, env });
}

/** The same while this process answers what the program asks of it. */
export async function spawnPython(python: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(python, args, { maxBuffer: 1 << 26, timeout: pythonPatience / 2 });
  return stdout;
}
