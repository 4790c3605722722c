import { basename } from 'node:path';
import type { FoundReading, ReadingChoices } from '../../contract/reading.ts';
import { readingChoices } from '../../contract/reading.ts';
import { lookAt } from '../../dataset/look.ts';
import type { House } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import { anyReadingKept, forgetKeptReading, keepReading, keptReading, looksOf } from '../settings/kept-readings.ts';

/** Where nothing is said of a file. */
export const nothingSaid = readingChoices.parse({});

/** A file that comes in, and what a person said of how it is to be read. */
type Said = { readonly path: string; readonly name: string; readonly choices?: ReadingChoices | undefined };

/** Keeps what was said of files, for the next ones that look the same. */
export async function keepReadings(house: House, files: readonly Said[]): Promise<void> {
  for (const { path, name: file, choices: said } of files) {
    if (!said) continue;
    // Whose rewards one file has says nothing of the next.
    const { model: _, earlierDates: __, ...choices } = said;
    if (saysNothing(choices) && !anyReadingKept(house)) continue;
    const found = await namedLook(path);
    if (found === null) continue;
    const keep = saysNothing(choices) ? null : choices;
    withLockNow(house, keeping, (writing) => keepReading(writing, { file, found }, keep));
  }
}

/**
 * Keeps how dates of files were read that came in, beside what was said of them: the next file that looks the same may hold none that tells.
 */
export async function keepDates(
  house: House,
  files: readonly Said[],
  readings: readonly { readonly file: string; readonly found: FoundReading }[],
): Promise<void> {
  for (const { file, found: read } of readings) {
    const { dates } = read;
    const source = files.find(({ name }) => name === file || basename(name) === file);
    if (dates === null || dates === 'undecided' || !source) continue;
    const found = await namedLook(source.path);
    if (found === null) continue;
    const kept = keptReading(house, looksOf(found)) ?? nothingSaid;
    if (kept.dates === dates) continue;
    withLockNow(house, keeping, (writing) => keepReading(writing, { file: source.name, found }, { ...kept, dates }));
  }
}

/** Forgets what was said of files that look like this one. */
export async function forgetReading(house: House, file: string): Promise<void> {
  const found = await namedLook(house.files.find(file).path);
  if (found !== null) forgetKeptReading(house, { looks: looksOf(found) });
}

const keeping = 'keeping how a file is read';

/**
 * What was said of an earlier file that looks like this one. Where nothing but the shape tells that they look the same, what 'score' means
 * was said of that file alone: it is followed only where this one doesn't tell by itself. So are the order of its dates, whatever else tells.
 */
export async function followed(house: House, path: string): Promise<ReadingChoices | null> {
  if (!anyReadingKept(house)) return null;
  const found = await plainLook(path);
  const kept = found && found.header !== false ? keptReading(house, looksOf(found)) : null;
  if (!found || !kept) return null;
  const { score, dates, ...others } = kept;
  const isOfAll = found.columns.length > 0 || found.score === 'undecided';
  const own = dates === undefined ? null : await lookAt(path, others).catch(() => null);
  const followed = {
    ...others,
    ...(score !== undefined && isOfAll ? { score } : {}),
    ...(dates !== undefined && own?.found.dates === 'undecided' ? { earlierDates: dates } : {}),
  };
  return saysNothing(followed) ? null : followed;
}

/** What a file looks like; null where that can't be told. Tables without names look alike whatever stands in them: of those nothing is kept. */
const namedLook = async (path: string): Promise<FoundReading | null> => {
  const found = await plainLook(path);
  return found && found.header !== false ? found : null;
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

function saysNothing({ as, map, replies, html, ...others }: ReadingChoices): boolean {
  const { encoding, separator, header, score, dates, earlierDates } = others;
  const said =
    [as, encoding, separator, header, score, dates, earlierDates].some((one) => one !== undefined) ||
    Object.keys(map ?? {}).length > 0;
  return !said && replies === nothingSaid.replies && html === nothingSaid.html;
}
