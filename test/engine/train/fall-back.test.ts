import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '../../../src-main/checkpoint/safetensors.ts';
import { defaultConfig } from '../../../src-main/common/default-config.ts';
import type { CurvePoint, Progress } from '../../../src-main/contract/engine.ts';
import { TiebreakError } from '../../../src-main/contract/errors.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import type { Runtime } from '../../../src-main/engine/runtime/runtime.ts';
import { trainOrFallBack } from '../../../src-main/engine/train/fall-back.ts';
import { train } from '../../../src-main/engine/train/train.ts';

const texts = Array.from({ length: 24 }, (_, i) => ({ post: '', comment: `Text number ${i} of ${7 * i} words.` }));
const data = { train: [{ texts, pairs: [] }], validation: [] };
const folder = mkdtempSync(join(tmpdir(), 'tiebreak-fall-back-'));
const config = {
  ...defaultConfig('sft'),
  ...{ width: 16, layers: 1, heads: 2, vocabulary: 280, maxTokens: 32, tokensPerBatch: 128, epochs: 6, dropout: 0.1 },
  checkpointEvery: 4,
};
const cpu = createOnnxRuntime('cpu');

const jobIn = (name: string) => {
  const runFolder = join(folder, `run-${name}`);
  mkdirSync(runFolder, { recursive: true });
  const places = { runFolder, modelFolder: join(folder, name), base: null, device: 'webgpu' } as const;
  return { type: 'train', kind: 'sft', config, data, ...places } as const;
};

/** The processor in the place of a graphics card whose driver gives up in the n-th step. */
function failsInStep(n: number, error: Error): Runtime {
  let steps = 0;
  return {
    ...cpu,
    device: 'webgpu',
    async compile(spec) {
      const program = await cpu.compile(spec);
      if (!('masks' in spec) || !Object.keys(spec.stored).some((name) => name.startsWith('gradient:'))) return program;
      const run: typeof program.run = (...given) => {
        if (++steps === n) throw error;
        return program.run(...given);
      };
      return { ...program, run };
    },
  };
}

function hears() {
  const [curve, notes]: [CurvePoint[], string[]] = [[], []];
  const onProgress = ({ point, note }: Progress) => {
    if (point) curve.push(point);
    if (note) notes.push(note);
  };
  return { curve, notes, context: { onProgress, signal: new AbortController().signal } };
}

const weightsOf = async (name: string) => (await readSafetensors(join(folder, name, 'model.safetensors'))).tensors;
const lost = new Error('Device is lost.\n at somewhere');

describe('a device that fails in the middle of a training', () => {
  const whole = hears();
  beforeAll(async () => {
    await train(cpu, jobIn('whole'), whole.context);
  });

  test('the processor goes on from the last checkpoint, with the numbers of a run that was resumed from it', async () => {
    const heard = hears();
    const job = jobIn('failed');
    const openCpu = async () => {
      cpSync(job.runFolder, join(folder, 'run-resumed'), { recursive: true });
      return cpu;
    };
    const result = await trainOrFallBack(failsInStep(7, lost), openCpu, job, heard.context);
    const note =
      'The graphics card (WebGPU) failed (Device is lost), so the training went on on the processor (CPU) from its checkpoint after 4 steps.';
    expect(heard.notes).toEqual([note]);
    expect(result).toMatchObject({ device: 'cpu', notes: [note] });

    const resumed = hears();
    await train(cpu, jobIn('resumed'), resumed.context);
    expect(resumed.curve.length).toBeGreaterThan(8);
    // Six steps on the card; then those of the checkpoint again, and the rest.
    expect(heard.curve.slice(6)).toEqual(resumed.curve);
    expect(await weightsOf('failed')).toEqual(await weightsOf('resumed'));
    expect(await weightsOf('failed')).toEqual(await weightsOf('whole'));
  });

  test('before the first checkpoint it begins anew', async () => {
    const heard = hears();
    const result = await trainOrFallBack(failsInStep(2, lost), async () => cpu, jobIn('early'), heard.context);
    expect(result.notes).toEqual([
      'The graphics card (WebGPU) failed (Device is lost), so the training went on on the processor (CPU) from its first step.',
    ]);
    expect(heard.curve.slice(1)).toEqual(whole.curve);
  });

  test('an error that is not the device’s own, and one of the processor, end the training', async () => {
    const never = async () => Promise.reject(new Error('Not to be opened.'));
    const told = new TiebreakError('engine-failed', 'The loss is no longer a number.');
    const { context } = hears();
    await expect(trainOrFallBack(failsInStep(1, told), never, jobIn('told'), context)).rejects.toBe(told);
    const processor = { ...failsInStep(1, lost), device: 'cpu' };
    await expect(trainOrFallBack(processor, never, jobIn('cpu'), context)).rejects.toBe(lost);
  });
});
