import { z } from 'zod';
import { TiebreakError } from '../contract/errors.ts';
import type { HubFile } from '../contract/views.ts';
import { ask, Broken, type Repository, silenceMs } from './request.ts';
import { understood } from './understood.ts';

const longestAnswer = 8 << 20;
/** No file of a GPT-2 is larger, and none that the hub makes of a data set. */
const largestFile = 100e9;

const name = z.string().max(1000);
const size = z.int().min(0).max(largestFile);
/** What we read of the hub's answer. */
const answerSchema = z.looseObject({
  id: z.string().max(200),
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z
    .array(
      z.looseObject({
        rfilename: name,
        size: size.nullish(),
        blobId: z.string().nullish(),
        lfs: z.looseObject({ sha256: z.string(), size }).nullish(),
      }),
    )
    .max(100_000),
});

export type Listed = {
  /** The commit. */
  readonly revision: string;
  readonly names: readonly string[];
  /** A file of the list with its size and sum. Throws TiebreakError where the hub doesn't say them. */
  readonly file: (name: string) => HubFile;
};

const kinds = {
  model: { path: 'models', example: 'openai-community/gpt2' },
  'data set': { path: 'datasets', example: 'stanfordnlp/SHP' },
} as const;

/** A name as the hub has them: OWNER/NAME, or NAME alone. The address of its page is understood as well. Throws TiebreakError. */
export function repositoryOf(text: string, hub: string, kind: Repository): string {
  const plain = text.trim().replace(/\/+$/, '');
  const own = kind === 'model' ? `${hub}/` : `${hub}/datasets/`;
  const path = plain.startsWith(own) ? plain.slice(own.length).replace(/\/(tree|blob|viewer)(\/.*)?$/, '') : plain;
  const parts = path.split('/');
  const sound = parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,95}$/.test(part) && !part.includes('..'));
  if (sound && parts.length <= 2) return path;
  const shown = JSON.stringify(plain.slice(0, 100));
  throw new TiebreakError('bad-input', `${shown} is no name of a ${kind}: it looks like ${kinds[kind].example}.`);
}

/**
 * Asks the hub what a repository is made of. Nothing but its list of files is fetched.
 * @throws TiebreakError where there is no such repository or revision, or no connection
 */
export async function listFiles(
  hub: string,
  kind: Repository,
  repository: string,
  revision: string,
  signal: AbortSignal,
): Promise<Listed> {
  const address = `${hub}/api/${kinds[kind].path}/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const what = revision === 'main' ? `${kind} ${repository}` : `${kind} ${repository} in the revision ${revision}`;
  const silence = AbortSignal.timeout(silenceMs);
  const either = AbortSignal.any([signal, silence]);
  const answer = await readAnswer(hub, address, what, kind, either).catch((error: unknown) => {
    if (signal.aborted) throw new TiebreakError('cancelled', 'Cancelled. Nothing was changed.', { cause: error });
    if (error instanceof TiebreakError) throw error;
    throw offline(error instanceof Broken ? error.message : `${new URL(hub).host} doesn't answer`, kind, error);
  });
  const data = understood(answerSchema, answer);
  if (data === null) throw strange(hub, kind);
  const listed = new Map(data.siblings.map((file) => [file.rfilename, file]));
  return {
    revision: data.sha,
    names: [...listed.keys()],
    file: (file) => {
      const { size: plain, blobId, lfs } = listed.get(file)!;
      const bytes = lfs?.size ?? plain;
      const sum = lfs ? lfs.sha256 : blobId;
      const sound = typeof bytes === 'number' && sum && (lfs ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/).test(sum);
      if (!sound) throw strange(hub, kind);
      return { name: file, bytes, sum: `${lfs ? 'sha256' : 'git'}:${sum}` };
    },
  };
}

async function readAnswer(
  hub: string,
  address: string,
  what: string,
  kind: Repository,
  signal: AbortSignal,
): Promise<unknown> {
  const response = await ask(address, what, { accept: 'application/json' }, signal, kind);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.length;
    if (length > longestAnswer) throw strange(hub, kind);
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    throw strange(hub, kind);
  }
}

const byHand = (kind: Repository): string =>
  kind === 'model' ? 'the model elsewhere and import its folder' : 'its files elsewhere and import them';

/** One sentence for no connection. */
export function offline(why: string, kind: Repository, cause: unknown): TiebreakError {
  const message = `${why}. Nothing was changed: see whether this machine is online, or download ${byHand(kind)}.`;
  return new TiebreakError('not-found', message, { cause });
}

function strange(hub: string, kind: Repository): TiebreakError {
  const rest =
    kind === 'model'
      ? 'download the model in a browser, and import its folder'
      : 'download its files in a browser, and import them';
  const message = `${new URL(hub).host} answered in a way that is not understood here. Nothing was changed: ${rest}.`;
  return new TiebreakError('bad-input', message);
}
