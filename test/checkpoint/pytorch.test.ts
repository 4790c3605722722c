import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPytorch } from '../../src-main/checkpoint/pytorch.ts';
import { op, tensor, writeLegacy, writeZip } from '../support/make-pytorch.ts';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pytorch-'));
  path = join(folder, 'pytorch_model.bin');
});
afterAll(() => rm(folder, { recursive: true }));

const floats = (...values: number[]) => Float32Array.from(values);
const bytesOf = (values: Float32Array | Float64Array | Uint16Array) => new Uint8Array(values.buffer);

/** Every tensor of the file. */
async function read(): Promise<Record<string, { shape: readonly number[]; values: number[] }>> {
  const found: Record<string, { shape: readonly number[]; values: number[] }> = {};
  for (const [name, source] of await openPytorch(path)) {
    found[name] = { shape: source.shape, values: [...(await source.read())] };
  }
  return found;
}

const six = bytesOf(floats(0, 1, 2, 3, 4, 5));

describe('a PyTorch file', () => {
  test('gives its tensors, whatever their type, stride and place in a storage', async () => {
    const parameter = op.call(
      op.name('torch._utils', '_rebuild_parameter'),
      tensor({ key: '0', count: 6, size: [2, 3] }),
      op.no,
      op.ordered(),
    );
    const state = op.dictionary([
      ['plain', tensor({ key: '0', size: [2, 3] })],
      ['turned', tensor({ key: '0', count: 6, size: [3, 2], stride: [1, 3] })],
      ['row', tensor({ key: '0', count: 6, offset: 3, size: [3] })],
      ['column', tensor({ key: '0', count: 6, offset: 2, size: [2], stride: [3] })],
      ['block', tensor({ key: '0', count: 6, offset: 1, size: [2, 1, 2], stride: [3, 99, 1] })],
      ['scalar', tensor({ key: '0', count: 6, offset: 5, size: [] })],
      ['empty', tensor({ key: '0', count: 6, offset: 6, size: [0, 4] })],
      ['parameter', parameter],
      ['half', tensor({ type: 'Half', key: '1', size: [3] })],
      ['brain', tensor({ type: 'BFloat16', key: '2', size: [2] })],
      ['double', tensor({ type: 'Double', key: '3', size: [2] })],
    ]);
    await writeZip(path, op.pickle(state), {
      0: six,
      1: bytesOf(Uint16Array.of(0x3c00, 0xc000, 0x0001)),
      2: bytesOf(Uint16Array.of(0x3f80, 0xc000)),
      3: bytesOf(Float64Array.of(0.5, -3)),
    });
    const plain = { shape: [2, 3], values: [0, 1, 2, 3, 4, 5] };
    expect(await read()).toEqual({
      plain,
      turned: { shape: [3, 2], values: [0, 3, 1, 4, 2, 5] },
      row: { shape: [3], values: [3, 4, 5] },
      column: { shape: [2], values: [2, 5] },
      block: { shape: [2, 1, 2], values: [1, 2, 4, 5] },
      scalar: { shape: [], values: [5] },
      empty: { shape: [0, 4], values: [] },
      parameter: plain,
      half: { shape: [3], values: [1, -2, 2 ** -24] },
      brain: { shape: [2], values: [1, -2] },
      double: { shape: [2], values: [0.5, -3] },
    });
  });

  test('is the same in the words of newer pickles, with the attributes of a state_dict', async () => {
    const short = (text: string) => Buffer.concat([Buffer.from([0x8c, text.length]), Buffer.from(text)]);
    const value = tensor({ key: '0', size: [6] });
    const frame = Buffer.concat([Buffer.from([0x95]), Buffer.alloc(8)]);
    const ordered = Buffer.concat([
      short('collections'),
      short('OrderedDict'),
      Buffer.from([0x93]),
      Buffer.from(')R'),
      Buffer.from([0x94]),
    ]);
    const state = Buffer.concat([
      frame,
      ordered,
      Buffer.concat([short('a'), value, Buffer.from('s')]),
      op.dictionary([['_metadata', op.ordered()]]),
      Buffer.from('b'),
    ]);
    await writeZip(path, op.pickle(state, 4), { 0: six });
    expect(await read()).toEqual({ a: { shape: [6], values: [0, 1, 2, 3, 4, 5] } });
  });

  test('of before 1.6 is read as well', async () => {
    const state = op.dictionary([
      ['b', tensor({ type: 'Half', key: '94', size: [2] }, true)],
      ['a', tensor({ key: '17', count: 6, size: [3, 2], stride: [1, 3] }, true)],
      ['again', tensor({ key: '17', size: [6] }, true)],
    ]);
    await writeLegacy(path, state, [
      ['17', six, 4],
      ['94', bytesOf(Uint16Array.of(0x3c00, 0x4000)), 2],
    ]);
    expect(await read()).toEqual({
      a: { shape: [3, 2], values: [0, 3, 1, 4, 2, 5] },
      again: { shape: [6], values: [0, 1, 2, 3, 4, 5] },
      b: { shape: [2], values: [1, 2] },
    });
  });

  test('tells which tensors are the same numbers', async () => {
    const state = op.dictionary([
      ['one', tensor({ key: '0', size: [6] })],
      ['two', tensor({ key: '0', size: [6] })],
      ['part', tensor({ key: '0', count: 6, offset: 1, size: [5] })],
    ]);
    await writeZip(path, op.pickle(state), { 0: six });
    const file = await openPytorch(path);
    const [one, two, part] = ['one', 'two', 'part'].map((name) => file.get(name)!.place);
    expect(one).toBe(two);
    expect(part).not.toBe(one);
  });

  test('may hold masks of any type, which are read only where somebody asks', async () => {
    await writeZip(path, op.pickle(op.dictionary([['mask', tensor({ type: 'Bool', key: '0', size: [4] })]])), {
      0: Uint8Array.of(1, 0, 1, 0),
    });
    const file = await openPytorch(path);
    await expect(file.get('mask')!.read()).rejects.toMatchObject({ code: 'bad-input' });
  });

  const damages = async (): Promise<void> => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(wholeFile.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.oneof({ weight: 3, arbitrary: fc.constant(wholeFile.length) }, fc.nat(wholeFile.length)),
        async (changes, length) => {
          const broken = Buffer.from(wholeFile.subarray(0, length));
          for (const [at, byte] of changes) if (at < length) broken[at] = byte;
          await writeFile(path, broken);
          const found = await read().catch((error: Error) => error);
          if (found instanceof Error) expect(found.name, found.stack).toBe('TiebreakError');
          else
            for (const { shape, values } of Object.values(found))
              expect(values.length).toBe(shape.reduce((a, b) => a * b, 1));
        },
      ),
      { numRuns: 500 },
    );
  };
  let wholeFile: Buffer;
  const state = (legacy: boolean) =>
    op.dictionary([
      ['a', tensor({ key: '0', count: 6, size: [3, 2], stride: [1, 3] }, legacy)],
      ['b', tensor({ type: 'Half', key: '1', size: [2] }, legacy)],
    ]);

  test('any damage to it is an error of ours or gives tensors of the size they claim', async () => {
    await writeZip(path, op.pickle(state(false)), { 0: six, 1: new Uint8Array(4) });
    wholeFile = await readFile(path);
    await damages();
    await writeLegacy(path, state(true), [
      ['0', six, 4],
      ['1', new Uint8Array(4), 2],
    ]);
    wholeFile = await readFile(path);
    await damages();
  });

  test('any pickle at all is an error of ours or a table of tensors', async () => {
    const pieces = [...'(tRQus.}])eab0NhqGKMJXrjc'].map((code) => Buffer.from(code));
    const numbers = [0x80, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x93, 0x94, 0x95, 0, 1, 2, 255].map((n) =>
      Buffer.of(n),
    );
    const larger = [
      op.text('storage'),
      op.text('0'),
      op.name('torch', 'FloatStorage'),
      tensor({ key: '0', size: [6] }),
      op.ordered(),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...pieces, ...numbers, ...larger), { maxLength: 30 }),
        async (chosen) => {
          await writeZip(path, op.pickle(Buffer.concat(chosen)), { 0: six });
          const found = await read().catch((error: Error) => error);
          if (found instanceof Error) expect(found.name, found.stack).toBe('TiebreakError');
        },
      ),
      { numRuns: 500 },
    );
  });
});
