import { expect, test } from 'vitest';
import { correctedBy, learned, ratiosOf } from '../../../src-main/app/training/past-forecasts.ts';
import { correctionInWords, forecastInWords } from '../../../src-main/common/forecast-words.ts';
import type { Forecast } from '../../../src-main/contract/forecast.ts';
import type { TrainReport } from '../../../src-main/contract/reports.ts';
import { addRun, endRun, setReport } from '../../../src-main/store/runs.ts';
import { openHouse } from '../../support/house-with-posts.ts';

const found: Forecast = {
  device: 'cpu',
  steps: 100,
  memory: null,
  available: null,
  fits: true,
  time: { seconds: 1800, low: 1560, high: 3240 },
  proposals: [],
};

test('a forecast is corrected by what earlier trainings took, and is as wide as they differ', () => {
  expect(correctedBy([], found)).toEqual(found);
  const { time, learnedFrom } = correctedBy([3, 2, 4], found);
  expect(time).toEqual({ seconds: 5400, low: 3600, high: 9720 });
  expect(learnedFrom).toBe(3);
  expect(correctedBy([2, 4], found).time!.seconds).toBe(5400);
  expect(forecastInWords(correctedBy([3], found))).toContain('going by 1 earlier training here');
});

test('a training that ended early counts step for step, and what is out of all reason counts little', () => {
  const kept = { forecast: 100, forecastSteps: 50, seconds: 100, steps: 25 };
  expect(ratiosOf([kept])).toEqual([2]);
  expect(
    ratiosOf([
      { ...kept, seconds: 1e9 },
      { ...kept, seconds: 1e-9 },
    ]),
  ).toEqual([8, 1 / 8]);
  expect(ratiosOf([{ ...kept, steps: 0 }])).toEqual([]);
});

test('what was forecast of a training is held against what it took: of its own way and device, the last ones', () => {
  const { app, store } = openHouse();
  const ran = (method: string, device: string, seconds: number, status: 'done' | 'failed' = 'done'): void => {
    const config = { method, forecast: 100, forecastSteps: 10 };
    const { id } = addRun(store, { kind: 'reward', config, base: null });
    setReport(store, id, { seconds, steps: 10, device, validation: {} } as unknown as TrainReport);
    endRun(store, id, status === 'done' ? { status } : { status, error: 'x' });
  };
  const now = (method: 'deep' | 'together') => learned({ ...app, store } as never, method, found).time!.seconds / 1800;
  expect(now('deep')).toBe(1);
  ran('deep', 'cpu', 300);
  ran('together', 'cpu', 700);
  ran('deep', 'webgpu', 50);
  ran('deep', 'cpu', 800, 'failed');
  expect(now('deep')).toBe(3);
  for (let i = 0; i < 5; i++) ran('deep', 'cpu', 200);
  expect(now('deep')).toBe(2);
  expect(now('together')).toBe(7);
});

test('a running training says that its forecast was wrong, and how long it takes in all', () => {
  expect(correctionInWords(1800, 2000)).toBeNull();
  expect(correctionInWords(1800, 5460)).toBe(
    'It was forecast to take 30 min; at the speed so far it takes about 1 h 30 min in all. The next forecast learns from it.',
  );
  expect(correctionInWords(0, 100)).toBeNull();
});
