import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { chosenWords, deviceNamed } from '../../src-main/common/device-words.ts';
import { fastestDevice } from '../../src-main/common/fastest-device.ts';
import { devicesFile, type KeptDevices, type ProbedDevice } from '../../src-main/contract/engine.ts';
import { probeDevice } from '../../src-main/engine/probe.ts';

const device = (changes: Partial<ProbedDevice>): ProbedDevice => ({
  ...{ device: 'cpu', available: true, detail: '', name: 'A processor', onCard: false, float16: false },
  ...{ sequencesPerSecond: 100, scoredPerSecond: 300 },
  ...changes,
});

describe('the fastest device', () => {
  const card = { onCard: true, name: 'A card' } as const;
  const webgpu = device({ ...card, device: 'webgpu', sequencesPerSecond: 90, scoredPerSecond: 900 });
  const cuda = device({ ...card, device: 'cuda', sequencesPerSecond: 500, scoredPerSecond: 800 });
  const tensorflow = device({ device: 'tensorflow', sequencesPerSecond: 9000 });

  test('is one for each kind of work, by name', () => {
    const all = [device({}), webgpu, cuda];
    expect(fastestDevice(all, 'training')).toBe(cuda);
    expect(fastestDevice(all, 'scoring')).toBe(webgpu);
    expect(chosenWords(all)).toBe('A card (CUDA) to train, A card (WebGPU) to rank');
    expect(chosenWords([device({}), { ...cuda, available: false }])).toBe('A processor (CPU)');
    expect(deviceNamed('coreml', 'Apple M4')).toBe('Apple M4 (Core ML)');
    expect(deviceNamed('webgpu', null)).toBe('Graphics card (WebGPU)');
  });

  test('is not one that could not be measured, nor TensorFlow on the processor', () => {
    const unmeasured = { ...webgpu, sequencesPerSecond: null, scoredPerSecond: null };
    expect(fastestDevice([device({}), unmeasured, tensorflow], 'training')?.device).toBe('cpu');
    expect(fastestDevice([device({}), { ...tensorflow, onCard: true }], 'training')?.device).toBe('tensorflow');
  });
});

test('the processor is measured with a small training and a small scoring', async () => {
  const { available, name, sequencesPerSecond, scoredPerSecond, float16 } = await probeDevice('cpu');
  expect({ available, float16 }).toEqual({ available: true, float16: false });
  expect(name).not.toBe('');
  expect(sequencesPerSecond).toBeGreaterThan(0);
  expect(scoredPerSecond).toBeGreaterThan(0);
});

describe('what was measured', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tiebreak-devices-')), devicesFile);
  const missing = process.platform === 'darwin' ? 'cuda' : 'coreml';
  const fast = device({ device: missing, onCard: true, sequencesPerSecond: 1e9 });
  const read = () => JSON.parse(readFileSync(file, 'utf8')) as KeptDevices;
  const change = (changes: Partial<KeptDevices>) => writeFileSync(file, JSON.stringify({ ...read(), ...changes }));
  /** As in a process that has just begun. */
  const openFastest = async () => {
    vi.resetModules();
    return (await import('../../src-main/engine/device-choice.ts')).openDevice('auto', 'training');
  };

  beforeAll(async () => {
    vi.stubEnv('TIEBREAK_DEVICES', file);
    await openFastest();
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  test('is kept, and goes for the next process, which does with the processor where the device is gone', async () => {
    expect(read()).toMatchObject({ trying: null, devices: [{ device: 'cpu', available: true }, {}, {}] });
    change({ devices: [device({}), fast] });
    const { runtime, warning } = await openFastest();
    expect(runtime.device).toBe('cpu');
    expect(warning).toContain(`The device '${missing}' can't be used here`);
  });

  test('is measured anew on another machine, and after a month', async () => {
    change({ devices: [device({}), fast], machine: 'another' });
    expect((await openFastest()).warning).toBeNull();
    expect(read().machine).not.toBe('another');
    change({ devices: [device({}), fast], measuredAt: '2026-01-01T00:00:00.000Z' });
    expect((await openFastest()).warning).toBeNull();
    expect(read().devices.map((one) => one.device)).not.toContain(missing);
  });

  test('a device that took the program with it is not tried again by itself', async () => {
    change({ trying: { device: 'webgpu', process: 2 ** 30 } });
    await openFastest();
    const tried = read().devices.find((one) => one.device === 'webgpu');
    if (tried) expect(tried).toMatchObject({ available: false, detail: expect.stringContaining('the program ended') });
    expect(read().trying).toBeNull();
  });
});
