/**
 * Whether texts are in a language that an encoder reads, seen from how its tokenizer cuts their words: one that was trained on a language
 * has most of its words whole. No dictionary of languages is needed, and what is said holds for any encoder.
 */

import type { MarkedTokenizer } from './huggingface.ts';

/** What there is of texts in a language that the encoder does not read. */
export type ForeignTexts = {
  /** Their share among the texts that are long enough to tell. */
  readonly share: number;
  readonly judged: number;
  /** Over all words of them. */
  readonly piecesPerWord: number;
  /** Share of words that have a part of which the vocabulary knows nothing. */
  readonly unknown: number;
  /** The script of most of their letters, where that is not Latin. */
  readonly script: string | null;
};

/** Fewer words say nothing. */
const fewestWords = 4;
/** Of each text, characters that are looked at. */
const mostCharacters = 400;
/**
 * English words have 1.05 to 1.07 pieces in all-MiniLM-L6-v2, in captions, debates and technical answers alike, and 99 of 100 texts have
 * fewer than 1.45; words of German, French or Polish have 1.8 to 2.5.
 */
const mostPiecesPerWord = 1.5;
const mostUnknown = 0.2;
const mostOfUnknownScript = 0.5;
/** So many of all texts may be quotations and mistakes. */
const mostForeign = 0.2;
const fewestForeign = 3;
/** Of so many different words it is kept how many pieces they have. */
const mostWordsKept = 20_000;

/** Scripts with the words for their letters, as far as people compare comments in them. */
const scripts = {
  Latin: /\p{Script=Latin}/u,
  Cyrillic: /\p{Script=Cyrillic}/u,
  Greek: /\p{Script=Greek}/u,
  Arabic: /\p{Script=Arabic}/u,
  Hebrew: /\p{Script=Hebrew}/u,
  Chinese: /\p{Script=Han}/u,
  Japanese: /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
  Korean: /\p{Script=Hangul}/u,
  Devanagari: /\p{Script=Devanagari}/u,
  Bengali: /\p{Script=Bengali}/u,
  Tamil: /\p{Script=Tamil}/u,
  Thai: /\p{Script=Thai}/u,
} as const;
type Script = keyof typeof scripts;

const letter = /\p{L}/u;
const scriptOf = (char: string): Script | null => {
  for (const [name, pattern] of Object.entries(scripts)) if (pattern.test(char)) return name as Script;
  return null;
};

export type LanguageJudge = {
  /** Looks at a text; null where it is too short to tell. */
  readonly look: (text: string) => Judged | null;
  /** What there is of foreign texts; null where most are in a language that the encoder reads, or too few of them are foreign to tell. */
  readonly verdict: (texts: readonly Judged[]) => ForeignTexts | null;
};

/**
 * What judges whether texts are in a language that an encoder reads.
 * @param tokenizer the encoder's
 * @param json what its tokenizer.json holds
 * @param pause called between some hundreds of its pieces
 */
export async function languageJudge(
  tokenizer: Pick<MarkedTokenizer, 'encode' | 'unknown'>,
  json: unknown,
  pause: () => Promise<void>,
): Promise<LanguageJudge> {
  const pieces = piecesOf(json);
  await pause();
  const wordy = pieces.map((piece) => letter.test(piece));
  await pause();
  const known = await scriptsOf(pieces, pause);
  const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
  const words = new Map<string, { readonly pieces: number; readonly unknown: boolean }>();
  const wordOf = (text: string) => {
    const found = words.get(text);
    if (found) return found;
    // With a space in front, as words stand in texts: some tokenizers make another piece of it.
    const ids = [...tokenizer.encode(` ${text}`)];
    const unknown = tokenizer.unknown !== null && ids.includes(tokenizer.unknown);
    const word = { pieces: Math.max(1, ids.filter((id) => wordy[id] ?? true).length), unknown };
    if (words.size >= mostWordsKept) words.clear();
    words.set(text, word);
    return word;
  };
  const look = (text: string): Judged | null => {
    const own: Counts = { words: 0, pieces: 0, unknown: 0, letters: new Map() };
    for (const { segment, isWordLike } of segmenter.segment(text.slice(0, mostCharacters))) {
      if (!isWordLike || !letter.test(segment)) continue;
      const word = wordOf(segment);
      own.words += 1;
      own.pieces += word.pieces;
      if (word.unknown) own.unknown += 1;
      for (const char of segment) {
        const script = scriptOf(char);
        if (script) own.letters.set(script, (own.letters.get(script) ?? 0) + 1);
      }
    }
    if (own.words < fewestWords) return null;
    const letters = [...own.letters].filter(([script]) => known !== null && !known.has(script));
    const strange = sum(letters.map(([, count]) => count)) / Math.max(1, sum([...own.letters.values()]));
    const foreign =
      own.pieces > mostPiecesPerWord * own.words ||
      own.unknown > mostUnknown * own.words ||
      strange > mostOfUnknownScript;
    return { ...own, foreign };
  };
  return { look, verdict };
}

