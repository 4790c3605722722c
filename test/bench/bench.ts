import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Device } from '../../src-main/contract/engine.ts';
import type { TrainingKind } from '../../src-main/contract/records.ts';
import { engineEnvironment } from '../../src-main/engine-host/environment.ts';
import { measureImport } from './import.ts';
import { measureVotes } from './measure-votes.ts';
import { measureMemory } from './memory.ts';
import { measureMiniLm } from './minilm.ts';
import { measureQuick } from './quick.ts';
import { measureScale } from './scale.ts';
import { measureTogether } from './together.ts';
import type { StepRequest } from './training.ts';

/**
 * npm run bench                                     everything, beside PyTorch where it is installed
 * npm run -s bench -- train --config W,L,H,T,B,V    one training step: width, layers, heads, tokens, sequences, vocabulary
 *                          [--device D] [--json] [--kind sft] [--recompute] [--frozen N] [--accumulation N] [--steps N]
 * npm run -s bench -- minilm [--python P] [--rows ukp|captions|stackexchange] [--texts N] [--posts N] [--turns N]
 *                                                   vectors and an epoch of MiniLM, beside PyTorch in the Python P
 * npm run -s bench -- together                      10,000 comments newly ranked by a model that reads post and comment as one
 * npm run -s bench -- scale [--posts N]             the app on a store of N posts with five comments each
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
    config: { type: 'string', default: '256,4,4,128,16,8192' },
    device: { type: 'string', default: 'cpu' },
    json: { type: 'boolean', default: false },
    kind: { type: 'string', default: 'reward' },
    recompute: { type: 'boolean', default: false },
    frozen: { type: 'string', default: '0' },
    accumulation: { type: 'string', default: '1' },
    steps: { type: 'string', default: '10' },
    posts: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    rows: { type: 'string', default: 'ukp' },
    texts: { type: 'string', default: '561' },
    turns: { type: 'string', default: '2' },
  },
});

/** Posts of the large store. */
const posts = Number(values.posts ?? 200_000);

/** The shapes of docs/benchmarks.md: a small model, and GPT-2. */
const shapes = ['256,4,4,128,16,8192', '768,12,12,128,4,50257'];

if (positionals[0] === 'train') {
  const figures = ours(values.config, {
    device: values.device as Device,
    kind: values.kind as TrainingKind,
    recompute: values.recompute,
    frozenLayers: Number(values.frozen),
    accumulation: Number(values.accumulation),
    steps: Number(values.steps),
  });
  if (!figures) process.exit(1);
  console.log(values.json ? JSON.stringify(figures) : describe('Tiebreak', figures));
} else if (positionals[0] === 'scale') {
  await measureScale(posts);
} else if (positionals[0] === 'minilm') {
  miniLm();
} else if (positionals[0] === 'together') {
  await measureTogether();
} else if (positionals[0] === 'quick') {
  await measureQuick();
} else if (positionals[0] === 'import') {
  measureImport();
} else if (positionals[0] === 'votes') {
  await measureVotes();
} else if (positionals[0] === 'labelling') {
  labelling(positionals.slice(1));
} else if (positionals[0] === 'memory') {
  await measureMemory(positionals.slice(1));
} else if (positionals.length === 0) {
  for (const shape of shapes) compare(shape);
  miniLm();
  await measureScale(posts);
  await measureQuick();
  measureImport();
  await measureMemory([]);
} else {
  console.error(
    `There is no bench '${positionals[0]}'. Give none, 'train', 'minilm', 'together', 'scale', 'quick', 'import', 'labelling', 'votes' or 'memory'.`,
  );
  process.exit(2);
}

/** Each in a process of its own, one after the other. */
function labelling(given: readonly string[]): void {
  for (const name of ['labelling', 'choosing', 'finishing']) {
    const program = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
    const { status } = spawnSync(process.execPath, [program, ...given], { stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
}

/** As it is asked for, or on the training rows of UKP. */
function miniLm(): void {
  measureMiniLm({
    python: values.python,
    data: values.rows,
    texts: Number(values.texts),
    posts: Number(values.posts ?? 113),
    turns: Number(values.turns),
  });
}

type Figures = { readonly ms: number; readonly sequencesPerSecond: number; readonly peakMB: number };

/** Each in a process of its own, so that neither's memory counts for the other; twice each, taking turns. */
function compare(shape: string): void {
  const own: Figures[] = [];
  const theirs: Figures[] = [];
  for (let turn = 0; turn < 2; turn++) {
    const measured = ours(shape);
    if (measured) own.push(measured);
    const yardstick = pytorch(shape);
    if (yardstick) theirs.push(yardstick);
  }
  const [best, baseline] = [fastest(own), fastest(theirs)];
  console.log(`\nOne training step, width,layers,heads,tokens,sequences,vocabulary = ${shape}`);
  if (best) console.log(describe('Tiebreak', best));
  if (!baseline)
    console.log('PyTorch    not installed here (Debian: apt-get install python3-torch libopenblas0-pthread)');
  else {
    console.log(describe('PyTorch', baseline));
    if (best) console.log(`Ratio      ${(baseline.ms / best.ms).toFixed(2)} times as fast`);
  }
}

/** In a process with the engine's environment, so that time and memory are the engine's own. */
function ours(config: string, changed: Partial<StepRequest> = {}): Figures | null {
  const plain = {
    device: 'cpu',
    kind: 'reward',
    recompute: false,
    frozenLayers: 0,
    accumulation: 1,
    steps: 10,
  } as const;
  const request: StepRequest = { config, ...plain, ...changed };
  const program = fileURLToPath(new URL('training.ts', import.meta.url));
  return run(process.execPath, [program, JSON.stringify(request)], engineEnvironment());
}

function fastest(figures: readonly Figures[]): Figures | undefined {
  return [...figures].sort((a, b) => a.ms - b.ms)[0];
}

function pytorch(shape: string): Figures | null {
  const script = fileURLToPath(new URL('torch_baseline.py', import.meta.url));
  const python = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', 'import torch']).status === 0);
  return python ? run(python, [script, '--config', shape]) : null;
}

function run(command: string, args: readonly string[], env = process.env): Figures | null {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env });
  if (status !== 0) {
    console.error(stderr);
    return null;
  }
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

function describe(name: string, { ms, sequencesPerSecond, peakMB }: Figures): string {
  return `${name.padEnd(10)} ${ms.toFixed(1)} ms a step, ${sequencesPerSecond.toFixed(1)} sequences a second, ${peakMB} MB at most`;
}
