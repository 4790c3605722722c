import { readArchitecture } from '../checkpoint/folder.ts';
import { lessMemory, outOfMemory } from '../common/forecast-words.ts';
import type { Device, EngineRequest, FromEngine, Progress, ToEngine } from '../contract/engine.ts';
import { type ErrorCode, TiebreakError } from '../contract/errors.ts';
import { type Head, readHeadFolder } from './head/head-folder.ts';
import { scoreWithHead } from './head/score-head.ts';
import { trainHead } from './head/train-head.ts';
import type { TrainingContext } from './runtime/request-context.ts';
import type { Runtime } from './runtime/runtime.ts';
import type { LoadedEncoder } from './score/embed.ts';
import type { OpenModel } from './score/open-model.ts';
import type { TrainJob } from './train/run-folder.ts';

/**
 * The engine's process: takes requests one after another and answers each with progress and one result or error. It runs as
 * a child process of Node or as a utility process of Electron, and holds nothing but the model it scored with last and the encoder.
 * What needs a runtime is loaded when it is first asked for: a quick training and its scores do without one.
 */
type Port = { send(message: FromEngine): void; onMessage(listener: (message: ToEngine) => void): void };

const port = openPort();
const cancellations = new Map<number, AbortController>();
let loaded: OpenModel | null = null;
let encoder: LoadedEncoder | null = null;
let head: (Head & { readonly folder: string }) | null = null;
let queue = Promise.resolve();

port.onMessage((message) => {
  if (message.kind === 'cancel') {
    cancellations.get(message.id)?.abort();
    return;
  }
  const controller = new AbortController();
  cancellations.set(message.id, controller);
  queue = queue.then(() => work(message.id, message.request, controller.signal));
});
port.send({ kind: 'ready' });

async function work(id: number, request: EngineRequest, signal: AbortSignal): Promise<void> {
  const context: TrainingContext = {
    signal,
    onProgress: (progress: Progress) => port.send({ kind: 'progress', id, progress }),
  };
  const log = (message: string) => port.send({ kind: 'log', id, message });
  try {
    port.send({ kind: 'result', id, result: await answer(request, context, log) });
  } catch (error) {
    const known = error instanceof TiebreakError;
    if (!known) log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    port.send({
      kind: 'error',
      id,
      ...(known ? { code: error.code, message: error.message } : failure(error)),
    });
  } finally {
    cancellations.delete(id);
  }
}

async function answer(request: EngineRequest, context: TrainingContext, log: (message: string) => void) {
  switch (request.type) {
    case 'train':
      if (request.method === 'quick') return trainHead(request, context);
      return train(await (await import('./train/run-folder.ts')).beginJob(request));
    case 'resume':
      return train(await (await import('./train/run-folder.ts')).resumeJob(request));
    case 'forecast': {
      const { forecastJob } = await import('./train/run-folder.ts');
      const { forecastTraining } = await import('./train/forecast.ts');
      return forecastTraining(await open(request.device), request, await forecastJob(request), context);
    }
    case 'score': {
      if ((await readArchitecture(request.modelFolder)) === 'encoder-head') {
        const { modelFolder: folder } = request;
        if (head?.folder !== folder) head = { ...(await readHeadFolder(folder)), folder };
        return scoreWithHead(head, request, (texts) => read(texts, request.device), context);
      }
      const { openModel } = await import('./score/open-model.ts');
      const runtime = await open(request.device);
      if (loaded?.folder !== request.modelFolder || loaded.device !== runtime.device) {
        await loaded?.close();
        loaded = null;
        loaded = await openModel(runtime, request.modelFolder);
      }
      return loaded.score(request, context);
    }
    case 'embed':
      return read(request.texts, request.device);
    case 'import':
      return (await import('../checkpoint/gpt2-import.ts')).importGpt2(request, context);
    case 'check':
      return (await import('../checkpoint/check-model.ts')).checkModel(request.modelFolder);
    case 'probe':
      return (await import('./probe.ts')).probeDevices();
  }

  async function read(texts: readonly string[], device: Device) {
    const { embed, loadEncoder, unloadEncoder } = await import('./score/embed.ts');
    const runtime = await open(device);
    if (encoder?.device !== runtime.device) {
      if (encoder) await unloadEncoder(encoder);
      encoder = null;
      encoder = await loadEncoder(runtime);
    }
    return embed(encoder, { texts }, context);
  }

  async function train(wanted: TrainJob) {
    const runtime = await open(wanted.device);
    if (wanted.kind === 'sft') return (await import('./train/sft.ts')).trainSft(runtime, wanted, context);
    if (wanted.method === 'deep') return (await import('./train/deep.ts')).trainDeep(runtime, wanted, context);
    return (await import('./train/reward.ts')).trainReward(runtime, wanted, context);
  }

  async function open(device: Device): Promise<Runtime> {
    const { openRuntime } = await import('./runtime/devices.ts');
    const { runtime, warning } = await openRuntime(device);
    if (warning) log(warning);
    return runtime;
  }
}

function failure(error: unknown): { readonly code: ErrorCode; readonly message: string } {
  const line = firstLine(error);
  const kept = 'Your data and earlier models are as they were';
  if (outOfMemory.test(line)) {
    return { code: 'too-large', message: `The engine found no memory for its work (${line}). ${kept}; ${lessMemory}.` };
  }
  return { code: 'engine-failed', message: `The engine failed: ${line}. ${kept}.` };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.replace(/\.$/, '');
}

function openPort(): Port {
  const parent = (
    process as {
      parentPort?: { postMessage(m: unknown): void; on(e: 'message', f: (e: { data: ToEngine }) => void): void };
    }
  ).parentPort;
  if (parent) {
    return {
      send: (message) => parent.postMessage(message),
      onMessage: (listener) => parent.on('message', ({ data }) => listener(data)),
    };
  }
  if (!process.send) throw new Error('The engine is started by the application, not by hand');
  // Without its parent the engine has nobody to work for.
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches the whole process group; the parent decides what it means.
  process.on('SIGINT', () => {});
  return {
    send: (message) => process.send!(message),
    onMessage: (listener) => process.on('message', listener),
  };
}
