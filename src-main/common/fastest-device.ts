/** Which of the devices that were measured is taken where none is named. */

import type { ProbedDevice } from '../contract/engine.ts';

/** What a device is to do: the fastest for one need not be so for the other. */
export type DeviceWork = 'training' | 'scoring';

/**
 * The fastest that can be used; null where none was measured. TensorFlow is a second runtime for what ONNX Runtime has no device for:
 * on the processor it is not asked.
 */
export function fastestDevice(devices: readonly ProbedDevice[], work: DeviceWork): ProbedDevice | null {
  const speed = ({ sequencesPerSecond, scoredPerSecond }: ProbedDevice): number =>
    (work === 'training' ? sequencesPerSecond : scoredPerSecond) ?? 0;
  const usable = devices.filter(({ device, available, onCard }) => available && (device !== 'tensorflow' || onCard));
  return usable.reduce<ProbedDevice | null>((best, one) => (best && speed(best) >= speed(one) ? best : one), null);
}
