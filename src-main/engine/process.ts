import type { EngineRequest, FromEngine, Progress, ToEngine } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import { probeDevices } from './probe.ts';
import { openRuntime } from './runtime/devices.ts';
import type { Runtime } from './runtime/runtime.ts';
import { embed, type LoadedEncoder, loadEncoder, unloadEncoder } from './score/embed.ts';
import { type LoadedModel, loadModel, score, unloadModel } from './score/score.ts';
import type { TrainingContext } from './train/context.ts';
import { trainReward } from './train/reward.ts';
import { beginJob, resumeJob, type TrainJob } from './train/run-folder.ts';
import { trainSft } from './train/sft.ts';

/**
 * The engine's process: takes requests one after another and answers each with progress and one result or error. It runs as
 * a child process of Node or as a utility process of Electron, and holds nothing but the model it scored with last and the encoder.
 */
type Port = { send(message: FromEngine): void; onMessage(listener: (message: ToEngine) => void): void };

const port = openPort();
const cancellations = new Map<number, AbortController>();
let loaded: LoadedModel | null = null;
let encoder: LoadedEncoder | null = null;
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
      code: known ? error.code : 'engine-failed',
      message: known
        ? error.message
        : `The engine failed: ${firstLine(error)}. Your data and earlier models are as they were.`,
    });
  } finally {
    cancellations.delete(id);
  }
}

async function answer(request: EngineRequest, context: TrainingContext, log: (message: string) => void) {
  switch (request.type) {
    case 'train':
      return train(await beginJob(request));
    case 'resume':
      return train(await resumeJob(request));
    case 'score': {
      const runtime = await open(request.device);
      if (loaded?.folder !== request.modelFolder || loaded.device !== runtime.device) {
        if (loaded) await unloadModel(loaded);
        loaded = null;
        loaded = await loadModel(runtime, request.modelFolder);
      }
      return score(loaded, request, context);
    }
    case 'embed': {
      const runtime = await open(request.device);
      if (encoder?.device !== runtime.device) {
        if (encoder) await unloadEncoder(encoder);
        encoder = null;
        encoder = await loadEncoder(runtime);
      }
      return embed(encoder, request, context);
    }
    case 'probe':
      return probeDevices();
  }

  async function train(wanted: TrainJob) {
    const runtime = await open(wanted.device);
    return wanted.kind === 'reward' ? trainReward(runtime, wanted, context) : trainSft(runtime, wanted, context);
  }

  async function open(device: Extract<EngineRequest, { type: 'score' }>['device']): Promise<Runtime> {
    const { runtime, warning } = await openRuntime(device);
    if (warning) log(warning);
    return runtime;
  }
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
