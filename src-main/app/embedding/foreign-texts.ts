import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../../checkpoint/folder.ts';
import { multilingualEncoder } from '../../common/language-words.ts';
import { randomFrom } from '../../common/random.ts';
import type { ForeignNotice } from '../../contract/reports.ts';
import { drawComments } from '../../store/drawn-texts.ts';
import { listModels } from '../../store/models.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';
import { type LanguageJudge, languageJudge } from '../../tokenizer/foreign-texts.ts';
import { parseMarkedTokenizer } from '../../tokenizer/huggingface.ts';
import { encoderNamed, isBoxed } from '../kernel/encoders.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';

/** Comments that are looked at, drawn by chance. */
const drawn = 200;
/** A vocabulary of so many pieces is one of many languages. */
const multilingualPieces = 100_000;
/** The encoders of which it was said, by name; those that come with the program read the same language, and count as one. */
const saidSetting = 'foreignSaid';
const boxedNames = { use: 'the Universal Sentence Encoder', minilm: 'all-MiniLM-L6-v2' } as const;

/**
 * Notices that much of the comments is in a language that an encoder does not read, and says so once.
 * @param encoder its name: 'use', 'minilm', or that of a model
 * @param after only comments that came after the one of this number are looked at
 */
export async function noticeForeign(
  house: WritingHouse,
  encoder: string,
  { after = 0, signal }: { readonly after?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<ForeignNotice | null> {
  const { store } = house;
  const key = isBoxed(encoder) ? '' : encoder;
  const before = readSetting(store, saidSetting);
  const said: readonly unknown[] = Array.isArray(before) ? before : [];
  if (said.includes(key)) return null;
  const pause = createPauses(signal);
  const { texts } = await drawComments(store, drawn, randomFrom(drawn), pause, after);
  if (texts.length === 0) return null;
  const judge = isBoxed(encoder) ? await judgeOfBoxed(house) : await judgeOf(encoderNamed(house, encoder).folder!);
  if (judge === null) return null;
  const judged = [];
  for (const { text } of texts) {
    const one = judge.look(text);
    if (one) judged.push(one);
    await pause();
  }
  const found = judge.verdict(judged);
  if (found === null) return null;
  writeSetting(store, saidSetting, [...said, key]);
  const { share, piecesPerWord, unknown, script } = found;
  const name = multilingualEncoder.split('/')[1]!;
  const here = listModels(store).find((model) => model.kind === 'encoder' && model.name === name);
  const called = isBoxed(encoder) ? boxedNames[encoder as keyof typeof boxedNames] : encoder;
  return { encoder: called, share, piecesPerWord, unknown, script, multilingual: here?.name ?? null };
}

let boxedJudge: Promise<LanguageJudge | null> | undefined;

/**
 * That of both encoders that come with the program: they read English, and only this one has a tokenizer in the form that is read here. Kept,
 * since its files stay as they are: it takes a fifth of a second to make, and 4 MB.
 */
export function judgeOfBoxed(house: House): Promise<LanguageJudge | null> {
  boxedJudge ??= judgeOf(encoderNamed(house, 'minilm').folder!);
  return boxedJudge;
}

/** Null for an encoder of many languages, and for one whose files are no longer as they were: whoever needs those says so. */
async function judgeOf(folder: string): Promise<LanguageJudge | null> {
  if (!['config.json', 'tokenizer.json'].every((name) => existsSync(join(folder, name)))) return null;
  const config = (await readJson(join(folder, 'config.json'))) as { readonly vocab_size?: unknown };
  if (typeof config.vocab_size === 'number' && config.vocab_size >= multilingualPieces) return null;
  const pause = createPauses();
  const json = await readJson(join(folder, 'tokenizer.json'));
  await pause();
  const tokenizer = parseMarkedTokenizer(json, {});
  await pause();
  return tokenizer && languageJudge(tokenizer, json, pause);
}
