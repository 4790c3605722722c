import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from '../../support/run-cli.ts';
import { wrongWith } from '../kills/sound.ts';
import type { Fault } from './fault.ts';
import { copyTo, smallDisk, whyNoDisk } from './small-disk.ts';

/** A disk that can only be read. */
export const readOnly: Fault = {
  expected: 'What only reads does so; what would write ends with 1 and a sentence; nothing is changed.',
  rounds: 4,
  lacking: () => whyNoDisk(tmpdir()),
  run: async ({ folder, draw, begin }) => {
    await begin('answering');
    const disk = smallDisk(join(folder, 'disk'), 64);
    try {
      const place = copyTo(disk, join(folder, 'case'));
      const home = join(place, 'home');
      disk.readOnly(true);
      const writing = draw.one([
        ['import', join(place, 'files', 'more.jsonl')],
        ['train', 'quick'],
        ['labels', 'add', '--post', 'p1', '--chosen', '7', '--rejected', '8'],
      ] as const);
      const [read, written] = [await cli(home, 'stats'), await cli(home, ...writing)];
      disk.readOnly(false);
      return [
        ...(read.code === 0 ? [] : [`stats ended with ${read.code}: ${read.err}`]),
        ...(written.code === 1 && /read|written/.test(written.err) && !/should not have/.test(written.err)
          ? []
          : [`${writing.join(' ')} ended with ${written.code}: ${written.err}`]),
        ...(await wrongWith(home)),
      ];
    } finally {
      disk.remove();
    }
  },
};
