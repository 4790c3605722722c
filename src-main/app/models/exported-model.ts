import { padIdOf } from '../../checkpoint/export-tokenizer.ts';
import { type OpenModelFolder, openModelFolder } from '../../checkpoint/model-folder.ts';
import { cutsOnce } from '../../checkpoint/reading-facts.ts';
import { learnedErasedInWords } from '../../common/erase-words.ts';
import { counted, percent } from '../../common/words.ts';
import type { ShownOfPost } from '../../contract/engine.ts';
import { erasedFromModel } from '../../store/erased-from-models.ts';
import { evaluationOf } from '../../store/evaluations.ts';
import type { KeptModel } from '../../store/models.ts';
import { startToken, type Tokenizer } from '../../tokenizer/bpe.ts';
import { loadTokenizer } from '../../tokenizer/files.ts';
import { type House, modelFolder } from '../kernel/house.ts';

/** A GPT-2 of the house on its way out: its weights are still in their file. */
export type ExportedModel = {
  readonly kept: KeptModel;
  readonly folder: OpenModelFolder;
  readonly tokenizer: Tokenizer;
  /** Limit of the texts that it reads, in tokens. */
  readonly maxTokens: number;
};

/** @throws TiebreakError bad-input for a model that is no GPT-2; damaged */
export async function openExportedModel(house: House, kept: KeptModel): Promise<ExportedModel> {
  const path = modelFolder(house, kept);
  const folder = await openModelFolder(path);
  const maxTokens = Math.min(folder.manifest?.maxTokens ?? 512, folder.config.n_positions);
  return { kept, folder, tokenizer: await loadTokenizer(path), maxTokens };
}

/** What the texts beside an exported model say of it, whatever its kind, by the names they have for it. */
export function commonWords(house: House, kept: KeptModel): Readonly<Record<string, string>> {
  return {
    name: kept.name,
    trainedOn: `${countsOf(kept) === '' ? '' : ` on ${countsOf(kept)}`}${erasedOf(house, kept)}`,
    quality: qualityOf(house, kept),
    context: shownWords[kept.context],
  };
}

/** ' (learned from 3 comments erased or corrected since)', or ''. */
function erasedOf({ store }: House, { id }: KeptModel): string {
  const words = learnedErasedInWords(erasedFromModel(store, id));
  return words === null ? '' : ` (${words})`;
}

const shownWords: Readonly<Record<ShownOfPost, string>> = {
  post: 'Title, text and further context, with an empty line between them where there is more than one.',
  none: "Its title alone (its text where it has no title), as the model was trained on; posts' further text is left out.",
  nothing: 'Nothing of it: the model reads the comment alone.',
};

/** The same of a GPT-2. */
export function wordsOf(
  house: House,
  { kept, folder, tokenizer, maxTokens }: ExportedModel,
): Readonly<Record<string, string | number>> {
  const { endId, startId } = tokenizer;
  const isText = startId === null;
  // The end token, and a start token where there is one, are always there.
  const room = maxTokens - (isText ? 1 : 2);
  const start = isText
    ? `the text \`${startToken}\` (no token of this vocabulary: it is cut like any text)`
    : `\`${startToken}\` (id ${startId}, always first)`;
  return {
    ...commonWords(house, kept),
    layers: folder.config.n_layer,
    width: folder.config.n_embd,
    positions: folder.config.n_positions,
    maxTokens,
    endId,
    padId: padIdOf(tokenizer),
    startText: isText ? JSON.stringify(startToken) : '""',
    pythonHead: isText ? '[]' : '[tokenizer.bos_token_id]',
    headIds: isText ? '' : `${startId}, `,
    kept: room,
    ...cutWords(room, cutsOnce(folder.manifest)),
    template: `${start}, the post, an empty line (two line breaks), the comment, \`<|endoftext|>\`.`,
  };
}

/** How what is too long is cut, in words and as lines of programs. */
function cutWords(room: number, once: boolean): Record<'cut' | 'pythonCut' | 'javascriptCut', string> {
  if (!once) {
    const cut = 'What is longer is cut on the **left**, so that the comment and the end stay.';
    return { cut, pythonCut: '', javascriptCut: '' };
  }
  const half = Math.floor(room / 2);
  return {
    cut: `Where post and comment together are longer, the post's last ${half} stay, whatever the comment, and of the comment as many of its last as there is room for.`,
    pythonCut: `
    if len(ids) > ${room}:
        first = tokens(before)[-${half}:]
        ids = first + tokens(comment)[-(${room} - len(first)) :]`,
    javascriptCut: `
  if (ids.length > ${room}) {
    const first = tokens(before).slice(-${half});
    ids = [...first, ...tokens(comment).slice(-(${room} - first.length))];
  }`,
  };
}

/** How good it is, always beside what needs no model. */
function qualityOf(house: House, { id }: KeptModel): string {
  for (const split of ['test', 'validation'] as const) {
    const report = evaluationOf(house.store, id, split);
    if (!report || !Number.isFinite(report.accuracy)) continue;
    const { random, longer } = report.baselines;
    return `On the ${split} split (${counted(report.pairs, 'pair')}) it is right in ${percent(report.accuracy)}; at random ${percent(random.accuracy)}, by "the longer comment wins" ${percent(longer.accuracy)}.`;
  }
  return 'How often it is right was not measured on pairs that it had not seen.';
}

const countsAlone = /^[\d,]+ posts?, [\d,]+ (comments?|pairs?( of votes| of answers( and [\d,]+ of votes)?)?)$/;

/**
 * What it was trained on, in counts: '240 posts, 12 pairs of answers and 1,198 of votes'; '' where no counts are known. What else may stand there, such as the name of
 * a file that it came from, is nobody else's business.
 */
export function countsOf({ trainedOn }: Pick<KeptModel, 'trainedOn'>): string {
  return countsAlone.test(trainedOn) ? trainedOn : '';
}
