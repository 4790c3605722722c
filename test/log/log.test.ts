import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hearDefects, noteDefect } from '../../src-main/log/defects.ts';
import { openLog } from '../../src-main/log/log.ts';
import { redacted, redactedError } from '../../src-main/log/redact.ts';
import { type Scratch, scratchFolder } from '../support/run-cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let scratch: Scratch;
beforeEach(() => {
  scratch = scratchFolder();
});
afterEach(() => scratch.remove());

const text = 'I have never told anybody this before';
const token = 'hf_AbCdEfGhIjKlMnOpQrStUvWxYz012345';

test('a line is one JSON object, and is there at once', () => {
  const log = openLog(scratch.folder, root);
  log.write('info', 'started', { version: '1.2.3', devices: 2, busy: false, gpu: null });
  log.write('warn', 'task ended', { device: 'Intel(R) Xeon(R) Processor' });
  const lines = readFileSync(join(log.folder, 'tiebreak.log'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      time: expect.stringMatching(/Z$/),
      level: 'info',
      event: 'started',
      version: '1.2.3',
      devices: 2,
      busy: false,
      gpu: null,
    },
    { time: expect.any(String), level: 'warn', event: 'task ended', device: 'Intel(R) Xeon(R) Processor' },
  ]);
  expect(log.last(1)).toEqual(lines.slice(1));
  if (process.platform !== 'win32') expect(statSync(join(log.folder, 'tiebreak.log')).mode & 0o077).toBe(0);
});

test('files take turns, and no more is kept than they hold', () => {
  const log = openLog(scratch.folder, root, { files: 3, bytes: 1000 });
  for (let count = 0; count < 100; count++) log.write('info', 'counted', { count });
  const names = readdirSync(log.folder).sort();
  expect(names).toEqual(['tiebreak.1.log', 'tiebreak.2.log', 'tiebreak.log']);
  const kept = ['tiebreak.2.log', 'tiebreak.1.log', 'tiebreak.log'].map((name) =>
    readFileSync(join(log.folder, name), 'utf8'),
  );
  for (const content of kept) expect(content.length).toBeLessThanOrEqual(1000);
  const counts = kept
    .join('')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { count: number }).count);
  expect(counts.at(-1)).toBe(99);
  expect(counts).toEqual(Array.from(counts, (_, at) => 100 - counts.length + at));
  // Across a turn as well.
  expect(log.last(15).map((line) => JSON.parse(line).count)).toEqual(Array.from({ length: 15 }, (_, at) => 85 + at));
});

test('where it can not be written, work goes on', () => {
  writeFileSync(join(scratch.folder, 'logs'), 'a file in its place');
  const log = openLog(scratch.folder, root);
  log.write('info', 'started');
  log.failed('defect', new Error(text));
  expect(log.last(5)).toEqual([]);
  rmSync(join(scratch.folder, 'logs'));
  log.write('info', 'started');
  expect(log.last(5)).toHaveLength(1);
});

test.each([
  [`token=${token}`, token],
  [`Authorization: Bearer ${token}`, token],
  [`${token} was refused`, token],
  ['http://127.0.0.1:4711/?key=dGhpcyBpcyBhIHNlY3JldCBrZXk', 'dGhpcy'],
  ['a key dGhpc19pc19hX3NlY3JldF9rZXkxMjM0NTY3ODkw here', 'dGhpc19'],
  [`in "${text}"`, text],
  [`in '${text}'`, text],
  ['in “it’s "quoted" twice”', 'quoted'],
  ['written by jane.doe@example.org', 'jane'],
  [`${homedir()}/notes.txt`, homedir()],
  ['/home/jane/notes.txt', 'jane'],
  ['/Users/jane/notes.txt', 'jane'],
  ['C:\\Users\\jane\\notes.txt', 'jane'],
  ['password hunter2', 'hunter2'],
  [`what is long is somebody's ${'x '.repeat(100)}`, 'somebody'],
])('%s is not kept as it is', (value, secret) => {
  expect(redacted(value)).not.toContain(secret);
});

