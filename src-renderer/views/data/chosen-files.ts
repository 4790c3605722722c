import { computed, ref, shallowReactive } from 'vue';
import type { TakenFile } from '../../../src-main/contract/files.ts';
import {
  type Field,
  type FoundReading,
  type LookedAt,
  nouns,
  type Preview,
  type PreviewStep,
  type ReadingChoices,
} from '../../../src-main/contract/reading.ts';
import { client, connected, messageOf } from '../../api.ts';

/** A file that was chosen and of which nothing is stored yet. */
export type ChosenFile = {
  readonly file: TakenFile;
  /** How it is to be read, as it was said last; null until it was looked at. */
  choices: ReadingChoices | null;
  /** What was found by that, or is still found by what was said before; null until it was looked at. */
  looked: LookedAt | null;
  /** The same where nobody had said anything yet. */
  first: LookedAt | null;
  /** What it came to as far as it was read. */
  preview: Preview | null;
  /** How far that is; null where it is not read on at the moment. */
  step: Omit<PreviewStep, 'preview'> | null;
  state: 'looking' | 'looked' | 'reading' | 'read' | 'failed';
  /** Why it could not be looked at or read on. */
  error: string | null;
  /** Ends what goes on with it. */
  stop: AbortController | null;
};

/** The files that stand there to be looked at, in the order in which they were chosen. */
export const chosenFiles = shallowReactive<ChosenFile[]>([]);
const shownHandle = ref('');
/** The file that is shown. */
export const shownFile = computed(
  () => chosenFiles.find(({ file }) => file.handle === shownHandle.value) ?? chosenFiles[0] ?? null,
);

export const foundOf = ({ looked, preview }: ChosenFile): FoundReading | null =>
  preview?.found ?? looked?.found ?? null;
/** Whether all of it was read, and none of it can come in: rows alone are nothing. */
export const comesToNothing = ({ preview }: ChosenFile): boolean =>
  preview?.whole === true && nouns.every((noun) => noun === 'row' || preview.imported[noun] === 0);
/** Whether something of it could be read. */
export const isReadable = (one: ChosenFile): boolean =>
  one.looked?.problem === null && one.preview !== null && !comesToNothing(one);
/** Whether a person has to say first what 'score' means. */
export const isUndecided = (one: ChosenFile): boolean => isReadable(one) && foundOf(one)?.score === 'undecided';
/** Whether a person has to say first whose rewards they are. */
export const lacksModel = (one: ChosenFile): boolean =>
  isReadable(one) && foundOf(one)?.shape === 'rewards' && one.choices?.model === undefined;

const looksAtOnce = 4;
/** Whether files are read on: only while they are shown. */
let readingOn = false;

/** Adds files to those that are looked at. */
export function lookAtFiles(files: readonly TakenFile[]): void {
  for (const file of files) {
    if (chosenFiles.some((one) => one.file.handle === file.handle)) continue;
    const one: ChosenFile = {
      file,
      choices: null,
      looked: null,
      first: null,
      preview: null,
      step: null,
      state: 'looking',
      error: null,
      stop: null,
    };
    chosenFiles.push(shallowReactive(one));
  }
  lookOn();
}

export function showFile({ file }: ChosenFile): void {
  shownHandle.value = file.handle;
  readOn();
}

/** Says how a file is to be read, in place of what was said of that before, and looks at it anew. */
export function sayOfFile(one: ChosenFile, changed: Partial<ReadingChoices>): void {
  if (one.choices) void look(one, { ...one.choices, ...changed });
}

/** Says what a column is. Only one column is each thing: another that was it is not used any more. */
export function sayOfColumn(one: ChosenFile, name: string, field: Field): void {
  const { columns = [] } = foundOf(one) ?? {};
  const others = columns.filter((column) => column.name !== name && column.field === field && field !== 'nothing');
  const freed = others.map((column) => [column.name, 'nothing'] as const);
  const before = Object.entries(one.choices?.map ?? {});
  sayOfFile(one, { map: Object.fromEntries([...before, ...freed, [name, field]]) });
}

