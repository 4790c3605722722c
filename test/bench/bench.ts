import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Device } from '../../src-main/contract/engine.ts';
import type { TrainingKind } from '../../src-main/contract/records.ts';
import { configWith } from '../../src-main/recipe/settings.ts';
import { dataSetsNamed } from './data-sets.ts';
import { measureEpochs } from './epoch.ts';
import { measureGpu } from './gpu.ts';
import { drawGrowth } from './growth/draw.ts';
import { measureAnswers, measureSteps, measureStores } from './growth/growth.ts';
import { measureLatencies } from './growth/latencies.ts';
import { measureImport } from './import.ts';
import { measureMany } from './many.ts';
import { measureVotes } from './measure-votes.ts';
import { measureMemory } from './memory.ts';
import { measureMiniLm } from './minilm.ts';
import { measureQuick } from './quick.ts';
import { measureScores } from './score.ts';
import { measureStep, plainStep, profileStep, stepShapes } from './step.ts';
import type { StepFigures } from './training.ts';
import { ours } from './yardstick.ts';

/**
 * npm run bench [-- --python P]                     everything, beside PyTorch and TRL where the Python P (or that of the environment
 *                                                   variable TIEBREAK_BENCH_PYTHON) has them; docs/benchmarks.md says what it needs
 * npm run -s bench -- step [--config W,L,H,T,B,V] [--steps N] [--turns N] [--profile]
 *                                                   a training step beside PyTorch's: width, layers, heads, tokens, sequences, vocabulary;
 *                                                   or where its time goes, by operator
 * npm run -s bench -- epoch [--rows ukp,captions,stackexchange] [--posts N] [--config W,L,H,T] [--turns N] [--set KEY=VALUE]
 *                                                   an epoch on real rows beside TRL's RewardTrainer
 * npm run -s bench -- score [--rows ukp,captions,stackexchange] [--texts N] [--config W,L,H,T] [--turns N]
 *                                                   scoring of real rows beside PyTorch, and beside the original's way
 * npm run -s bench -- train --config W,L,H,T,B,V    one training step of ours alone
 *                          [--device D] [--json] [--kind sft] [--recompute] [--frozen N] [--accumulation N] [--steps N]
 * npm run -s bench -- gpu [--python P] [--seconds N]
 *                                                   everything of a machine with a graphics card beside PyTorch as it is found, within N seconds (570)
 * npm run -s bench -- minilm [--python P] [--rows ukp|captions|stackexchange] [--texts N] [--posts N] [--turns N]
 *                                                   vectors and an epoch of MiniLM, beside PyTorch in the Python P
 * npm run -s bench -- together [--texts N]          10,000 comments newly ranked by a model that reads post and comment as one
 * npm run -s bench -- many [--texts N]              50,000 comments newly ranked by a GPT, and what a million would take
 * npm run -s bench -- growth [PART...] [--comments N,N,...] [--posts N]
 *                                                   what everything costs as it grows: parts are stores (of so many comments), steps (tokens and
 *                                                   parameters), answers, latencies (the app on a store of N posts with five comments each), and
 *                                                   draw (figures.jsonl as table and plot into docs/); all without one
 * npm run -s bench -- quick                         from a click on Train to the new ranking
 * npm run -s bench -- import                        CUP IT, CSV and Reddit, beside Python's own library
 * npm run -s bench -- labelling [DIR]               what answers bring, by the kind of question and by how pairs are chosen, for the model and
 *                                                   for the post's own order, into docs/quality.md; as well npm run labelling, choosing, finishing
 * npm run -s bench -- votes                         what a margin, sureness and the time are worth, on the data sets of data/
 * npm run -s bench -- memory [KEY=VALUE...]         the memory of a GPT-2's training and scoring, with these settings
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    comments: { type: 'string', default: '10000,100000,1000000,5000000' },
    config: { type: 'string' },
    device: { type: 'string', default: 'cpu' },
    json: { type: 'boolean', default: false },
    kind: { type: 'string', default: 'reward' },
    recompute: { type: 'boolean', default: false },
    frozen: { type: 'string', default: '0' },
    accumulation: { type: 'string', default: '1' },
    steps: { type: 'string', default: '10' },
    posts: { type: 'string' },
    profile: { type: 'boolean', default: false },
    python: { type: 'string' },
    rows: { type: 'string' },
    seconds: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    texts: { type: 'string' },
    turns: { type: 'string' },
  },
});

const device = values.device as Device;
const { python } = values;
const given = positionals.slice(1);

/** What can be asked for. */
const benches: Readonly<Record<string, () => unknown>> = {
  train,
  step,
  epoch,
  score,
  gpu: () => measureGpu({ python, seconds: numberOf(values.seconds, 570) }),
  minilm: miniLm,
  together: () => measureMany('together', numberOf(values.texts, 10_000)),
  many: () => measureMany('gpt', numberOf(values.texts, 50_000)),
  growth,
  quick: measureQuick,
  import: measureImport,
  votes: measureVotes,
  labelling,
  memory: () => measureMemory(given),
};
/** What is measured where nothing is asked for. */
const everything = ['step', 'epoch', 'score', 'minilm', 'growth', 'quick', 'import', 'memory'];

