import { describe, expect, test } from 'vitest';
import {
  flatName,
  isPooling,
  modelNames,
  mostBytesOf,
  nameInFolder,
  neededFiles,
  poolingFolder,
} from '../../src-main/common/model-files.ts';

// The files of repositories on the hub, as they were in 2025.

const multilingualE5 = [
  ...['.gitattributes', '1_Pooling/config.json', 'README.md', 'config.json', 'model.safetensors', 'modules.json'],
  ...[
    'onnx/config.json',
    'onnx/model.onnx',
    'pytorch_model.bin',
    'sentence_bert_config.json',
    'sentencepiece.bpe.model',
  ],
  ...['special_tokens_map.json', 'tokenizer.json', 'tokenizer_config.json'],
];
const gpt2 = ['config.json', 'merges.txt', 'model.safetensors', 'tf_model.h5', 'tokenizer.json', 'vocab.json'];

describe('the files that are needed', () => {
  test('of an encoder', () => {
    expect(neededFiles(multilingualE5)).toEqual({
      weights: ['model.safetensors'],
      config: 'config.json',
      tokenizer: ['tokenizer.json'],
      beside: ['tokenizer_config.json', 'modules.json', 'sentence_bert_config.json', '1_Pooling/config.json'],
    });
  });

  test('of a GPT-2, which has nothing beside them', () => {
    expect(neededFiles(gpt2)).toEqual({
      weights: ['model.safetensors'],
      config: 'config.json',
      tokenizer: ['tokenizer.json'],
      beside: [],
    });
  });

  test('are handed over where a folder is chosen, and nothing else', () => {
    expect(modelNames(multilingualE5).toSorted()).toEqual(
      [
        ...['model.safetensors', 'config.json', 'tokenizer.json', 'tokenizer_config.json', 'modules.json'],
        ...['sentence_bert_config.json', '1_Pooling/config.json'],
      ].toSorted(),
    );
    expect(modelNames([...gpt2, 'manifest.json'])).toContain('manifest.json');
  });
});

describe('the one file that lies deeper', () => {
  test.each([
    ['1_Pooling/config.json', '1_Pooling'],
    ['1_Pooling-config.json', '1_Pooling'],
    ['2_Dense/config.json', null],
    ['../1_Pooling/config.json', null],
    ['x/1_Pooling/config.json', null],
    ['config.json', null],
  ])('%s lies in %s', (name, folder) => {
    expect(poolingFolder(name)).toBe(folder);
    expect(isPooling(name)).toBe(folder !== null);
    expect(Number.isFinite(mostBytesOf(name))).toBe(folder !== null || name === 'config.json');
  });

  test('has a name without a folder where names have none, and its own in an archive', () => {
    expect(flatName('1_Pooling/config.json')).toBe('1_Pooling-config.json');
    expect(flatName('config.json')).toBe('config.json');
    expect(nameInFolder('e5/1_Pooling/config.json')).toBe('1_Pooling/config.json');
    expect(nameInFolder('e5/config.json')).toBe('config.json');
    expect(nameInFolder('1_Pooling/config.json')).toBe('1_Pooling/config.json');
  });
});
