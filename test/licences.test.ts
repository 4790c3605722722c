import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { licencesFile, packagesOfOthers } from './licences.ts';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

test('the licences that go along name every package of others, as it is locked', () => {
  const text = readFileSync(licencesFile, 'utf8');
  const missing = packagesOfOthers([]).filter(
    ({ name, version, licence }) => !text.includes(`\n${name} ${version}\n${licence}\n`),
  );
  expect(missing, 'npm run licences').toEqual([]);
});

test('every direct dependency has its line of why, and no line is left over', () => {
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >;
  const listed = read('docs/dependencies.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (package|---)/.test(line))
    .flatMap((line) => line.split('|')[1]!.trim().split(', '));
  expect(listed.sort()).toEqual(Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies }).sort());
});
