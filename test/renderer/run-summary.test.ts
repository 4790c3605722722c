import { expect, test } from 'vitest';
import { goesOn, goOnLabel } from '../../src-main/common/resumable.ts';
import { cutWords, goingOnWords, pausedWords } from '../../src-renderer/views/train/run/run-summary.ts';
import { recordOf } from '../support/run-records.ts';

test('how texts were cut is told by what was lost', () => {
  const gpt = { config: { maxTokens: 256 } };
  expect(cutWords({ inputs: 1000, postCut: 0, commentCut: 0 }, gpt)).toMatch(/All 1,000 texts/);
  const words = cutWords({ inputs: 1000, postCut: 120, commentCut: 3 }, gpt);
  expect(words).toMatch(/beginning of the post/);
  const deep = { config: { maxTokens: 128, method: 'deep' } };
  expect(cutWords({ inputs: 10, postCut: 1, commentCut: 0 }, deep)).toMatch(/end of the post/);
  expect(words).toMatch(/120 \(12\.0%\).*post and 3 \(0\.3%\).*comment.*256 tokens/);
  expect(cutWords({ inputs: 10, postCut: 0, commentCut: 1 }, gpt)).not.toMatch(/post/);
});

test('what Go on does is told, or why it can not', () => {
  const { run } = recordOf({ status: 'interrupted', step: 5, config: { checkpointEvery: 100 } });
  expect(goingOnWords(run)).toContain('from its last checkpoint');
  expect(goingOnWords({ ...run, step: 0 })).toContain('left no checkpoint');
  expect(goingOnWords({ ...run, base: 'sft-1', baseGone: true })).toContain('sft-1, which is not there any more');
});

test('a part of a training for the best goes on with the whole, where that can', () => {
  const whole = { ...recordOf({ status: 'interrupted', config: { method: 'best' } }).run, id: 1, name: 'best-1' };
  const config = { method: 'deep', best: 1, checkpointEvery: 100 };
  const part = { ...recordOf({ status: 'interrupted', step: 5, config }).run, id: 3, name: 'deep-1' };
  expect(goesOn(part, whole)).toBe(whole);
  expect(goOnLabel(part, whole)).toBe('Go on with best-1');
  expect(pausedWords(part, whole)).toContain('with all of best-1');
  expect(goingOnWords(part, whole)).toMatch(/“Go on with best-1” continues the whole.*from its last checkpoint/);
  // Left out by a whole that is done, it goes on by itself.
  expect(goesOn(part, { ...whole, status: 'done' })).toBe(part);
  expect(goesOn(part, { ...whole, deletedAt: '2026-01-01' })).toBe(part);
  expect(goOnLabel(part, part)).toBe('Go on');
  expect(goesOn(part, { ...whole, status: 'running' })).toBeNull();
  expect(goesOn({ ...part, status: 'done' }, whole)).toBeNull();
});
