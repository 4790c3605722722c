import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  poolingFile,
  readSentenceFolder,
  type SentenceFacts,
  type SentenceFiles,
} from '../../src-main/checkpoint/sentence-folder.ts';
import { encoderNames, encodersFolder, encoderValues } from '../support/fixtures.ts';

const folders = encodersFolder();

function filesOf(name: string): SentenceFiles {
  const json = (file: string): unknown => {
    const path = join(folders, name, file);
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  };
  const names = [
    'config.json',
    'modules.json',
    'sentence_bert_config.json',
    'config_sentence_transformers.json',
    'tokenizer_config.json',
  ];
  const pooling = poolingFile(json('modules.json'), name);
  return {
    ...Object.fromEntries(names.map((file) => [file, json(file)])),
    pooling: pooling === null ? undefined : json(pooling),
  };
}

/** All that may differ from folder to folder, in short. */
function short({ sizes, pooling, unit, positions, prompt, lowerCase }: SentenceFacts): string {
  const { family, firstPosition, positionRows, segments, distances, activation, epsilon } = sizes;
  const parts = [
    family,
    `${firstPosition}/${positionRows}`,
    `${segments} segments`,
    `${distances} distances`,
    activation,
    epsilon,
  ];
  return [...parts, pooling, unit ? 'unit' : 'as it is', positions, prompt ?? '-', lowerCase ? 'lower' : '-'].join(
    ', ',
  );
}

describe('a published folder', () => {
  test.each([
    ['all-minilm', 'bert, 0/64, 2 segments, 0 distances, exact, 1e-12, mean, unit, 40, -, -'],
    ['bge-small-en', 'bert, 0/64, 2 segments, 0 distances, exact, 1e-12, first, unit, 64, -, lower'],
    ['e5-small', 'bert, 0/64, 2 segments, 0 distances, exact, 1e-12, mean, unit, 64, query: , -'],
    ['gte-small', 'bert, 0/64, 2 segments, 0 distances, exact, 1e-12, mean, unit, 64, -, -'],
    ['arctic-embed-xs', 'bert, 0/64, 2 segments, 0 distances, exact, 1e-12, first, unit, 64, -, -'],
    ['default-prompt', 'bert, 0/64, 2 segments, 0 distances, exact, 1e-12, mean, as it is, 64, clustering: , -'],
    ['e5-with-prompts', 'bert, 0/64, 2 segments, 0 distances, exact, 1e-12, mean, unit, 64, query: , -'],
    ['multilingual-e5-small', 'bert, 0/64, 2 segments, 0 distances, exact, 1e-12, mean, unit, 64, query: , -'],
    ['paraphrase-multilingual-minilm', 'bert, 0/64, 2 segments, 0 distances, exact, 1e-12, mean, as it is, 40, -, -'],
    ['plain-cased', 'bert, 0/64, 2 segments, 0 distances, tanh, 0.00001, mean, as it is, 64, -, -'],
    ['relu-one-segment', 'bert, 0/64, 1 segments, 0 distances, relu, 0.001, first, as it is, 48, -, -'],
    ['lowered-cased', 'bert, 0/64, 2 segments, 0 distances, exact, 1e-12, mean, unit, 64, -, lower'],
    ['tanh-gelu', 'bert, 0/64, 2 segments, 0 distances, tanh, 1e-12, mean, as it is, 64, -, -'],
    ['all-distilroberta', 'roberta, 2/66, 1 segments, 0 distances, exact, 0.00001, mean, unit, 64, -, -'],
    ['plain-roberta', 'roberta, 2/66, 1 segments, 0 distances, exact, 0.00001, mean, as it is, 64, -, -'],
    ['xlm-roberta', 'xlm-roberta, 2/66, 1 segments, 0 distances, exact, 0.00001, first, unit, 64, -, -'],
    ['all-mpnet-base', 'mpnet, 2/202, 0 segments, 32 distances, exact, 0.00001, mean, unit, 180, -, -'],
  ])('%s is read as its authors read it', (name, expected) => {
    expect(encoderNames).toContain(name);
    const facts = readSentenceFolder(filesOf(name), name);
    expect(short(facts)).toBe(expected);
    expect(facts.prompt).toBe(encoderValues(name).prompt);
    expect(facts.sizes).toMatchObject({ width: 16, layers: 2, inner: 40 });
  });
});

