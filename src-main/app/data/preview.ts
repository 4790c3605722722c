import type { z } from 'zod';
import type { CallHooks, importCall } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import {
  type FoundReading,
  type LookedAt,
  type Preview,
  type PreviewStep,
  type ReadingChoices,
  readingChoices,
} from '../../contract/reading.ts';
import { lookAt } from '../../dataset/look.ts';
import { previewFile } from '../../transfer/preview-file.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import { anyReadingKept, keepReading, keptReading, looksOf } from '../settings/kept-readings.ts';
import { filesOf } from './folder.ts';
import { calledByName } from './import-files.ts';

/** A file and what is said of how to read it, as a door names it: by its handle. */
type Asked = { readonly file: string; readonly choices: ReadingChoices };

const nothingSaid = readingChoices.parse({});

/** Looks at the beginning of a file. What it can't be read as is part of the answer: a person may say how it is to be read. */
export async function lookAtFile(
  house: House,
  { file, choices: said }: { readonly file: string; readonly choices?: ReadingChoices | undefined },
): Promise<LookedAt> {
  const { path, name } = house.files.find(file);
  const kept = said ? null : await followed(house, path);
  const choices = said ?? kept ?? nothingSaid;
  const remembered = kept !== null;
  let found: FoundReading | null = null;
  try {
    ({ found } = await lookAt(path, choices));
    const preview = await beginningOf(path, choices);
    return { choices, found, preview: { ...preview, file: name, remembered }, problem: null, remembered };
  } catch (error) {
    const named = calledByName(error, path, name);
    if (!(named instanceof TiebreakError)) throw named;
    found ??= await asTable(path, choices);
    return { choices, found, preview: null, problem: named.message, remembered };
  }
}

/** Reads all of a file without storing anything of it, and says what it has come to from time to time. */
export async function* previewOf(
  house: House,
  { file, choices }: Asked,
  signal: AbortSignal | undefined,
): AsyncGenerator<PreviewStep, void, void> {
  const { path, name, bytes } = house.files.find(file);
  const begun = performance.now();
  let told = begun;
  let progress = { bytes: 0, total: bytes };
  const onProgress = (now: typeof progress): void => {
    progress = now;
  };
  try {
    let first: Preview | null = null;
    for await (const preview of previewFile(path, choices, { signal, onProgress })) {
      if (signal?.aborted) return;
      first ??= preview;
      const now = performance.now();
      if (!preview.whole && now - told < tellEveryMs) continue;
      told = now;
      const { bytes: done, total } = progress;
      const secondsLeft = done === 0 || preview.whole ? null : ((now - begun) / 1000) * (total / done - 1);
      const shown = preview.whole ? await asJudged(path, choices, first, preview, signal) : preview;
      yield { preview: { ...shown, file: name }, done, total, secondsLeft };
    }
  } catch (error) {
    throw calledByName(error, path, name);
  }
}

/** The preview of a whole file; where its beginning had told another meaning of the scores than all of it does, it is read again by that. */
async function asJudged(
  path: string,
  choices: ReadingChoices,
  first: Preview,
  whole: Preview,
  signal: AbortSignal | undefined,
): Promise<Preview> {
  const { score } = whole.found;
  if (score === null || score === 'undecided' || score === first.found.score) return whole;
  let again = whole;
  for await (const preview of previewFile(path, { ...choices, score }, { signal })) {
    if (signal?.aborted) return whole;
    again = preview;
  }
  return { ...again, found: whole.found };
}

/** Milliseconds between two reports of what a file has come to. */
const tellEveryMs = 300;

/** Keeps what was said of files, for the next ones that look the same. */
export async function keepReadings(
  house: House,
  files: readonly { readonly path: string; readonly choices?: ReadingChoices | undefined }[],
): Promise<void> {
  for (const { path, choices } of files) {
    if (!choices || (saysNothing(choices) && !anyReadingKept(house))) continue;
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
  const kept = found && keptReading(house, looksOf(found));
  if (!kept || found.columns.length > 0 || found.score === 'undecided') return kept;
  const { score: _, ...others } = kept;
  return saysNothing(others) ? null : others;
}

const looksOfFile = async (path: string): Promise<string | null> => {
  const found = await plainLook(path);
  return found && looksOf(found);
};

/** What a file is taken for where nothing is said of it; null where that can't be told. */
async function plainLook(path: string): Promise<FoundReading | null> {
  const look = lookAt(path, nothingSaid).then(({ found }) => found);
  return look.catch(() => asTable(path, nothingSaid));
}

/** A table whose columns nobody knows by their names is one still, whose columns can be said. */
async function asTable(path: string, choices: ReadingChoices): Promise<FoundReading | null> {
  return lookAt(path, { ...choices, as: 'posts' }).then(
    ({ found }) => found,
    () => null,
  );
}

async function beginningOf(path: string, choices: ReadingChoices) {
  for await (const preview of previewFile(path, choices, {})) return preview;
  throw new TiebreakError('bad-input', `Nothing could be read of ${path}.`);
}

function saysNothing({ as, encoding, separator, map, score, replies, html }: ReadingChoices): boolean {
  const said = [as, encoding, separator, score].some((one) => one !== undefined) || Object.keys(map ?? {}).length > 0;
  return !said && replies === nothingSaid.replies && html === nothingSaid.html;
}

/** What an import of these files would bring, each read to its end. Nothing is stored. */
export async function previewFiles(
  _house: House,
  { files, contextFile, split: _, ...choices }: z.output<typeof importCall>,
  { onProgress, signal }: CallHooks,
): Promise<readonly Preview[]> {
  const previews: Preview[] = [];
  const all = (await filesOf(files)).paths.map((path) => ({ path, choices }));
  if (contextFile !== undefined) all.push({ path: contextFile, choices: { ...choices, as: 'context' } });
  for (const { path, choices: its } of all) {
    const told = ({ bytes, total }: { bytes: number; total: number }): void =>
      onProgress?.({ phase: 'preview', name: path, done: bytes, total, speed: null, secondsLeft: null });
    let last: Preview | null = null;
    for await (const preview of previewFile(path, its, { signal, onProgress: told })) last = preview;
    if (last) previews.push(last);
  }
  return previews;
}
