import { type ExportedFile, textFile } from '../../checkpoint/exported-file.ts';
import { counted, wholeNumber } from '../../common/words.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { type ParquetColumn, parquetTable } from '../../dataset/writers/parquet.ts';
import { inputKeyOf, postInput } from '../../recipe/pairs.ts';
import type { KeptModel } from '../../store/models.ts';
import { hashOf } from '../../store/posts.ts';
import {
  type CommentRange,
  commentRanges,
  commentsWithoutReward,
  countWithoutReward,
  type UnscoredComment,
} from '../../store/rewards.ts';
import type { House } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { filledText, plainText } from './export-texts.ts';
import { commonWords } from './exported-model.ts';
import { modelWithProgram } from './text-model-files.ts';

const scripts = ['score_parquet.py', 'requirements.txt'];

/** Comments of one file: machines share the work file by file. */
const commentsPerFile = 50_000;

const columns = ['id', 'comment_key', 'input_key', 'post', 'comment'].map(
  (name): ParquetColumn => ({ name, type: 'STRING' }),
);

/** Comments that one file has, by ranges of their numbers. */
type Part = { readonly ranges: readonly CommentRange[]; readonly comments: number };

/**
 * What scoring on other machines needs: the comments that the model has given no reward yet, as Parquet, with keys by which their rewards find
 * back; the model as ONNX; a script for Ray Data.
 * @throws TiebreakError bad-input where the model gives no rewards; nothing-to-do where none are lacking
 */
export async function scoringFiles(
  house: House,
  model: KeptModel,
  signal: AbortSignal | undefined,
): Promise<readonly ExportedFile[]> {
  if (model.kind !== 'reward') {
    const message = `${model.name} gives no rewards: a bundle for scoring is made of reward models. Nothing was written.`;
    throw new TiebreakError('bad-input', message);
  }
  const parts = await partsOf(house, model, signal);
  const comments = parts.reduce((sum, part) => sum + part.comments, 0);
  if (comments === 0) {
    const message = `There is no comment that lacks a reward of ${model.name}, so there is nothing to score elsewhere. Nothing was written.`;
    throw new TiebreakError('nothing-to-do', message);
  }
  const readme = await filledText('scoring/README.md', {
    ...commonWords(house, model),
    comments: counted(comments, 'comment'),
    files: counted(parts.length, 'file'),
    perFile: wholeNumber(commentsPerFile),
  });
  return [
    textFile('README.md', readme),
    ...(await Promise.all(scripts.map((name) => plainText(`scoring/${name}`, name)))),
    ...(await modelWithProgram(house, model)).map((file) => ({ ...file, name: `model/${file.name}` })),
    ...parts.map((part, at) => ({
      name: `data/comments-${String(at + 1).padStart(5, '0')}.parquet`,
      bytes: null,
      content: () => parquetBytes(house, model, part, signal),
    })),
  ];
}

async function partsOf(house: House, model: KeptModel, signal: AbortSignal | undefined): Promise<readonly Part[]> {
  const pause = createPauses(signal);
  const parts: Part[] = [];
  let [ranges, comments]: [CommentRange[], number] = [[], 0];
  const close = (): void => {
    if (comments > 0) parts.push({ ranges, comments });
    [ranges, comments] = [[], 0];
  };
  for (const range of commentRanges(house.store, {})) {
    const lacking = countWithoutReward(house.store, model.id, {}, range);
    if (comments + lacking > commentsPerFile) close();
    if (lacking > 0) ranges.push(range);
    comments += lacking;
    await pause();
  }
  close();
  return parts;
}

async function* parquetBytes(
  house: House,
  model: KeptModel,
  { ranges }: Part,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const pause = createPauses(signal);
  async function* rows(): AsyncGenerator<readonly string[]> {
    for (const range of ranges) {
      for (const comment of commentsWithoutReward(house.store, model.id, {}, range)) {
        yield rowOf(comment, model);
        await pause();
      }
    }
  }
  for await (const { bytes } of parquetTable(rows(), columns)) yield bytes;
}

/** A comment with the keys by which its reward finds back: its post's, its own, and that of what the model reads. */
function rowOf(unscored: UnscoredComment, { context: mode }: KeptModel): readonly string[] {
  const { postKey, postTitle: title, postText: text, postContext: context } = unscored;
  const input = { post: postInput({ title, text, context }, mode), comment: unscored.text };
  return [postKey, hashOf(input.comment).toString('hex'), inputKeyOf(input), input.post, input.comment];
}