const plain = filesOf('all-minilm');
const bert = plain['config.json'] as object;
const modules = plain['modules.json'] as readonly object[];
const changedConfig = (change: object): SentenceFiles => ({ ...plain, 'config.json': { ...bert, ...change } });
const withPooling = (pooling: object): SentenceFiles => ({ ...plain, pooling });
const withModule = (type: string, at = 2): SentenceFiles => ({
  ...plain,
  'modules.json': [
    ...modules.slice(0, at),
    { idx: at, name: `${at}`, path: `${at}_${type}`, type: `sentence_transformers.models.${type}` },
  ],
});

describe('refused, with the family in one sentence', () => {
  const others: readonly [what: string, files: SentenceFiles, sentence: RegExp][] = [
    [
      'a DistilBERT',
      changedConfig({ model_type: 'distilbert' }),
      /^own is a DistilBERT, and encoders of the families BERT .*RoBERTa, XLM-R and MPNet can be read\.$/,
    ],
    ['a DeBERTa', changedConfig({ model_type: 'deberta-v2' }), /is a DeBERTa, and/],
    ['a ModernBERT', changedConfig({ model_type: 'modernbert' }), /is a ModernBERT, and/],
    ['a Nomic BERT', changedConfig({ model_type: 'nomic_bert', auto_map: {} }), /is a Nomic BERT, and/],
    ['a GTE of the newer kind', changedConfig({ model_type: 'new', auto_map: {} }), /is a GTE v1\.5, and/],
    ['a T5', changedConfig({ model_type: 't5' }), /is a T5, and/],
    ['a Llama', changedConfig({ model_type: 'llama' }), /is a Llama, and/],
    ['one that nobody knows', changedConfig({ model_type: 'x'.repeat(500) }), /is a x{60}\.\.\., and/],
    ['one with a name that every object has', changedConfig({ model_type: 'constructor' }), /is a constructor, and/],
    ['none', changedConfig({ model_type: undefined }), /is of no family that its config\.json names/],
    [
      'code of its own',
      changedConfig({ auto_map: { AutoModel: 'modeling.Own' } }),
      /variant of BERT .*program code of its own \(auto_map\)\.$/,
    ],
    [
      'other positions',
      changedConfig({ position_embedding_type: 'relative_key' }),
      /variant of BERT .*position_embedding_type relative_key/,
    ],
    ["jina's positions", changedConfig({ position_embedding_type: 'alibi' }), /variant of BERT .*alibi/],
    ['another activation', changedConfig({ hidden_act: 'silu' }), /variant of BERT .*hidden_act silu/],
    ['a decoder', changedConfig({ is_decoder: true }), /variant of BERT .*is_decoder true/],
    ['narrower embeddings', changedConfig({ embedding_size: 8 }), /variant of BERT .*embedding_size 8/],
    ['quantised weights', changedConfig({ quantization_config: { bits: 4 } }), /variant of BERT .*quantization_config/],
    ['pooling by maximum', withPooling({ pooling_mode_max_tokens: true }), /is a BERT with the pooling max;/],
    [
      'pooling by weighted mean',
      withPooling({ pooling_mode_weightedmean_tokens: true }),
      /is a BERT with the pooling weightedmean;/,
    ],
    ['pooling by the last token', withPooling({ pooling_mode: 'lasttoken' }), /is a BERT with the pooling lasttoken;/],
    [
      'two poolings',
      withPooling({ pooling_mode_cls_token: true, pooling_mode_mean_tokens: true }),
      /is a BERT with the pooling cls and mean;/,
    ],
    ['a dense layer', withModule('Dense'), /is a BERT with a module Dense \(Transformer, Pooling, Dense\)/],
    ['a module too many', withModule('Normalize', 3), /is a BERT with a module Normalize/],
    ['no pooling', { ...plain, 'modules.json': modules.slice(0, 1) }, /is a BERT without a module for pooling/],
    [
      'a folder of its own',
      { ...plain, 'modules.json': [{ ...modules[0], path: '0_BERT' }, ...modules.slice(1)] },
      /is a BERT in an old form.*0_BERT/,
    ],
    [
      'another task',
      { ...plain, 'sentence_bert_config.json': { transformer_task: 'fill-mask' } },
      /is a BERT for another task \(fill-mask\)/,
    ],
    [
      'another output',
      {
        ...plain,
        'sentence_bert_config.json': {
          modality_config: { text: { method: 'forward', method_output_name: 'pooler_output' } },
        },
      },
      /is a BERT whose vectors .*pooler_output/,
    ],
    [
      'a prompt outside of the mean',
      {
        ...withPooling({ pooling_mode_mean_tokens: true, include_prompt: false }),
        'config_sentence_transformers.json': { prompts: { a: 'b' }, default_prompt_name: 'a' },
      },
      /is a BERT whose prompt has no share/,
    ],
  ];
  test.each(others)('%s', (_, files, sentence) => {
    const refusal = expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(sentence) });
    expect(() => readSentenceFolder(files, 'own')).toThrow(refusal);
  });
});

