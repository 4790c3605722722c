import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { complaint } from '../../src-main/common/complaint.ts';
import { api } from '../../src-main/contract/api.ts';
import * as calls from '../../src-main/contract/calls.ts';
import { devices, trainingMethods } from '../../src-main/contract/engine.ts';
import { shapeNames } from '../../src-main/contract/reading.ts';
import { modelKinds, splits } from '../../src-main/contract/records.ts';
import { settingsSchema } from '../../src-main/contract/settings.ts';
import { createProgram } from '../../src-main/doors/terminal/program.ts';

type Procedure = { readonly '~orpc': { readonly inputSchema?: unknown } };
/** The schema that a window's or a browser's call is checked against. */
const inputOf = (procedure: Procedure): z.ZodType => procedure['~orpc'].inputSchema as z.ZodType;

/** What either way in takes besides what is tried. */
type Way = { readonly schema: z.ZodType; readonly rest: Readonly<Record<string, unknown>> };
const handles = { files: ['a'.repeat(22)] };
const ways: Readonly<Record<string, readonly [terminal: Way, page: Way]>> = {
  training: [
    { schema: calls.trainCall, rest: {} },
    { schema: inputOf(api.train.start), rest: {} },
  ],
  forecast: [
    { schema: calls.trainCall, rest: {} },
    { schema: inputOf(api.train.forecast), rest: {} },
  ],
  comparison: [
    { schema: calls.compareContextCall, rest: {} },
    { schema: inputOf(api.contextComparisons.start), rest: {} },
  ],
  'going on': [
    { schema: calls.resumeCall, rest: {} },
    { schema: inputOf(api.train.resume), rest: {} },
  ],
  'going on with a comparison': [
    { schema: calls.resumeContextCall, rest: {} },
    { schema: inputOf(api.contextComparisons.goOn), rest: {} },
  ],
  import: [
    { schema: calls.importCall, rest: { files: ['file'] } },
    { schema: inputOf(api.data.import), rest: handles },
  ],
  why: [
    { schema: calls.whyCall, rest: { post: 'p1', first: 1, second: 2 } },
    { schema: inputOf(api.rankings.why), rest: { post: 1, first: 1, second: 2 } },
  ],
  export: [
    { schema: calls.exportCall, rest: { file: 'file', format: 'csv' } },
    { schema: inputOf(api.rankings.export), rest: { format: 'csv' } },
  ],
  'model export': [
    { schema: calls.exportModelCall, rest: { out: 'file', model: 'reward-1' } },
    { schema: inputOf(api.models.export), rest: { model: 'reward-1' } },
  ],
  'model import': [
    { schema: calls.importModelCall, rest: { path: 'file' } },
    { schema: inputOf(api.models.import), rest: handles },
  ],
};

const names = ['x', 'x'.repeat(200), 'x'.repeat(201), '', 5, null];
const values: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  training: {
    kind: [...modelKinds, undefined, 'gpt'],
    method: [...trainingMethods, undefined, 'slow'],
    base: [...names, undefined],
    config: [{}, undefined, { epochs: 2 }, { epochs: '2' }, { epochs: null }, { colour: 'red' }, [], 'epochs=2', null],
    preset: [...calls.presetNames, undefined, 'best'],
    pairs: [...calls.pairSources, undefined, 'none'],
    context: [...calls.contextModes, undefined, 'title'],
    device: [...devices, undefined, 'abacus'],
    anyway: [true, false, undefined, 'yes'],
  },
  'going on': { run: [1, 2 ** 40, 0, -1, 1.5, '1', null] },
  'going on with a comparison': { comparison: [1, 2 ** 40, 0, -1, 1.5, '1', null] },
  import: {
    as: [...shapeNames, undefined, 'xml'],
    split: [...splits, undefined, 'dev'],
    html: [true, false, undefined, 1],
    files: [[], 'file', null],
  },
  why: { model: [...names, undefined], first: [1, 2 ** 40, 0, 1.5, '1', null], second: [2, 0, '2', undefined] },
  export: {
    format: [...calls.fileFormats, 'context'],
    model: [...names, undefined],
    split: [...splits, undefined, 'dev'],
    margin: [0, 2.5, -1, '2', undefined],
    pairsPerPost: [1, 500, 0, 1.5, undefined],
    locale: ['de-DE', 'en', 'zh-Hant-TW', 'deutsch?', '', undefined],
  },
  'model export': { model: names, as: [...calls.modelFormats, undefined, 'gguf'] },
  'model import': { name: ['mine', 'a'.repeat(60), 'a'.repeat(61), '-a', 'a b', '', undefined] },
};
const { kind: _, context: __, ...both } = values.training!;
const all = { ...values, forecast: values.training!, comparison: both };

