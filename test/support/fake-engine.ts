/**
 * Speaks the engine's protocol without an engine: a reward is the length of the comment. What it shall do otherwise is
 * said by the name of the model's folder (score) or by the config's seed (train).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type EmbedResult,
  type EngineRequest,
  type FromEngine,
  type Progress,
  type ScoreResult,
  type ToEngine,
  type TrainRequest,
  type TrainResult,
  vectorWidth,
} from '../../src-main/contract/engine.ts';
import type { Forecast } from '../../src-main/contract/forecast.ts';

const cancelled = new Set<number>();
const send = (message: FromEngine): void => {
  process.send?.(message);
};
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

process.on('message', (message: ToEngine) => {
  if (message.kind === 'cancel') cancelled.add(message.id);
  else void work(message.id, message.request);
});
process.on('disconnect', () => process.exit());
send({ kind: 'ready' });

async function work(id: number, request: EngineRequest): Promise<void> {
  try {
    const result = await answer(id, request);
    send({ kind: 'result', id, result });
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    send({ kind: 'error', id, code: code ?? 'engine-failed', message });
  }
}

function answer(id: number, request: EngineRequest): Promise<TrainResult | ScoreResult | EmbedResult | Forecast> {
  if (request.type === 'train') return train(id, request);
  if (request.type === 'score') return score(id, basename(request.modelFolder), request.texts);
  if (request.type === 'forecast') return Promise.resolve(forecast());
  if (request.type === 'embed') return Promise.resolve(embed(request.texts));
  throw Object.assign(new Error('Not in the fake.'), { code: 'bad-input' });
}

function forecast(): Forecast {
  return { device: 'fake', steps: 1, memory: null, available: null, fits: true, time: null, proposals: [] };
}

async function score(id: number, mode: string, texts: readonly { comment: string }[]): Promise<ScoreResult> {
  console.log('printed on standard output');
  if (mode === 'crash') process.kill(process.pid, 'SIGKILL');
  if (mode === 'abort') process.abort();
  if (mode === 'exit') {
    console.error('Error: the cat sat on the switch');
    process.exit(3);
  }
  if (mode === 'memory') {
    console.error('FATAL ERROR: JavaScript heap out of memory');
    process.exit(134);
  }
  if (mode === 'hang') {
    send({ kind: 'log', id, message: 'hanging' });
    for (;;) await sleep(1000);
  }
  if (mode === 'refuse') throw Object.assign(new Error('This model is broken.'), { code: 'damaged' });
  send({ kind: 'log', id, message: 'a word' });
  await steps(id, mode === 'slow' ? 500 : 3, 'score');
  return {
    rewards: Float32Array.from(texts, ({ comment }) => comment.length),
    device: 'fake',
    cuts: { inputs: texts.length, postCut: 0, commentCut: 0 },
  };
}

/** Vectors of unit length that differ with the length of the text. */
function embed(texts: readonly string[]): EmbedResult {
  const embeddings = new Float32Array(texts.length * vectorWidth);
  for (const [i, text] of texts.entries()) embeddings[i * vectorWidth + (text.length % vectorWidth)] = 1;
  return { embeddings, width: vectorWidth, cut: 0, device: 'fake' };
}

async function train(id: number, request: TrainRequest): Promise<TrainResult> {
  await steps(id, request.config.epochs, 'train');
  const result: TrainResult = {
    steps: request.config.epochs,
    loss: 0.5,
    bestStep: request.config.epochs,
    validation: { loss: 0.6, accuracy: 0.7 },
    parameters: 1,
    device: 'fake',
    cuts: { inputs: 1, postCut: 0, commentCut: 0 },
    seconds: 0.1,
  };
  mkdirSync(request.modelFolder);
  writeFileSync(join(request.modelFolder, 'manifest.json'), JSON.stringify({ result }));
  if (request.config.seed === 13) process.exit(9);
  return result;
}

async function steps(id: number, total: number, phase: Progress['phase']): Promise<void> {
  for (let done = 1; done <= total; done++) {
    await sleep(20);
    if (cancelled.has(id)) throw Object.assign(new Error('Cancelled.'), { code: 'cancelled' });
    const point = { step: done, loss: 1 / done, learningRate: 1, gradientNorm: 1 };
    const progress = { phase, done, total, speed: 10, secondsLeft: (total - done) / 50 };
    send({ kind: 'progress', id, progress: phase === 'train' ? { ...progress, point } : progress });
  }
}