/** By what a column is what it is: a person changed it, said so of an earlier file, or it was guessed. */
export function howColumn(
  one: ChosenFile,
  name: string,
  field: Field,
): 'changed' | 'earlier' | 'values' | 'name' | 'nothing' {
  const said = one.choices?.map?.[name];
  if (said !== undefined && said === one.first?.choices.map?.[name]) return one.first.remembered ? 'earlier' : 'values';
  if (said !== undefined) return 'changed';
  return field === 'nothing' ? 'nothing' : 'name';
}

/** Takes back what was changed of the columns since the file was chosen. */
export const takeBackColumns = (one: ChosenFile): void =>
  sayOfFile(one, { map: one.first?.choices.map, header: one.first?.choices.header });

/** Forgets what was said of earlier files that look the same, and looks at the file without it. */
export async function forgetEarlier(one: ChosenFile): Promise<void> {
  await client.data.forgetReading({ file: one.file.handle });
  await look(one, undefined);
}

/** Takes a file off the list. */
export function leaveOut(one: ChosenFile): void {
  one.stop?.abort();
  chosenFiles.splice(chosenFiles.indexOf(one), 1);
  readOn();
}

/** Takes all files off the list: nothing of them was stored. */
export function letGo(): void {
  for (const { stop } of chosenFiles) stop?.abort();
  chosenFiles.length = 0;
}

/** Reads files on, one after another, as long as they are shown. */
export function startReading(): void {
  readingOn = true;
  lookOn();
  readOn();
}

/** Stops reading on. What was found stays. */
export function stopReading(): void {
  readingOn = false;
  for (const one of chosenFiles) if (one.state === 'reading') one.stop?.abort();
}

function lookOn(): void {
  const going = chosenFiles.filter(({ state, stop }) => state === 'looking' && stop !== null).length;
  const waiting = chosenFiles.filter(({ state, stop }) => state === 'looking' && stop === null);
  for (const one of waiting.slice(0, Math.max(0, looksAtOnce - going))) void look(one, undefined);
}

async function look(one: ChosenFile, choices: ReadingChoices | undefined): Promise<void> {
  one.stop?.abort();
  const stop = new AbortController();
  Object.assign(one, { state: 'looking', stop, step: null, error: null, choices: choices ?? one.choices });
  try {
    const looked = await client.data.look({ file: one.file.handle, choices }, { signal: stop.signal });
    if (stop.signal.aborted) return;
    Object.assign(one, {
      looked,
      first: choices === undefined ? looked : one.first,
      choices: looked.choices,
      preview: looked.preview,
      state: looked.preview?.whole ? 'read' : 'looked',
      stop: null,
    });
  } catch (error) {
    if (stop.signal.aborted) return;
    Object.assign(one, { state: 'failed', error: messageOf(error), stop: null });
  }
  lookOn();
  readOn();
}

/** Goes on with the file that is shown, then with the others, one at a time. */
function readOn(): void {
  if (!readingOn) return;
  const next = [shownFile.value, ...chosenFiles].find((one) => one?.state === 'looked' && isReadable(one));
  const going = chosenFiles.find(({ state }) => state === 'reading');
  if (!next || going === shownFile.value) return;
  if (going) {
    if (next === shownFile.value) going.stop?.abort();
    return;
  }
  void read(next);
}

async function read(one: ChosenFile): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  Object.assign(one, { state: 'reading', stop });
  try {
    const { choices } = one.looked!;
    for await (const { preview, ...step } of await client.data.preview(
      { file: one.file.handle, choices },
      { signal },
    )) {
      if (signal.aborted) break;
      Object.assign(one, { preview, step });
    }
    if (!signal.aborted) Object.assign(one, { state: 'read', step: null, stop: null });
  } catch (error) {
    // Where the application is gone, the page says so already.
    if (!signal.aborted && connected.value)
      Object.assign(one, { state: 'read', error: messageOf(error), step: null, stop: null });
  }
  // Looked at anew, it goes its own way.
  if (signal.aborted && one.stop === stop) Object.assign(one, { state: 'looked', step: null, stop: null });
  readOn();
}
