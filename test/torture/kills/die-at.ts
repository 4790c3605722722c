/**
 * Loaded into a process before everything else: counts what it does to files and to the database, and ends it as a crash does before one of
 * these, or in the middle of a write. TIEBREAK_DIE says where: 'main:12', 'engine:3:half'; 'count:FILE' lets it live, and writes the counts.
 */
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const [what = '', where = '', half] = (process.env.TIEBREAK_DIE ?? '').split(':');
const role = basename(process.argv[1] ?? '') === 'process.ts' ? 'engine' : 'main';
const at = what === role ? Number(where) : Number.POSITIVE_INFINITY;
let done = 0;

const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  // The signal comes before this call returns; whatever should come after it, does not.
  for (;;);
};

/** @param write what is written of a file where only a part of it arrives */
function step(write?: () => void): void {
  done += 1;
  if (done !== at) return;
  if (half && write) write();
  die();
}

type Fn = (...args: unknown[]) => unknown;
type Patched = Record<string, Fn>;

const bytesOf = (value: unknown): Uint8Array | null =>
  typeof value === 'string'
    ? Buffer.from(value)
    : ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : null;

const changing =
  /^(write|writev|writeFile|appendFile|copyFile|cp|fsync|fdatasync|ftruncate|truncate|mkdir|mkdtemp|rename|rm|rmdir|unlink|link|symlink|chmod)(Sync)?$/;
/** Standard output and error are no files of ours. */
const isOurs = (first: unknown): boolean => first !== 1 && first !== 2;

if (isMainThread && what !== '') {
  const writeSync = fs.writeSync;
  for (const object of [fs, fs.promises] as unknown as Patched[]) {
    for (const [name, original] of Object.entries(object)) {
      if (typeof original !== 'function' || !changing.test(name)) continue;
      object[name] = function patched(this: unknown, ...args: unknown[]) {
        const [first, data] = args;
        const bytes = typeof first === 'number' && name.startsWith('write') ? bytesOf(data) : null;
        if (isOurs(first))
          step(bytes ? () => void writeSync(first as number, bytes.subarray(0, bytes.length >> 1)) : undefined);
        return original.apply(this, args);
      };
    }
  }
  const handle = await fs.promises.open(process.execPath, 'r');
  const ofHandle = Object.getPrototypeOf(handle) as Patched & { readonly fd: number };
  for (const name of ['write', 'writeFile', 'writev', 'appendFile', 'sync', 'datasync', 'truncate']) {
    const original = ofHandle[name]!;
    (ofHandle as Patched)[name] = function patched(this: { readonly fd: number }, ...args: unknown[]) {
      const bytes = bytesOf(args[0]);
      step(
        bytes && name.startsWith('write')
          ? () => void writeSync(this.fd, bytes.subarray(0, bytes.length >> 1))
          : undefined,
      );
      return original.apply(this, args);
    } as Fn;
  }
  await handle.close();
  syncBuiltinESMExports();
  // The engine has no database.
  if (role === 'main') {
    const Database = createRequire(import.meta.url)('better-sqlite3') as {
      new (path: string): { prepare: (sql: string) => object; close: () => void };
      prototype: Patched;
    };
    const memory = new Database(':memory:');
    const ofStatement = Object.getPrototypeOf(memory.prepare('SELECT 1')) as Patched;
    memory.close();
    for (const [object, name] of [
      [ofStatement, 'run'],
      [Database.prototype, 'exec'],
    ] as const) {
      const original = object[name]!;
      object[name] = function patched(this: unknown, ...args: unknown[]) {
        step();
        return original.apply(this, args);
      };
    }
  }
  if (what === 'count') process.on('exit', () => writeFileSync(join(where, `${role}-${process.pid}`), String(done)));
}

const { writeFileSync } = fs;
