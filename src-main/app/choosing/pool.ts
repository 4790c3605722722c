import { shuffled } from '../../common/random.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { Device, TextInput } from '../../contract/engine.ts';
import type { Strategy } from '../../contract/records.ts';
import { isOneOf, type Random } from '../../labeling/next-pair.ts';
import { type Candidate, informationOf, uncertaintyOf } from '../../labeling/strategies.ts';
import { postInput } from '../../recipe/pairs.ts';
import type { Pair } from '../../store/answers.ts';
import { findKeptModel, newestOfMethod } from '../../store/models.ts';
import { pairsOfPostFor } from '../../store/open-pairs.ts';
import { findPostAlone } from '../../store/posts.ts';
import { commentTexts } from '../../store/some-comments.ts';
import { vectorsOf } from '../embedding/embedding.ts';
import { encoderOfHead } from '../kernel/encoders.ts';
import { contextOf, type House, modelFolder } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';
import type { AskedPosts } from './asked-posts.ts';

/** Posts that are looked at for a pool, and pairs of them. */
const most = { posts: 120, comments: 20, pairs: 2000 } as const;
/** Pairs that a pool keeps: as many answers as one is given before the model is asked anew. */
const kept = 50;

/** Strategies that ask a model; the newest quick one, whatever ranks. */
export type AskingModel = Extract<Strategy, 'uncertainty' | 'information'>;
const worthOf: Readonly<Record<AskingModel, (candidate: Candidate) => number>> = {
  uncertainty: uncertaintyOf,
  information: informationOf,
};

/**
 * The pairs on which an answer tells the model most, the best first, of posts of the training split drawn by chance; no comment is in
 * two of them, since they would tell much the same. None where there is no quick model that knows other heads than its own.
 * @throws TiebreakError cancelled, or what the engine says
 */
export async function bestPairs(
  house: House,
  asked: AskedPosts,
  annotator: string,
  strategy: AskingModel,
  device: Device,
  random: Random,
  hooks: CallHooks = {},
): Promise<readonly Pair[]> {
  const model = newestOfMethod(house.store, 'quick');
  if (!model) return [];
  const { pairs, comments } = await drawnPairs(house, asked, annotator, contextOf(house, model), random, hooks.signal);
  if (pairs.length === 0) return [];
  const encoder = encoderOfHead(house, model);
  const texts = [...comments.values()];
  const vectors = await vectorsOf(house, encoder, texts, device, hooks);
  const folder = modelFolder(house, model);
  const { rewards, deviations } = await house.scorer.request(
    { type: 'score', modelFolder: folder, device, encoder, texts, vectors, deviations: true },
    { signal: hooks.signal },
  );
  if (!deviations || deviations.length === 0) return [];
  const heads = deviations.length / texts.length;
  const temperature = findKeptModel(house.store, model.id).temperature ?? 1;
  const places = new Map([...comments.keys()].map((id, place) => [id, place]));
  const candidateOf = ({ leftId, rightId }: Pair): Candidate => {
    const [left, right] = [places.get(leftId)!, places.get(rightId)!];
    return {
      gap: (rewards[left]! - rewards[right]!) / temperature,
      deviations: Array.from(
        { length: heads },
        (_, head) => (deviations[left * heads + head]! - deviations[right * heads + head]!) / temperature,
      ),
    };
  };
  return withoutRepeats(pairs.map((pair) => ({ pair, worth: worthOf[strategy](candidateOf(pair)) })));
}

/** Open pairs of posts drawn by chance, and the texts of their comments by number. */
async function drawnPairs(
  { store }: House,
  asked: AskedPosts,
  annotator: string,
  context: ReturnType<typeof contextOf>,
  random: Random,
  signal: AbortSignal | undefined,
): Promise<{ readonly pairs: readonly Pair[]; readonly comments: ReadonlyMap<number, TextInput> }> {
  const pairs: Pair[] = [];
  const comments = new Map<number, TextInput>();
  const seen = new Set<number>();
  const pause = createPauses(signal);
  for (let draw = 0; draw < 2 * most.posts && seen.size < most.posts; draw++) {
    await pause();
    const found = asked.from(asked.at(random()));
    if (found?.split !== 'train' || seen.has(found.postId)) continue;
    const { postId } = found;
    seen.add(postId);
    const { comments: all, taken } = pairsOfPostFor(store, annotator, postId);
    const isTaken = isOneOf(taken);
    const input = postInput(findPostAlone(store, postId), context);
    const drawn = shuffled(
      all.toSorted((a, b) => a - b),
      random,
    ).slice(0, most.comments);
    const texts = commentTexts(store, drawn);
    for (const [id, { text }] of texts) comments.set(id, { post: input, comment: text });
    for (const [i, leftId] of drawn.entries()) {
      for (const rightId of drawn.slice(i + 1)) {
        if (!isTaken(leftId, rightId)) pairs.push({ postId, leftId, rightId });
      }
    }
  }
  return { pairs: shuffled(pairs, random).slice(0, most.pairs), comments };
}

function withoutRepeats(worths: readonly { readonly pair: Pair; readonly worth: number }[]): readonly Pair[] {
  const used = new Set<number>();
  const best: Pair[] = [];
  for (const { pair } of worths.toSorted((a, b) => b.worth - a.worth)) {
    if (used.has(pair.leftId) || used.has(pair.rightId)) continue;
    used.add(pair.leftId).add(pair.rightId);
    best.push(pair);
    if (best.length === kept) break;
  }
  return best;
}
