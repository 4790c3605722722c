/** Runs an operation in a process of its own, and says what it and the engines that it started took. */

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Cost = {
  readonly seconds: number;
  /** Of the operation, with the engine's whole process. */
  readonly processorSeconds: number;
  /** The most memory that the process held, and the most that one of its engines did. */
  readonly mainMB: number;
  readonly engineMB: number;
};

const everyMs = 50;
const program = fileURLToPath(new URL('operation.ts', import.meta.url));
/** Of a second, in which the system counts the time of a process. */
const tick = 1 / 100;

/** @param more what the operation takes beside the data folder. Of many of one kind the time of one. */
export async function measured(name: string, home: string, more = ''): Promise<Cost> {
  const child = spawn(process.execPath, [program, name, home, more], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [engines, own] = [new Map<number, Process>(), { peakMB: 0 }];
  const look = (): void => {
    own.peakMB = Math.max(own.peakMB, processOf(child.pid!)?.peakMB ?? 0);
    for (const pid of childrenOf(child.pid!)) {
      const found = processOf(pid);
      if (found) engines.set(pid, found);
    }
  };
  const timer = setInterval(look, everyMs);
  let [out, complaints] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`'${name}' failed:\n${complaints.slice(-2000)}`);
  const { seconds, cpuSeconds, times } = JSON.parse(out.trim().split('\n').at(-1)!) as Record<string, number>;
  const engineSeconds = [...engines.values()].reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  return {
    seconds: seconds! / times!,
    processorSeconds: (cpuSeconds! + engineSeconds) / times!,
    mainMB: own.peakMB,
    engineMB: Math.max(0, ...[...engines.values()].map(({ peakMB }) => peakMB)),
  };
}

/** The most memory that an engine of a process has held, in MB. */
export const peakOf = (pid: number): number =>
  Math.max(0, ...childrenOf(pid).map((child) => processOf(child)?.peakMB ?? 0));

type Process = { readonly peakMB: number; readonly cpuSeconds: number };

/** null where it has ended. */
function processOf(pid: number): Process | null {
  try {
    const [, peak] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13);
    return { peakMB: Math.round(Number(peak) / 1024), cpuSeconds: tick * (Number(user) + Number(system)) };
  } catch {
    return null;
  }
}

/** The processes that a process has started and that are still there; none where the system has no /proc. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
