import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, startCli } from '../support/run-cli.ts';
import { unpackDataSets } from './data-sets.ts';

const posts = 2_000;
const model = 'together-1';

/**
 * All 10,000 comments of a store newly ranked by a model that reads post and comment together, from the terminal: once broken off
 * half way, and gone on with. The model is trained on a few posts, since what it learned is of no matter here.
 */
export async function measureTogether(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'tiebreak-together-'));
  try {
    unpackDataSets(home);
    const lines = (name: string, count: number): string => {
      const file = join(home, `${name}-${count}.jsonl`);
      const rows = readFileSync(join(home, name, 'train.jsonl'), 'utf8').split('\n');
      writeFileSync(file, rows.slice(0, count).join('\n'));
      return file;
    };
    const run = async (...args: string[]): Promise<void> => {
      const { code, err } = await cli(home, ...args);
      if (code !== 0) throw new Error(`${args.join(' ')}: ${err}`);
    };
    await run('import', lines('ukp', 6));
    await run('train', 'together', '--set', 'epochs=1');
    await run('import', lines('captions', posts));

    console.log(
      `\n${5 * posts} captions newly ranked by a model that reads post and comment together (aim: 180 s in all)`,
    );
    const first = await rank(home, 0.5);
    console.log(`broken off after ${first.seconds.toFixed(1)} s: ${first.says}`);
    const rest = await rank(home);
    console.log(
      `gone on with: ${rest.says} in ${rest.seconds.toFixed(1)} s; together ${(first.seconds + rest.seconds).toFixed(1)} s`,
    );
    console.log(`other work: ${loadavg()[0]!.toFixed(1)} waiting on ${availableParallelism()} cores`);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** @param share of the comments after which it is broken off, as by Ctrl-C */
async function rank(home: string, share = 1): Promise<{ readonly seconds: number; readonly says: string }> {
  const begun = performance.now();
  let told = false;
  const { child, finished } = startCli(home, ['rank', '--model', model, '--json'], (err) => {
    const [, done, total] = /([\d,]+) of ([\d,]+)[^\n]*\s*$/.exec(err) ?? [];
    const number = (text: string | undefined): number => Number((text ?? '0').replaceAll(',', ''));
    if (told || number(done) < share * number(total) || share === 1 || total === undefined) return;
    told = true;
    child.kill('SIGINT');
  });
  const { code, json } = await finished;
  const seconds = (performance.now() - begun) / 1000;
  const result = json() as { scored?: number; error?: { message: string } };
  if (share === 1 && code !== 0) throw new Error(result.error?.message);
  return { seconds, says: result.error?.message ?? `${result.scored!.toLocaleString('en')} comments scored` };
}
