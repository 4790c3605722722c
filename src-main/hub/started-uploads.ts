import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { understood } from './understood.ts';

/** What the hub says of an object in its answer to a batch request. Of large ones the header names an address for each part. */
export const objectSchema = z.looseObject({
  oid: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().min(0),
  actions: z
    .looseObject({
      upload: z.looseObject({ href: z.string(), header: z.record(z.string(), z.string()).optional() }).optional(),
    })
    .optional(),
});
type LfsObject = z.output<typeof objectSchema>;

const startedSchema = z.object({ size: z.int(), href: z.string(), header: z.record(z.string(), z.string()) });
const partSchema = z.object({ part: z.string(), etag: z.string() });

/** An upload in parts that goes on over breaks. */
export type StartedUpload = {
  readonly oid: string;
  readonly href: string;
  readonly header: Readonly<Record<string, string>>;
  /** Whether it was begun by an earlier try, so that the hub may know it no more. */
  readonly old: boolean;
  /** The mark that the store gave each part that is up. */
  readonly etags: Map<string, string>;
};

/**
 * Uploads of large files that were begun, one file each: what the hub said of it, then a line for each part that is up. Whoever has these
 * addresses can put that one object there as long as they are good, some hours or days: only the person who sends it can read the file.
 */
export type StartedUploads = {
  /** What the hub said, or in its place what it said of the same object when an earlier try began to send it. */
  readonly take: (object: LfsObject) => Promise<LfsObject>;
  /** The upload that an address belongs to, and its part; null for the address that completes it. */
  readonly at: (address: string) => { readonly upload: StartedUpload; readonly part: string | null } | undefined;
  readonly keepPart: (upload: StartedUpload, part: string, etag: string) => Promise<void>;
  /** It is complete, or the hub knows it no more. */
  readonly forget: (upload: StartedUpload) => Promise<void>;
};

const partsOf = (header: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(header).filter((key) => /^\d+$/.test(key));

/** @param folder where they are kept */
export function startedUploads(folder: string): StartedUploads {
  const places = new Map<string, { readonly upload: StartedUpload; readonly part: string | null }>();
  const fileOf = (oid: string): string => join(folder, `${oid}.started`);

  const earlier = async ({ oid, size, actions }: LfsObject): Promise<StartedUpload | null> => {
    const [first = '', ...lines] = (await readFile(fileOf(oid), 'utf8').catch(() => '')).split('\n');
    const found = understood(startedSchema, parsed(first));
    const now = actions?.upload?.header ?? {};
    const same =
      found !== null &&
      found.size === size &&
      found.header.chunk_size === now.chunk_size &&
      partsOf(found.header).length === partsOf(now).length;
    if (!same) return null;
    // The last line may be a part of one, where the machine went off.
    const parts = lines.flatMap((line) => understood(partSchema, parsed(line)) ?? []);
    const etags = new Map(parts.map(({ part, etag }) => [part, etag]));
    return { oid, href: found.href, header: found.header, old: true, etags };
  };

  return {
    take: async (object) => {
      const { oid, size, actions } = object;
      const upload = actions?.upload;
      if (upload?.header?.chunk_size === undefined) return object;
      let started = await earlier(object);
      if (!started) {
        const { href, header } = upload;
        started = { oid, href, header, old: false, etags: new Map() };
        await mkdir(folder, { recursive: true });
        await writeFile(fileOf(oid), `${JSON.stringify({ size, href, header })}\n`, { mode: 0o600 });
      }
      for (const part of partsOf(started.header)) places.set(started.header[part]!, { upload: started, part });
      places.set(started.href, { upload: started, part: null });
      return { ...object, actions: { ...actions, upload: { ...upload, href: started.href, header: started.header } } };
    },
    at: (address) => places.get(address),
    keepPart: async ({ oid, etags }, part, etag) => {
      etags.set(part, etag);
      await appendFile(fileOf(oid), `${JSON.stringify({ part, etag })}\n`);
    },
    forget: ({ oid }) => rm(fileOf(oid), { force: true }),
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
