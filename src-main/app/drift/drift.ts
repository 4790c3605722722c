import type { CallHooks } from '../../contract/calls.ts';
import type { DriftNotice, DriftReport, ModelDrift } from '../../contract/drift.ts';
import type { EncoderPlace } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Model } from '../../contract/records.ts';
import { differencesOf, medianOf, type PlacedText, superiorityOf } from '../../evaluation/drift.ts';
import { wilsonInterval } from '../../evaluation/wilson.ts';
import { driftsOf, keepDrift } from '../../store/drifts.ts';
import { type KeptImport, listImports } from '../../store/imports.ts';
import { findKeptModel } from '../../store/models.ts';
import { runById } from '../../store/runs.ts';
import type { LanguageJudge } from '../../tokenizer/foreign-texts.ts';
import { judgeOfBoxed } from '../embedding/foreign-texts.ts';
import { encoderOfHead, quickEncoder } from '../kernel/encoders.ts';
import { type House, modelOrNone } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import { distancesOf, fewest, learnedBy, placedTexts, type Sample, sampleOf, teaches } from './samples.ts';

/** Imports that are looked at, at most: the newest. */
const mostImports = 10;
/** A language or script is rare where fewer texts are in it. */
const rare = 0.05;
/** Fewer texts that are long enough say nothing of languages. */
const fewestJudged = 20;

export type DriftCall = {
  readonly model?: string | undefined;
  /** Looks again at imports for which too few vectors were kept. */
  readonly again: boolean;
  /** Computes some where too few are kept. */
  readonly compute: boolean;
  /** Only these imports. */
  readonly imports?: readonly number[] | undefined;
};

/** What a model learned from, drawn once for all imports. */
type Learned = Sample & {
  readonly placed: readonly PlacedText[] | null;
  /** How far these lie from each other. */
  readonly distances: readonly number[] | null;
};

/**
 * How imports that a model, or the one in use, learned nothing from compare with what it learned from. What was found is kept; another process that writes is
 * not waited for.
 */
export async function driftOf(house: House, call: DriftCall, hooks: CallHooks): Promise<ModelDrift> {
  const model = modelOrNone(house, call.model);
  if (!model) return { model: null, known: false, reports: [] };
  const run = model.runId === null ? null : runById(house.store, model.runId);
  if (!run) return { model: model.name, known: false, reports: [] };
  const { store } = house;
  const there = listImports(store).filter(({ undoneAt }) => undoneAt === null);
  const before = there.filter(({ startedAt }) => startedAt < run.startedAt).map(({ id }) => id);
  const candidates = there
    .filter(({ id, finishedAt, comments }) => finishedAt && comments >= fewest && (call.imports?.includes(id) ?? true))
    .slice(0, mostImports);
  const kept = driftsOf(store, model.id);
  const isLearned = learnedBy(run);
  let shared: Shared | null | undefined;
  const reports: DriftReport[] = [];
  for (const one of candidates) {
    const known = kept.get(one.id);
    if (known && (known.meaning || !call.again)) {
      reports.push(known);
      continue;
    }
    const isBefore = before.includes(one.id);
    if (isBefore && (await teaches(house, one.id, isLearned, hooks.signal))) continue;
    shared ??= await sharedOf(house, model, before, isLearned, call.compute, hooks);
    if (!shared) break;
    const report = await compared(house, one, shared, call.compute, hooks);
    if (!report) continue;
    keep(house, model, report);
    reports.push(report);
  }
  return { model: model.name, known: true, reports };
}

/** Those of an import that just came that are unlike what the model in use learned from; null where none are. */
export async function noticeDrift(
  house: House,
  imports: readonly number[],
  hooks: CallHooks,
): Promise<DriftNotice | null> {
  try {
    const { model, reports } = await driftOf(house, { again: false, compute: false, imports }, hooks);
    const unlike = reports.filter(({ differs }) => differs.length > 0);
    return model === null || unlike.length === 0 ? null : { model, reports: unlike };
  } catch (error) {
    // Who cancels by now has the import all the same.
    if (error instanceof TiebreakError) return null;
    throw error;
  }
}

/** Looks at the imports again for which vectors have come since. For work in the background: what can't be done is left. */
export async function lookAgain(house: House, signal: AbortSignal): Promise<void> {
  try {
    const { reports } = await driftOf(house, { again: true, compute: false }, { signal });
    if (reports.length > 0) house.changes.tell('models');
  } catch (error) {
    if (!(error instanceof TiebreakError)) throw error;
  }
}

