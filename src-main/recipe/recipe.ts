import type { z } from 'zod';
import type { PairSource, trainingInput } from '../contract/calls.ts';
import type { TrainingConfig, TrainingMethod } from '../contract/engine.ts';
import { methodOf } from './method.ts';
import { presets } from './presets.ts';
import { configWith } from './settings.ts';

type Call = z.output<typeof trainingInput>;

/** A call to train, with all that follows from what it says. */
export type Settled<C extends Call = Call> = Omit<C, 'method' | 'pairs' | 'config'> & {
  readonly method: TrainingMethod;
  readonly pairs: PairSource;
  readonly config: TrainingConfig;
};

/** How a model is trained, by what was said of it, its preset and the defaults. Throws TiebreakError bad-input. */
export function settled<C extends Call>(call: C): Settled<C> {
  const method = methodOf(call);
  const { kind, preset } = call;
  const config = configWith(kind, call.config, { method, preset });
  return { ...call, method, config, pairs: call.pairs ?? (preset && presets[kind][preset].pairs) ?? 'both' };
}
