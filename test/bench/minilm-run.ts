import { readFileSync, writeFileSync } from 'node:fs';
import { defaultConfig } from '../../src-main/common/default-config.ts';
import { rewardBatch, rewardEpochs } from '../../src-main/engine/batch/batches.ts';
import type { TokenGroup } from '../../src-main/engine/batch/input-reader.ts';
import { readText } from '../../src-main/engine/batch/text-feeds.ts';
import {
  type PairReader,
  readTogether,
  type TogetherInput,
  togetherReader,
} from '../../src-main/engine/batch/together-feeds.ts';
import { openDevice } from '../../src-main/engine/device-choice.ts';
import { readBertEncoder } from '../../src-main/engine/model/bert-encoder.ts';
import { readingUpTo, readsMarked } from '../../src-main/engine/model/text-encoder.ts';
import { asTogether, togetherParameters } from '../../src-main/engine/model/together-reward.ts';
import { asSources, freshWeights } from '../../src-main/engine/model/weights.ts';
import { embed, loadEncoder } from '../../src-main/engine/score/embed.ts';
import { lossPrograms, togetherLossProgram } from '../../src-main/engine/train/loss-graph.ts';
import { layerRate, learningRateAt } from '../../src-main/engine/train/schedule.ts';
import { createTrainer } from '../../src-main/engine/train/trainer.ts';
import { peakMemory } from '../support/peak-memory.ts';

export type MiniLmRequest = {
  /** The encoder's folder, and CUP IT rows. */
  readonly folder: string;
  readonly rows: string;
} & (
  | { readonly what: 'vectors'; readonly texts: number; readonly out: string }
  /** alone: each post is a step of its own, as in the yardstick; else as the app trains, several at once. */
  | { readonly what: 'epoch'; readonly posts: number; readonly alone: boolean }
);

/** Seconds by the clock, and of the processor. */
export type Spent = { readonly seconds: number; readonly cpuSeconds: number; readonly peakMB: number };
export type VectorFigures = Spent & { readonly texts: number; readonly tokens: number };
export type EpochFigures = Spent & {
  readonly posts: number;
  readonly steps: number;
  readonly loss: number;
  readonly losses: readonly number[];
};

type Row = { readonly text: string; readonly comments: readonly { readonly text: string; readonly score: number }[] };

const context = { onProgress: () => {}, signal: new AbortController().signal };

async function measureVectors(request: Extract<MiniLmRequest, { what: 'vectors' }>): Promise<VectorFigures> {
  const texts = [...new Set(read(request.rows).flatMap(({ comments }) => comments.map(({ text }) => text)))];
  const chosen = texts.slice(0, request.texts);
  const { runtime } = await openDevice('cpu', 'training');
  const encoder = await loadEncoder(runtime, await readBertEncoder(request.folder));
  await embed(encoder, { texts: chosen.slice(0, 200) }, context);
  const spent = clock();
  const { embeddings } = await embed(encoder, { texts: chosen }, context);
  const figures = spent();
  writeFileSync(request.out, embeddings);
  const tokens = chosen.reduce((sum, text) => sum + readText(encoder.reader, text).ids.length, 0);
  return { texts: chosen.length, tokens, ...figures };
}

async function measureEpoch({
  folder,
  rows,
  posts,
  alone,
}: Extract<MiniLmRequest, { what: 'epoch' }>): Promise<EpochFigures> {
  const settings = defaultConfig('reward', 'together');
  const encoder = readingUpTo(await readBertEncoder(folder), settings.maxTokens);
  if (!readsMarked(encoder)) throw new Error('Not of the BERT family');
  const config = asTogether(encoder.config);
  const parameters = togetherParameters(config);
  const head = freshWeights(parameters.slice(-1), () => 0);
  const { runtime } = await openDevice('cpu', 'training');
  const trainer = await createTrainer(
    runtime,
    settings,
    lossPrograms((options) => togetherLossProgram(config, options), settings, parameters),
    parameters,
    asSources(new Map([...encoder.tensors, ...head])),
    (name) => layerRate(name, config.layers, settings),
  );
  const reader = togetherReader(config);
  const chosen = read(rows).slice(0, posts);
  const spent = clock();
  const groups = chosen.map((row) => groupOf({ config, tokenizer: encoder.tokenizer, readsPost: true }, row));
  const sizes = { tokensPerBatch: settings.tokensPerBatch, maxTokens: config.positions };
  const steps = alone
    ? groups.map((group) => rewardBatch([group], reader, config.positions))
    : rewardEpochs(groups, reader, sizes)(settings.seed, 0);
  const losses: number[] = [];
  for (const [i, batch] of [...steps].entries()) {
    const { loss } = await trainer.step([batch], i + 1, learningRateAt(i + 1, steps.length, settings));
    losses.push(Math.round(loss * 1e5) / 1e5);
  }
  const figures = spent();
  await trainer.dispose();
  const loss = losses.reduce((a, b) => a + b) / losses.length;
  return { posts: chosen.length, steps: steps.length, loss, losses, ...figures };
}

/** A post's comments, and all pairs of them whose places differ. */
function groupOf(reader: PairReader, { text: post, comments }: Row): TokenGroup<TogetherInput> {
  const texts = comments.map(({ text }) => ({ post, comment: text }));
  const pairs = comments.flatMap((one, first) =>
    comments.flatMap((other, second) => (one.score < other.score ? [{ first, second, target: 1 }] : [])),
  );
  return { inputs: readTogether(reader, texts, () => 0).inputs, pairs };
}

function read(rows: string): Row[] {
  const lines = readFileSync(rows, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Row);
}

/** Begins to count; what it gives says what was spent since. */
function clock(): () => Spent {
  const [begun, used] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(used);
    return {
      seconds: (performance.now() - begun) / 1000,
      cpuSeconds: (user + system) / 1e6,
      peakMB: Math.round(peakMemory() / 2 ** 20),
    };
  };
}

try {
  const request = JSON.parse(process.argv[2]!) as MiniLmRequest;
  console.log(JSON.stringify(await (request.what === 'vectors' ? measureVectors(request) : measureEpoch(request))));
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
