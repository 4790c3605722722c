/** What trains and ranks, in words. */
import { capital } from './words.ts';

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
