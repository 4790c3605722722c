import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Told } from './work.ts';
import type { WorkName } from './works.ts';

/** How the work of a child came to its end. */
type Ran = {
  readonly told: readonly Told[];
  /** What it said of its end: nothing where it was killed; null where it came to its end; else its sentence. */
  readonly ended: string | null | undefined;
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  /** From its beginning to its end, in ms. */
  readonly ms: number;
  readonly complaints: string;
};

const child = fileURLToPath(new URL('child.ts', import.meta.url));
const dieAt = new URL('die-at.ts', import.meta.url).href;
const strip = process.features.typescript ? [] : ['--experimental-strip-types', '--no-warnings'];

type RunOptions = {
  /** A module that is loaded before everything else. */
  readonly preload?: string;
  /** Called with all that was told so far, whenever something is. */
  readonly onTold?: (told: readonly Told[]) => void;
};

/** @param die where it ends, as die-at.ts reads it; or after so many ms of its work */
export async function runChild(
  name: WorkName,
  folder: string,
  die: string | number | null,
  { preload, onTold }: RunOptions = {},
): Promise<Ran> {
  const mark = `TIEBREAK_CASE=${folder}`;
  const options = [typeof die === 'string' ? dieAt : undefined, preload].flatMap((one) =>
    one ? [`--import=${one}`] : [],
  );
  const env = {
    ...process.env,
    NODE_OPTIONS: [...strip, ...options].join(' '),
    TIEBREAK_CASE: folder,
    ...(typeof die === 'string' ? { TIEBREAK_DIE: die } : {}),
  };
  const run = spawn(process.execPath, [child, name, folder], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  run.stderr.on('data', (text: Buffer) => {
    complaints = (complaints + text).slice(-3000);
  });
  const ends = once(run, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const told: Told[] = [];
  let ended: string | null | undefined;
  let begun = performance.now();
  for await (const line of createInterface({ input: run.stdout })) {
    // The last one may have been cut off.
    if (!line.startsWith('{') || !line.endsWith('}')) continue;
    const said = JSON.parse(line) as { readonly begun?: true; readonly told?: Told; readonly ended?: string | null };
    if (said.begun) {
      begun = performance.now();
      if (typeof die === 'number') setTimeout(() => run.kill('SIGKILL'), die).unref();
    }
    if (said.told) {
      told.push(said.told);
      onTold?.(told);
    }
    if (said.ended !== undefined) ended = said.ended;
  }
  const [code, signal] = await ends;
  const ms = performance.now() - begun;
  await gone(mark);
  return { told, ended, signal, code, ms, complaints };
}

const patience = 60_000;

/** Waits until no process is left that the child began. @throws Error where one stays */
async function gone(mark: string): Promise<void> {
  const since = performance.now();
  while (isThere(mark)) {
    if (performance.now() - since > patience) throw new Error('A process that it had begun is still there.');
    await sleep(20);
  }
}

function isThere(mark: string): boolean {
  return readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid) || pid === `${process.pid}`) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
    } catch {
      return false;
    }
  });
}
