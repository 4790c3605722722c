import { expect, test } from 'vitest';
import { crc32c } from '../../src-main/tracking/crc32c.ts';
import { eventFileName, eventFrames } from '../../src-main/tracking/tfevents.ts';
import { hostile, recordOf } from '../support/run-records.ts';

/** Bit by bit, from the polynomial as RFC 3720 writes it: to check the table against. */
function slowCrc(data: Uint8Array): number {
  let crc = ~0;
  for (const byte of data) {
    for (let bit = 0; bit < 8; bit++) {
      const carry = (crc ^ (byte >>> bit)) & 1;
      crc = (crc >>> 1) ^ (carry === 1 ? 0x82f63b78 : 0);
    }
  }
  return ~crc >>> 0;
}

type Field = { readonly number: number; readonly value: bigint | Uint8Array };

/** The fields of a protobuf message, by the wire format alone. */
function fieldsOf(data: Uint8Array): readonly Field[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = data[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (length: number): Uint8Array => {
    at += length;
    return data.subarray(at - length, at);
  };
  while (at < data.length) {
    const tag = Number(varint());
    const [number, wire] = [tag >>> 3, tag & 7];
    if (wire === 0) fields.push({ number, value: varint() });
    else if (wire === 1) fields.push({ number, value: bytes(8) });
    else if (wire === 2) fields.push({ number, value: bytes(Number(varint())) });
    else if (wire === 5) fields.push({ number, value: bytes(4) });
    else throw new Error(`wire type ${wire}`);
  }
  expect(at).toBe(view.byteLength);
  return fields;
}

const found = (fields: readonly Field[], number: number): bigint | Uint8Array | undefined =>
  fields.find((field) => field.number === number)?.value;
const message = (fields: readonly Field[], number: number): readonly Field[] =>
  fieldsOf((found(fields, number) as Uint8Array | undefined) ?? new Uint8Array());
const textOf = (value: bigint | Uint8Array | undefined): string => new TextDecoder().decode(value as Uint8Array);
const numberOf = (value: bigint | Uint8Array | undefined): number => {
  const data = value as Uint8Array;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return data.length === 8 ? view.getFloat64(0, true) : view.getFloat32(0, true);
};

/** The events of a file, as TensorBoard reads them: both checksums of every record must be right. */
function eventsOf(file: Uint8Array): readonly (readonly Field[])[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const unmasked = (masked: number): number => {
    const rotated = (masked - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  const events: (readonly Field[])[] = [];
  let at = 0;
  while (at < file.length) {
    const length = Number(view.getBigUint64(at, true));
    expect(unmasked(view.getUint32(at + 8, true))).toBe(slowCrc(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(unmasked(view.getUint32(at + 12 + length, true))).toBe(slowCrc(data));
    events.push(fieldsOf(data));
    at += 16 + length;
  }
  expect(at).toBe(file.length);
  return events;
}

test('CRC-32C is that of RFC 3720', () => {
  const of = (...bytes: number[]): number => crc32c(Uint8Array.from(bytes));
  const ascending = Array.from({ length: 32 }, (_, index) => index);
  expect(of(...Array(32).fill(0))).toBe(0x8a9136aa);
  expect(of(...Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(of(...ascending)).toBe(0x46dd794e);
  expect(of(...ascending.toReversed())).toBe(0x113fdb5c);
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  expect(of()).toBe(0);
  expect(of(...ascending)).toBe(slowCrc(Uint8Array.from(ascending)));
});

test('an event file holds every value of the curves as a scalar at its step, and the rest beside it', () => {
  const record = recordOf({ name: hostile, notes: `# Idea\n${hostile}` });
  const events = eventsOf(Buffer.concat([...eventFrames(record)]));
  expect(textOf(found(events[0]!, 3))).toBe('brain.Event:2');

  const scalars = new Map<string, [step: number, value: number][]>();
  const texts = new Map<string, string>();
  let time = 0;
  for (const event of events) {
    const wallTime = numberOf(found(event, 1));
    expect(wallTime).toBeGreaterThanOrEqual(Math.max(time, Date.parse(record.run.startedAt) / 1000));
    expect(wallTime).toBeLessThanOrEqual(Date.parse(record.run.endedAt!) / 1000);
    time = wallTime;
    const step = Number(found(event, 2) ?? 0n);
    for (const { value } of message(event, 5)) {
      const fields = fieldsOf(value as Uint8Array);
      const tag = textOf(found(fields, 1));
      const tensor = found(fields, 8);
      if (tensor === undefined) {
        scalars.set(tag, [...(scalars.get(tag) ?? []), [step, numberOf(found(fields, 2))]]);
        continue;
      }
      const inTensor = fieldsOf(tensor as Uint8Array);
      expect(found(inTensor, 1)).toBe(7n);
      expect(textOf(found(message(message(fields, 9), 1), 1))).toBe('text');
      texts.set(tag, textOf(found(inTensor, 8)));
    }
  }
  const loss = scalars.get('loss')!;
  expect(loss.map(([step]) => step)).toEqual(record.curve.map(({ step }) => step));
  for (const [step, value] of loss) expect(value).toBeCloseTo(record.curve[step - 1]!.loss, 6);
  expect(scalars.get('grouped/sk_ndcg/k=5')).toEqual([
    [10, 0.75],
    [20, 0.75],
  ]);
  expect(scalars.get('figures/test/accuracy')).toEqual([[20, expect.closeTo(0.65, 6)]]);
  expect(scalars.get('figures/test/longer/accuracy')).toEqual([[20, expect.closeTo(0.6, 6)]]);
  // There was nothing to measure it on.
  expect(scalars.has('figures/test/ndcg/low')).toBe(false);
  expect(texts.get('settings')).toContain('| learningRate | 0.001 |');
  expect(texts.get('notes')).toBe(record.run.notes);
});

test('a run that never got to a step has an event file too', () => {
  const record = { ...recordOf({ step: 0, endedAt: null, status: 'failed' }), curve: [], evaluation: null };
  expect(eventsOf(Buffer.concat([...eventFrames(record)])).length).toBe(2);
  expect(eventFileName(record)).toBe('events.out.tfevents.1767261600.tiebreak');
});
