import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWeights } from '../../src-main/checkpoint/open-weights.ts';
import { openSafetensors, readSafetensors, writeSafetensors } from '../../src-main/checkpoint/safetensors.ts';
import { halfToFloat } from '../../src-main/checkpoint/tensor-file.ts';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
  path = join(folder, 'a.safetensors');
});
afterAll(() => rm(folder, { recursive: true }));

/** A file with this header, whatever it says, and this many bytes of data. */
async function forge(header: unknown, data: Uint8Array): Promise<void> {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeFile(path, Buffer.concat([length, json, data]));
}

describe('safetensors', () => {
  test('a broken header is said as what it is, whatever is broken in it', async () => {
    await writeSafetensors(path, new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]));
    const whole = await readFile(path);
    const nameless = join(folder, 'handle');
    for (const [at, byte] of [
      [8, 0x20],
      [8, 0x00],
      [0, 0x80],
      [7, 0xff],
      [0, 0x50],
    ] as const) {
      const broken = Buffer.from(whole);
      broken[at] = byte;
      await writeFile(path, broken);
      await expect(openWeights(path), `${at}`).rejects.toThrow(/are damaged: its (header|entry)/);
      await writeFile(nameless, broken);
      await expect(openWeights(nameless), `${at}`).rejects.toThrow(/damaged: it(s header| begins neither)/);
    }
    await rm(nameless);
  });

  test('comes back as written, views and empty tensors included', async () => {
    const tensors = new Map([
      ['a', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, Number.POSITIVE_INFINITY) }],
      ['view', { shape: [2], data: new Float32Array([9, 8, 7, 6]).subarray(1, 3) }],
      ['empty', { shape: [0, 4], data: new Float32Array(0) }],
      ['scalar', { shape: [], data: Float32Array.of(42) }],
    ]);
    await writeSafetensors(path, tensors, { note: 'ü' });
    const back = await readSafetensors(path);
    expect([...back.tensors]).toEqual(
      [...tensors].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
    );
    expect(back.metadata).toEqual({ format: 'pt', note: 'ü' });
    expect(await readdir(folder)).toEqual(['a.safetensors']);
    expect((await readFile(path)).readBigUInt64LE() % 8n).toBe(0n);
  });

  test('a file goes into another one tensor by tensor', async () => {
    await writeSafetensors(path, new Map([['a', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]));
    const { tensors } = await openSafetensors(path);
    const read: string[] = [];
    const watched = new Map(
      [...tensors].map(([name, { shape, read: fetch }]) => [
        name,
        { shape, read: () => fetch().finally(() => read.push(name)) },
      ]),
    );
    const copy = join(folder, 'copy');
    expect(read).toEqual([]);
    await writeSafetensors(copy, watched);
    expect(read).toEqual(['a']);
    expect(await readFile(copy)).toEqual(await readFile(path));
    const lying = new Map([['a', { shape: [5], read: async () => Float32Array.of(1) }]]);
    await expect(writeSafetensors(copy, lying)).rejects.toThrow('a: shape and data disagree');
    expect(await readFile(copy)).toEqual(await readFile(path));
    await rm(path);
    await expect(tensors.get('a')!.read()).rejects.toMatchObject({ code: 'not-found' });
  });

  test('reads float16 and bfloat16', async () => {
    const f16 = new Uint16Array([0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00]);
    const bf16 = new Uint16Array([0x3f80, 0xc000]);
    const header = {
      half: { dtype: 'F16', shape: [6], data_offsets: [0, 12] },
      brain: { dtype: 'BF16', shape: [2], data_offsets: [12, 16] },
    };
    await forge(header, Buffer.concat([new Uint8Array(f16.buffer), new Uint8Array(bf16.buffer)]));
    const { tensors } = await readSafetensors(path);
    expect([...tensors.get('half')!.data]).toEqual([1, -2, 65504, 2 ** -24, -0, Number.POSITIVE_INFINITY]);
    expect([...tensors.get('brain')!.data]).toEqual([1, -2]);
    expect(halfToFloat(0x7e00)).toBeNaN();
  });

  test('refuses files that lie, end early or hold other types', async () => {
    const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
    const eight = new Uint8Array(8);
    const lies: [unknown, Uint8Array][] = [
      [{ a: entry }, new Uint8Array(7)],
      [{ a: { ...entry, shape: [3] } }, eight],
      [{ a: { ...entry, shape: [2 ** 52, 2 ** 52] } }, eight],
      [{ a: { ...entry, data_offsets: [8, 0] } }, eight],
      [{ a: { ...entry, data_offsets: [-8, 0] } }, eight],
      [{ a: { ...entry, shape: 'x' } }, eight],
      [{ a: null }, eight],
      [{ a: entry, b: entry }, eight],
      [{ a: entry }, new Uint8Array(9)],
      [
        '{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}',
        eight,
      ],
      ['null', eight],
      ['{"a"', eight],
    ];
    for (const [header, data] of lies) {
      await forge(header, data);
      await expect(readSafetensors(path)).rejects.toMatchObject({ name: 'TiebreakError', code: 'damaged' });
    }
    await writeFile(path, Buffer.from([255, 255, 255, 255, 255, 255, 255, 127]));
    await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'damaged' });
    await writeFile(path, Buffer.from([1, 2]));
    await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'damaged' });
    await forge({ mask: { dtype: 'U8', shape: [8], data_offsets: [0, 8] } }, eight);
    await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'bad-input' });
    expect((await readSafetensors(path, (name) => name !== 'mask')).tensors.size).toBe(0);
    await expect(readSafetensors(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
  });

  test('any damage to a file is an error of ours or gives tensors of the size they claim', async () => {
    await writeSafetensors(path, new Map([['a', { shape: [4], data: Float32Array.of(1, 2, 3, 4) }]]));
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), async (at, byte, length) => {
        const broken = Buffer.from(whole.subarray(0, length));
        if (at < length) broken[at] = byte;
        await writeFile(path, broken);
        const read = await readSafetensors(path).catch((error: Error) => error);
        if (read instanceof Error) expect(read.name).toBe('TiebreakError');
        else
          for (const { shape, data } of read.tensors.values())
            expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
      }),
    );
  });
});
