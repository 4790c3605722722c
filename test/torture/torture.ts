import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * npm run torture [-- kills|faults|fuzz|soak] [--kills N] [--inputs N] [--minutes N] [--seed S] [--workers N] [--only NAME] [--out DIR]
 *
 * What happens to programs, done to this one: docs/reliability.md says what, and what must hold after it. What was done stands in DIR, a line
 * of JSON each, so that a run that was broken off goes on with the same command. Ends with 1 where something did not hold.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '200' },
    inputs: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    only: { type: 'string' },
    input: { type: 'string' },
    out: { type: 'string', default: 'torture' },
  },
});
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const number = (name: 'kills' | 'inputs' | 'minutes' | 'seed' | 'workers' | 'input'): number => {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`--${name} takes a whole number.`);
};

const out = values.out;
mkdirSync(out, { recursive: true });
const seed = number('seed');
const wanted = positionals.length > 0 ? positionals : ['kills', 'faults', 'fuzz'];
let defects = 0;
for (const what of wanted) {
  say(`${what}, seed ${seed}`);
  if (what === 'kills') {
    const { kill } = await import('./kills/kills.ts');
    defects += await kill({
      kills: number('kills'),
      seed,
      only: values.only,
      input: values.input === undefined ? undefined : number('input'),
      workers: number('workers'),
      journal: join(out, 'kills.jsonl'),
      say,
    });
  } else if (what === 'fuzz') {
    const { fuzz } = await import('./fuzz/fuzz.ts');
    defects += await fuzz({
      inputs: number('inputs'),
      seed,
      only: values.only,
      input: values.input === undefined ? undefined : number('input'),
      workers: number('workers'),
      journal: join(out, 'fuzz.jsonl'),
      say,
    });
  } else if (what === 'faults') {
    const { trouble } = await import('./faults/faults.ts');
    defects += await trouble({
      seed,
      only: values.only,
      input: values.input === undefined ? undefined : number('input'),
      journal: join(out, 'faults.jsonl'),
      say,
    });
  } else if (what === 'soak') {
    const { soak } = await import('./soak/soak.ts');
    defects += await soak({ minutes: number('minutes'), journal: join(out, 'soak.jsonl'), say });
  } else throw new Error(`There is nothing called ${what}: it is kills, faults, fuzz or soak.`);
}
process.exitCode = defects === 0 ? 0 : 1;
