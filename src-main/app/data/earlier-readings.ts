import type { FoundReading, ReadingChoices } from '../../contract/reading.ts';
import { readingChoices } from '../../contract/reading.ts';
import { lookAt } from '../../dataset/look.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import { anyReadingKept, keepReading, keptReading, looksOf } from '../settings/kept-readings.ts';

/** Where nothing is said of a file. */
export const nothingSaid = readingChoices.parse({});

/** Keeps what was said of files, for the next ones that look the same. */
export async function keepReadings(
  house: House,
  files: readonly { readonly path: string; readonly choices?: ReadingChoices | undefined }[],
): Promise<void> {
  for (const { path, choices: said } of files) {
    if (!said) continue;
    // Whose rewards one file has says nothing of the next.
    const { model: _, ...choices } = said;
    if (saysNothing(choices) && !anyReadingKept(house)) continue;
    const looks = await looksOfFile(path);
    if (looks === null) continue;
    withLockNow(house, keeping, (writing) => keepReading(writing, looks, saysNothing(choices) ? null : choices));
  }
}

/** Forgets what was said of files that look like this one. */
export async function forgetReading(house: House, file: string): Promise<void> {
  const looks = await looksOfFile(house.files.find(file).path);
  if (looks !== null) withLockNow(house, keeping, (writing: WritingHouse) => keepReading(writing, looks, null));
}

const keeping = 'keeping how a file is read';

/**
 * What was said of an earlier file that looks like this one. Where nothing but the shape tells that they look the same, what 'score' means
 * was said of that file alone: it is followed only where this one doesn't tell by itself.
 */
export async function followed(house: House, path: string): Promise<ReadingChoices | null> {
  if (!anyReadingKept(house)) return null;
  const found = await plainLook(path);
  const kept = found && found.header !== false ? keptReading(house, looksOf(found)) : null;
  if (!found || !kept || found.columns.length > 0 || found.score === 'undecided') return kept;
  const { score: _, ...others } = kept;
  return saysNothing(others) ? null : others;
}

/** What a file looks like; null where that can't be told. Tables without names look alike whatever stands in them: of those nothing is kept. */
const looksOfFile = async (path: string): Promise<string | null> => {
  const found = await plainLook(path);
  return found && found.header !== false ? looksOf(found) : null;
};

/** What a file is taken for where nothing is said of it; null where that can't be told. */
async function plainLook(path: string): Promise<FoundReading | null> {
  const look = lookAt(path, nothingSaid).then(({ found }) => found);
  return look.catch(() => asTable(path, nothingSaid));
}

/** A table whose columns nobody knows by their names, or which has no names, is one still, whose columns can be said. */
export async function asTable(path: string, choices: ReadingChoices): Promise<FoundReading | null> {
  for (const header of choices.header === undefined ? [undefined, false] : [choices.header]) {
    const look = await lookAt(path, { ...choices, header, as: 'posts' }).catch(() => null);
    if (look) return look.found;
  }
  return null;
}

/** How a file is read of which something is said for all files: where nothing is, what was said of an earlier one that looks the same is followed. */
export async function choicesFor(
  house: House,
  path: string,
  said: ReadingChoices,
): Promise<{ readonly choices: ReadingChoices; readonly remembered: boolean }> {
  const kept = saysNothing(said) ? await followed(house, path) : null;
  return { choices: kept ? { ...kept, model: said.model } : said, remembered: kept !== null };
}

function saysNothing({ as, encoding, separator, header, map, score, replies, html }: ReadingChoices): boolean {
  const said =
    [as, encoding, separator, header, score].some((one) => one !== undefined) || Object.keys(map ?? {}).length > 0;
  return !said && replies === nothingSaid.replies && html === nothingSaid.html;
}
