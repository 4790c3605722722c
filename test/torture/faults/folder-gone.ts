import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../kills/run-child.ts';
import { wrongAfter } from '../kills/whole.ts';
import type { Fault } from './fault.ts';

/** The data folder is moved away in the middle of answering, and put back afterwards. */
export const folderGone: Fault = {
  expected:
    'No answer is told as kept while the folder is away, which a sentence says; back in its place, each that was told is there.',
  rounds: 10,
  run: async ({ folder, draw, begin }) => {
    const whole = await begin('answering');
    const place = join(folder, 'case');
    const [home, away] = [join(place, 'home'), join(folder, 'away')];
    const after = 1 + draw.below(25);
    let moved = false;
    const ran = await runChild('answering', place, null, {
      onTold: (told) => {
        if (moved || told.length < after) return;
        moved = true;
        renameSync(home, away);
      },
    });
    if (!moved) return ['It was never moved.'];
    renameSync(away, home);
    // It may have been through with all of them by then.
    const sentence =
      ran.ended === null ||
      /removed, moved or replaced/.test(ran.ended ?? '') ||
      /removed, moved or replaced/.test(ran.complaints);
    return [
      ...(sentence ? [] : [`It ended with ${ran.ended ?? ran.complaints}`]),
      ...(await wrongAfter(whole, place, ran.told)),
    ];
  },
};
