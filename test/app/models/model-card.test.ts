import { expect, test } from 'vitest';
import { baseOnHub } from '../../../src-main/app/models/base-on-hub.ts';
import { countsOf } from '../../../src-main/app/models/exported-model.ts';
import { type CardFacts, modelCard } from '../../../src-main/app/models/model-card.ts';
import type { EvaluationReport, Figures } from '../../../src-main/contract/evaluation.ts';

const facts: CardFacts = {
  kind: 'reward',
  license: 'apache-2.0',
  baseModel: 'someone/small-gpt2',
  erased: null,
  counts: '240 posts, 1,210 pairs',
  evaluations: [],
};
const figures = (accuracy: number): Figures =>
  ({ accuracy, accuracyInterval: [accuracy - 0.05, accuracy + 0.05], ndcg: accuracy / 2 }) as unknown as Figures;
const report = (accuracy: number): EvaluationReport =>
  ({
    ...figures(accuracy),
    pairs: 1250,
    groups: 40,
    baselines: { random: figures(0.5), longer: figures(0.726) },
  }) as unknown as EvaluationReport;
const readme =
  '---\nlibrary_name: transformers\npipeline_tag: text-classification\ntags:\n- tiebreak\n---\n\n# small\n\nIt scores.\n';

test('the head has what the hub asks for, and what the README had', () => {
  expect(modelCard(readme, facts).split('\n---\n')[0]).toBe(
    [
      '---',
      'license: "apache-2.0"',
      'base_model: "someone/small-gpt2"',
      'library_name: transformers',
      'pipeline_tag: text-classification',
      'tags:',
      '- reward-model',
      '- tiebreak',
    ].join('\n'),
  );
  expect(modelCard(readme, facts)).toContain('\n# small\n\nIt scores.\n');
});

test('what the README says of licence and base stays', () => {
  const own = readme.replace('tags:', 'license: mit\nbase_model: sentence-transformers/all-MiniLM-L6-v2\ntags:');
  const card = modelCard(own, facts);
  expect(card.match(/^(license|base_model):.*$/gm)).toEqual([
    'license: mit',
    'base_model: sentence-transformers/all-MiniLM-L6-v2',
  ]);
});

test('a README without a head gets one', () => {
  const card = modelCard('# plain\n', { ...facts, kind: 'sft', baseModel: null, license: 'unknown' });
  expect(card).toMatch(/^---\nlicense: "unknown"\npipeline_tag: text-generation\ntags:\n- tiebreak\n---\n\n# plain\n/);
  expect(card).toContain('Whoever sent it has not said under which licence it may be used.');
  expect(card).not.toContain('## Evaluation');
});

test('it says in numbers what it was trained on, and how good it is beside what needs no model', () => {
  const card = modelCard(readme, { ...facts, evaluations: [{ split: 'test', report: report(0.816) }] });
  expect(card).toContain(
    'Trained on 240 posts, 1,210 pairs. It started from [someone/small-gpt2](https://huggingface.co/someone/small-gpt2).',
  );
  expect(card).toContain('On the test split, which it was not trained on: 1,250 pairs of 40 posts.');
  expect(card.split('\n').filter((line) => line.startsWith('|'))).toEqual([
    '| | right in | 95% interval | NDCG |',
    '| --- | --- | --- | --- |',
    '| this model | 81.6% | 76.6% to 86.6% | 0.408 |',
    '| the longer comment wins | 72.6% | 67.6% to 77.6% | 0.363 |',
    '| at random | 50.0% | 45.0% to 55.0% | 0.250 |',
  ]);
  expect(modelCard(readme, facts)).toContain('was not measured on pairs that it had not seen');
});

test.each([
  ['240 posts, 1,210 pairs', '240 posts, 1,210 pairs'],
  ['240 posts, 12 pairs of answers and 1,198 of votes', '240 posts, 12 pairs of answers and 1,198 of votes'],
  ['24 posts, 360 pairs of votes', '24 posts, 360 pairs of votes'],
  ['1 post, 1 pair', '1 post, 1 pair'],
  ['12 posts, 3,400 comments', '12 posts, 3,400 comments'],
  ['elsewhere (my secret project)', ''],
  ['240 posts, 1,210 pairs of Ada', ''],
  ['', ''],
])('of what a model says it was trained on (%s), only counts leave', (trainedOn, said) => {
  expect(countsOf({ trainedOn })).toBe(said);
});

const model = (name: string, over: { base?: string; encoder?: string; trainedOn?: string }) => ({
  ...{ name, base: null, encoder: null, trainedOn: '2 posts, 2 pairs' },
  ...over,
});
const long = `someone/${'x'.repeat(60)}`.slice(0, 60);
const all = [
  model('fetched', { trainedOn: 'elsewhere (someone/small-gpt2)' }),
  model('cut', { trainedOn: `elsewhere (${long})` }),
  model('file', { trainedOn: 'elsewhere (gpt2.zip)' }),
  model('sft', { base: 'fetched' }),
  model('reward', { base: 'sft' }),
  model('on-minilm', { encoder: 'minilm' }),
  model('on-use', { encoder: 'use' }),
  model('on-fetched', { encoder: 'fetched' }),
  model('from-minilm', { base: 'on-minilm' }),
  model('from-gone', { base: 'gone' }),
  model('itself', { base: 'itself' }),
];

test.each([
  ['fetched', 'someone/small-gpt2'],
  ['reward', 'someone/small-gpt2'],
  ['on-fetched', 'someone/small-gpt2'],
  ['on-minilm', 'sentence-transformers/all-MiniLM-L6-v2'],
  ['from-minilm', 'sentence-transformers/all-MiniLM-L6-v2'],
  ['on-use', null],
  ['file', null],
  ['cut', null],
  ['from-gone', null],
  ['itself', null],
])('%s goes back to %s on the hub', (name, base) => {
  expect(baseOnHub(all, all.find((one) => one.name === name)!)).toBe(base);
});
