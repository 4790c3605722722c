import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';

/** Writes pickles and PyTorch files, true ones and such as PyTorch never would. */
export const op = {
  text: (value: string): Buffer => {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(5);
    length[0] = 'X'.charCodeAt(0);
    length.writeUInt32LE(bytes.length, 1);
    return Buffer.concat([length, bytes]);
  },
  int: (value: number): Buffer => {
    const bytes = Buffer.alloc(5);
    bytes[0] = 'J'.charCodeAt(0);
    bytes.writeInt32LE(value, 1);
    return bytes;
  },
  /** Eight bytes, in two's complement. */
  long: (value: bigint): Buffer => {
    const bytes = Buffer.alloc(10);
    bytes[0] = 0x8a;
    bytes[1] = 8;
    bytes.writeBigInt64LE(value, 2);
    return bytes;
  },
  name: (module: string, member: string): Buffer => Buffer.from(`c${module}\n${member}\n`),
  tuple: (...items: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from('('), ...items, Buffer.from('t')]),
  dictionary: (entries: readonly (readonly [string, Buffer])[]): Buffer =>
    Buffer.concat([Buffer.from('}('), ...entries.flatMap(([key, value]) => [op.text(key), value]), Buffer.from('u')]),
  call: (name: Buffer, ...args: readonly Buffer[]): Buffer =>
    Buffer.concat([name, op.tuple(...args), Buffer.from('R')]),
  outside: (address: Buffer): Buffer => Buffer.concat([address, Buffer.from('Q')]),
  pickle: (value: Buffer, protocol = 2): Buffer =>
    Buffer.concat([Buffer.from([0x80, protocol]), value, Buffer.from('.')]),
  no: Buffer.from([0x89]),
  none: Buffer.from('N'),
  ordered: (): Buffer => op.call(op.name('collections', 'OrderedDict')),
};

type Storage = 'Float' | 'Half' | 'BFloat16' | 'Double' | 'Byte' | 'Bool' | 'Long';
type TensorOptions = {
  readonly type?: Storage;
  readonly key: string;
  /** Numbers in the storage; the product of the size without it. */
  readonly count?: number | bigint;
  readonly offset?: number | bigint;
  readonly size: readonly (number | bigint)[];
  readonly stride?: readonly (number | bigint)[];
};

const whole = (value: number | bigint): Buffer => (typeof value === 'bigint' ? op.long(value) : op.int(value));

/** A tensor as torch._utils._rebuild_tensor_v2 is asked for it. */
export function tensor(
  { type = 'Float', key, count, offset = 0, size, stride }: TensorOptions,
  legacy = false,
): Buffer {
  const numbers = count ?? size.reduce((product: number, n) => product * Number(n), 1);
  const dense = size.map((_, i) => size.slice(i + 1).reduce((product: number, n) => product * Number(n), 1));
  const address = op.tuple(
    op.text('storage'),
    op.name('torch', `${type}Storage`),
    op.text(key),
    op.text('cpu'),
    whole(numbers),
    ...(legacy ? [op.none] : []),
  );
  return op.call(
    op.name('torch._utils', '_rebuild_tensor_v2'),
    op.outside(address),
    whole(offset),
    op.tuple(...size.map(whole)),
    op.tuple(...(stride ?? dense).map(whole)),
    op.no,
    op.ordered(),
  );
}

type ZipOptions = { readonly pack?: boolean; readonly extra?: readonly (readonly [string, Buffer])[] };

/** A file as PyTorch writes since 1.6. */
export async function writeZip(
  path: string,
  pickle: Buffer,
  storages: Readonly<Record<string, Uint8Array>>,
  { pack = false, extra = [] }: ZipOptions = {},
): Promise<void> {
  const zip = new yazl.ZipFile();
  zip.addBuffer(pickle, 'archive/data.pkl', { compress: false });
  for (const [key, bytes] of Object.entries(storages)) {
    zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), `archive/data/${key}`, {
      compress: pack,
    });
  }
  for (const [name, content] of extra) zip.addBuffer(content, name, { compress: false });
  zip.addBuffer(Buffer.from('3\n'), 'archive/version', { compress: false });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

/** A file as PyTorch wrote before 1.6. `widths`: bytes of one number in each storage. */
export async function writeLegacy(
  path: string,
  state: Buffer,
  storages: readonly (readonly [key: string, bytes: Uint8Array, width: number])[],
): Promise<void> {
  const magic = Buffer.from([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]);
  const machine = op.dictionary([
    ['protocol_version', op.int(1001)],
    ['little_endian', Buffer.from([0x88])],
  ]);
  const keys = Buffer.concat([Buffer.from(']('), ...storages.map(([key]) => op.text(key)), Buffer.from('e')]);
  const numbers = storages.flatMap(([, bytes, width]) => {
    const count = Buffer.alloc(8);
    count.writeBigUInt64LE(BigInt(bytes.byteLength / width));
    return [count, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)];
  });
  const pickles = [magic, op.int(1001), machine, state, keys].map((value) => op.pickle(value));
  await writeFile(path, Buffer.concat([...pickles, ...numbers]));
}
