import { expect, test } from 'vitest';
import { candidatesWords } from '../../src-main/common/candidate-words.ts';
import type { Candidate, Candidates } from '../../src-main/contract/reports.ts';
import { candidateRows, ranksWords } from '../../src-renderer/views/train/run/candidates.ts';

const names = {
  longer: null,
  quick: 'quick-1',
  alone: 'alone-1',
  deep: 'deep-1',
  together: 'together-1',
  best: 'best-1',
  gpt: 'reward-1',
} as const;
const ids = { longer: 0, quick: 1, alone: 6, deep: 2, together: 4, best: 5, gpt: 3 } as const;

/** Candidates in this order, each behind the first model by its accuracy, give or take `spread`. */
function candidates(accuracies: Partial<Record<Candidate['method'], number>>, spread = 0.01): Candidates {
  const sorted = (Object.entries(accuracies) as [Candidate['method'], number][]).toSorted((a, b) => b[1] - a[1]);
  const [best, highest] = sorted.find(([method]) => method !== 'longer')!;
  const list = sorted.map(([method, accuracy]): Candidate => {
    const lead = highest - accuracy;
    return {
      method,
      model: method === 'longer' ? null : { id: ids[method], name: names[method] },
      accuracy,
      interval: [accuracy - spread, accuracy + spread],
      behind: method === best ? null : { accuracy: lead, interval: [lead - spread, lead + spread] },
    };
  });
  return { pairs: 1200, list, best: ids[best] };
}

test('the best is named with how far it is ahead of the next and of the longer comment', () => {
  const words = candidatesWords(candidates({ deep: 0.68, quick: 0.675, longer: 0.6 }));
  expect(words).toMatch(/^deep-1 is right most often, on 68\.0% of 1,200 pairs/);
  expect(words).toMatch(/ahead of quick-1 by 0\.5 points, which can be chance/);
  expect(words).toMatch(/ahead of “the longer comment wins” by 8\.0 points, clearly/);
});

test('a rival that is the longer comment is told once', () => {
  const words = candidatesWords(candidates({ quick: 0.62, longer: 0.6, gpt: 0.55 }, 0.05));
  expect(words.match(/ahead/g)).toHaveLength(1);
  expect(words).toMatch(/“the longer comment wins” by 2\.0 points, which can be chance/);
});

test('where the longer comment wins, no model is praised', () => {
  const worse = candidatesWords(candidates({ longer: 0.65, quick: 0.6 }));
  expect(worse).toMatch(/more often than quick-1.*65\.0% against 60\.0%.*no better than going by length/);
  expect(candidatesWords(candidates({ quick: 0.6, longer: 0.6 }))).toMatch(/as often as quick-1.*no better/);
});

test('the best model stands out among the rows, even behind the longer comment', () => {
  const rows = candidateRows(candidates({ longer: 0.65, gpt: 0.6, quick: 0.55 }));
  expect(rows.map(({ emphasis }) => emphasis)).toEqual([false, true, false]);
  expect(rows[1]?.name).toBe('GPT (reward-1)');
});

test('what reads the comment alone stands beside what reads the post with it', () => {
  const rows = candidateRows(candidates({ together: 0.65, alone: 0.6 }));
  expect(rows.map(({ name }) => name)).toEqual(['Together (together-1)', 'Comment alone (alone-1)']);
});

test('another than the best can be changed for it only where a person chose it', () => {
  expect(ranksWords('deep-1', 'deep-1', false)).toEqual({ text: 'deep-1 ranks now.', use: null });
  expect(ranksWords('deep-1', 'quick-1', true)).toMatchObject({ text: expect.stringMatching(/chose/), use: 'deep-1' });
  expect(ranksWords('deep-1', 'quick-2', false)).toMatchObject({ use: null });
  expect(ranksWords(null, 'quick-2', true)).toMatchObject({ use: null });
});
