import { expect, test } from 'vitest';
import { encoderNames, encodersFolder, fixtureJson, fixturePath, gpt2RewardFolder } from './fixtures.ts';
import { pythonFor, pythonPatience, runPython } from './python.ts';

// The programs that made the fixtures give them again.

test('PyTorch gives the rewards and the training trajectory of the small GPT-2 again', {
  timeout: pythonPatience,
}, (context) => {
  const python = pythonFor(context, 'torch', 'transformers', 'safetensors');
  const said = runPython(python, [fixturePath('gpt2-reward/make.py'), 'check', gpt2RewardFolder()]);
  expect(said.match(/\d+ values/g)).toEqual(['10 values', '20 values', '10 values', '4 values']);
});

test('transformers and sentence-transformers give the vectors of the small encoders again', {
  timeout: pythonPatience,
}, (context) => {
  const python = pythonFor(
    context,
    'torch',
    'transformers',
    'sentence_transformers',
    'sentencepiece',
    'google.protobuf',
  );
  const said = runPython(python, [fixturePath('encoders/make.py'), 'check', encodersFolder()]);
  expect(said.match(/\d+ values/g)).toEqual(encoderNames.map(() => '29 values'));
});

test.for([
  ['ndcg', 9],
  ['original-metrics', 9],
  ['hdbscan', 9],
  // What a minimum and its Hessian are is found in steps.
  ['statistics', 5],
] as const)('scikit-learn gives the values of %s again', { timeout: pythonPatience }, ([name, digits], context) => {
  const python = pythonFor(context, 'sklearn', ...(name === 'statistics' ? ['choix'] : []));
  const found = numbersIn(JSON.parse(runPython(python, [fixturePath(`${name}/make.py`)])));
  const expected = numbersIn(fixtureJson(`${name}/expected.json`));
  expect(found.map(([place]) => place)).toEqual(expected.map(([place]) => place));
  for (const [i, [place, value]] of expected.entries()) expect(found[i]![1], place).toBeCloseTo(value, digits);
});

/** Every number in a value, with its place there. */
function numbersIn(value: unknown, place = ''): [place: string, value: number][] {
  if (typeof value === 'number') return [[place, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => numbersIn(inside, `${place}/${key}`));
}
