import { deviceFailed } from '../../common/device-words.ts';
import type { TrainResult } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { TrainJob } from '../run/job.ts';
import { openRunFolder } from '../run/run-folder.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { train } from './train.ts';

/**
 * Trains, and where the device fails meanwhile (no memory left, lost, an operator that it lacks) goes on on the processor: from the
 * last checkpoint, or from the first step where there is none. What happened is among the result's notes. A device with which the whole
 * process ends is for the application to answer (app/training/perform-run.ts).
 * @param openCpu gives the processor
 * @throws TiebreakError as `train`
 */
export async function trainOrFallBack(
  runtime: Runtime,
  openCpu: () => Promise<Runtime>,
  job: TrainJob,
  context: RequestContext,
): Promise<TrainResult> {
  const begun = performance.now();
  try {
    return await train(runtime, job, context);
  } catch (error) {
    // What is said in whole sentences is not the device's fault.
    if (runtime.device === 'cpu' || error instanceof TiebreakError) throw error;
    const checkpoint = await openRunFolder(job.runFolder).readCheckpoint();
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
    const note = deviceFailed(runtime.device, reason, checkpoint?.position.step ?? 0);
    context.onProgress({ phase: 'compile', done: 0, total: 1, speed: null, secondsLeft: null, note });
    const left = job.seconds === undefined ? {} : { seconds: job.seconds - (performance.now() - begun) / 1000 };
    const result = await train(await openCpu(), { ...job, ...left }, context);
    return { ...result, notes: [note, ...(result.notes ?? [])] };
  }
}
