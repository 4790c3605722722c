import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { z } from 'zod';
import type { CallHooks, trainCall } from '../../contract/calls.ts';
import { dataFiles, type PairGroup, type TrainingMethod } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { trainingGroup } from '../../labeling/pairs.ts';
import { activeLabelsOfPost } from '../../store/labels.ts';
import { postsWithComments } from '../../store/posts.ts';
import { totals } from '../../store/statistics.ts';
import type { House } from '../house.ts';
import { createTurns } from '../turns.ts';
import { onlyCompared, quickChoice, writeVectors } from './quick-data.ts';

type TrainCall = Omit<z.output<typeof trainCall>, 'method'> & {
  readonly method: TrainingMethod;
  readonly titleAlone: boolean;
};

/**
 * Writes what a training learns from, and what it is validated on, into a folder of its own in the data folder, and gives that
 * folder and how much there is to learn from, in words. Throws TiebreakError nothing-to-do where there is nothing; a quick
 * training needs no more than posts, since it has something to go by before anything was learned.
 */
export async function writeTrainingData(
  house: House,
  call: TrainCall,
  hooks: CallHooks,
): Promise<{ readonly folder: string; readonly trainedOn: string }> {
  const runs = join(house.home, 'runs');
  await mkdir(runs, { recursive: true });
  const folder = await mkdtemp(join(runs, preparing));
  try {
    const counts = await writeGroups(house, 'train', call, folder, hooks);
    const enough = call.method === 'quick' ? totals(house.store).posts > 0 : counts.posts > 0;
    if (!enough) throw nothingToLearn(house, call);
    await writeGroups(house, 'validation', call, folder, hooks);
    return { folder, trainedOn: inWords(call.kind, counts) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** How the names of folders begin whose run does not exist yet. */
export const preparing = 'preparing-';

type Counts = { posts: number; texts: number; pairs: number };

/** '240 posts, 1,210 pairs'. */
function inWords(kind: TrainCall['kind'], { posts, texts, pairs }: Counts): string {
  return `${counted(posts, 'post')}, ${kind === 'sft' ? counted(texts, 'comment') : counted(pairs, 'pair')}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

async function writeGroups(
  house: House,
  split: keyof typeof dataFiles,
  call: TrainCall,
  folder: string,
  hooks: CallHooks,
): Promise<Counts> {
  const counts: Counts = { posts: 0, texts: 0, pairs: 0 };
  const turns = createTurns(hooks.signal);
  const quick = call.method === 'quick';
  const wanted = quick ? quickChoice(house, split) : () => true;
  const compared: PairGroup[] = [];
  const lines = async function* (): AsyncGenerator<string> {
    for (const post of postsWithComments(house.store, { split })) {
      const labels = call.kind === 'sft' || call.pairs === 'votes' ? [] : activeLabelsOfPost(house.store, post.id);
      await turns();
      if (!wanted(post.id, labels.length > 0)) continue;
      const found = trainingGroup(post, labels, call);
      const group: PairGroup = quick ? onlyCompared(found) : call.kind === 'sft' ? { ...found, pairs: [] } : found;
      if (quick && group.pairs.length > 0) compared.push(group);
      if (call.kind === 'sft' || group.pairs.length > 0) {
        counts.posts += 1;
        counts.texts += group.texts.length;
        counts.pairs += group.pairs.length;
        yield `${JSON.stringify(group)}\n`;
      }
    }
  };
  await pipeline(lines, createWriteStream(join(folder, dataFiles[split])));
  if (quick) await writeVectors(house, split, folder, compared, call, hooks);
  return counts;
}

function nothingToLearn(house: House, call: TrainCall): TiebreakError {
  if (totals(house.store).posts === 0) {
    return new TiebreakError('nothing-to-do', 'There is no data yet: import some comments first.');
  }
  if (call.kind === 'sft') {
    const message = "There are no posts in the split 'train': import some into it.";
    return new TiebreakError('nothing-to-do', message);
  }
  const hints = {
    votes: 'import comments with scores or votes, or let it learn from answers',
    labels: 'compare some comments first, or let it learn from votes',
    both: 'import comments with scores or votes, or compare some comments',
  };
  return new TiebreakError(
    'nothing-to-do',
    `There are no pairs to learn from in the split 'train': ${hints[call.pairs]}.`,
  );
}
