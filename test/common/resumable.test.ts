import { expect, test } from 'vitest';
import { canResume } from '../../src-main/common/resumable.ts';

test('only a run that was stopped and has kept a step can go on', () => {
  const config = { checkpointEvery: 100 };
  expect(canResume({ status: 'cancelled', step: 5, config })).toBe(true);
  expect(canResume({ status: 'interrupted', step: 5, config })).toBe(true);
  expect(canResume({ status: 'failed', step: 0, config })).toBe(false);
  expect(canResume({ status: 'cancelled', step: 5, config: { checkpointEvery: 0 } })).toBe(false);
  expect(canResume({ status: 'done', step: 5, config })).toBe(false);
});
