import type { z } from 'zod';
import type { CallHooks, importCall } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { FoundReading, LookedAt, Preview, PreviewStep, ReadingChoices } from '../../contract/reading.ts';
import type { ImportSummary } from '../../contract/reports.ts';
import { guessReading, lookAt } from '../../dataset/look.ts';
import { previewFile } from '../../transfer/preview-file.ts';
import type { House } from '../kernel/house.ts';
import { asTable, choicesFor, followed, nothingSaid } from './earlier-readings.ts';
import { failuresOf } from './failed-files.ts';
import { filesOf } from './folder.ts';
import { calledByName } from './import-files.ts';

/** A file and what is said of how to read it, as a door names it: by its handle. */
type Asked = { readonly file: string; readonly choices: ReadingChoices };

/** Looks at the beginning of a file. What it can't be read as is part of the answer: a person may say how it is to be read. */
export async function lookAtFile(
  house: House,
  { file, choices: said }: { readonly file: string; readonly choices?: ReadingChoices | undefined },
): Promise<LookedAt> {
  const { path, name } = house.files.find(file);
  const kept = said ? null : await followed(house, path);
  const looked = await lookBy({ path, name }, said ?? kept ?? nothingSaid, kept !== null);
  if (looked.problem === null || said || kept) return looked;
  const guess = await guessReading(path, looked.choices);
  if (guess === null) return looked;
  const guessed = await lookBy({ path, name }, { ...looked.choices, ...guess }, false);
  return guessed.problem === null ? { ...guessed, guessed: true } : looked;
}

async function lookBy(
  { path, name }: { readonly path: string; readonly name: string },
  choices: ReadingChoices,
  remembered: boolean,
): Promise<LookedAt> {
  const how = { choices, remembered, guessed: false };
  let found: FoundReading | null = null;
  try {
    ({ found } = await lookAt(path, choices));
    const preview = await beginningOf(path, choices);
    return { ...how, found, preview: { ...preview, file: name, remembered }, problem: null };
  } catch (error) {
    const named = calledByName(error, path, name);
    if (!(named instanceof TiebreakError)) throw named;
    found ??= await asTable(path, choices);
    return { ...how, found, preview: null, problem: named.message };
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

/** The preview of a whole file; where its beginning had told otherwise of scores or dates than all of it does, it is read again by that. */
async function asJudged(
  path: string,
  choices: ReadingChoices,
  first: Preview,
  whole: Preview,
  signal: AbortSignal | undefined,
): Promise<Preview> {
  const { score, dates } = whole.found;
  const told = {
    ...(score === null || score === 'undecided' || score === first.found.score ? {} : { score }),
    ...(dates === null || dates === 'undecided' || dates === first.found.dates ? {} : { dates }),
  };
  if (Object.keys(told).length === 0) return whole;
  let again = whole;
  for await (const preview of previewFile(path, { ...choices, ...told }, { signal })) {
    if (signal?.aborted) return whole;
    again = preview;
  }
  return { ...again, found: whole.found };
}

/** Milliseconds between two reports of what a file has come to. */
const tellEveryMs = 300;

async function beginningOf(path: string, choices: ReadingChoices) {
  for await (const preview of previewFile(path, choices, {})) return preview;
  throw new TiebreakError('bad-input', `Nothing could be read of ${path}.`);
}

/** What files would bring, those that can't be read, and what lies in folders and is left alone. */
export type Previews = { readonly files: readonly Preview[] } & Pick<ImportSummary, 'failed' | 'leftAlone'>;

/** What an import of these files would bring, each read to its end. Nothing is stored. */
export async function previewFiles(
  house: House,
  { files, contextFile, split: _, ...choices }: z.output<typeof importCall>,
  { onProgress, signal }: CallHooks,
): Promise<Previews> {
  const previews: Preview[] = [];
  const { paths, leftAlone } = await filesOf(files);
  const all = await Promise.all(paths.map(async (path) => ({ path, ...(await choicesFor(house, path, choices)) })));
  if (contextFile !== undefined)
    all.push({ path: contextFile, choices: { ...choices, as: 'context' }, remembered: false });
  const failures = failuresOf(all.length);
  for (const { path, choices: its, remembered } of all) {
    const told = ({ bytes, total }: { bytes: number; total: number }): void =>
      onProgress?.({ phase: 'preview', name: path, done: bytes, total, speed: null, secondsLeft: null });
    let first: Preview | null = null;
    let last: Preview | null = null;
    try {
      for await (const preview of previewFile(path, its, { signal, onProgress: told })) {
        first ??= preview;
        last = preview;
      }
      if (first && last) previews.push({ ...(await asJudged(path, its, first, last, signal)), remembered });
    } catch (error) {
      failures.add(path, error);
    }
  }
  failures.throwIfAll();
  return { files: previews, ...failures.summary(), ...(leftAlone.length === 0 ? {} : { leftAlone }) };
}
