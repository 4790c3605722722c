import { readdirSync, readFileSync } from 'node:fs';

/** What a process holds of the machine. */
type Held = {
  readonly pid: number;
  readonly name: string;
  readonly megabytes: number;
  readonly handles: number;
};

/** A process and all that it began, as Linux shows them. */
export function heldBy(pid: number): readonly Held[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = parentOf(Number(entry));
    if (parent !== null) parents.set(Number(entry), parent);
  }
  const isBelow = (one: number | undefined): boolean => one !== undefined && (one === pid || isBelow(parents.get(one)));
  return [...parents.keys()].filter(isBelow).flatMap((one) => held(one));
}

function parentOf(pid: number): number | null {
  try {
    // The name in brackets may hold anything, brackets as well.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

function held(pid: number): readonly Held[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const name = command.some((part) => part.endsWith('process.ts')) ? 'engine' : 'app';
    const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    return [{ pid, name, megabytes: kilobytes / 1024, handles: readdirSync(`/proc/${pid}/fd`).length }];
  } catch {
    return [];
  }
}
