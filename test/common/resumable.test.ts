import { expect, test } from 'vitest';
import { type RunFacts, resumability } from '../../src-main/common/resumable.ts';

const gpt = { method: 'gpt', checkpointEvery: 100 };
const facts = (more: Partial<RunFacts>): RunFacts => ({
  id: 7,
  status: 'interrupted',
  step: 12,
  config: gpt,
  base: null,
  baseGone: false,
  deletedAt: null,
  ...more,
});

test.each<[string, Partial<RunFacts>, 'checkpoint' | 'beginning' | RegExp]>([
  ['a quick run cut off at step 0', { step: 0, config: { method: 'quick' } }, 'beginning'],
  ['a quick run cut off later', { config: { method: 'quick' } }, 'beginning'],
  ['a GPT cut off at step 0', { step: 0 }, 'beginning'],
  ['a GPT cut off at step 0 without checkpoints', { step: 0, config: { ...gpt, checkpointEvery: 0 } }, 'beginning'],
  ['a GPT cut off later without checkpoints', { config: { ...gpt, checkpointEvery: 0 } }, 'beginning'],
  ['a GPT cut off later', {}, 'checkpoint'],
  ['a deep run', { config: { ...gpt, method: 'deep' } }, 'checkpoint'],
  ['a run from before there was more than one way', { config: { checkpointEvery: 100 } }, 'checkpoint'],
  ['a paused run', { status: 'interrupted' }, 'checkpoint'],
  ['a cancelled run', { status: 'cancelled' }, 'checkpoint'],
  ['a failed run', { status: 'failed' }, 'checkpoint'],
  ['a run that failed before its first step', { status: 'failed', step: 0 }, 'beginning'],
  ['one half of a comparison', { config: { ...gpt, comparison: 3 } }, 'checkpoint'],
  ['a quick half of a comparison', { step: 0, config: { method: 'quick', comparison: 3 } }, 'beginning'],
  ['a run whose base is there', { base: 'sft-1' }, 'checkpoint'],
  ['a done run', { status: 'done' }, /^Run 7 is done/],
  ['a running run', { status: 'running' }, /^Run 7 is still going on/],
  ['a deleted run', { deletedAt: '2026-01-01T00:00:00.000Z' }, /^Run 7 was deleted: bring it back first/],
  [
    'a run whose base is gone',
    { base: 'sft-1', baseGone: true },
    /^Run 7 starts from sft-1, which is not there any more/,
  ],
])('%s', (_, more, expected) => {
  const found = resumability(facts(more));
  if (typeof expected === 'string') expect(found).toEqual({ resumable: true, from: expected });
  else expect(found).toMatchObject({ resumable: false, why: expect.stringMatching(expected) });
});

test('what can not go on says so by a code as well', () => {
  const codeOf = (more: Partial<RunFacts>) => resumability(facts(more));
  expect(codeOf({ status: 'done' })).toMatchObject({ code: 'nothing-to-do' });
  expect(codeOf({ status: 'running' })).toMatchObject({ code: 'busy' });
  expect(codeOf({ deletedAt: 'then' })).toMatchObject({ code: 'not-found' });
  expect(codeOf({ base: 'x', baseGone: true })).toMatchObject({ code: 'not-found' });
});
