import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childrenOf } from './growth/measured.ts';
import { makeGpt2, type Sizes } from './make-gpt2.ts';

const cli = fileURLToPath(new URL('../../src-main/doors/terminal/cli.ts', import.meta.url));
const everyMs = 10;

/** The aim: so many bytes in one process, training with 4 x 128 tokens at once. */
const aim = 4e9;

/** The shape of GPT-2 small; its vocabulary comes from the tokenizer. */
const small: Sizes = { width: 768, layers: 12, heads: 12, positions: 1024 };

type Phase = { readonly title: string; readonly args: readonly string[]; readonly killAtStep?: number };

/**
 * The whole way of a GPT-2 through the command line, with the most memory that each process held: importing it, training a
 * language model from it, being killed and going on, training a reward model from that, measuring and scoring.
 * Weights are random: how much memory they take doesn't depend on what they are.
 * @param more further settings as KEY=VALUE
 */
export async function measureMemory(more: readonly string[]): Promise<void> {
  if (process.platform !== 'linux') {
    console.log('The memory of processes is read from /proc, which only Linux has.');
    return;
  }
  const home = mkdtempSync(join(tmpdir(), 'tiebreak-memory-'));
  try {
    await makeGpt2(home, small);
    const settings = ['tokensPerBatch=512', 'maxTokens=128', 'epochs=1', 'evaluateEvery=3', ...more];
    const set = settings.flatMap((setting) => ['--set', setting]);
    const device = ['--device', 'cpu'];
    const phases: readonly Phase[] = [
      { title: 'models import', args: ['models', 'import', join(home, 'gpt2'), '--name', 'gpt2'] },
      {
        title: 'train sft, killed',
        args: ['train', 'sft', '--base', 'gpt2', ...set, '--set', 'checkpointEvery=2', ...device],
        killAtStep: 3,
      },
      { title: 'train sft, gone on', args: ['train', 'sft', '--resume', '1', ...device] },
      {
        title: 'train reward',
        args: ['train', 'reward', '--base', 'sft-1', ...set, '--set', 'checkpointEvery=2', ...device],
      },
      { title: 'evaluate', args: ['evaluate', '--model', 'reward-1', ...device] },
      { title: 'rank', args: ['rank', '--model', 'reward-1', ...device] },
    ];
    console.log(`\nMost memory of each process, GPT-2 small, batches of 4 x 128 tokens (aim: ${inMegabytes(aim)})`);
    for (const phase of phases) {
      const { main, engine, seconds } = await measure(home, phase);
      const verdict = Math.max(main, engine) <= aim ? '' : '  MORE THAN THE AIM';
      console.log(
        `${phase.title.padEnd(20)} engine ${inMegabytes(engine).padStart(9)}   main ${inMegabytes(main).padStart(9)}   ${seconds.toFixed(0).padStart(4)} s${verdict}`,
      );
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function measure(home: string, { title, args, killAtStep }: Phase) {
  const begun = performance.now();
  const child = spawn(process.execPath, [cli, '--home', home, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const peaks = new Map<number, number>();
  const look = (): void => {
    for (const pid of [child.pid!, ...childrenOf(child.pid!)]) {
      const peak = statusOf(pid, 'VmHWM');
      if (peak !== null) peaks.set(pid, Math.max(peak, peaks.get(pid) ?? 0));
    }
  };
  const timer = setInterval(look, everyMs);
  try {
    await ended(child, title, killAtStep);
  } finally {
    clearInterval(timer);
  }
  const main = peaks.get(child.pid!) ?? 0;
  peaks.delete(child.pid!);
  return { main, engine: Math.max(0, ...peaks.values()), seconds: (performance.now() - begun) / 1000 };
}

/** Resolves when the command has done its work, or was killed with its engine at a step as by the system. */
async function ended(child: ChildProcess, title: string, killAtStep: number | undefined): Promise<void> {
  let text = '';
  let killed = false;
  child.stderr!.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (process.env.TIEBREAK_BENCH_VERBOSE) trace(child, part);
    const step = Number(
      text
        .match(/Training: (\d+) of/g)
        ?.at(-1)
        ?.match(/\d+/)?.[0] ?? 0,
    );
    if (killed || killAtStep === undefined || step < killAtStep) return;
    killed = true;
    for (const pid of childrenOf(child.pid!)) process.kill(pid, 'SIGKILL');
  });
  child.stdout!.resume();
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0 && !killed) throw new Error(`'${title}' failed:\n${text.slice(-2000)}`);
}

function trace(child: ChildProcess, part: string): void {
  const engine = childrenOf(child.pid!).map(
    (pid) => `${inMegabytes(statusOf(pid, 'VmRSS') ?? 0)} (${inMegabytes(statusOf(pid, 'VmHWM') ?? 0)})`,
  );
  for (const line of part.trimEnd().split('\n')) console.error(`  [${engine}] ${line}`);
}

/** A size of a process in bytes; null where it has ended. */
function statusOf(pid: number, name: 'VmHWM' | 'VmRSS'): number | null {
  try {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found ? Number(found[1]) * 1024 : null;
  } catch {
    return null;
  }
}

function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;
}
