import { TiebreakError } from '../contract/errors.ts';
import type { DataSetPlan } from '../contract/fetching.ts';
import type { HubFile } from '../contract/views.ts';
import { partOf } from './data-set-files.ts';
import { type Listed, listFiles, offline, repositoryOf } from './list-files.ts';
import { bytesOfRows, NoRanges, openRemote, type RemoteFile } from './parquet-rows.ts';
import { Broken, userAgent } from './request.ts';

/** The branch on which the hub keeps data sets as Parquet. https://huggingface.co/docs/dataset-viewer/parquet */
const converted = 'refs/convert/parquet';

export type WantedDataSet = {
  /** OWNER/NAME, OWNER/NAME/CONFIG, or the address of its page. */
  readonly name: string;
  readonly split: string | undefined;
  readonly rows: number | undefined;
  /** A commit; without it the newest. */
  readonly revision: string | undefined;
};

/** Whether an address is one of a data set on the hub: 'hf:...', or of its page. */
export const isDataSet = (address: string, hub: string): boolean =>
  /^hf:/i.test(address) || address.startsWith(`${hub}/datasets/`);

/**
 * What fetching a data set would ask. Its list of files is asked for; with `rows` also the ends of as many files as that takes. Where the
 * hub gives no parts of files, the plan is the whole data set.
 * @throws TiebreakError where there is no such data set, or no part of it that can be read, or no connection
 */
export async function planDataSet(hub: string, wanted: WantedDataSet, signal: AbortSignal): Promise<DataSetPlan> {
  const { repository, config } = nameOf(wanted.name, hub);
  const listed = await (wanted.revision === undefined
    ? newest(hub, repository, signal)
    : listFiles(hub, 'data set', repository, wanted.revision, signal));
  const part = partOf(repository, listed, { config, split: wanted.split });
  const files = part.names.map(listed.file);
  const { host } = new URL(hub);
  const plan: DataSetPlan = {
    kind: 'data-set',
    address: `hf:${repository}${part.config === 'default' ? '' : `/${part.config}`}`,
    dataSet: repository,
    config: part.config,
    split: part.split,
    host,
    revision: listed.revision,
    files,
    partial: part.partial,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    rows: null,
    userAgent,
  };
  if (wanted.rows === undefined) return plan;
  try {
    return await withRows(hub, plan, wanted.rows, signal);
  } catch (error) {
    if (signal.aborted) throw new TiebreakError('cancelled', 'Cancelled. Nothing was changed.', { cause: error });
    if (error instanceof NoRanges) return plan;
    if (error instanceof Broken) throw offline(error.message, 'data set', error);
    throw error;
  }
}

/** The same with the files that hold the first rows alone, and what reading those asks for. */
async function withRows(hub: string, plan: DataSetPlan, rows: number, signal: AbortSignal): Promise<DataSetPlan> {
  const files: HubFile[] = [];
  let [have, bytes] = [0, 0];
  for (const file of plan.files) {
    if (have >= rows) break;
    const remote = await openRemote(addressOf(hub, plan, file), file, signal);
    bytes += bytesOfRows(remote, rows - have);
    have += remote.rows;
    files.push(file);
  }
  return { ...plan, files, bytes, rows: Math.min(rows, have) };
}

/** Where a file of a data set is asked for. */
export function addressOf(hub: string, { dataSet, revision }: DataSetPlan, { name }: HubFile): string {
  return `${hub}/datasets/${dataSet}/resolve/${revision}/${name.split('/').map(encodeURIComponent).join('/')}`;
}

/** A file of the plan, to be read in parts. */
export function openOf(
  hub: string,
  plan: DataSetPlan,
  file: HubFile,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<RemoteFile> {
  return openRemote(addressOf(hub, plan, file), file, signal, onBytes);
}

/** As Parquet where the hub has made that of it, else its own files. */
async function newest(hub: string, repository: string, signal: AbortSignal): Promise<Listed> {
  try {
    const listed = await listFiles(hub, 'data set', repository, converted, signal);
    if (listed.names.some((name) => name.endsWith('.parquet'))) return listed;
  } catch (error) {
    // No such branch; where there is no such data set either, the next one says so.
    if (!(error instanceof TiebreakError) || !notThere(error)) throw error;
  }
  return listFiles(hub, 'data set', repository, 'main', signal);
}

/** Nothing there, and not nobody there. */
const notThere = ({ code, message }: TiebreakError): boolean => code === 'not-found' && message.includes(' has no ');

function nameOf(text: string, hub: string): { readonly repository: string; readonly config: string | undefined } {
  const plain = text.trim().replace(/^hf:/i, '').replace(/\/+$/, '');
  const parts = plain.split('/');
  if (plain.startsWith(hub) || parts.length < 3) {
    return { repository: repositoryOf(plain, hub, 'data set'), config: undefined };
  }
  const config = parts.slice(2).join('/');
  if (!/^[^/]{1,200}$/.test(config)) repositoryOf(plain, hub, 'data set');
  return { repository: repositoryOf(parts.slice(0, 2).join('/'), hub, 'data set'), config };
}
