import { describe, expect, test } from 'vitest';
import { trainingInput } from '../../src-main/contract/calls.ts';
import { methodOf, methodOfClick } from '../../src-main/recipe/method.ts';

type Input = Parameters<typeof trainingInput.parse>[0];
const asked = (input: Input) => trainingInput.parse(input);

describe('how a model is trained', () => {
  test.each([
    [{}, 'best'],
    [{ context: 'none' }, 'best'],
    [{ minutes: 2, pairs: 'labels', votes: 'sure' }, 'best'],
    [{ method: 'quick' }, 'quick'],
    [{ method: 'together', encoder: 'minilm' }, 'together'],
    [{ base: 'encoder' }, 'deep'],
    [{ config: { epochs: 2 } }, 'gpt'],
    [{ base: 'reward-1' }, 'gpt'],
    [{ kind: 'sft' }, 'gpt'],
  ])('a click with %j trains %s', (input, method) => {
    expect(methodOfClick(asked(input))).toBe(method);
  });

  test('the command line trains a GPT where nothing is said, and a comparison two quick models', () => {
    expect(methodOf(asked({}))).toBe('gpt');
    expect(methodOfClick(asked({}), 'quick')).toBe('quick');
  });

  test.each([
    [{ method: 'best', config: { epochs: 2 } }, 'A training for the best has no settings but its seed'],
    [{ method: 'quick', config: { epochs: 2 } }, 'A quick training has no settings'],
    [{ method: 'best', base: 'reward-1' }, 'starts from the text reader, and not from reward-1'],
    [{ method: 'best', kind: 'sft' }, 'A language model is a GPT'],
    [{ method: 'together', context: 'none' }, "can't leave the post out: train deep or quick for that"],
    [{ method: 'gpt', encoder: 'minilm' }, 'A GPT has no encoder'],
    [{ method: 'together', preset: 'original', base: 'encoder' }, 'The preset original is for a GPT'],
  ])('%j is refused in a sentence', (input, says) => {
    expect(() => methodOf(asked(input))).toThrow(says);
  });

  test('what people are worth can be said of any way to train, and chooses none', () => {
    for (const method of ['quick', 'best', 'deep'] as const)
      expect(methodOf(asked({ method, config: { weighPeople: 1 } }))).toBe(method);
    expect(methodOfClick(asked({ config: { weighPeople: 1 } }))).toBe('best');
    expect(methodOfClick(asked({ config: { weighPeople: 1, epochs: 2 } }))).toBe('gpt');
  });

  test('one half of a comparison may read the title together with the comment', () => {
    expect(methodOf({ ...asked({ method: 'together', context: 'none' }), comparison: 1 })).toBe('together');
  });
});
