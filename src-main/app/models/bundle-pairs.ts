import type { ExportedFile } from '../../checkpoint/exported-file.ts';
import { defaultConfig } from '../../common/default-config.ts';
import { commentsUsed } from '../../common/large-threads.ts';
import { trainingMethodOf } from '../../common/training-words.ts';
import { counted, wholeNumber } from '../../common/words.ts';
import { type ContextMode, type PairSource, pairSources } from '../../contract/calls.ts';
import type { TrainingConfig } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { pairLine } from '../../dataset/writers/pairs.ts';
import { boundOf, usualBound } from '../../recipe/drawn-pairs.ts';
import { drawHeldOut, isHeldOut } from '../../recipe/held-out.ts';
import { type Trust, trainingGroup } from '../../recipe/pairs.ts';
import { plainVotes, type VotesRule, votesOfConfig } from '../../recipe/votes.ts';
import { answersOfPost } from '../../store/labels.ts';
import type { KeptModel } from '../../store/models.ts';
import { postsWithComments } from '../../store/posts.ts';
import { runById } from '../../store/runs.ts';
import type { House } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { trustIn } from '../kernel/trust.ts';

/** How many pairs were written, and how many could not be, since neither side is better. */
type PairCounts = { pairs: number; ties: number };

type Choice = {
  readonly pairs: PairSource;
  readonly context: ContextMode;
  readonly config: Pick<TrainingConfig, 'weighPeople' | 'pairsPerPost' | 'spreadPairs'>;
  /** How votes become the preferences that are learned from; those to validate on take votes as they are. */
  readonly rule: VotesRule;
  /** Share of the training split's posts that validate where the validation split has nothing to measure on. */
  readonly heldOut: number;
  readonly seed: number;
  /** Share of the training split's groups that validate besides the validation split, as in a part of a training for the best. */
  readonly without: number;
};

/** The pairs of a bundle, and the settings that the model's training here had; the defaults for one that came from elsewhere. */
export type BundlePairs = {
  /** Two files. The first throws TiebreakError nothing-to-do while it is written where there is nothing to learn from. */
  readonly files: readonly ExportedFile[];
  readonly config: TrainingConfig;
  /** What the bundle's README says of them, once they are written. */
  readonly words: () => Readonly<Record<'trainPairs' | 'validationPairs' | 'ties', string>>;
};

/** The pairs as a training here would have them, chosen as the model's own training chose them. */
export async function bundlePairs(
  house: House,
  kept: KeptModel,
  signal: AbortSignal | undefined,
): Promise<BundlePairs> {
  const { config, ...learned } = learnedWith(house, kept);
  const counts = { train: { pairs: 0, ties: 0 }, validation: { pairs: 0, ties: 0 } };
  // What reads no post must still know which comments are of one: the posts stand beside them, as in a training here.
  const context = kept.context === 'nothing' ? 'post' : kept.context;
  const choice = { ...learned, context, config, heldOut: config.heldOut, seed: config.seed };
  const words = (): ReturnType<BundlePairs['words']> => {
    const ties = counts.train.ties + counts.validation.ties;
    return {
      trainPairs: wholeNumber(counts.train.pairs),
      validationPairs: wholeNumber(counts.validation.pairs),
      ties: ties === 0 ? '' : ` ${counted(ties, 'tie is', 'ties are')} left out: the format can't hold them.`,
    };
  };
  return { files: await pairFiles(house, choice, counts, signal), config, words };
}

function learnedWith(
  { store }: House,
  kept: KeptModel,
): Pick<Choice, 'pairs' | 'rule' | 'without'> & { readonly config: TrainingConfig } {
  const used = kept.kind === 'reward' && kept.runId !== null ? runById(store, kept.runId).config : {};
  const votes = votesOfConfig(used);
  return {
    pairs: pairSources.find((known) => known === used.pairs) ?? 'both',
    config: { ...defaultConfig('reward', trainingMethodOf(kept.method)), ...used },
    rule: votes ? { ...votes, slope: votes.effect?.slope ?? 0 } : plainVotes,
    without: typeof used.without === 'number' ? used.without : 0,
  };
}

