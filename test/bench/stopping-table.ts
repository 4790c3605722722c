import type { Case } from './stopping.ts';
export function stoppingTable(cases: readonly Case[], _: Readonly<Record<string, string>>): string { return String(cases.length); }
