import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeWholeFileNow } from '../../disk/whole.ts';

const place = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
  maximised: z.boolean(),
});
/** Where a window stands, in the system's device-independent pixels. */
export type Place = Readonly<z.output<typeof place>>;
export type Area = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

const usual = { width: 1280, height: 800 } as const;
/** No smaller than this: the views are made for it. */
export const smallest = { width: 600, height: 480 } as const;

/** The place that was written to this file; null where there is none that can be read. */
export function readPlace(file: string): Place | null {
  try {
    return place.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Keeps a place for the next start. A failure is not worth a word: the window opens in its usual place then. */
export function writePlace(file: string, current: Place): void {
  try {
    writeWholeFileNow(file, JSON.stringify(current));
  } catch {
    // The disk is full or read-only, which everything else reports.
  }
}

/**
 * A place that lies wholly on one of the displays there are now.
 * @param displays their usable areas, the main one first
 */
export function fitPlace(wanted: Place | null, displays: readonly Area[]): Place {
  const main = displays[0] ?? { x: 0, y: 0, ...usual };
  if (!wanted) {
    const width = Math.min(usual.width, main.width);
    const height = Math.min(usual.height, main.height);
    const x = main.x + Math.round((main.width - width) / 2);
    const y = main.y + Math.round((main.height - height) / 2);
    return { x, y, width, height, maximised: false };
  }
  const area = displays.reduce((best, each) => (overlap(wanted, each) > overlap(wanted, best) ? each : best), main);
  const width = clamp(wanted.width, Math.min(smallest.width, area.width), area.width);
  const height = clamp(wanted.height, Math.min(smallest.height, area.height), area.height);
  const x = clamp(wanted.x, area.x, area.x + area.width - width);
  const y = clamp(wanted.y, area.y, area.y + area.height - height);
  return { x, y, width, height, maximised: wanted.maximised };
}

function overlap(a: Area, b: Area): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
