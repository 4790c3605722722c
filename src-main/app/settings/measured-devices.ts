import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { devicesFile, type KeptDevices, type ProbedDevice } from '../../contract/engine.ts';
import type { House } from '../kernel/house.ts';

/** What the engine measured of this machine's devices before; null where it has not. */
export async function measuredDevices({ home }: House): Promise<readonly ProbedDevice[] | null> {
  try {
    const { devices, trying } = JSON.parse(await readFile(join(home, devicesFile), 'utf8')) as KeptDevices;
    const measured = devices.some(({ sequencesPerSecond }) => sequencesPerSecond !== null);
    return trying === null && measured ? devices : null;
  } catch {
    // What is not there or not whole is measured again when it is needed.
    return null;
  }
}
