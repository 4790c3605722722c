import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elementsOf, membersOf, withMembers } from '../../src-main/transfer/json-edit.ts';

test('finds the members and elements of any JSON', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, 2), (object, indent) => {
      const text = JSON.stringify(object, null, indent);
      const found = membersOf(text, 0).map(({ key, value }) => [key, JSON.parse(text.slice(value.start, value.end))]);
      expect(Object.fromEntries(found)).toEqual(JSON.parse(text));
      const list = JSON.stringify(Object.values(object), null, indent);
      const elements = elementsOf(list, 0).map(({ start, end }) => JSON.parse(list.slice(start, end)) as unknown);
      expect(elements).toEqual(JSON.parse(list));
    }),
  );
});

test('sets members in place or at the end, and leaves the rest as it is written', () => {
  expect(withMembers('{}', { a: 1 })).toBe('{"a": 1}');
  expect(withMembers('{ "b" : 1e400 , "a":{"a":[1,"}"]}, "c":"\\"" }', { a: 2, d: null })).toBe(
    '{ "b" : 1e400 , "a":2, "c":"\\"", "d": null }',
  );
});
