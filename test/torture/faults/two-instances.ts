import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli } from '../../support/run-cli.ts';
import { openCase } from '../kills/open.ts';
import { wrongAfter } from '../kills/whole.ts';
import { works } from '../kills/works.ts';
import type { Fault } from './fault.ts';

/** Others want to write while the application is open. */
export const twoInstances: Fault = {
  expected:
    'Whoever comes second reads, and is refused with a sentence and 1 where it would write; the first one goes on.',
  rounds: 6,
  run: async ({ folder, draw, begin }) => {
    const whole = await begin('answering');
    const place = join(folder, 'case');
    const home = join(place, 'home');
    const wrong: string[] = [];
    const told: Record<string, unknown>[] = [];
    const first = openCase(place, false);
    try {
      const guidelines = join(folder, 'empty.jsonl');
      writeFileSync(guidelines, '');
      const writing = draw.one([
        ['import', join(place, 'files', 'more.jsonl')],
        ['train', 'quick'],
      ] as const);
      const answered = works.answering.perform(first, (one) => told.push({ ...one }));
      const [second, reading] = await Promise.all([cli(home, ...writing), cli(home, 'stats')]);
      await answered;
      if (second.code !== 1 || !/is open on this data folder/.test(second.err))
        wrong.push(`${writing.join(' ')} ended with ${second.code}: ${second.err}`);
      if (reading.code !== 0) wrong.push(`stats ended with ${reading.code}: ${reading.err}`);
    } finally {
      await first.app.close();
    }
    return [...wrong, ...(await wrongAfter(whole, place, told))];
  },
};
