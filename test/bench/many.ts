import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, startCli } from '../support/run-cli.ts';
import { unpackDataSets } from './data-sets.ts';
import { writeFreshGpt2 } from './fresh-gpt2.ts';
import { peakOf } from './growth/measured.ts';

/** A GPT that knows nothing, or a model that reads post and comment together, trained on a few posts: what they learned is of no matter here. */
type Kind = 'gpt' | 'together';
const names: Readonly<Record<Kind, string>> = { gpt: 'gpt-256', together: 'together-1' };

/**
 * All comments of a store newly ranked from the terminal: once broken off half way, as by Ctrl-C, and gone on with. Says what a million
 * would take at that speed, and the most memory that the engine held.
 * @param comments captions; of what there are too few of, the posts come again with a number in their text
 */
export async function measureMany(kind: Kind, comments: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tiebreak-many-'));
  const home = join(folder, 'home');
  mkdirSync(home);
  try {
    unpackDataSets(folder);
    const run = async (...args: string[]): Promise<void> => {
      const { code, err } = await cli(home, ...args);
      if (code !== 0) throw new Error(`${args.join(' ')}: ${err}`);
    };
    if (kind === 'together') {
      const few = join(folder, 'few.jsonl');
      writeFileSync(few, linesOf(folder, 'ukp').slice(0, 6).join('\n'));
      await run('import', few);
      await run('train', 'together', '--set', 'epochs=1');
    } else {
      const model = join(folder, names.gpt);
      await writeFreshGpt2(model, '256,4,4,512', 1, 'reward');
      await run('models', 'import', model);
    }
    const all = join(folder, 'captions.jsonl');
    writeFileSync(all, captions(folder, comments / 5));
    await run('import', all);

    console.log(`\n${comments.toLocaleString('en')} captions newly ranked (${kind})`);
    const first = await rank(home, names[kind], 0.5);
    console.log(`broken off after ${first.seconds.toFixed(1)} s: ${first.says}`);
    const rest = await rank(home, names[kind]);
    const seconds = first.seconds + rest.seconds;
    console.log(`gone on with: ${rest.says} in ${rest.seconds.toFixed(1)} s; together ${seconds.toFixed(1)} s`);
    const peak = Math.max(first.peakMB, rest.peakMB);
    const million = (seconds * 1e6) / comments / 60;
    console.log(`the engine held ${peak} MB at most; 1,000,000 comments: ${million.toFixed(0)} min (extrapolated)`);
    console.log(`other work: ${loadavg()[0]!.toFixed(1)} waiting on ${availableParallelism()} cores`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function linesOf(folder: string, name: string): readonly string[] {
  return readFileSync(join(folder, name, 'train.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
}

function captions(folder: string, posts: number): string {
  const lines = linesOf(folder, 'captions');
  return Array.from({ length: posts }, (_, i) => {
    const post = JSON.parse(lines[i % lines.length]!) as { id?: string; text: string };
    return JSON.stringify({ ...post, id: `${i}`, text: `${post.text} (${i})` });
  }).join('\n');
}

type Ranked = { readonly seconds: number; readonly says: string; readonly peakMB: number };

/** @param share of the comments after which it is broken off, as by Ctrl-C */
async function rank(home: string, model: string, share = 1): Promise<Ranked> {
  const begun = performance.now();
  let told = false;
  const { child, finished } = startCli(home, ['rank', '--model', model, '--json'], (err) => {
    const [, done, total] = /([\d,]+) of ([\d,]+)[^\n]*\s*$/.exec(err) ?? [];
    const number = (text: string | undefined): number => Number((text ?? '0').replaceAll(',', ''));
    if (told || number(done) < share * number(total) || share === 1 || total === undefined) return;
    told = true;
    child.kill('SIGINT');
  });
  let peakMB = 0;
  const looking = setInterval(() => {
    peakMB = Math.max(peakMB, peakOf(child.pid!));
  }, 100);
  const { code, json } = await finished;
  clearInterval(looking);
  const seconds = (performance.now() - begun) / 1000;
  const result = json() as { scored?: number; error?: { message: string } };
  if (share === 1 && code !== 0) throw new Error(result.error?.message);
  return { seconds, says: result.error?.message ?? `${result.scored!.toLocaleString('en')} comments scored`, peakMB };
}
