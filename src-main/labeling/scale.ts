import type { Scale } from '../contract/scale.ts';
import type { Steps } from '../evaluation/steps.ts';
import { type Posterior, posteriorOf, type Said } from './post-posterior.ts';

/** The calibrated rewards of a post's comments, and what people answered on them. */
export type AnsweredPost = { readonly rewards: ArrayLike<number>; readonly said: readonly Said[] };

/** What is believed before anybody has answered: about as five workers answered on each pair of UKP's arguments (docs/quality.md). */
export const usualScale = (votes = 0): Scale => ({ width: 0.8, ties: 0.5, side: 0, votes });
/** How strongly that is held: deviations of the logarithms, and of the side itself. */
const held = { width: 0.4, ties: 1, side: 0.3 } as const;
const order = ['width', 'ties', 'side'] as const;
type Learned = (typeof order)[number];
const sweeps = 3;
const narrowings = 10;
const golden = (Math.sqrt(5) - 1) / 2;

/**
 * Learns the scale from posts whose comments people compared: the most likely one, by the evidence of each post (Laplace's
 * approximation) and what is usual, one number after the other by golden sections. Answers must be on posts that the rewards were not
 * learned from. Few answers move it little; without any it is the usual one.
 * @param votes the share of votes among the pairs that the rewards were calibrated on
 */
export function* learnScale(posts: readonly AnsweredPost[], votes: number): Steps<Scale> {
  const usual = usualScale(votes);
  const answered = posts.filter(({ said }) => said.length > 0);
  if (answered.length === 0) return usual;
  let best = usual;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const reach = 2 / 2 ** sweep;
    for (const name of order) {
      const at = (by: number): Scale => moved(best, name, by * held[name]);
      let [low, high] = [-reach, reach];
      let [one, other] = [high - golden * (high - low), low + golden * (high - low)];
      let [atOne, atOther] = [yield* density(answered, at(one), usual), yield* density(answered, at(other), usual)];
      for (let i = 0; i < narrowings; i++) {
        if (atOne > atOther) {
          [high, other, atOther] = [other, one, atOne];
          one = high - golden * (high - low);
          atOne = yield* density(answered, at(one), usual);
        } else {
          [low, one, atOne] = [one, other, atOther];
          other = low + golden * (high - low);
          atOther = yield* density(answered, at(other), usual);
        }
      }
      best = at((low + high) / 2);
    }
  }
  return best;
}

/** All but the side are moved in proportion. */
function moved(scale: Scale, name: Learned, by: number): Scale {
  return { ...scale, [name]: name === 'side' ? scale.side + by : scale[name] * Math.exp(by) };
}

function* density(posts: readonly AnsweredPost[], scale: Scale, usual: Scale): Steps<number> {
  let sum = -((scale.side / held.side) ** 2) / 2;
  for (const name of ['width', 'ties'] as const) sum -= (Math.log(scale[name] / usual[name]) / held[name]) ** 2 / 2;
  for (const post of posts) {
    sum += believed(post, scale).evidence;
    yield;
  }
  return sum;
}

/** What is believed of the worths of a post's comments, once model and answers are joined. */
export function believed({ rewards, said }: AnsweredPost, scale: Scale): Posterior {
  const slope = slopeOf(scale);
  return posteriorOf(
    Float64Array.from(rewards, (reward) => slope * reward),
    scale.width,
    said,
    scale,
  );
}

/**
 * Calibrated rewards times this are worths. The chance that a reward gives is a mean over what is not known of the worths: for it to hold
 * all the same, worths lie further apart, by sqrt(1 + pi/8 times their variance) (MacKay, 1992).
 */
export function slopeOf({ width, votes }: Pick<Scale, 'width' | 'votes'>): number {
  return Math.sqrt(1 - votes + (Math.PI / 4) * width * width);
}
