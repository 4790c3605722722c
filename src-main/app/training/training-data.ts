import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { z } from 'zod';
import { commentsUsed } from '../../common/large-threads.ts';
import { randomFrom } from '../../common/random.ts';
import { pairsBySource } from '../../common/training-words.ts';
import { counted } from '../../common/words.ts';
import type { CallHooks, PairSource, trainingInput } from '../../contract/calls.ts';
import { dataFiles, type PairGroup, type TrainingConfig, type TrainingMethod } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Answer, Post, PostWithComments, Preference } from '../../contract/records.ts';
import type { VotesReport } from '../../contract/votes.ts';
import { boundOf, type PairBound, usualBound } from '../../recipe/drawn-pairs.ts';
import { drawHeldOut, isHeldOut } from '../../recipe/held-out.ts';
import { type PairOptions, pairsOfPost, type Trust, trainingGroup } from '../../recipe/pairs.ts';
import { changesOf, isPlain, plainVotes, type VotesRule } from '../../recipe/votes.ts';
import { totals } from '../../store/counts.ts';
import { answersOfPost } from '../../store/labels.ts';
import { postsWithComments } from '../../store/posts.ts';
import { encoderFor, encoderNamed } from '../kernel/encoders.ts';
import type { House } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { trustIn } from '../kernel/trust.ts';
import { preparing } from '../runs/run-folders.ts';
import { onlyCompared, quickBound, quickChoice, writeVectors } from './quick-data.ts';
import { ruleOf } from './votes-rule.ts';

type TrainCall = Omit<z.output<typeof trainingInput>, 'method' | 'pairs' | 'config'> & {
  readonly method: TrainingMethod;
  readonly pairs: PairSource;
  readonly config: TrainingConfig;
  readonly titleAlone: boolean;
  /** Share of the posts of the training split that it learns from; 1 without it. Posts that people answered on are among them. */
  readonly share?: number;
  /** Share of the training split's groups that it does not learn from, but is validated on besides the validation split. */
  readonly without?: number;
};

/**
 * Writes what a training learns from, and what it is validated on, into a folder of its own in the data folder, and gives that
 * folder and how much there is to learn from, in words. Throws TiebreakError nothing-to-do where there is nothing; a quick
 * training needs no more than posts, since it has something to go by before anything was learned. Where the validation split has
 * nothing to measure on, as many posts of the training split are held out for it as the settings say. What is chosen of votes counts
 * for what is learned from alone, and so does what each person's answers count: all are validated on votes and answers as they are, so that they can
 * be compared.
 */
