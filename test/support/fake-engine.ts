/**
 * Speaks the engine's protocol without an engine: a reward is the length of the comment. What it shall do otherwise is
 * said by the name of the model's folder (score) or by the config's seed (train).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type EmbedResult,
  type EngineRequest,
  type EngineResult,
  type FromEngine,
  type ProbeResult,
  type Progress,
  type ResumeRequest,
  type SamplePair,
  type ScoreResult,
  type ToEngine,
  type TrainRequest,
  type TrainResult,
  vectorWidth,
} from '../../src-main/contract/engine.ts';
import type { Forecast } from '../../src-main/contract/forecast.ts';

const cancelled = new Set<number>();
const send = (message: FromEngine): void => {
  // Whoever asked may be gone by now.
  process.send?.(message, undefined, undefined, () => undefined);
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

function answer(id: number, request: EngineRequest): Promise<EngineResult<EngineRequest>> {
  if (request.type === 'train') return train(id, request);
  if (request.type === 'score') return score(id, basename(request.modelFolder), request.texts);
  if (request.type === 'resume') return resume(id, request);
  if (request.type === 'forecast') return Promise.resolve(forecast(request.config.seed === 14));
  if (request.type === 'probe') return Promise.resolve({ devices: probed });
  if (request.type === 'embed') return Promise.resolve(embed(request.texts));
  // It keeps nothing of what it learned from.
  if (request.type === 'look-ahead') return Promise.resolve(null);
  throw Object.assign(new Error('Not in the fake.'), { code: 'bad-input' });
}

const probed: ProbeResult['devices'] = [
  {
    ...{ device: 'cpu', available: true, onCard: false, name: null, float16: false },
    ...{ sequencesPerSecond: 120, scoredPerSecond: 400, detail: 'Two cores' },
  },
  {
    ...{ device: 'webgpu', available: true, onCard: true, name: 'Card One', float16: true },
    ...{ sequencesPerSecond: 900, scoredPerSecond: 300, detail: 'A graphics card' },
  },
  {
    ...{ device: 'cuda', available: false, onCard: true, name: null, float16: false },
    ...{ sequencesPerSecond: null, scoredPerSecond: null, detail: 'There is none' },
  },
];

/** What a training takes: nothing to speak of, or more than there is. */
function forecast(tooLarge: boolean): Forecast {
  if (!tooLarge)
    return { device: 'fake', steps: 1, memory: null, available: null, fits: true, time: null, proposals: [] };
  const memory = { weights: 1e9, gradients: 1e9, moments: 2e9, activations: 4e9, program: 5e8, bytes: 85e8 };
  const time = { seconds: 7200, low: 3600, high: 9000 };
  const proposal = { changes: { tokensPerBatch: 256 }, says: 'Run 256 tokens at once.', bytes: 4e8, time };
  return { device: 'fake', steps: 40, memory, available: 5e8, fits: false, time, proposals: [proposal] };
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

async function train(id: number, request: TrainRequest, from = 1): Promise<TrainResult> {
  const { config, runFolder, modelFolder } = request;
  let step = from;
  if (request.device === 'webgpu') {
    send({
      kind: 'progress',
      id,
      progress: { phase: 'compile', done: 0, total: 1, speed: null, secondsLeft: null, device: 'webgpu' },
    });
    await steps(id, 1, 'train');
    console.error('Error: the driver fell over');
    process.exit(139);
  }
  try {
    await steps(id, config.epochs, 'train', {
      from,
      look: config.evaluateEvery,
      reach: (now) => {
        step = now;
      },
    });
  } catch (error) {
    writeFileSync(join(runFolder, 'fake.json'), JSON.stringify({ request, step }));
    throw error;
  }
  const result: TrainResult = {
    steps: config.epochs,
    loss: 0.5,
    bestStep: config.epochs,
    validation: { loss: 0.6, accuracy: 0.7 },
    parameters: 1,
    device: 'fake',
    cuts: { inputs: 1, postCut: 0, commentCut: 0 },
    seconds: 0.1,
  };
  mkdirSync(modelFolder);
  writeFileSync(join(modelFolder, 'manifest.json'), JSON.stringify({ result }));
  if (config.seed === 13) process.exit(9);
  return result;
}

/** Goes on where it was stopped, with what it was asked for then. */
function resume(id: number, { runFolder, modelFolder }: ResumeRequest): Promise<TrainResult> {
  const { request, step } = JSON.parse(readFileSync(join(runFolder, 'fake.json'), 'utf8')) as {
    readonly request: TrainRequest;
    readonly step: number;
  };
  return train(id, { ...request, modelFolder }, step + 1);
}

const samples = (step: number): readonly SamplePair[] =>
  ['one', 'two'].map((post, index) => ({
    post: `Sample ${post}`,
    chosen: 'Chosen',
    rejected: 'Rejected',
    chosenReward: step,
    rejectedReward: step + index - 0.5,
  }));

type Course = {
  readonly from?: number;
  /** Validation is looked at every so many steps. */
  readonly look?: number;
  readonly reach?: (step: number) => void;
};

async function steps(
  id: number,
  total: number,
  phase: Progress['phase'],
  { from = 1, look = 0, reach = () => undefined }: Course = {},
): Promise<void> {
  for (let done = from; done <= total; done++) {
    await sleep(20);
    if (cancelled.has(id)) throw Object.assign(new Error('Cancelled.'), { code: 'cancelled' });
    reach(done);
    const looked = look > 0 && done % look === 0;
    const point = {
      ...{ step: done, loss: 1 / done, learningRate: 1, gradientNorm: 1 },
      ...(looked ? { validationLoss: 2 / done, validationAccuracy: 0.6, metrics: { acc: 0.6 } } : {}),
    };
    const progress = { phase, done, total, speed: 10, secondsLeft: (total - done) / 50 };
    const seen = phase === 'train' ? { ...progress, point, ...(looked ? { samples: samples(done) } : {}) } : progress;
    send({ kind: 'progress', id, progress: seen });
  }
}
