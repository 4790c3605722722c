/**
 * The engine's process: takes requests one after another and answers each with progress and one result or error. It runs as
 * a child process of Node or as a utility process of Electron, and holds nothing but the models it read last, and some of
 * what it learned from last. What needs a runtime
 * is loaded when it is first asked for: a quick training and its scores do without one.
 */

import { deviceLabel, deviceWords } from '../common/device-words.ts';
import type { DeviceWork } from '../common/fastest-device.ts';
import { lessMemory, outOfMemory } from '../common/forecast-words.ts';
import { troubleInWords } from '../common/trouble-words.ts';
import type { Device, EngineRequest, Progress, TrainRequest } from '../contract/engine.ts';
import { type ErrorCode, TiebreakError } from '../contract/errors.ts';
import { lookingAhead } from './head/look-ahead.ts';
import { type Learned, trainHead } from './head/train-head.ts';
import { openPort } from './port.ts';
import { beginJob, resumeJob, type TrainJob } from './run/job.ts';
import type { RequestContext } from './runtime/request-context.ts';
import type { Runtime } from './runtime/runtime.ts';
import { holdModels } from './score/held-models.ts';

type Log = (message: string) => void;
type OpenRuntime = (device: Device) => Promise<Runtime>;

const port = openPort();
const cancellations = new Map<number, AbortController>();
const models = holdModels();
const ahead = lookingAhead();
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
  const context: RequestContext = {
    signal,
    onProgress: (progress: Progress) => port.send({ kind: 'progress', id, progress }),
  };
  const log: Log = (message) => port.send({ kind: 'log', id, message });
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

async function answer(request: EngineRequest, context: RequestContext, log: Log) {
  const runtime = (device: Device) => openDevice(device, 'training', log);
  switch (request.type) {
    case 'train':
      return request.method === 'quick' ? quick(request) : train(await beginJob(request));
    case 'resume':
      return train(await resumeJob(request));
    case 'forecast':
      return (await import('./forecast/forecast.ts')).forecastTraining(await runtime(request.device), request, context);
    case 'score':
      return orOnCpu((open, device) => models.score({ ...request, device }, open, context));
    case 'explain':
      return orOnCpu((open, device) => models.explain({ ...request, device }, open, context));
    case 'look-ahead':
      return ahead.look(request.modelFolder, context);
    case 'embed':
      return orOnCpu((open, device) => models.embed({ ...request, device }, open, context));
    case 'import':
      return (await import('./model/import-model.ts')).importModel(request, context);
    case 'check':
      return (await import('../checkpoint/check-model.ts')).checkModel(request.modelFolder);
    case 'probe':
      return { devices: await (await import('./device-choice.ts')).measureDevices() };
  }

  /** Reads texts, on the processor where another device fails at it. */
  async function orOnCpu<T>(work: (open: OpenRuntime, device: Device) => Promise<T>): Promise<T> {
    const asked = 'device' in request ? request.device : 'cpu';
    let used = 'cpu';
    const open = async (device: Device): Promise<Runtime> => {
      const opened = await openDevice(device, 'scoring', log);
      used = opened.device;
      return opened;
    };
    try {
      return await work(open, asked);
    } catch (error) {
      if (used === 'cpu' || error instanceof TiebreakError) throw error;
      log(`${deviceLabel(used)} failed (${firstLine(error)}), so it was done on ${deviceWords('cpu')}.`);
      return work(open, 'cpu');
    }
  }

  function quick(trained: TrainRequest) {
    const onLearned = trained.looksAhead ? (learned: Learned) => ahead.keep(trained, learned) : undefined;
    return trainHead(trained, { ...context, ...(onLearned ? { onLearned } : {}) });
  }

  async function train(job: TrainJob) {
    const opened = await runtime(job.device);
    return (await import('./train/fall-back.ts')).trainOrFallBack(opened, () => runtime('cpu'), job, context);
  }
}

async function openDevice(device: Device, work: DeviceWork, log: Log): Promise<Runtime> {
  const { runtime, warning } = await (await import('./device-choice.ts')).openDevice(device, work);
  if (warning) log(warning);
  return runtime;
}

function failure(error: unknown): { readonly code: ErrorCode; readonly message: string } {
  const line = firstLine(error);
  const trouble = troubleInWords(error);
  if (trouble !== null) return { code: 'bad-input', message: trouble };
  const kept = 'Your data and earlier models are as they were';
  if (outOfMemory.test(line)) {
    return { code: 'too-large', message: `The engine found no memory for its work (${line}). ${kept}; ${lessMemory}.` };
  }
  return { code: 'engine-failed', message: `The engine failed: ${line}. ${kept}.` };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.replace(/\.$/, '');
}
