import type { AppFile } from './tree.ts';

/** The most that a package may hold beside its runtime, in bytes. */
export const budget = 250_000_000;

/** What goes along, by where it comes from, the largest first. */
export function sizesByPackage(files: readonly AppFile[]): readonly (readonly [name: string, bytes: number])[] {
  const sizes = new Map<string, number>();
  for (const { of, bytes } of files) sizes.set(of, (sizes.get(of) ?? 0) + bytes);
  return [...sizes].sort(([, a], [, b]) => b - a);
}

/** A line for each of the largest, and the sum beside the budget. */
export function budgetInWords(target: string, files: readonly AppFile[]): string {
  const sizes = sizesByPackage(files);
  const sum = sizes.reduce((all, [, bytes]) => all + bytes, 0);
  const [large, small] = [sizes.filter(([, bytes]) => bytes >= 1e6), sizes.filter(([, bytes]) => bytes < 1e6)];
  const rest = small.reduce((all, [, bytes]) => all + bytes, 0);
  const rows = [...large, [`${small.length} others`, rest] as const, [`all, without a runtime`, sum] as const];
  const lines = rows.map(([name, bytes]) => `  ${(bytes / 1e6).toFixed(1).padStart(6)} MB  ${name}`);
  const verdict = sum <= budget ? 'within' : 'OVER';
  return [`${target}: ${verdict} the budget of ${budget / 1e6} MB`, ...lines].join('\n');
}