describe.each(Object.entries(ways))('%s', (name, [terminal, page]) => {
  test.each(Object.entries(all[name as keyof typeof all]!))(
    '%s is taken and refused alike at both doors',
    (field, tried) => {
      const taken = ({ schema, rest }: Way, value: unknown): unknown => {
        const found = schema.safeParse({ ...rest, [field]: value });
        return found.success
          ? { [field]: (found.data as Record<string, unknown>)[field] }
          : found.error.issues[0]!.message;
      };
      const outcomes = tried.map((value) => taken(page, value));
      expect(tried.map((value) => taken(terminal, value))).toEqual(outcomes);
      // Both kinds were tried.
      expect(new Set(outcomes.map((outcome) => typeof outcome))).toEqual(
        new Set(field === 'files' ? ['string'] : ['object', 'string']),
      );
    },
  );
});

test('as many files come in by paths as by handles', () => {
  const many = (count: number, file: string) => ({ files: Array.from({ length: count }, () => file) });
  const [terminal, page] = ways.import!;
  for (const [count, taken] of [
    [1, true],
    [10_000, true],
    [10_001, false],
  ] as const) {
    expect(terminal.schema.safeParse(many(count, 'file')).success).toBe(taken);
    expect(page.schema.safeParse(many(count, 'a'.repeat(22))).success).toBe(taken);
  }
});

describe('the terminal offers what the calls take', () => {
  /** The commands that train a reward model. */
  const training = ['reward', 'quick', 'deep', 'together', 'best'];
  const program = createProgram(
    async () => {},
    async () => {},
    async () => {},
  );
  const commands = (of: Command): readonly Command[] => [of, ...of.commands.flatMap(commands)];
  const options = commands(program).flatMap((command) =>
    command.options.map((option) => ({ command: command.name(), name: option.attributeName(), option })),
  );
  test.each<[name: string, choices: readonly string[], where: readonly string[]]>([
    [
      'device',
      devices,
      [...training, 'sft', 'context', 'evaluate', 'calibrate', 'rank', 'why', 'export', 'score', 'embed', 'stats'],
    ],
    ['pairs', calls.pairSources, [...training, 'context']],
    ['preset', calls.presetNames, ['reward', 'sft', 'context', 'settings']],
    ['method', trainingMethods.filter((method) => method !== 'best'), ['context']],
    ['split', splits, ['import', 'evaluate', 'export']],
    ['context', calls.contextModes, [...training, 'sft']],
  ])('--%s', (name, choices, where) => {
    const found = options.filter((one) => one.name === name);
    expect(new Set(found.map(({ command }) => command))).toEqual(new Set(where));
    for (const { option } of found) expect(option.argChoices).toEqual(choices);
  });

  test('formats and kinds', () => {
    const choices = (command: string, name: string) =>
      options.find((one) => one.command === command && one.name === name && one.option.argChoices)!.option.argChoices;
    expect(choices('import', 'as')).toEqual([...shapeNames, 'cupit', 'csv']);
    expect(choices('export', 'format')).toEqual(calls.fileFormats);
    expect(choices('export', 'as')).toEqual(calls.modelFormats);
    const settings = commands(program).find((command) => command.name() === 'settings')!;
    expect(settings.registeredArguments[0]!.argChoices).toEqual(modelKinds);
  });

  test('and says which model ranks where none is named', () => {
    // An import says whose rewards a file has: there is none where nobody says so.
    const found = options.filter((one) => one.name === 'model' && one.command !== 'import');
    expect(found.map(({ command }) => command)).toEqual([
      'evaluate',
      'calibrate',
      'rank',
      'why',
      'export',
      'score',
      'push',
      'find',
      'drift',
    ]);
    for (const { option } of found) {
      expect(option.description).toMatch(
        /the one in use: the one chosen in the app, else the best .*, else the newest$/,
      );
    }
  });
});

test('no name and no note comes in with a character that no file can hold', () => {
  for (const bad of ['an\0na', 'an\ud800na']) {
    const takes: readonly (readonly [z.ZodType, Record<string, unknown>])[] = [
      [settingsSchema.partial(), { annotator: bad }],
      [calls.addAnswerCall, { post: 'a', chosen: 1, rejected: 2, annotator: bad }],
      [inputOf(api.reports.add), { name: bad }],
      [inputOf(api.answers.change), { key: 'a', choice: 'left', note: bad }],
    ];
    for (const [schema, input] of takes) {
      const { error } = schema.safeParse(input);
      expect(complaint(error!)).toMatch(/^(annotator|name|note) holds a character that no file can hold$/);
      const sound = Object.fromEntries(
        Object.entries(input).map(([name, value]) => [name, value === bad ? 'anna' : value]),
      );
      expect(schema.safeParse(sound).error?.issues).toBeUndefined();
    }
  }
});
