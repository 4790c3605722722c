import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from '../kills/run-child.ts';
import { wrongAfter } from '../kills/whole.ts';
import type { WorkName } from '../kills/works.ts';
import type { Fault } from './fault.ts';
import { copyTo, smallDisk, whyNoDisk } from './small-disk.ts';

const tried: readonly WorkName[] = [
  'answering',
  'importing',
  'undoing an import',
  'exporting',
  'backing up',
  'restoring',
  'settings',
  'training a GPT',
];
const said = /full|room|ENOSPC|can't be written|could not be/i;

/** A disk that becomes full in the middle of work. */
export const diskFull: Fault = {
  expected:
    'The work ends with a sentence of the disk; what was told as done is there; with room again it goes on to the same end.',
  rounds: 24,
  lacking: () => whyNoDisk(tmpdir()),
  run: async ({ folder, draw, begin }) => {
    const name = draw.one(tried);
    const whole = await begin(name);
    const disk = smallDisk(join(folder, 'disk'), 512);
    try {
      const place = copyTo(disk, join(folder, 'case'));
      disk.fill(draw.one([0, 4_096, 40_000, 200_000, 1_000_000]));
      const ran = await runChild(name, place, null);
      disk.makeRoom();
      const wrong = (await wrongAfter(whole, place, ran.told)).map(
        (one) => `${name}, which ended with '${ran.ended}': ${one}`,
      );
      const words = ran.ended ?? ran.complaints;
      if (ran.code !== 0 && !/TiebreakError|SQLITE_FULL|ENOSPC/.test(ran.complaints))
        wrong.push(`${name} ended with ${ran.code}: ${ran.complaints}`);
      if (ran.ended !== null && !said.test(words)) wrong.push(`${name} says nothing of the disk: ${words}`);
      return wrong;
    } finally {
      disk.remove();
    }
  },
};
