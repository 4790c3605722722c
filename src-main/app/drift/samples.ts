import { randomFrom } from '../../common/random.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { EncoderPlace } from '../../contract/engine.ts';
import type { Run } from '../../contract/records.ts';
import { nearestDistances, type PlacedText } from '../../evaluation/drift.ts';
import { drawOfImports, type ImportedComment } from '../../store/drawn-of-imports.ts';
import { embeddingOf } from '../../store/embeddings.ts';
import type { LanguageJudge } from '../../tokenizer/foreign-texts.ts';
import { embeddingsUnkept } from '../embedding/embedding.ts';
import type { House } from '../kernel/house.ts';
import { createPauses, inSlices } from '../kernel/time-slices.ts';
import { settingsOf } from '../settings/settings.ts';

/** What is looked at of comments, at most: for their length, for their language, and for what they mean. */
const most = { length: 2_000, language: 500, meaning: 1_000 } as const;
/** Whose distances are measured, at most: each is held against all that the model learned from. */
const mostMeasured = 500;
/** Vectors that are computed where they are asked for and not kept. */
const mostComputed = 200;
/** Comments of an import that are looked at for whether a model learned from any. */
const mostLooked = 200;
/** Fewer say nothing. */
export const fewest = 50;
const seed = 1;

/** Different comments, drawn by chance. */
export type Sample = {
  readonly words: readonly number[];
  /** What each is written in (kindOf), of those that are long enough to tell. */
  readonly kinds: readonly string[];
  readonly texts: readonly Pick<ImportedComment, 'text' | 'group' | 'importId'>[];
};

/** Draws from imports what passes; null where that is too little to tell anything. */
export async function sampleOf(
  house: House,
  imports: readonly number[],
  passes: (comment: ImportedComment) => boolean,
  judge: LanguageJudge | null,
  signal: AbortSignal | undefined,
): Promise<Sample | null> {
  const pause = createPauses(signal);
  const texts = new Map<string, ImportedComment>();
  for (const comment of drawOfImports(house.store, imports, randomFrom(seed))) {
    await pause();
    if (passes(comment) && !texts.has(comment.text)) texts.set(comment.text, comment);
    if (texts.size >= most.length) break;
  }
  if (texts.size < fewest) return null;
  const drawn = [...texts.values()];
  const kinds: string[] = [];
  for (const { text } of drawn.slice(0, most.language)) {
    const kind = judge && kindOf(judge, text);
    if (kind) kinds.push(kind);
    await pause();
  }
  return { words: drawn.map(({ text }) => wordsOf(text)), kinds, texts: drawn };
}

const wordsOf = (text: string): number => text.match(/[\p{L}\p{N}']+/gu)?.length ?? 0;

/** What most letters of a text are, and of Latin ones whether the text is cut as English is; null where it is too short to tell. */
function kindOf(judge: LanguageJudge, text: string): string | null {
  const judged = judge.look(text);
  if (!judged) return null;
  const [script] = [...judged.letters].toSorted(([, a], [, b]) => b - a)[0] ?? [null];
  if (script === null) return null;
  return script !== 'Latin' ? script : judged.foreign ? 'not English' : 'English';
}

/** Whether a run learned from a comment of the imports before it. */
export function learnedBy(run: Run): (comment: ImportedComment) => boolean {
  const { pairs = 'both' } = run.config;
  const fromVotes = pairs !== 'labels';
  const fromAnswers = pairs === 'labels' || pairs === 'both';
  return ({ split, voted, answers }) =>
    split === 'train' && ((fromVotes && voted === 1) || (fromAnswers && answers > 0));
}

/** Whether a model learned from any of the first comments that are drawn of an import. */
export async function teaches(
  house: House,
  id: number,
  isLearned: (comment: ImportedComment) => boolean,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const pause = createPauses(signal);
  let looked = 0;
  for (const comment of drawOfImports(house.store, [id], randomFrom(seed))) {
    if (isLearned(comment)) return true;
    looked += 1;
    if (looked >= mostLooked) break;
    await pause();
  }
  return false;
}

/**
 * A sample as an encoder has it; null where too few vectors are kept.
 * @param compute computes some where they are not
 */
export async function placedTexts(
  house: House,
  encoder: EncoderPlace,
  { texts }: Sample,
  compute: boolean,
  hooks: CallHooks,
): Promise<readonly PlacedText[] | null> {
  const pause = createPauses(hooks.signal);
  const kept: PlacedText[] = [];
  for (const { text, group } of texts) {
    await pause();
    const vector = embeddingOf(house.store, encoder.name, text);
    if (vector) kept.push({ vector, group });
    if (kept.length >= most.meaning) break;
  }
  const wanted = Math.min(mostComputed, texts.length);
  if (!compute || kept.length >= wanted) return kept.length >= fewest ? kept : null;
  const some = texts.slice(0, wanted);
  const { device } = settingsOf(house);
  const vectors = await embeddingsUnkept(
    house,
    encoder,
    some.map(({ text }) => text),
    device,
    hooks,
  );
  const width = vectors.length / some.length;
  return some.map(({ group }, i) => ({ vector: vectors.subarray(i * width, (i + 1) * width), group }));
}

/** How far texts lie from the nearest ones of others; null where too few have any of another group. */
export async function distancesOf(
  texts: readonly PlacedText[],
  among: readonly PlacedText[],
  signal: AbortSignal | undefined,
): Promise<readonly number[] | null> {
  const distances = await inSlices(nearestDistances(texts.slice(0, mostMeasured), among), signal);
  return distances.length >= fewest ? distances : null;
}
