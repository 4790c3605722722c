import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parquetWriteBuffer } from 'hyparquet-writer';

type Faults = { status?: number; noRanges?: boolean; spoil?: boolean; shortRanges?: boolean; breaks?: number };

export type DataSetServer = {
  readonly address: string;
  readonly faults: Faults;
  /** Every request, as PATH [RANGE]. */
  readonly asked: string[];
  /** Bytes of files that were sent. */
  readonly sent: () => number;
  readonly close: () => Promise<void>;
};

export const commits = { main: 'a'.repeat(40), converted: 'b'.repeat(40) } as const;

/** Rows of preferences, as TRL has them, as a Parquet file with parts of a hundred rows. */
export function preferenceRows(from: number, count: number): Buffer {
  const numbers = Array.from({ length: count }, (_, at) => from + at);
  const column = (name: string, of: (number: number) => string) => ({
    name,
    data: numbers.map(of),
    type: 'STRING' as const,
  });
  const columnData = [
    column('prompt', (number) => `Question ${number}? ${noise(number, 400)}`),
    column('chosen', (number) => `A good answer to ${number} ${noise(number + 0.5, 400)}`),
    column('rejected', (number) => `A bad answer to ${number}`),
    { name: 'id', data: numbers.map((number) => 9007199254740993n + BigInt(number)), type: 'INT64' as const },
  ];
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 100 }));
}

/** Text that compresses badly. */
const noise = (seed: number, length: number): string =>
  Array.from({ length: length / 64 }, (_, at) => createHash('sha256').update(`${seed}/${at}`).digest('hex')).join('');

/** A hub with one data set: its own files, and the branch with those that the hub converted, where there are any. */
export async function startDataSet(
  name: string,
  files: { readonly main: ReadonlyMap<string, Buffer>; readonly converted: ReadonlyMap<string, Buffer> | null },
): Promise<DataSetServer> {
  const faults: Faults = {};
  const asked: string[] = [];
  let sent = 0;
  const server = createServer(({ url, headers }, response) => {
    const { pathname } = new URL(url!, 'http://hub');
    const path = decodeURIComponent(pathname);
    asked.push([path, headers.range].filter(Boolean).join(' '));
    if (faults.status) return response.writeHead(faults.status).end('an error page');
    for (const [revision, commit, kept] of [
      ['main', commits.main, files.main],
      ['refs/convert/parquet', commits.converted, files.converted],
    ] as const) {
      if (!kept) continue;
      if ([revision, commit].some((one) => path === `/api/datasets/${name}/revision/${one}`)) {
        response.writeHead(200, { 'content-type': 'application/json' });
        return response.end(JSON.stringify({ id: name, sha: commit, siblings: [...kept].map(listed) }));
      }
      const prefix = `/datasets/${name}/resolve/${commit}/`;
      const content = path.startsWith(prefix) ? kept.get(path.slice(prefix.length)) : undefined;
      if (content) return send(response, content, headers.range);
    }
    return response.writeHead(404).end('{"error": "Repository not found"}');
  });
  const send = (response: ServerResponse, content: Buffer, range: string | undefined): void => {
    const [, from = '0', to = ''] = (!faults.noRanges && /^bytes=(\d+)-(\d*)$/.exec(range ?? '')) || [];
    const end = to === '' ? content.length : Number(to) + 1;
    const part = Buffer.from(content.subarray(Number(from), end));
    if (faults.spoil) part[part.length >> 1]! ^= 1;
    const partial = range !== undefined && !faults.noRanges;
    const said = faults.shortRanges ? Number(from) + 1 : Number(from);
    response.writeHead(partial ? 206 : 200, {
      'content-length': part.length,
      ...(partial ? { 'content-range': `bytes ${said}-${end - 1}/${content.length}` } : {}),
    });
    sent += part.length;
    if ((faults.breaks ?? 0) > 0) {
      faults.breaks! -= 1;
      response.write(part.subarray(0, part.length >> 1), () => setTimeout(() => response.destroy(), 20));
    } else response.end(part);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    asked,
    sent: () => sent,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listed([rfilename, content]: readonly [string, Buffer]): object {
  const blobId = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const lfs = rfilename.endsWith('.parquet') ? { lfs: { sha256, size: content.length, pointerSize: 134 } } : {};
  return { rfilename, size: content.length, blobId, ...lfs };
}
