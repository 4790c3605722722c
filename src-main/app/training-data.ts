import type { z } from 'zod';
import type { trainCall } from '../contract/calls.ts';
import type { PairGroup } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { Split } from '../contract/records.ts';
import { trainingGroup } from '../labeling/pairs.ts';
import { activeLabelsOfPost } from '../store/labels.ts';
import { postsWithComments } from '../store/posts.ts';
import { totals } from '../store/statistics.ts';
import type { House } from './house.ts';
import { createTurns } from './turns.ts';

type TrainCall = z.output<typeof trainCall>;

/** What a training learns from, and what it is validated on. Throws TiebreakError nothing-to-do where there is nothing. */
export async function trainingData(
  house: House,
  call: TrainCall,
  signal: AbortSignal | undefined,
): Promise<{ readonly train: readonly PairGroup[]; readonly validation: readonly PairGroup[] }> {
  const train = await groupsOf(house, 'train', call, signal);
  if (train.length === 0) throw nothingToLearn(house, call);
  return { train, validation: await groupsOf(house, 'validation', call, signal) };
}

/** How much there was to learn from, in words: '240 posts, 1,210 pairs'. */
export function inWords(kind: TrainCall['kind'], groups: readonly PairGroup[]): string {
  const sum = (of: (group: PairGroup) => number): number => groups.reduce((total, group) => total + of(group), 0);
  const [number, noun] =
    kind === 'sft' ? [sum(({ texts }) => texts.length), 'comment'] : [sum(({ pairs }) => pairs.length), 'pair'];
  return `${counted(groups.length, 'post')}, ${counted(number, noun)}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

async function groupsOf(
  house: House,
  split: Split,
  call: TrainCall,
  signal: AbortSignal | undefined,
): Promise<PairGroup[]> {
  const groups: PairGroup[] = [];
  const turns = createTurns(signal);
  for (const post of postsWithComments(house.store, { split })) {
    const labels = call.kind === 'sft' || call.pairs === 'votes' ? [] : activeLabelsOfPost(house.store, post.id);
    const group = trainingGroup(post, labels, call);
    if (call.kind === 'sft') groups.push({ ...group, pairs: [] });
    else if (group.pairs.length > 0) groups.push(group);
    await turns();
  }
  return groups;
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
