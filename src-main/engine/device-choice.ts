/** Which device is taken where none is named: the fastest, measured once and kept as long as the machine is the same. */

import { readJson, writeJson } from '../checkpoint/folder.ts';
import { type DeviceWork, fastestDevice } from '../common/fastest-device.ts';
import type { Device, KeptDevices, ProbedDevice } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import { lives } from '../disk/lives.ts';
import { machineNow, nameOfDevice } from './runtime/card-names.ts';
import {
  mayHaveNvidia,
  type Opened,
  openRuntime,
  possibleDevices,
  providerDetails,
  runtimeVersion,
} from './runtime/devices.ts';

/** Where what was measured is kept: the engine's environment says it. Nowhere without it. */
const file = (): string | undefined => process.env.TIEBREAK_DEVICES;

/** Days after which the same machine is measured anew: what was busy then may be free now. */
const days = 30;

/** The runtime for a device, or for the fastest. */
export async function openDevice(device: Device, work: DeviceWork): Promise<Opened> {
  if (device !== 'auto') return openRuntime(device);
  const chosen = await fastest(work);
  try {
    return await openRuntime(chosen);
  } catch (error) {
    // It was there when it was measured.
    if (chosen === 'cpu' || !(error instanceof TiebreakError)) throw error;
    return { ...(await openRuntime('cpu')), warning: `${error.message}. The processor is used.` };
  }
}

/** Measures every device, and keeps what is found. */
export async function measureDevices(): Promise<readonly ProbedDevice[]> {
  measured = await measure(possibleDevices(), null, true);
  return measured;
}

let measured: readonly ProbedDevice[] | null = null;

async function fastest(work: DeviceWork): Promise<Device> {
  measured ??= await known();
  return fastestDevice(measured, work)?.device ?? 'cpu';
}

/** As it was kept, or measured now. */
async function known(): Promise<readonly ProbedDevice[]> {
  const kept = await readKept();
  const trying = kept?.trying ?? null;
  if (kept && trying === null) return kept.devices;
  const ended = trying !== null && !lives(trying.process) ? trying.device : null;
  const devices = possibleDevices().filter((device) => device !== 'tensorflow' || mayHaveNvidia());
  return measure(devices, ended, false);
}

/**
 * @param ended the device with which a process ended that tried it
 * @param all whether the processor is measured too where there is nothing beside it
 */
async function measure(
  devices: readonly Device[],
  ended: Device | null,
  all: boolean,
): Promise<readonly ProbedDevice[]> {
  const { probeDevice } = await import('./probe.ts');
  const found: ProbedDevice[] = [];
  for (const device of devices.filter((one) => one !== 'cpu')) {
    await keep({ trying: { device, process: process.pid }, devices: found });
    found.push(device === ended ? { ...unmeasured, device, detail: endedDetail } : await probeDevice(device));
  }
  const measures = all || found.some(({ available }) => available);
  const cpu = measures ? await probeDevice('cpu') : processor();
  await keep({ trying: null, devices: [cpu, ...found] });
  return [cpu, ...found];
}

/** With nothing beside it there is nothing to choose. */
const processor = (): ProbedDevice => ({
  ...unmeasured,
  ...{ device: 'cpu', available: true, onCard: false, detail: providerDetails.cpu },
  name: nameOfDevice('cpu', false),
});

const endedDetail = 'the program ended while it was tried; measure the speed to try it once more';
const unmeasured = {
  ...{ available: false, onCard: true, float16: false },
  ...{ name: null, sequencesPerSecond: null, scoredPerSecond: null },
};

/** What was kept of this machine; null where there is nothing, or another one was measured. */
async function readKept(): Promise<KeptDevices | null> {
  const path = file();
  if (path === undefined) return null;
  // What can't be read is measured anew.
  const kept = (await readJson(path).catch(() => null)) as Partial<KeptDevices> | null;
  if (kept?.machine !== machine() || !Array.isArray(kept.devices)) return null;
  const age = Date.now() - Date.parse(kept.measuredAt ?? '');
  return age < days * 86_400_000 ? (kept as KeptDevices) : null;
}

async function keep(found: Pick<KeptDevices, 'trying' | 'devices'>): Promise<void> {
  const path = file();
  if (path === undefined) return;
  const kept: KeptDevices = { machine: machine(), measuredAt: new Date().toISOString(), ...found };
  // Without it the next start measures again.
  await writeJson(path, kept).catch(() => undefined);
}

const machine = (): string => `${runtimeVersion()} ${machineNow()}`;