type Shared = { readonly learned: Learned; readonly judge: LanguageJudge | null; readonly encoder: EncoderPlace };

/** null where too little is left of what the model learned from. */
async function sharedOf(
  house: House,
  model: Model,
  imports: readonly number[],
  isLearned: ReturnType<typeof learnedBy>,
  compute: boolean,
  hooks: CallHooks,
): Promise<Shared | null> {
  const judge = await judgeOfBoxed(house);
  const sample = await sampleOf(house, imports, isLearned, judge, hooks.signal);
  if (!sample) return null;
  const encoder = encoderOf(house, model);
  const placed = await placedTexts(house, encoder, sample, compute, hooks);
  const distances = placed && (await distancesOf(placed, placed, hooks.signal));
  return { learned: { ...sample, placed, distances }, judge, encoder };
}

/** The encoder whose vectors the model reads, or else that whose vectors are computed in the background. */
function encoderOf(house: House, model: Model): EncoderPlace {
  const { method } = findKeptModel(house.store, model.id);
  try {
    return method === 'quick' || method === 'best' ? encoderOfHead(house, model) : quickEncoder();
  } catch (error) {
    // It was deleted since.
    if (!(error instanceof TiebreakError)) throw error;
    return quickEncoder();
  }
}

async function compared(
  house: House,
  { id, file }: KeptImport,
  { learned, judge, encoder }: Shared,
  compute: boolean,
  hooks: CallHooks,
): Promise<DriftReport | null> {
  const sample = await sampleOf(house, [id], () => true, judge, hooks.signal);
  if (!sample) return null;
  const length = lengthOf(sample, learned);
  const language = languageOf(sample.kinds, learned.kinds);
  const meaning = await meaningOf(house, sample, learned, encoder, compute, hooks);
  return {
    import: id,
    file,
    comments: sample.texts.length,
    learned: learned.texts.length,
    length,
    language,
    meaning,
    differs: differencesOf({ length, language, meaning }),
  };
}

/**
 * How long comments are beside those that were learned from. Where these came by several imports of different kinds, it is enough to be like those
 * of one of them.
 */
function lengthOf({ words }: Sample, learned: Learned): DriftReport['length'] {
  const beside = (others: readonly number[]): DriftReport['length'] => ({
    ...superiorityOf(words, others),
    words: medianOf(words),
    learnedWords: medianOf(others),
  });
  const byImport = Map.groupBy(learned.texts.keys(), (at) => learned.texts[at]!.importId);
  const parts = [...byImport.values()].filter(({ length }) => length >= fewest && length < learned.texts.length);
  const like = parts
    .map((places) => beside(places.map((at) => learned.words[at]!)))
    .find((length) => differencesOf({ length, language: null, meaning: null }).length === 0);
  return like ?? beside(learned.words);
}

function languageOf(kinds: readonly string[], learned: readonly string[]): DriftReport['language'] {
  if (kinds.length < fewestJudged || learned.length < fewestJudged) return null;
  const counts = Map.groupBy(learned, (kind) => kind);
  const isRare = (kind: string): boolean => (counts.get(kind)?.length ?? 0) < rare * learned.length;
  const strange = kinds.filter(isRare);
  const share = strange.length / kinds.length;
  const [most = null] =
    [...Map.groupBy(strange, (kind) => kind)].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const learnedShare = learned.filter((kind) => kind === most).length / learned.length;
  return { share, interval: wilsonInterval(share, kinds.length), learnedShare, most };
}

async function meaningOf(
  house: House,
  sample: Sample,
  learned: Learned,
  encoder: EncoderPlace,
  compute: boolean,
  hooks: CallHooks,
): Promise<DriftReport['meaning']> {
  if (!learned.placed || !learned.distances) return null;
  const placed = await placedTexts(house, encoder, sample, compute, hooks);
  const distances = placed && (await distancesOf(placed, learned.placed, hooks.signal));
  if (!distances) return null;
  const middle = medianOf(learned.distances);
  const further = distances.filter((distance) => distance > middle).length / distances.length;
  return { ...superiorityOf(distances, learned.distances), further, encoder: encoder.name };
}

function keep(house: House, model: Model, report: DriftReport): void {
  try {
    withLockNow(house, 'comparing imports', ({ store }) => keepDrift(store, model.id, report));
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code !== 'busy') throw error;
  }
}