describe('damaged', () => {
  const broken: readonly [what: string, files: SentenceFiles, sentence: RegExp][] = [
    ['no config.json', { ...plain, 'config.json': undefined }, /The config\.json of own is missing\./],
    ['a list as config.json', { ...plain, 'config.json': [] }, /The config\.json of own is not what it should be\./],
    ['no width', changedConfig({ hidden_size: -1 }), /no usable hidden_size/],
    ['a width beyond all sizes', changedConfig({ hidden_size: 1e9 }), /no usable hidden_size/],
    ['heads that do not divide the width', changedConfig({ num_attention_heads: 3 }), /a width of 16 for 3 heads/],
    [
      'a padding that is a thing',
      changedConfig({ model_type: 'roberta', pad_token_id: { toString: 1 } }),
      /no usable pad_token_id/,
    ],
    ['no epsilon', changedConfig({ layer_norm_eps: 'x' }), /no usable layer_norm_eps/],
    [
      'a padding beyond the positions',
      changedConfig({ model_type: 'roberta', pad_token_id: 64 }),
      /no usable pad_token_id/,
    ],
    ['modules that are no list', { ...plain, 'modules.json': {} }, /no list of modules/],
    ['no file for the pooling', { ...plain, pooling: undefined }, /The pooling configuration of own is missing/],
    [
      'pooling of another width',
      withPooling({ word_embedding_dimension: 17, pooling_mode_mean_tokens: true }),
      /for a width of 17, and its config\.json says 16/,
    ],
    [
      'a prompt that is not there',
      { ...plain, 'config_sentence_transformers.json': { prompts: {}, default_prompt_name: 'toString' } },
      /no usable prompt toString/,
    ],
    ['no length', { ...plain, 'sentence_bert_config.json': { max_seq_length: 0 } }, /no usable max_seq_length/],
  ];
  test.each(broken)('%s', (_, files, sentence) => {
    const refusal = expect.objectContaining({ code: 'damaged', message: expect.stringMatching(sentence) });
    expect(() => readSentenceFolder(files, 'own')).toThrow(refusal);
  });

  test.each(['../elsewhere', '/etc', 'a/b', '', '.', 'x'.repeat(100)])('a pooling that lies in %j', (path) => {
    const elsewhere = [modules[0], { ...modules[1], path }];
    expect(() => poolingFile(elsewhere, 'own')).toThrow(/names .* as the folder of its pooling/);
  });
});

describe('a prompt', () => {
  const nameOf = (label: string, origin?: string): string | null =>
    readSentenceFolder(changedConfig({ _name_or_path: origin }), label).prompt;

  test.each([
    ['intfloat/e5-small-v2', undefined, 'query: '],
    ['intfloat/multilingual-e5-base', undefined, 'query: '],
    ['someone/tuned', 'intfloat/multilingual-e5-small', 'query: '],
    ['intfloat/multilingual-e5-large-instruct', undefined, null],
    ['someone/e500', undefined, null],
    ['someone/the5-best', 'nreimers/MiniLM-L6-H384-uncased', null],
  ])('of %s (from %s) is %j', (label, origin, prompt) => expect(nameOf(label, origin)).toBe(prompt));

  test('that is empty is none', () => {
    const files = { ...plain, 'config_sentence_transformers.json': { prompts: { a: '' }, default_prompt_name: 'a' } };
    expect(readSentenceFolder(files, 'own').prompt).toBeNull();
  });
});

describe('how many tokens are read', () => {
  const long = (transformer: object | undefined, tokenizer: object | undefined): number =>
    readSentenceFolder(
      { ...plain, 'sentence_bert_config.json': transformer, 'tokenizer_config.json': tokenizer },
      'own',
    ).positions;
  test.each([
    ['as the folder says', { max_seq_length: 30 }, { model_max_length: 50 }, 30],
    ['no more than there are positions', { max_seq_length: 512 }, undefined, 64],
    ['as the tokenizer says', { max_seq_length: null }, { model_max_length: 50 }, 50],
    ['all positions where that is beyond all sizes', undefined, { model_max_length: 1e30 }, 64],
    ['all positions where nothing is said', undefined, undefined, 64],
  ])('%s', (_, transformer, tokenizer, expected) => expect(long(transformer, tokenizer)).toBe(expected));
});
