/** What trains and ranks, in words. */
import type { ProbedDevice } from '../contract/engine.ts';
import { fastestDevice } from './fastest-device.ts';
import { capital, counted } from './words.ts';

const deviceNames: Readonly<Record<string, string>> = {
  auto: 'the fastest device found',
  cpu: 'the processor (CPU)',
  webgpu: 'the graphics card (WebGPU)',
  cuda: 'the graphics card (CUDA)',
  dml: 'the graphics card (DirectML)',
  coreml: 'Core ML',
  tensorflow: 'TensorFlow',
};

/** A device as it stands in a sentence; `deviceLabel` where it stands alone. */
export const deviceWords = (device: string): string => deviceNames[device] ?? device;

export const deviceLabel = (device: string): string => capital(deviceWords(device).replace(/^the /, ''));

/** What is said of a training in mixed precision on a device that can't. */
export const noFloat16 = (device: string): string =>
  `Mixed precision was asked for, but ${deviceWords(device)} does not compute in float16: all of it was float32.`;

/**
 * What is said of a training whose device failed.
 * @param from the step of the checkpoint that it went on from; 0 for none, absent where that isn't known
 */
export function deviceFailed(device: string, reason: string, from?: number): string {
  const where =
    from === undefined
      ? 'from where its last checkpoint was'
      : from > 0
        ? `from its checkpoint after ${counted(from, 'step')}`
        : 'from its first step';
  return `${capital(deviceWords(device))} failed (${reason.replace(/\.$/, '')}), so the training went on on ${deviceWords('cpu')} ${where}.`;
}

/** A device by the name of what it computes on: `NVIDIA H200 (CUDA)`. */
export function deviceNamed(device: string, name: string | null | undefined): string {
  const kind = /\((.+)\)$/.exec(deviceWords(device))?.[1] ?? deviceWords(device);
  return name ? `${name} (${kind})` : deviceLabel(device);
}

/** Which devices are taken where none is named: `NVIDIA H200 (CUDA)`, or one for each kind of work. */
export function chosenWords(devices: readonly ProbedDevice[]): string {
  const [training, scoring] = (['training', 'scoring'] as const).map((work) => {
    const found = fastestDevice(devices, work);
    return found ? deviceNamed(found.device, found.name) : deviceLabel('cpu');
  });
  return training === scoring ? training! : `${training} to train, ${scoring} to rank`;
}
