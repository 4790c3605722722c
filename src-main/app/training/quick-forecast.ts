import { commentsUsed } from '../../common/large-threads.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { Forecast } from '../../contract/forecast.ts';
import { boundOf, usualBound } from '../../recipe/drawn-pairs.ts';
import { trainingGroup } from '../../recipe/pairs.ts';
import type { Settled } from '../../recipe/recipe.ts';
import { plainVotes } from '../../recipe/votes.ts';
import { hasEmbedding } from '../../store/embeddings.ts';
import { answersOfPost } from '../../store/labels.ts';
import { postsWithComments } from '../../store/posts.ts';
import { encoderFor, encoderNamed } from '../kernel/encoders.ts';
import type { House } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { onlyCompared, quickBound, quickChoice } from './quick-data.ts';
import { ruleOf } from './votes-rule.ts';

/** Texts that are read once to see how fast this machine reads. */
const sample = 64;
/** Seconds that fitting the head takes: at the least, and for each comment. */
const fitting = { least: 1, comment: 3e-4 };

/** What a quick training takes: most of it is reading the comments that were never read before. */
export async function quickForecast(
  house: House,
  call: Settled,
  { onLog, onProgress, signal }: CallHooks,
): Promise<Forecast> {
  const pause = createPauses(signal);
  const encoder = encoderNamed(house, encoderFor(call, 'quick'));
  const unread = new Set<string>();
  let comments = 0;
  const { rule } = await ruleOf(house, call, { signal });
  for (const split of ['train', 'validation'] as const) {
    const wanted = quickChoice(house, split);
    const bound = split === 'train' ? quickBound(boundOf(call.config)) : usualBound;
    for (const post of postsWithComments(house.store, { split, most: commentsUsed(bound.pairs) })) {
      const answers = call.pairs === 'votes' ? [] : answersOfPost(house.store, post.id);
      await pause();
      if (!wanted(post.id, answers.length > 0)) continue;
      const { texts, pairs } = onlyCompared(
        trainingGroup(post, answers, { ...call, rule: split === 'train' ? rule : plainVotes, bound }),
      );
      if (pairs.length === 0) continue;
      comments += texts.length;
      const seen = texts.map(({ comment }) => comment);
      if (call.context === 'post') seen.push(texts[0]!.post);
      for (const text of seen) if (!hasEmbedding(house.store, encoder.name, text)) unread.add(text);
    }
  }
  const texts = [...unread].slice(0, sample);
  let device = 'cpu';
  let reading = 0;
  if (texts.length > 0) {
    const request = { type: 'embed', encoder, device: call.device, texts } as const;
    // The first time the encoder is loaded too.
    await house.scorer.request(request, { onLog, onProgress, signal });
    const begun = performance.now();
    ({ device } = await house.scorer.request(request, { onLog, onProgress, signal }));
    reading = ((performance.now() - begun) / 1000 / texts.length) * unread.size;
  }
  const seconds = reading + fitting.least + fitting.comment * comments;
  const time = { seconds, low: seconds / 2, high: 2 * seconds };
  return { device, steps: 0, memory: null, available: null, fits: true, time, proposals: [] };
}
