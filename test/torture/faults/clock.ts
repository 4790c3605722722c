import { join } from 'node:path';
import { runChild } from '../kills/run-child.ts';
import { wrongAfter } from '../kills/whole.ts';
import type { WorkName } from '../kills/works.ts';
import type { Fault } from './fault.ts';

const tried: readonly WorkName[] = [
  'answering',
  'importing',
  'undoing an import',
  'training a GPT',
  'deleting',
  'restoring',
];
const preload = new URL('jumping-clock.ts', import.meta.url).href;

/** A clock that jumps by hours and years while work goes on. */
export const clock: Fault = {
  expected: 'Work comes to the same end as under a steady clock; what was told as done is there.',
  rounds: 12,
  run: async ({ folder, draw, begin }) => {
    const name = draw.one(tried);
    const whole = await begin(name);
    const place = join(folder, 'case');
    process.env.TIEBREAK_CLOCK = `${1 + draw.below(1_000_000)}`;
    const ran = await runChild(name, place, null, { preload });
    return [
      ...(ran.ended === null ? [] : [`${name} ended with ${ran.ended ?? ran.complaints}`]),
      ...(await wrongAfter(whole, place, ran.told)),
    ];
  },
};
