import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Device, ProbeResult } from '../../src-main/contract/engine.ts';
import { engineEnvironment } from '../../src-main/engine-host/environment.ts';
import { loadTokenizer } from '../../src-main/tokenizer/files.ts';
import { encodeInput } from '../../src-main/tokenizer/input.ts';
import { unpackDataSets } from './data-sets.ts';
import { writeFreshGpt2 } from './fresh-gpt2.ts';
import { readGroups } from './rows.ts';
import { stepShapes } from './step.ts';

export type GpuOptions = {
  /** A Python with torch, as it is found. */
  readonly python: string | undefined;
  /** Seconds that all of it may take. */
  readonly seconds: number;
};

/** What a run prints as JSON in its last line, as far as it says it. */
type Figures = {
  readonly ms?: number;
  readonly seconds?: number;
  readonly sequencesPerSecond?: number;
  readonly commentsPerSecond?: number;
  readonly pairs?: number;
  readonly validationLoss?: number;
  readonly peakMB?: number;
  readonly cardMB?: number;
  readonly torch?: string;
};

type Run = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly ours: boolean;
};

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const line = (...cells: readonly (string | number | undefined)[]): void =>
  console.log(`| ${cells.map((cell) => cell ?? '').join(' | ')} |`);

/** Seconds of one run at most; compiling in PyTorch takes most of them. */
const longestRun = 90;
/** Of a training on rows. */
const [shape, tokens, posts] = ['256,4,4,128', 128, 60];

/**
 * Everything that is to be known of a machine with a graphics card, as Markdown: what is there, a training step, an epoch and scoring on
 * each of our devices, in mixed precision where that is to be had, beside PyTorch on the same card, with the memory of both. What fails
 * or runs over says so, and the next goes on; what there was no time for says so too.
 */
