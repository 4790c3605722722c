/** The ways that a training for the best tries: with which encoder and settings, in which share of the time, and when not. */

import type { z } from 'zod';
import type { BestMethod } from '../../contract/best.ts';
import type { trainCall } from '../../contract/calls.ts';
import type { TrainingMethod } from '../../contract/engine.ts';
import { settingsOfData } from '../../recipe/method.ts';
import { countComments } from '../../store/posts.ts';
import type { House } from '../kernel/house.ts';

type Call = z.output<typeof trainCall>;

/** The model that a way trains, as a call to train says it. */
type Way = {
  readonly method: TrainingMethod;
  readonly encoder?: string;
  readonly config: Call['config'];
};

/** Of the seconds that are left, how many a way may take: those behind it need the rest. */
const shareOfRest: Readonly<Record<BestMethod, number>> = { quick: 1, alone: 0.5, deep: 0.7, together: 1 };
/** A way for which fewer seconds are left is not begun. */
const leastSeconds = 20;
/** Up to so many comments, an encoder goes through them more often (docs/quality.md). */
const fewComments = 5_000;

/** Steps between two looks where none of them chooses: they are for who watches. */
const looksApart = 60;

export const secondsFor = (method: BestMethod, left: number): number => shareOfRest[method] * left;

/** @param call whose encoder, where it names one, is for the ways that train one */
export function wayOf(house: House, method: BestMethod, { encoder, config }: Call): Way {
  if (method === 'quick') return { method, config: settingsOfData(config) };
  // In a time or two through many comments they only get too sure of themselves, which the blend undoes; with few they may learn
  // them by heart.
  const many = countComments(house.store, 'train') > fewComments;
  const own = { ...config, ...(many ? { keepBest: 0, patience: 0, evaluateEvery: looksApart } : {}) };
  if (method === 'deep') return { method, encoder: encoder ?? 'use', config: own };
  const read = { method: 'together', encoder: encoder ?? 'minilm' } as const;
  if (method === 'together') return { ...read, config: own };
  return { ...read, config: { ...own, readsPost: 0, ...(many ? { epochs: 2, learningRate: 1e-4 } : { epochs: 4 }) } };
}

/** Why a way is not tried; '' where it is. */
export function reasonAgainst(method: BestMethod, { context, encoder }: Call, seconds: number): string {
  if (method === 'quick') return '';
  if (method === 'together' && context === 'none')
    return 'It reads the post with the comment, which was to be left out.';
  if (encoder === 'use' && method !== 'deep') return 'Its encoder must be of the BERT family.';
  return seconds < leastSeconds ? 'No time was left for it: give it more minutes.' : '';
}
