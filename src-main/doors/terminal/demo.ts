import { mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { type App, openApp, sampleFiles } from '../../app.ts';
import { counted, duration } from '../../common/words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { checkOutput } from '../../disk/output.ts';
import { printEvaluation, printRanking } from './print.ts';
import { printModel } from './print-training.ts';
import { createProgress, type ProgressDisplay } from './progress.ts';

/** The whole way once, on the bundled sample: import, train, evaluate, rank, export. Made to be read by a newcomer. */
/** Small enough for two processor cores and a minute. */
const settings = { width: 128, layers: 2, vocabulary: 2048, maxTokens: 160, epochs: 2, learningRate: 5e-4 };

type Exports = { readonly files: readonly string[]; readonly replace: boolean };

try {
  await main();
} catch (error) {
  if (!(error instanceof TiebreakError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const begun = performance.now();
  const { output, home, replace } = readArguments();
  mkdirSync(output, { recursive: true });
  // Before a minute of work.
  const exports = ['ranking.jsonl', 'ranking.csv'].map((name) => join(output, name));
  for (const path of exports) await checkOutput({ path, replace, home });
  const app = openApp({ home });
  const progress = createProgress(process.stderr);
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  try {
    await showAll(
      app,
      { files: exports, replace },
      { onProgress: progress.update, onLog: progress.log, signal: controller.signal },
      progress,
    );
  } finally {
    progress.stop();
    await app.close();
  }
  const seconds = (performance.now() - begun) / 1000;
  say(`\nDone in ${duration(seconds)}. Everything is in ${shown(output)}; deleting that folder undoes the demo.`);
  say('To look around in it, or to go on with data of your own:');
  say(`  npm run -s tiebreak -- --home ${shown(home)} stats`);
  say('  npm run -s tiebreak -- --help');
}

async function showAll(app: App, exports: Exports, hooks: CallHooks, progress: ProgressDisplay): Promise<void> {
  say('Tiebreak learns from people which of two comments is the better one, and then ranks the comments of any post.');
  say('This demo does it once on real data that comes with it: captions for cartoons, and arguments in debates.');

  heading('1. Import');
  say('Each post comes with its comments in the order in which people liked them. The model learns on one part,');
  say('a second part chooses the best moment of the training, and a third one, never seen before, tests it.');
  for (const { split, files } of sampleFiles()) {
    const report = await app.import({ files: [...files], split }, hooks);
    progress.stop();
    say(`  ${split}: ${counted(report.posts, 'new post')} with ${counted(report.comments, 'comment')}`);
  }

  heading('2. Train');
  say('A small GPT starts from nothing and learns, pair by pair, to give the better comment the higher reward.');
  const trained = await app.train({ kind: 'reward', config: settings, context: 'none' }, hooks);
  progress.stop();
  say(printModel(trained));

  heading('3. Evaluate');
  say('How often does it find the better of two comments it has never seen? Chance finds half of them; another simple');
  say(
    'rule says that the longer comment is better. A model is worth something where it beats both. NDCG says how good',
  );
  say('the whole order is, 1 being perfect.');
  // Every training ends with that, and with the rewards of all comments.
  if (trained.evaluation) say(printEvaluation(trained.evaluation));

  heading('4. Rank');
  const ranking = await app.rank({ model: trained.model }, hooks);
  progress.stop();
  const post = ranking.posts.findLast(({ split }) => split === 'test');
  if (post) say(printRanking({ ...ranking, posts: [post] }));

  heading('5. Export');
  say('The rankings of all posts of the test part, for other programs and for a spreadsheet:');
  for (const file of exports.files) {
    const report = await app.export({ file, replace: exports.replace, model: trained.model, split: 'test' }, hooks);
    progress.stop();
    say(`  ${shown(report.file)}`);
  }
}

function readArguments(): { output: string; home: string; replace: boolean } {
  try {
    const options = { home: { type: 'string' }, replace: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const output = resolve(positionals[0] ?? 'demo-output');
    return { output, home: resolve(values.home ?? join(output, 'data')), replace: values.replace ?? false };
  } catch (error) {
    throw new TiebreakError(
      'bad-input',
      `Usage: npm run demo -- [FOLDER] [--home DIR] [--replace]. ${(error as Error).message}`,
    );
  }
}

function heading(text: string): void {
  say(`\n${text}\n${'-'.repeat(text.length)}`);
}

function say(text: string): void {
  console.log(text);
}

function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
