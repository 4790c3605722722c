import { expect, test } from 'vitest';
import type { ComparePair } from '../../src-main/contract/views.ts';
import { createQueue, merged, pairId } from '../../src-renderer/views/compare/queue.ts';

const pair = (left: number, right: number): ComparePair => ({
  post: { id: 1, title: null, text: 'post', context: null },
  left: { id: left, text: `comment ${left}` },
  right: { id: right, text: `comment ${right}` },
});
const ids = (pairs: readonly ComparePair[]) => pairs.map(({ left, right }) => [left.id, right.id]);

/** A source like the application: what was not answered comes again first, then new pairs. */
function source(pairs: readonly ComparePair[]) {
  const answered = new Set<string>();
  const waiting: (() => void)[] = [];
  let held = false;
  return {
    answered,
    hold: () => {
      held = true;
    },
    release: () => {
      held = false;
      for (const go of waiting.splice(0)) go();
    },
    ask: async (count: number) => {
      const open = pairs.filter((each) => !answered.has(pairId(each))).slice(0, count);
      if (held) await new Promise<void>((resolve) => waiting.push(resolve));
      return open;
    },
  };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

test('a pair is the same with its sides exchanged', () => {
  expect(pairId(pair(1, 2))).toBe(pairId(pair(2, 1)));
  expect(pairId(pair(1, 23))).not.toBe(pairId(pair(12, 3)));
});

test('what comes goes behind what is shown; known and answered pairs do not come twice', () => {
  const answered = new Set([pairId(pair(7, 8))]);
  expect(ids(merged([pair(1, 2), pair(3, 4)], [pair(2, 1), pair(5, 6), pair(8, 7)], answered, pairId))).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
});

test('every pair is shown once, in order, and then the queue has ended', async () => {
  const all = Array.from({ length: 10 }, (_, i) => pair(2 * i + 1, 2 * i + 2));
  const from = source(all);
  const queue = createQueue(from.ask, pairId);
  await queue.fill();
  const shown: ComparePair[] = [];
  while (queue.pairs.value[0]) {
    const [current] = queue.pairs.value;
    shown.push(current);
    from.answered.add(pairId(current));
    queue.shift();
    await settled();
  }
  expect(ids(shown)).toEqual(ids(all));
  expect(queue.state.value).toBe('ended');
});

test('an answer given while more is fetched does not bring its pair back, and the rest still comes', async () => {
  const all = [pair(1, 2), pair(3, 4), pair(5, 6), pair(7, 8)];
  const from = source(all);
  const queue = createQueue(from.ask, pairId);
  await queue.fill();
  from.hold();
  // The first shift asks for more; what it will get still holds the second pair, and the third.
  for (let i = 0; i < 3; i++) {
    from.answered.add(pairId(all[i]!));
    queue.shift();
  }
  expect(queue.state.value).toBe('asking');
  from.release();
  await settled();
  expect(ids(queue.pairs.value)).toEqual([[7, 8]]);
  expect(queue.state.value).toBe('ready');
});

test('a pair that was taken back is shown at once, before what was shown', async () => {
  const from = source([pair(1, 2), pair(3, 4)]);
  const queue = createQueue(from.ask, pairId);
  await queue.fill();
  from.answered.add(pairId(pair(1, 2)));
  queue.shift();
  await settled();
  queue.unshift(pair(1, 2));
  expect(ids(queue.pairs.value)).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('a change of the data leaves the pair at hand where it is still there, and else shows another', async () => {
  const all = [pair(1, 2), pair(3, 4)];
  const from = source(all);
  const queue = createQueue(from.ask, pairId);
  await queue.fill();
  await queue.renew();
  expect(ids(queue.pairs.value)).toEqual(ids(all));
  from.answered.add(pairId(pair(1, 2)));
  await queue.renew();
  expect(ids(queue.pairs.value)).toEqual([[3, 4]]);
});

test('where nothing can be fetched the error is kept, what is shown stays, and trying again works', async () => {
  let broken = true;
  const queue = createQueue(async () => {
    if (broken) throw new Error('gone');
    return [pair(1, 2)];
  }, pairId);
  await queue.fill();
  expect(queue.state.value).toBe('failed');
  expect(queue.error.value).toEqual(new Error('gone'));
  broken = false;
  await queue.fill();
  expect(queue.state.value).toBe('ready');
  broken = true;
  await queue.renew();
  expect(queue.state.value).toBe('ready');
  expect(ids(queue.pairs.value)).toEqual([[1, 2]]);
});
