import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { size } from '../common/words.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { HubFile } from '../contract/views.ts';
import { mostTries, pause } from './patience.ts';
import { ask, Broken, type Repository, silenceMs, unreachable } from './request.ts';

export type DownloadHooks = {
  readonly signal: AbortSignal;
  /** How many bytes of the file are here. */
  readonly onBytes: (bytes: number) => void;
  /** What the file is of; a model, where it is not said. */
  readonly kind?: Repository | undefined;
};

/**
 * Fetches a file to a path, and goes on from the part that an earlier try left (`path`.part). What is there in the end has the sum
 * that the hub named, so it does not matter from how many pieces it was put together.
 * @throws TiebreakError with one sentence; the part stays, but where its content is wrong
 */
export async function download(address: string, file: HubFile, path: string, hooks: DownloadHooks): Promise<void> {
  const { signal, onBytes } = hooks;
  if ((await sizeOf(path)) === file.bytes) {
    onBytes(file.bytes);
    return;
  }
  const part = `${path}.part`;
  for (let tries = 0; ; tries++) {
    const before = await sizeOf(part);
    try {
      await receive(address, file, part, before, hooks);
      break;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      const after = await sizeOf(part);
      if (after > before) tries = 0;
      if (tries + 1 >= mostTries) throw brokenOff(file, after, error);
      await pause(signal);
    }
  }
  if ((await sumOf(part, file, signal)) !== file.sum) {
    await rm(part, { force: true });
    const message = `${file.name} is not the file that the hub lists: its checksum differs. It was thrown away, and nothing was changed: fetch it again.`;
    throw new TiebreakError('damaged', message);
  }
  await rename(part, path);
}

/** Appends what is missing to the part that is there. */
async function receive(
  address: string,
  file: HubFile,
  part: string,
  have: number,
  hooks: DownloadHooks,
): Promise<void> {
  const { signal, onBytes, kind } = hooks;
  if (have > file.bytes) return rm(part, { force: true }).then(() => receive(address, file, part, 0, hooks));
  if (have === file.bytes && have > 0) return onBytes(have);
  const silence = new AbortController();
  const quiet = (): NodeJS.Timeout => setTimeout(() => silence.abort(new Broken('The server fell silent')), silenceMs);
  let timer = quiet();
  const either = AbortSignal.any([signal, silence.signal]);
  let handle: FileHandle | null = null;
  let begun = false;
  try {
    const headers = have > 0 ? { range: `bytes=${have}-` } : {};
    const answer = await ask(address, file.name, headers, either, kind);
    const from = firstByte(answer, file, have);
    handle = await open(part, from === 0 ? 'w' : 'a');
    let done = from;
    begun = true;
    onBytes(done);
    for await (const piece of answer.body ?? []) {
      clearTimeout(timer);
      timer = quiet();
      done += piece.length;
      if (done > file.bytes) throw lied(file);
      await handle.writeFile(piece);
      onBytes(done);
    }
    if (done < file.bytes) throw new Broken('The connection broke off');
    await handle.sync();
  } catch (error) {
    if (signal.aborted || error instanceof TiebreakError || error instanceof Broken) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw diskFull(error);
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code) && 'syscall' in (error as object)) throw error;
    if (silence.signal.aborted) throw silence.signal.reason;
    throw begun
      ? new Broken('The connection broke off', { cause: error })
      : unreachable(new URL(address), error, signal);
  } finally {
    clearTimeout(timer);
    await handle?.close();
  }
}

/** The place of the first byte that an answer brings. A server that knows no ranges begins anew. */
function firstByte(answer: Response, file: HubFile, have: number): number {
  const length = answer.headers.get('content-length');
  if (answer.status === 206) {
    const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(answer.headers.get('content-range') ?? '');
    const whole = range?.[3] === '*' || Number(range?.[3]) === file.bytes;
    if (Number(range?.[1]) !== have || !whole) throw lied(file);
    return have;
  }
  if (length !== null && Number(length) !== file.bytes) throw lied(file);
  return 0;
}

/** The sum of a file as the hub names sums: SHA-256, or for small files that of git, which counts in how long it is. */
async function sumOf(path: string, { sum, bytes }: HubFile, signal: AbortSignal): Promise<string> {
  const git = sum.startsWith('git:');
  const hash: Hash = git ? createHash('sha1').update(`blob ${bytes}\0`) : createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20, signal })) hash.update(piece);
  return `${git ? 'git' : 'sha256'}:${hash.digest('hex')}`;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

function brokenOff({ name, bytes }: HubFile, have: number, cause: Broken): TiebreakError {
  const message = `${cause.message} at ${size(have)} of ${size(bytes)} of ${name}. Nothing was changed, and what came is kept: fetch it again to go on from there.`;
  return new TiebreakError('not-found', message, { cause });
}

function lied({ name }: HubFile): TiebreakError {
  const message = `The server sent ${name} in another length than the hub lists. Nothing was changed: try again later.`;
  return new TiebreakError('damaged', message);
}

export function diskFull(cause: unknown): TiebreakError {
  const message = 'There is not enough room on the disk for this. Nothing was changed: make room, and fetch it again.';
  return new TiebreakError('bad-input', message, { cause });
}