function verdict(judged: readonly Judged[]): ForeignTexts | null {
  const foreign = judged.filter((one) => one.foreign);
  if (foreign.length < fewestForeign || foreign.length < mostForeign * judged.length) return null;
  const of = (field: 'words' | 'pieces' | 'unknown'): number => sum(foreign.map((one) => one[field]));
  return {
    share: foreign.length / judged.length,
    judged: judged.length,
    piecesPerWord: of('pieces') / of('words'),
    unknown: of('unknown') / of('words'),
    script: mostOf(foreign),
  };
}

type Counts = { words: number; pieces: number; unknown: number; readonly letters: Map<Script, number> };
type Judged = Counts & { readonly foreign: boolean };

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** The script of more than half of the letters; null where that is Latin, or there is none. */
function mostOf(texts: readonly Judged[]): Script | null {
  const all = new Map<Script, number>();
  for (const { letters } of texts) {
    for (const [script, count] of letters) all.set(script, (all.get(script) ?? 0) + count);
  }
  // Japanese is written with Chinese letters in part.
  const kana = all.get('Japanese') ?? 0;
  if (kana > 0 && kana * 4 > (all.get('Chinese') ?? 0)) {
    all.set('Japanese', kana + (all.get('Chinese') ?? 0));
    all.delete('Chinese');
  }
  const [script, count] = [...all].toSorted(([, a], [, b]) => b - a)[0] ?? [null, 0];
  return script !== null && script !== 'Latin' && 2 * count > sum([...all.values()]) ? script : null;
}

/** The pieces of a vocabulary by their ids, as tokenizer.json has them. */
function piecesOf(json: unknown): readonly string[] {
  const vocabulary = (json as { model?: { vocab?: unknown } } | null)?.model?.vocab;
  if (Array.isArray(vocabulary))
    return vocabulary.map((entry: unknown) => String(Array.isArray(entry) ? entry[0] : entry));
  const pieces: string[] = [];
  for (const [piece, id] of Object.entries(vocabulary ?? {}))
    if (Number.isSafeInteger(id) && (id as number) < 5e6) pieces[id as number] = piece;
  return Array.from(pieces, (piece) => piece ?? '');
}

/** Scripts in which a vocabulary has more than single letters; null where its pieces are bytes, which say nothing of it. */
async function scriptsOf(pieces: readonly string[], pause: () => Promise<void>): Promise<ReadonlySet<Script> | null> {
  if (pieces.includes('Ġ')) return null;
  const counts = new Map<Script, number>();
  for (const [at, piece] of pieces.entries()) {
    if (at % 256 === 0) await pause();
    const letters = piece.match(/\p{L}/gu) ?? [];
    const script = letters.length >= 2 ? scriptOf(letters[0]!) : null;
    if (script) counts.set(script, (counts.get(script) ?? 0) + 1);
  }
  const fewest = sum([...counts.values()]) / 500;
  return new Set([...counts].filter(([, count]) => count >= fewest).map(([script]) => script));
}