/** Two files, which count what they hold while they are written. */
async function pairFiles(
  house: House,
  choice: Choice,
  counts: { readonly train: PairCounts; readonly validation: PairCounts },
  signal: AbortSignal | undefined,
): Promise<readonly ExportedFile[]> {
  const held = await heldOut(house, choice, signal);
  const anyHeld = held.size > 0 || choice.without > 0;
  const validates = (group: string): boolean => held.has(group) || isHeldOut(group, choice.without);
  const file = (name: string, content: ExportedFile['content']): ExportedFile => ({ name, bytes: null, content });
  return [
    file('data/train.jsonl', async function* () {
      const trust = await trustIn(house, choice, { signal });
      for await (const { group, pairs, ties } of postPairs(house, 'train', choice, signal, choice.rule, trust)) {
        if (!validates(group)) yield* counting(counts.train, pairs, ties);
      }
      if (counts.train.pairs === 0) throw nothingToLearn();
    }),
    file('data/validation.jsonl', async function* () {
      for (const from of anyHeld ? (['validation', 'train'] as const) : (['validation'] as const)) {
        for await (const { group, pairs, ties } of postPairs(house, from, choice, signal)) {
          if (from === 'validation' || validates(group)) yield* counting(counts.validation, pairs, ties);
        }
      }
    }),
  ];
}

function* counting(counts: PairCounts, lines: readonly string[], ties: number): Generator<Uint8Array> {
  counts.pairs += lines.length;
  counts.ties += ties;
  if (lines.length > 0) yield Buffer.from(lines.join(''));
}

/** The groups of posts of the training split that validate in place of the validation split. */
async function heldOut(house: House, choice: Choice, signal: AbortSignal | undefined): Promise<ReadonlySet<string>> {
  if (choice.heldOut === 0) return new Set();
  for await (const { pairs } of postPairs(house, 'validation', choice, signal)) if (pairs.length > 0) return new Set();
  const groups = new Set<string>();
  for await (const { group, pairs } of postPairs(house, 'train', choice, signal)) {
    if (pairs.length > 0 && isHeldOut(group, choice.without)) return new Set();
    if (pairs.length > 0) groups.add(group);
  }
  return drawHeldOut(groups, choice.heldOut, choice.seed);
}

/** The lines of each post of a split, and how many of its pairs are ties. */
async function* postPairs(
  house: House,
  split: 'train' | 'validation',
  { pairs: source, context, config }: Choice,
  signal: AbortSignal | undefined,
  rule: VotesRule = plainVotes,
  trust?: Trust,
): AsyncGenerator<{ readonly group: string; readonly pairs: readonly string[]; readonly ties: number }> {
  const pause = createPauses(signal);
  const bound = split === 'train' ? boundOf(config) : usualBound;
  for (const post of postsWithComments(house.store, { split, most: commentsUsed(bound.pairs) })) {
    await pause();
    const answers = source === 'votes' ? [] : answersOfPost(house.store, post.id);
    const { texts, pairs } = trainingGroup(post, answers, { pairs: source, context, rule, trust, bound });
    const lines = pairs.flatMap(({ first, second, target }) => {
      const [chosen, rejected] = [texts[first]!, texts[second]!];
      return target === 0.5
        ? []
        : [pairLine({ prompt: chosen.post, chosen: chosen.comment, rejected: rejected.comment })];
    });
    yield { group: post.group, pairs: lines, ties: pairs.length - lines.length };
  }
}

function nothingToLearn(): TiebreakError {
  const message =
    "There are no pairs in the split 'train', so a bundle would have nothing to learn from. Nothing was written: compare some comments, or import comments with scores or votes.";
  return new TiebreakError('nothing-to-do', message);
}