export async function writeTrainingData(house: House, call: TrainCall, hooks: CallHooks): Promise<WrittenData> {
  const runs = join(house.home, 'runs');
  await mkdir(runs, { recursive: true });
  const folder = await mkdtemp(join(runs, preparing));
  try {
    const choice = call.kind === 'reward' && call.pairs !== 'labels' ? call : plainVotes;
    const { rule, effect } = await ruleOf(house, choice, hooks);
    const { without = 0 } = call;
    const back: Source = { split: 'train', wanted: ({ group }) => isHeldOut(group, without) };
    const judged: readonly Source[] = [{ split: 'validation' }, ...(without > 0 ? [back] : [])];
    const validation = await writeGroups(house, 'validation', judged, call, folder, hooks);
    const held = validation.posts === 0 ? await heldOut(house, call, hooks) : new Set<string>();
    const learned = ({ group }: Post): boolean => !held.has(group) && !isHeldOut(group, without);
    const trust = await trustIn(house, call, hooks);
    const sources: readonly Source[] = [{ split: 'train', wanted: learned }];
    const counts = await writeGroups(house, 'train', sources, call, folder, hooks, rule, trust);
    const { changes } = counts;
    const enough = call.method === 'quick' ? totals(house.store).posts > 0 : counts.posts > 0;
    if (changes.dropped > 0 && counts.pairs === 0) throw nothingLeft(changes.plain);
    if (!enough) throw nothingToLearn(house, call);
    if (held.size > 0) {
      const from: Source = { split: 'train', wanted: ({ group }) => held.has(group) };
      const { posts } = await writeGroups(house, 'validation', [from], call, folder, hooks);
      hooks.onLog?.(
        `There is nothing to validate on in its split: ${counted(posts, 'training post')} held out for it.`,
      );
    }
    const { margin, votes, time } = rule;
    return {
      folder,
      trainedOn: inWords(call.kind, counts),
      votes: isPlain(rule) ? null : { margin, votes, time, effect, changes },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

type WrittenData = {
  readonly folder: string;
  readonly trainedOn: string;
  /** What was made of votes; null where they were taken as they are. */
  readonly votes: Omit<VotesReport, 'measured'> | null;
};

type Counts = {
  posts: number;
  texts: number;
  pairs: number;
  /** Those of them that people answered; the others are of votes. */
  answered: number;
  changes: { plain: number; dropped: number; turned: number; softened: number };
  /** Posts with more pairs than are used. */
  drawn: number;
};

/** '240 posts, 12 pairs of answers and 1,198 of votes', '1 post, 20,000 pairs of votes (those of 1 long thread drawn from more)'. */
function inWords(kind: TrainCall['kind'], { posts, texts, pairs, answered, drawn }: Counts): string {
  const of = drawn === 0 ? '' : ` (those of ${counted(drawn, 'long thread')} drawn from more)`;
  return `${counted(posts, 'post')}, ${kind === 'sft' ? counted(texts, 'comment') : `${pairsBySource(pairs, answered)}${of}`}`;
}

type DataSplit = keyof typeof dataFiles;

/** The groups of posts of the training split that are held out for validation. */
async function heldOut(house: House, call: TrainCall, hooks: CallHooks): Promise<ReadonlySet<string>> {
  const { heldOut, seed } = call.config;
  if (heldOut === 0 || call.method === 'quick') return new Set();
  const groups = new Set<string>();
  for await (const { post } of usable(house, 'train', call, hooks)) groups.add(post.group);
  return drawHeldOut(groups, heldOut, seed);
}

/** The posts of a split, or those of them that are wanted. */
type Source = { readonly split: DataSplit; readonly wanted?: (post: Post) => boolean };

/** Writes the file of a split from posts, wherever they are. */
async function writeGroups(
  house: House,
  file: DataSplit,
  sources: readonly Source[],
  call: TrainCall,
  folder: string,
  hooks: CallHooks,
  rule: VotesRule = plainVotes,
  trust?: Trust,
): Promise<Counts> {
  const changes: Counts['changes'] = { plain: 0, dropped: 0, turned: 0, softened: 0 };
  const counts: Counts = { posts: 0, texts: 0, pairs: 0, answered: 0, changes, drawn: 0 };
  const quick = call.method === 'quick';
  // All are validated alike, so that they can be compared.
  const wantedBound = file === 'train' ? boundOf(call.config) : usualBound;
  const bound = quick ? quickBound(wantedBound) : wantedBound;
  const compared: PairGroup[] = [];
  const lines = async function* (): AsyncGenerator<string> {
    for (const { split, wanted = () => true } of sources) {
      for await (const { post, answers, group, answered, drawn } of usable(house, split, call, hooks, {
        rule,
        trust,
        bound,
      })) {
        if (!wanted(post)) continue;
        if (!isPlain(rule)) addChanges(changes, post, answers, call.pairs, { rule, bound });
        if (call.kind === 'reward' && group.pairs.length === 0) continue;
        if (quick) compared.push(group);
        counts.posts += 1;
        counts.texts += group.texts.length;
        counts.pairs += group.pairs.length;
        counts.answered += answered;
        if (drawn) counts.drawn += 1;
        for (const part of call.kind === 'sft' ? inParts(group) : [group]) yield `${JSON.stringify(part)}\n`;
      }
    }
  };
  await pipeline(lines, createWriteStream(join(folder, dataFiles[file])));
  if (quick) {
    const encoder = encoderNamed(house, encoderFor(call, 'quick'));
    await writeVectors(house, file, folder, compared, { ...call, encoder }, hooks);
  }
  return counts;
}

function addChanges(
  sum: Counts['changes'],
  post: PostWithComments,
  answers: readonly Answer<Preference>[],
  source: PairSource,
  { rule, bound }: { readonly rule: VotesRule; readonly bound: PairBound },
): void {
  const [plain, ruled] = [plainVotes, rule].map(
    (one) => pairsOfPost(post, answers, source, one, undefined, bound).pairs,
  );
  const found = changesOf(plain!, ruled!);
  for (const key of ['plain', 'dropped', 'turned', 'softened'] as const) sum[key] += found[key];
}

/** The posts of a split that have something to learn from, or would have with votes as they are, as the engine wants them. */
async function* usable(
  house: House,
  split: DataSplit,
  call: TrainCall,
  hooks: CallHooks,
  { rule = plainVotes, trust, bound = usualBound }: Pick<PairOptions, 'rule' | 'trust' | 'bound'> = {},
): AsyncGenerator<{
  readonly post: PostWithComments;
  readonly answers: readonly Answer<Preference>[];
  readonly group: PairGroup;
  readonly answered: number;
  readonly drawn: boolean;
}> {
  const pause = createPauses(hooks.signal);
  const quick = call.method === 'quick';
  const { share = 1 } = call;
  const some = split === 'train' && share < 1;
  const bySplit = (post: number, answered: boolean): boolean => !some || answered || randomFrom(post)() < share;
  const chosen = quick ? quickChoice(house, split) : bySplit;
  // A language model reads texts, and no pairs.
  const most = call.kind === 'sft' ? undefined : commentsUsed(bound.pairs);
  const people = call.kind === 'reward' && (call.pairs === 'labels' || call.pairs === 'both');
  for (const found of postsWithComments(house.store, { split, most })) {
    const answers = people ? answersOfPost(house.store, found.id) : [];
    await pause();
    // A long thread may be all there is: a share of it is learned from, and not all of it or nothing.
    const part = some && !quick && found.comments.length > longThread;
    if (!part && !chosen(found.id, answers.length > 0)) continue;
    const post = part ? partOf(found, answers, share) : found;
    if (call.kind === 'sft') {
      const { texts } = trainingGroup(post, [], { ...call, pairs: 'labels' });
      yield { post, answers, group: { texts, pairs: [] }, answered: 0, drawn: false };
      continue;
    }
    const own = part ? { ...bound, pairs: Math.ceil(share * bound.pairs) } : bound;
    const { drawn, answered, ...made } = trainingGroup(post, answers, { ...call, rule, trust, bound: own });
    const group = quick || drawn ? onlyCompared(made) : made;
    if (group.pairs.length > 0 || !isPlain(rule)) yield { post, answers, group, answered, drawn };
  }
}

/** Comments from which on a share of the posts means a share of the comments of a post. */
const longThread = 1_000;

/** A post with a share of its comments, always the same ones; those that people answered on are among them. */
function partOf(post: PostWithComments, answers: readonly Answer<Preference>[], share: number): PostWithComments {
  const answered = new Set(answers.flatMap(({ leftId, rightId }) => [leftId, rightId]));
  const comments = post.comments.filter(({ id }) => answered.has(id) || randomFrom(id)() < share);
  return { ...post, comments };
}

/** Texts in one line, at most. */
const textsOfLine = 1_000;

/** A post as several ones where it has very many texts: each line is one text in memory. */
function* inParts({ texts }: PairGroup): Generator<PairGroup> {
  for (let at = 0; at < texts.length; at += textsOfLine) yield { texts: texts.slice(at, at + textsOfLine), pairs: [] };
}

function nothingLeft(plain: number): TiebreakError {
  const message = `What is chosen of votes leaves none of the ${counted(plain, 'pair')} in the split 'train': take a smaller margin, or leave the time as it is. Nothing was trained.`;
  return new TiebreakError('nothing-to-do', message);
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
    adjacent: 'import comments with scores or votes, or let it learn from answers',
  };
  return new TiebreakError(
    'nothing-to-do',
    `There are no pairs to learn from in the split 'train': ${hints[call.pairs]}.`,
  );
}