export async function measureGpu({ python, seconds }: GpuOptions): Promise<void> {
  const until = performance.now() + 1000 * seconds;
  const left = (): number => (until - performance.now()) / 1000;
  const home = mkdtempSync(join(tmpdir(), 'tiebreak-gpu-'));
  try {
    const devices = whatIsThere(python, left);
    const card = has(python, 'import torch; assert torch.cuda.is_available()');
    // Each table has its share of the time that is left: what one does not take goes to those after it.
    let tables = 2 * stepShapes.length + 1;
    const table = (title: string, runs: readonly Run[]): void => {
      const end = performance.now() + (1000 * left()) / tables--;
      printRuns(title, runs, home, () => (end - performance.now()) / 1000);
    };
    const theirs = torchRuns(python, card);
    for (const config of stepShapes) {
      const step = { config, kind: 'reward', recompute: false, frozenLayers: 0, accumulation: 1, steps: 10 };
      const ours = ourRuns(devices, (device, mixedPrecision) => ['training.ts', { ...step, device, mixedPrecision }]);
      table(`A training step, width, layers, heads, tokens, sequences, vocabulary ${config}`, [
        ...ours,
        ...theirs('train', ['--config', config, '--runs', '10']),
      ]);
      const scoring = ourRuns(devices, (device) => ['training.ts', { ...step, device, scoring: true }], false);
      table(`Scoring in full batches, ${config}`, [
        ...scoring,
        ...theirs('score-batch', ['--config', config, '--runs', '10']),
      ]);
    }
    await epochs(home, devices, theirs, table);
    console.log(`\nAll of it took ${Math.round(seconds - left())} s.`);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Names the card, its drivers, the versions and our devices, and gives those that can be used. */
function whatIsThere(python: string | undefined, left: () => number): ProbeResult['devices'] {
  console.log('## What is there\n\n| what | |\n| --- | --- |');
  line('processor', `${availableParallelism()} cores of ${cpus()[0]!.model.trim()}`);
  line('card', said('nvidia-smi', ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader']));
  const drivers = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].flatMap((at) =>
    existsSync(at) ? readdirSync(at) : [],
  );
  line('drivers for Vulkan', process.env.VK_DRIVER_FILES ?? (drivers.join(', ') || 'none'));
  const versions = `import torch; print(torch.__version__, 'CUDA', torch.version.cuda, torch.cuda.is_available())`;
  line('PyTorch', python === undefined ? 'no Python is named' : said(python, ['-c', versions]));
  const probe = `
    const { measureDevices } = await import('${new URL('../../src-main/engine/device-choice.ts', import.meta.url).href}');
    console.log(JSON.stringify(await measureDevices())); process.exit(0);`;
  const args = ['--input-type=module', '-e', probe];
  const { stdout, status } = spawnSync(process.execPath, args, {
    ...{ encoding: 'utf8', env: engineEnvironment() },
    timeout: Math.round(1000 * Math.max(1, Math.min(longestRun, left()))),
  });
  const devices = status === 0 ? (JSON.parse(stdout.trim().split('\n').at(-1)!) as ProbeResult['devices']) : [];
  if (devices.length === 0) line('devices', 'could not be measured');
  for (const one of devices) {
    const speeds = `${one.sequencesPerSecond?.toFixed(0)} trained, ${one.scoredPerSecond?.toFixed(0)} scored a second`;
    const half = one.float16 ? ', float16' : '';
    line(one.device, one.sequencesPerSecond ? `${one.name ?? one.detail}: ${speeds}${half}` : one.detail);
  }
  return devices.filter(({ sequencesPerSecond }) => sequencesPerSecond !== null);
}

/** One run for each of our devices, and another in mixed precision where there is that. */
function ourRuns(
  devices: ProbeResult['devices'],
  request: (device: Device, mixed: boolean) => readonly [program: string, request: object],
  mixes = true,
): Run[] {
  return devices.flatMap(({ device, float16 }) =>
    (float16 && mixes ? [false, true] : [false]).map((mixed): Run => {
      const [program, asked] = request(device, mixed);
      const name = `Tiebreak, ${device}${mixed ? ', mixed precision' : ''}`;
      return { name, command: process.execPath, args: [here(program), JSON.stringify(asked)], ours: true };
    }),
  );
}

/** PyTorch on the card, or on the processor where there is none: as it runs at once, compiled, and in bfloat16. */
function torchRuns(python: string | undefined, card: boolean) {
  const place = ['--device', card ? 'cuda' : 'cpu', '--threads', `${availableParallelism()}`];
  return (mode: string, args: readonly string[]): Run[] =>
    (python === undefined ? [] : [[], ['--compile'], ['--bf16', '--compile']]).map((more) => ({
      name: ['PyTorch', card ? 'cuda' : 'cpu', ...more.map((one) => one.slice(2))].join(', '),
      command: python!,
      args: [here('torch_modern.py'), '--mode', mode, ...args, ...place, ...more],
      ours: false,
    }));
}

/** An epoch on real rows: the same pairs of tokens on both sides, made by us, since PyTorch may be there without its tokenizers. */
async function epochs(
  home: string,
  devices: ProbeResult['devices'],
  theirs: ReturnType<typeof torchRuns>,
  table: (title: string, runs: readonly Run[]) => void,
): Promise<void> {
  unpackDataSets(home);
  const [rows, validation] = ['train', 'validation'].map((split) => join(home, 'ukp', `${split}.jsonl`)) as [
    string,
    string,
  ];
  const base = join(home, 'base');
  await writeFreshGpt2(base, shape, 1, 'sft');
  const tokenizer = await loadTokenizer(base);
  const ids = join(home, 'pairs.jsonl');
  const pairs = readGroups(rows, posts).flatMap(({ texts, pairs }) => {
    const inputs = texts.map((text) => [...encodeInput(tokenizer, text, tokens).ids]);
    return pairs.map(({ first, second }) => [inputs[first], inputs[second]]);
  });
  writeFileSync(ids, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
  const request = { rows, validation, posts, tokens, base };
  const ours = ourRuns(devices, (device, mixed) => {
    const settings = { mixedPrecision: Number(mixed) };
    return ['epoch-run.ts', { ...request, device, settings, folder: mkdtempSync(join(home, 'run-')) }];
  });
  const batch = `${shape},32,${tokenizer.vocabularySize}`;
  table(`An epoch on ${posts} posts of UKP, width, layers, heads, tokens ${shape}`, [
    ...ours,
    ...theirs('train', ['--config', batch, '--ids', ids]),
  ]);
}

function printRuns(title: string, runs: readonly Run[], home: string, left: () => number): void {
  console.log(`\n## ${title}\n`);
  line('', 'ms a step', 'seconds', 'a second', 'loss on validation', 'peak MB', 'MB on the card');
  line(...Array<string>(7).fill('---'));
  for (const run of runs) {
    const found = left() < 5 ? 'there was no time left' : figuresOf(run, home, left());
    if (typeof found === 'string') line(run.name, found, ...Array<string>(5).fill(''));
    else {
      const rate =
        found.commentsPerSecond ?? found.sequencesPerSecond ?? (found.pairs && (2 * found.pairs) / found.seconds!);
      const numbers = [
        found.ms?.toFixed(1),
        found.seconds?.toFixed(2),
        rate?.toFixed(0),
        found.validationLoss?.toFixed(4),
      ];
      line(run.name, ...numbers, found.peakMB, found.cardMB);
    }
  }
}

/** Runs it, and gives its figures or why there are none. */
function figuresOf({ command, args, ours }: Run, home: string, left: number): Figures | string {
  const timeout = Math.round(1000 * Math.min(longestRun, left));
  const watched = ours ? watchCard(join(home, 'card.txt')) : null;
  const env = ours ? engineEnvironment() : { ...process.env, OMP_WAIT_POLICY: 'passive' };
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    ...{ encoding: 'utf8', env, timeout, killSignal: 'SIGKILL', maxBuffer: 2 ** 28 },
  });
  const cardMB = watched?.();
  if (signal === 'SIGKILL') return `took more than ${Math.round(timeout / 1000)} s`;
  if (status !== 0) return `failed: ${lastWords(stderr) || error?.message || `exit code ${status}`}`;
  const figures = JSON.parse(stdout.trim().split('\n').at(-1)!) as Figures;
  return cardMB === undefined ? figures : { ...figures, cardMB };
}

/** Watches how much of the card's memory is taken; what it gives says by how much it rose at most, undefined without such a card. */
function watchCard(path: string): () => number | undefined {
  const asked = ['--query-gpu=memory.used', '--format=csv,noheader,nounits'];
  const before = Number(said('nvidia-smi', asked).split('\n')[0]);
  if (!Number.isFinite(before)) return () => undefined;
  const file = openSync(path, 'w');
  const watching = spawn('nvidia-smi', [...asked, '-lms', '100'], { stdio: ['ignore', file, 'ignore'] });
  return () => {
    watching.kill();
    closeSync(file);
    const seen = readFileSync(path, 'utf8').split('\n').filter(Boolean).map(Number);
    return Math.max(0, ...seen) - before;
  };
}

function said(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 });
  return status === 0 ? stdout.trim() : `none (${error?.message ?? lastWords(stderr)})`;
}

const has = (python: string | undefined, code: string): boolean =>
  python !== undefined && spawnSync(python, ['-c', code], { timeout: 60_000 }).status === 0;

const lastWords = (text: string): string => (text.trim().split('\n').at(-1) ?? '').slice(0, 200).replaceAll('|', '/');
