import { join } from 'node:path';
import type { App } from '../../../../src-main/app.ts';
import { resumability } from '../../../../src-main/common/resumable.ts';
import { sumOf } from '../look.ts';
import type { Told, Work } from '../work.ts';

export const tiny = { width: 16, layers: 1, heads: 2, vocabulary: 300, maxTokens: 32 } as const;
type Training = Parameters<App['train']>[0];

/** A training that is broken off and goes on comes to the same curve and the same weights, to the last bit. */
const trainingOf = (share: number, call: Training): Work => ({
  share,
  engine: true,
  perform: async ({ app }, tell) => {
    const { model } = await app.train(call);
    tell({ model });
  },
  missing: ({ app }, told) =>
    told.flatMap((one: Told) =>
      app.models().some(({ name }) => name === one.model)
        ? []
        : [`The model ${String(one.model)} was told as trained and is not there.`],
    ),
  goOn: async (at) => {
    const { app, client } = at;
    const { runs } = await client.train.runs();
    const last = runs.toSorted((a, b) => b.id - a.id)[0]!;
    // The training of the start is the first run: with nothing behind it, it was broken off before it was one.
    if (last.id === 1) await app.train(call);
    else if (last.status !== 'done' && resumability(last).resumable)
      await app.resume({ run: last.id, device: 'cpu', compare: false });
  },
  outcome: (at) => {
    const model = at.app.models().toSorted((a, b) => b.id - a.id)[0]!;
    return [at.app.curve(model.runId!), sumOf(join(at.app.home, model.folder, 'model.safetensors'))];
  },
});

export const trainingGpt: Work = trainingOf(120, {
  kind: 'reward',
  config: { ...tiny, epochs: 12, checkpointEvery: 10, evaluateEvery: 10 },
  device: 'cpu',
  compare: false,
});

export const trainingQuick: Work = trainingOf(60, { kind: 'reward', method: 'quick', device: 'cpu', compare: false });