test.each([
  '\n',
  '\r\n',
  '\u2028',
  '\u0000',
  '\u001b[31m',
  '"'.repeat(199),
  'a@'.repeat(99),
  'a1'.repeat(99),
  '‘'.repeat(199),
  'x'.repeat(9999),
])('a fact stays one short line: %j', (value) => {
  const kept = redacted(`a${value}b`.slice(0, 10_000));
  expect(kept.length).toBeLessThanOrEqual(2 * 200);
  expect(kept).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
});

/** Errors as they carry texts along: in the message, in values, in a forged stack, in a cause, in fields of their own. */
const hostile: readonly (readonly [string, (secret: string) => unknown])[] = [
  ['a message', (secret) => new Error(secret)],
  [
    'a message of several lines',
    (secret) => new Error(`first\n${secret}\n    at ${secret} (node:fs:1:1)\n    at node:fs:1:1`),
  ],
  ['a message that is a place', (secret) => new TypeError(`x\n    at ${secret.replaceAll(' ', '')} (node:fs:1:1)`)],
  ['what JSON says of it', (secret) => thrown(() => JSON.parse(secret))],
  ['what JavaScript says of a value', (secret) => thrown(() => new Map([secret] as never))],
  ['a name of a property', (secret) => thrown(() => (undefined as never as Record<string, string>)[secret])],
  ['an error of the system', (secret) => thrown(() => readFileSync(join('/nowhere', secret)))],
  ['an error of Node', (secret) => thrown(() => readFileSync({ secret } as never))],
  ['an address that is none', (secret) => thrown(() => new URL(secret))],
  ['a cause', (secret) => new Error('outer', { cause: new Error(secret) })],
  ['a name', (secret) => Object.assign(new Error('x'), { name: secret, code: secret, syscall: secret })],
  ['a text that is thrown', (secret) => secret],
  ['a message that was changed', (secret) => Object.assign(new Error(secret), { message: 'changed' })],
  [
    'a stack that was changed',
    (secret) => Object.assign(new Error('x'), { stack: `${secret}\n    at ${secret} (/home/${secret}:1:1)` }),
  ],
];

test.each(hostile)('a text in %s does not come into the log', (_, make) => {
  const log = openLog(scratch.folder, root);
  for (const secret of [text, token, 'alice', 'üñï 🙂 "quotes" \'and\' `ticks`']) {
    log.failed('defect', make(secret));
    const all = log.last(1000).join('\n');
    for (const word of secret.split(/["'` ]+/).filter((each) => each.length > 3)) expect(all).not.toContain(word);
  }
  expect(log.last(10)).toHaveLength(4);
});

test('a defect says where it came about, by places in the program', () => {
  const found = redactedError(
    thrown(() => (undefined as never as { a: string }).a),
    root,
  );
  expect(found).toMatchObject({
    name: 'TypeError',
    message: expect.stringMatching(/^Cannot read properties of undefined/),
  });
  expect(found.at.length).toBeGreaterThan(1);
  expect(found.at.join('\n')).toContain('test/log/log.test.ts:');
  expect(JSON.stringify(found)).not.toContain(root);
  const ofSystem = redactedError(
    thrown(() => readFileSync('/nowhere/at/all')),
    root,
  );
  expect(ofSystem).toMatchObject({ code: 'ENOENT', syscall: 'open' });
  expect(JSON.stringify(ofSystem)).not.toContain('nowhere');
});

test('what nobody is told of in words comes into the log of the open app, until it is closed', () => {
  const heard: unknown[] = [];
  const stop = hearDefects((error) => heard.push(error));
  const said = console.error;
  console.error = () => {};
  try {
    noteDefect('first');
    stop();
    noteDefect('second');
  } finally {
    console.error = said;
  }
  expect(heard).toEqual(['first']);
});

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
