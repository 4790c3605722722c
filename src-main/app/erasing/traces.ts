import { createReadStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { dataFiles, type PairGroup } from '../../contract/engine.ts';
import type { ErasedText } from '../../store/find-erasable.ts';
import type { House } from '../kernel/house.ts';
import type { Pauses } from './found.ts';

/** Where texts stand beside their own rows: in the data of trainings, and in examples that trainings showed. */

/** Whether a text is, or has in it, one that goes. */
export type Holds = (text: string) => boolean;

/** Texts that are shorter than this say nothing in the middle of others. */
const shortest = 12;

/** Knows again texts that go: by themselves, or within what a model reads of a post. */
export function holdsAny(texts: readonly ErasedText[]): Holds {
  const whole = new Set<string>();
  const parts: string[] = [];
  for (const { kind, title, text, context } of texts) {
    for (const each of [title, text, context]) {
      if (each === null || each === '') continue;
      whole.add(each);
      if (kind === 'post' && each.length >= shortest) parts.push(each);
    }
  }
  return (text) => whole.has(text) || parts.some((part) => text.includes(part));
}

/** Numbers of the runs whose kept data hold such a text. */
export async function runsWith(house: House, holds: Holds, pause: Pauses): Promise<readonly number[]> {
  const folders = (await readdir(join(house.home, 'runs')).catch((): string[] => [])).filter((name) =>
    /^\d+$/.test(name),
  );
  const found: number[] = [];
  for (const name of folders) {
    const files = Object.values(dataFiles).map((file) => join(house.home, 'runs', name, file));
    if (await anyHolds(files, holds, pause)) found.push(Number(name));
  }
  return found.sort((a, b) => a - b);
}

async function anyHolds(files: readonly string[], holds: Holds, pause: Pauses): Promise<boolean> {
  for (const file of files) {
    const input = createReadStream(file);
    try {
      for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
        if (groupHolds(line, holds)) return true;
        await pause();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    } finally {
      input.destroy();
    }
  }
  return false;
}

function groupHolds(line: string, holds: Holds): boolean {
  let group: Partial<PairGroup>;
  try {
    group = JSON.parse(line) as Partial<PairGroup>;
  } catch {
    // The end of a file that was cut off: what can't be read could be anything.
    return line.trim() !== '';
  }
  return (group.texts ?? []).some(({ post, comment }) => holds(post) || holds(comment));
}

/** Removes copies of files on their way in or out, and what was fetched to be imported: nobody can say what is in them. */
export async function removePassing(house: House): Promise<void> {
  house.files.forgetCopies();
  await rm(join(house.home, 'downloads'), { recursive: true, force: true });
}
