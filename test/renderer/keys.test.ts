import { expect, test } from 'vitest';
import { compareActions, defaultSettings } from '../../src-main/contract/settings.ts';
import { keySign, pressedKey, refusal, shiftedKey } from '../../src-renderer/composables/keys.ts';

const pressOf = (key: string, more = {}) => ({
  key,
  repeat: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  shiftKey: false,
  isComposing: false,
  ...more,
});
const press = (key: string, more = {}) => pressedKey(pressOf(key, more));

test('a single press is a key; a held one, a combination and half of a composed word are none', () => {
  expect(press('a')).toBe('a');
  expect(press('ArrowLeft')).toBe('ArrowLeft');
  for (const held of ['repeat', 'ctrlKey', 'altKey', 'metaKey', 'isComposing']) {
    expect(press('a', { [held]: true }), held).toBeNull();
  }
});

test('shift makes another thing of a letter, but belongs to a sign; caps lock changes nothing', () => {
  expect(press('A', { shiftKey: true })).toBeNull();
  expect(press('ArrowLeft', { shiftKey: true })).toBeNull();
  expect(press('?', { shiftKey: true })).toBe('?');
  expect(press('A')).toBe('a');
  expect(press('É')).toBe('é');
});

test('with shift a letter or a key with a name is one of its own; a sign, and a combination with more, are none', () => {
  const shifted = (key: string, more = {}) => shiftedKey(pressOf(key, { shiftKey: true, ...more }));
  expect(shifted('A')).toBe('a');
  expect(shifted('ArrowLeft')).toBe('ArrowLeft');
  expect(shifted('?')).toBeNull();
  expect(shifted('A', { ctrlKey: true })).toBeNull();
  expect(shifted('A', { repeat: true })).toBeNull();
  expect(shiftedKey(pressOf('a'))).toBeNull();
});

test('a key that is taken or kept is refused with a sentence; its own and a free one are not', () => {
  const { keys } = defaultSettings;
  expect(refusal(keys.left, 'right', keys)).toBe(
    `${keySign(keys.left)} already says “Left is better”. Change that one first, or choose another key.`,
  );
  expect(refusal(keys.left, 'left', keys)).toBeNull();
  expect(refusal('ArrowLeft', 'left', keys)).toBeNull();
  for (const kept of ['Enter', ' ', 'Tab', 'Escape', 'g', '?']) {
    expect(refusal(kept, 'left', keys), kept).toMatch(/^\S+ is kept for moving about\. Choose another key\.$/);
  }
});

test('an action without a key stands in nobody’s way', () => {
  const keys = { ...defaultSettings.keys, tie: '', bad: '' };
  expect(refusal(defaultSettings.keys.tie, 'skip', keys)).toBeNull();
});

test('the default keys are keys that could be chosen', () => {
  for (const action of compareActions) {
    expect(refusal(defaultSettings.keys[action], action, defaultSettings.keys), action).toBeNull();
  }
});