const [asked] = positionals;
if (asked !== undefined && !Object.hasOwn(benches, asked)) {
  console.error(`There is no bench '${asked}'. Give none, or one of ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
for (const name of asked === undefined ? everything : [asked]) await benches[name]!();

/** As a number that was given, or another. */
function numberOf(value: string | undefined, otherwise: number): number {
  const number = value === undefined ? otherwise : Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`'${value}' is not a whole number above 0.`);
}

function train(): void {
  const figures = ours<StepFigures>('training.ts', {
    ...plainStep,
    config: values.config ?? plainStep.config,
    device,
    kind: values.kind as TrainingKind,
    recompute: values.recompute,
    frozenLayers: Number(values.frozen),
    accumulation: Number(values.accumulation),
    steps: Number(values.steps),
  });
  if (!figures) process.exit(1);
  const { ms, sequencesPerSecond, peakMB } = figures;
  const says = `${ms.toFixed(1)} ms a step, ${sequencesPerSecond.toFixed(1)} sequences a second, ${peakMB} MB at most`;
  console.log(values.json ? JSON.stringify(figures) : says);
}

function step(): void {
  const shapes = values.config === undefined ? stepShapes : [values.config];
  const measure = values.profile ? profileStep : measureStep;
  measure({ python, device, shapes, steps: numberOf(values.steps, 10), turns: numberOf(values.turns, 3) });
}

async function epoch(): Promise<void> {
  const changed = Object.fromEntries(values.set.map((setting) => setting.split('=') as [string, string]));
  const all = configWith('reward', changed);
  const settings = Object.fromEntries(Object.entries(all).filter(([key]) => Object.hasOwn(changed, key)));
  await measureEpochs({
    ...{ python, device, settings, data: dataSetsNamed(values.rows), shape: values.config ?? '256,4,4,128' },
    ...{ posts: numberOf(values.posts, 150), turns: numberOf(values.turns, 3) },
  });
}

async function score(): Promise<void> {
  await measureScores({
    ...{ python, device, data: dataSetsNamed(values.rows), shape: values.config ?? '256,4,4,512' },
    ...{ texts: numberOf(values.texts, 600), turns: numberOf(values.turns, 3) },
  });
}

/** As it is asked for, or on the training rows of UKP. */
function miniLm(): void {
  const [data] = dataSetsNamed(values.rows ?? 'ukp');
  measureMiniLm({
    ...{ python, data: data!, texts: numberOf(values.texts, 561) },
    ...{ posts: numberOf(values.posts, 113), turns: numberOf(values.turns, 2) },
  });
}

async function growth(): Promise<void> {
  const sizes = values.comments.split(',').map((size) => numberOf(size, 0));
  const parts: Readonly<Record<string, () => unknown>> = {
    stores: () => measureStores(sizes),
    steps: measureSteps,
    answers: () => measureAnswers(10_000, [20, 100, 500]),
    latencies: () => measureLatencies(numberOf(values.posts, 200_000)),
    draw: drawGrowth,
  };
  for (const name of given.length === 0 ? Object.keys(parts) : given) {
    if (!Object.hasOwn(parts, name)) throw new Error(`growth has no part '${name}': ${Object.keys(parts).join(', ')}.`);
    await parts[name]!();
  }
}

/** Each in a process of its own, one after the other. */
function labelling(): void {
  for (const name of ['labelling', 'choosing', 'finishing']) {
    const program = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
    const { status } = spawnSync(process.execPath, [program, ...given], { stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
}
