import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { append } from '../../common/lists.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { DataSetPlan, FetchInput, FetchPlan, fetchCall } from '../../contract/fetching.ts';
import type { ImportSummary } from '../../contract/reports.ts';
import type { TaskResults } from '../../contract/tasks.ts';
import type { HubFile } from '../../contract/views.ts';
import { addressOf, isDataSet, openOf, planDataSet } from '../../hub/data-set.ts';
import { diskFull, download } from '../../hub/download.ts';
import { firstRows, NoRanges } from '../../hub/parquet-rows.ts';
import { Broken } from '../../hub/request.ts';
import { fetchThread } from '../../threads/fetch-thread.ts';
import { planThread } from '../../threads/plan.ts';
import { downloadFolder, hasRoom } from '../kernel/downloads.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { importSources, type Source } from './import-files.ts';

type Signalled = CallHooks & { readonly signal: AbortSignal };

/** A file that comes of an address: what people call it, and what writes it to a path. */
type Piece = {
  readonly name: string;
  readonly ending: string;
  /** @returns what is missing of it, in whole sentences */
  readonly make: (path: string) => Promise<readonly string[]>;
};

/**
 * What fetching an address would ask, of whom. For a thread nothing is asked; for a data set on the hub its list of files, and
 * with `rows` where in them the rows stand.
 * @throws TiebreakError where the address is none that is understood
 */
export async function planFetch(house: House, input: FetchInput, { signal }: CallHooks = {}): Promise<FetchPlan> {
  const { address, rows, from, revision } = input;
  if (isDataSet(address, house.hub)) {
    const wanted = { name: address, split: from, rows, revision };
    return planDataSet(house.hub, wanted, signal ?? new AbortController().signal);
  }
  if (rows !== undefined || from !== undefined) {
    const message =
      '--rows and --from are for data sets on the hub (hf:OWNER/NAME): a thread comes whole. Nothing was asked.';
    throw new TiebreakError('bad-input', message);
  }
  return planThread(address).plan;
}

/** Fetches what an address names, as it was planned, and brings it in as files would be. */
export async function fetchAndImport(
  house: House,
  call: z.output<typeof fetchCall>,
  hooks: CallHooks,
): Promise<ImportSummary> {
  const { address, rows, from, revision, split, ...options } = call;
  return withLock(house, 'fetching', async () => {
    const sources: Source[] = [];
    const missing: string[] = [];
    try {
      await eachPiece(house, { address, rows, from, revision }, hooks, async ({ name, ending, make }) => {
        const path = await pathFor(house, ending);
        sources.push({ path, name, split });
        append(missing, await make(path));
      });
      const { imports: _, ...summary } = await importSources(house, sources, options, hooks);
      return missing.length === 0 ? summary : { ...summary, notFetched: missing };
    } finally {
      for (const { path } of sources) await rm(path, { force: true });
    }
  });
}

/** Starts fetching what an address names as files that a door may look at and import, and gives the number of the task. */
export function startFetch(house: House, input: FetchInput): number {
  const running = house.tasks.list().some(({ kind, state }) => kind === 'fetch' && state === 'running');
  if (running) throw new TiebreakError('busy', 'Something else is being fetched: wait until it is here, or cancel it.');
  return house.tasks.start('fetch', `Fetching ${input.address.slice(0, 200)}`, async (hooks) => {
    const files: TaskResults['fetch']['files'][number][] = [];
    const missing: string[] = [];
    await eachPiece(house, input, hooks, async ({ name, make }) => {
      files.push(await house.files.takeMade(name, async (path) => append(missing, await make(path))));
    });
    return { files, notFetched: missing };
  });
}

async function eachPiece(
  house: House,
  input: FetchInput,
  { signal = new AbortController().signal, ...others }: CallHooks,
  take: (piece: Piece) => Promise<void>,
): Promise<void> {
  const hooks = { ...others, signal };
  try {
    const plan = await planFetch(house, input, hooks);
    if (plan.kind === 'data-set' && !(await hasRoom(house, plan.bytes))) throw diskFull(null);
    const pieces =
      plan.kind === 'thread' ? [threadPiece(house, plan.address, hooks)] : dataSetPieces(house, plan, hooks);
    for (const piece of pieces) await take(piece);
  } catch (error) {
    throw explained(error, house, signal);
  }
}

/** A thread, as a file of its site's own shape. */
function threadPiece(house: House, address: string, { signal, onLog, onProgress }: Signalled): Piece {
  const { thread } = planThread(address);
  const onBytes = (done: number): void =>
    onProgress?.({ phase: 'fetch', done, total: null, name: thread.host, speed: null, secondsLeft: null });
  return {
    name: address,
    ending: '.json',
    make: async (path) => {
      const { content, missing = [] } = await fetchThread(thread, house.threads, { signal, onWait: onLog, onBytes });
      await writeFile(path, JSON.stringify(content));
      return missing;
    },
  };
}

function dataSetPieces(house: House, plan: DataSetPlan, hooks: Signalled): readonly Piece[] {
  const name = `${plan.address} (${plan.split})`;
  if (plan.rows !== null) {
    const make = (path: string) => writeFirstRows(house, plan, path, hooks).then(() => []);
    return [{ name, ending: '.jsonl', make }];
  }
  let before = 0;
  return plan.files.map((file, at) => ({
    name: plan.files.length === 1 ? name : `${name}, file ${at + 1}`,
    ending: '.parquet',
    make: async (path) => {
      await downloadWhole(house, plan, file, path, hooks, before);
      before += file.bytes;
      return [];
    },
  }));
}

/** A whole file, held against its checksum. What came before a cancel or a broken connection is gone on from. */
async function downloadWhole(
  house: House,
  plan: DataSetPlan,
  file: HubFile,
  path: string,
  hooks: Signalled,
  before: number,
): Promise<void> {
  const folder = await downloadFolder(house, `${plan.dataSet}@${plan.revision}`);
  const kept = join(folder, file.sum.replace(':', '-'));
  const onBytes = (bytes: number): void => tell(hooks, before + bytes, plan.bytes, file.name);
  await download(addressOf(house.hub, plan, file), file, kept, { signal: hooks.signal, onBytes, kind: 'data set' });
  // It is kept under its own name as well until all are here: a cancel among the next ones costs none of it.
  await link(kept, path).catch(() => rename(kept, path));
  if (file === plan.files.at(-1)) await rm(folder, { recursive: true, force: true });
}

/** The first rows, as JSON Lines. */
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

async function pathFor(house: House, ending: string): Promise<string> {
  const folder = join(house.home, 'downloads');
  await mkdir(folder, { recursive: true });
  return join(folder, `${randomBytes(12).toString('hex')}${ending}`);
}

function explained(error: unknown, house: House, signal: AbortSignal): unknown {
  if (error instanceof TiebreakError) return error;
  if (signal.aborted) {
    const message =
      'The fetching was cancelled. Nothing was changed; what came of whole files is kept, and the next try goes on from there.';
    return new TiebreakError('cancelled', message, { cause: error });
  }
  if (error instanceof NoRanges) {
    const message = `${new URL(house.hub).host} gives no parts of files, so first rows alone can't be read. Nothing was changed: leave the number of rows out, and the whole files are fetched.`;
    return new TiebreakError('bad-input', message, { cause: error });
  }
  if (error instanceof Broken) {
    return new TiebreakError('not-found', `${error.message}. Nothing was changed: try again.`, { cause: error });
  }
  return (error as NodeJS.ErrnoException).code === 'ENOSPC' ? diskFull(error) : error;
}
