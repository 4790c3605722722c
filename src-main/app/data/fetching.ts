import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { DataSetPlan, FetchInput, FetchPlan, fetchCall } from '../../contract/fetching.ts';
import type { ImportSummary } from '../../contract/reports.ts';
import { addressOf, isDataSet, openOf, planDataSet } from '../../hub/data-set.ts';
import { diskFull, download } from '../../hub/download.ts';
import { firstRows, NoRanges } from '../../hub/parquet-rows.ts';
import { Broken } from '../../hub/request.ts';
import { fetchThread } from '../../threads/fetch-thread.ts';
import { planThread } from '../../threads/plan.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { type Brought, importSources, type Source } from './import-files.ts';

type Call = z.output<typeof fetchCall>;
type Signalled = CallHooks & { readonly signal: AbortSignal };

/**
 * What fetching an address would ask, of whom. For a thread nothing is asked; for a data set on the hub its list of files, and
 * with `rows` where in them the rows stand.
 * @throws TiebreakError where the address is none that is understood
 */
export async function planFetch(house: House, input: FetchInput, { signal }: CallHooks = {}): Promise<FetchPlan> {
  const { address, rows, from, revision } = input;
  if (isDataSet(address, house.hub)) {
    return planDataSet(
      house.hub,
      { name: address, split: from, rows, revision },
      signal ?? new AbortController().signal,
    );
  }
  if (rows !== undefined || from !== undefined) {
    const message = `--rows and --from are for data sets on the hub (hf:OWNER/NAME): a thread comes whole. Nothing was asked.`;
    throw new TiebreakError('bad-input', message);
  }
  return planThread(address).plan;
}

/** Fetches what an address names, as it was planned, and brings it in as a file would be. */
export function fetchAndImport(house: House, call: Call, hooks: CallHooks = {}): Promise<Brought> {
  const signal = hooks.signal ?? new AbortController().signal;
  return withLock(house, 'fetching', async () => {
    const plan = await planFetch(house, call, { signal });
    return plan.kind === 'thread'
      ? importThread(house, plan.address, call, { ...hooks, signal })
      : importDataSet(house, plan, call, { ...hooks, signal });
  });
}

/** A thread, as a file of its site's own shape that goes as soon as it was read. */
async function importThread(house: House, address: string, call: Call, hooks: Signalled): Promise<Brought> {
  const { thread } = planThread(address);
  const { content, missing = [] } = await fetchThread(thread, house.threads, {
    signal: hooks.signal,
    onWait: hooks.onLog,
    onBytes: (done) =>
      hooks.onProgress?.({ phase: 'fetch', done, total: null, name: thread.host, speed: null, secondsLeft: null }),
  });
  const brought = await withFile(house, '.json', async (path) => {
    await writeFile(path, JSON.stringify(content));
    return bringIn(house, [{ path, name: address }], call, hooks);
  });
  return missing.length === 0 ? brought : { ...brought, notFetched: missing };
}

async function importDataSet(house: House, plan: DataSetPlan, call: Call, hooks: Signalled): Promise<Brought> {
  const name = `${plan.address} (${plan.split})`;
  try {
    if (plan.rows === null) return await importWhole(house, plan, name, call, hooks);
    return await withFile(house, '.jsonl', async (path) => {
      await writeFirstRows(house, plan, path, hooks);
      return bringIn(house, [{ path, name }], call, hooks);
    });
  } catch (error) {
    if (error instanceof TiebreakError) throw error;
    if (error instanceof NoRanges) throw noParts(plan);
    if (hooks.signal.aborted) {
      const message =
        'The fetching was cancelled. Nothing was changed; what came of whole files is kept, and the next try goes on from there.';
      throw new TiebreakError('cancelled', message, { cause: error });
    }
    if (error instanceof Broken) {
      throw new TiebreakError('not-found', `${error.message}. Nothing was changed: try again.`, { cause: error });
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw diskFull(error);
    throw error;
  }
}

/** All files of the plan, each held against its checksum. What came before a cancel or a broken connection is gone on from. */
async function importWhole(
  house: House,
  plan: DataSetPlan,
  name: string,
  call: Call,
  hooks: Signalled,
): Promise<Brought> {
  const key = createHash('sha256').update(`${plan.dataSet}@${plan.revision}`).digest('hex').slice(0, 32);
  const folder = join(house.home, 'downloads', key);
  await mkdir(folder, { recursive: true });
  const sources: Source[] = [];
  let before = 0;
  for (const [at, file] of plan.files.entries()) {
    const path = join(folder, `${file.sum.replace(':', '-')}.parquet`);
    const onBytes = (bytes: number): void => tell(hooks, before + bytes, plan.bytes, file.name);
    await download(addressOf(house.hub, plan, file), file, path, { signal: hooks.signal, onBytes, kind: 'data set' });
    before += file.bytes;
    sources.push({ path, name: plan.files.length === 1 ? name : `${name}, file ${at + 1}` });
  }
  try {
    return await bringIn(house, sources, call, hooks);
  } finally {
    // What can't be read is no better the next time.
    if (!hooks.signal.aborted) await rm(folder, { recursive: true, force: true });
  }
}

async function writeFirstRows(house: House, plan: DataSetPlan, path: string, hooks: Signalled): Promise<void> {
  const out = await open(path, 'w');
  try {
    let [fetched, left] = [0, plan.rows ?? 0];
    for (const file of plan.files) {
      const onBytes = (bytes: number): void => {
        fetched += bytes;
        tell(hooks, Math.min(fetched, plan.bytes), plan.bytes, file.name);
      };
      const remote = await openOf(house.hub, plan, file, hooks.signal, onBytes);
      for await (const rows of firstRows(remote, left)) {
        for (const row of rows) await out.appendFile(`${JSON.stringify(row, plain)}\n`);
        hooks.signal.throwIfAborted();
      }
      left -= Math.min(left, remote.rows);
    }
  } finally {
    await out.close();
  }
}

/** A value of Parquet as JSON has it: large integers digit by digit, and no pictures or sounds. */
function plain(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') {
    const small = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
    return small ? Number(value) : String(value);
  }
  return ArrayBuffer.isView(value) ? undefined : value;
}

function tell({ onProgress }: CallHooks, done: number, total: number, name: string): void {
  onProgress?.({ phase: 'fetch', done, total, name, speed: null, secondsLeft: null });
}

function bringIn(house: House, sources: readonly Source[], call: Call, hooks: CallHooks): Promise<Brought> {
  const { address: _, rows: __, from: ___, revision: ____, split, ...options } = call;
  return importSources(
    house,
    sources.map((source) => ({ ...source, split })),
    options,
    hooks,
  );
}

/** A file of the data folder that is gone in the end. */
async function withFile<T>(house: House, ending: string, work: (path: string) => Promise<T>): Promise<T> {
  const folder = join(house.home, 'downloads');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${randomBytes(12).toString('hex')}${ending}`);
  try {
    return await work(path);
  } finally {
    await rm(path, { force: true });
  }
}

function noParts({ host }: DataSetPlan): TiebreakError {
  const message = `${host} gives no parts of files, so its first rows alone can't be read. Nothing was changed: leave --rows out, and the whole files are fetched.`;
  return new TiebreakError('bad-input', message);
}

/** For the command line, which knows imports by their files alone. */
export async function fetchForCommand(house: House, call: Call, hooks: CallHooks): Promise<ImportSummary> {
  const { imports: _, ...summary } = await fetchAndImport(house, call, hooks);
  return summary;
}
