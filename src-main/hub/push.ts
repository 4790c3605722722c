import { openAsBlob } from 'node:fs';
import { z } from 'zod';
import { TiebreakError } from '../contract/errors.ts';
import { hubFetch, Stale } from './hub-fetch.ts';
import { refusalOf, strange } from './push-refusals.ts';
import { Broken } from './request.ts';
import { startedUploads } from './started-uploads.ts';
import type { HubToken } from './token.ts';
import { understood } from './understood.ts';

export type Push = {
  /** Address of the hub, without a slash at its end. */
  readonly hub: string;
  readonly token: HubToken;
  /** OWNER/NAME. */
  readonly repository: string;
  readonly isPublic: boolean;
  /** First line of the commit. */
  readonly title: string;
  readonly files: readonly { readonly name: string; readonly path: string; readonly bytes: number }[];
  /** Folder for what must be known to go on after a break. */
  readonly kept: string;
};

export type PushHooks = {
  readonly signal: AbortSignal;
  /** Bytes that the hub has, of all; `had`: those of them that it had before. */
  readonly onBytes: (done: number, had: number) => void;
};

export type Pushed = {
  /** The page of the repository. */
  readonly address: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  readonly isPublic: boolean;
  /** Bytes that went over the wire; the hub had the others. */
  readonly sent: number;
};

const repositorySchema = z.looseObject({ private: z.boolean() });

/**
 * Sends files to a repository of the hub, which is made where it is not there, as one commit. Large files, and parts of them, that are
 * up from an earlier try are not sent again.
 * @throws TiebreakError with one sentence; nothing of the repository's files changes before all are up
 */
export async function push(what: Push, { signal, onBytes }: PushHooks): Promise<Pushed> {
  const { hub, repository, files } = what;
  let [sent, there] = [0, 0];
  const told = (): void => onBytes(sent + there, there);
  const started = startedUploads(what.kept);
  const asking = hubFetch(hub, what.token, started, {
    signal,
    onSent: (bytes) => {
      sent += bytes;
      told();
    },
    onThere: (bytes) => {
      there += bytes;
      told();
    },
  });
  try {
    const isPublic = await madeRepository(what, asking);
    for (;;) {
      try {
        const commit = await committed(what, asking, signal);
        const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
        // Small files are part of the commit itself.
        const went = total - there;
        onBytes(total, there);
        return { address: `${hub}/${repository}`, commit, isPublic, sent: went };
      } catch (error) {
        if (!(error instanceof Stale)) throw error;
        [sent, there] = [0, 0];
      }
    }
  } catch (error) {
    if (signal.aborted || error instanceof TiebreakError) throw error;
    if (error instanceof Broken) throw brokenOff(what, error);
    throw await explained(what, error);
  }
}

/** Sees to it that the repository is there, and no more public than was wished. @returns whether it is public */
async function madeRepository({ hub, repository, isPublic }: Push, asking: typeof fetch): Promise<boolean> {
  const { createRepo, HubApiError, whoAmI } = await import('@huggingface/hub');
  // The library is given no token: what asks in its place shows it.
  const asked = { hubUrl: hub, fetch: asking, accessToken: '' };
  await whoAmI(asked);
  let found = await visibilityOf(hub, repository, asking);
  if (found === null) {
    try {
      const repo = { type: 'model', name: repository } as const;
      await createRepo({ ...asked, repo, visibility: isPublic ? 'public' : 'private' });
      return isPublic;
    } catch (error) {
      if (!(error instanceof HubApiError) || error.statusCode !== 409) throw error;
      // Made by an earlier try whose answer was lost, or by somebody who doesn't show it.
      found = await visibilityOf(hub, repository, asking);
      if (found === null) throw error;
    }
  }
  if (found === 'public' && !isPublic) {
    const message = `${repository} is there already, and public: everybody could see what is sent to it. Nothing was sent: send it as public if that is what you want, or choose another name.`;
    throw new TiebreakError('bad-input', message);
  }
  return found === 'public';
}

/** null where there is no such repository, or none that the token may see. */
async function visibilityOf(
  hub: string,
  repository: string,
  asking: typeof fetch,
): Promise<'public' | 'private' | null> {
  const answer = await asking(`${hub}/api/models/${repository}`);
  if (!answer.ok) {
    await answer.body?.cancel();
    return null;
  }
  const data = understood(repositorySchema, await answer.json().catch(() => null));
  if (data === null) throw strange(hub);
  return data.private ? 'private' : 'public';
}

/** Uploads what is missing, and makes the commit. @returns its number */
async function committed(
  { hub, repository, title, files }: Push,
  asking: typeof fetch,
  signal: AbortSignal,
): Promise<string> {
  const { commit } = await import('@huggingface/hub');
  const operations = await Promise.all(
    files.map(
      async ({ name, path }) => ({ operation: 'addOrUpdate', path: name, content: await openAsBlob(path) }) as const,
    ),
  );
  const made = await commit({
    ...{ hubUrl: hub, fetch: asking, abortSignal: signal, title, operations },
    repo: { type: 'model', name: repository },
    // By Git LFS the hub says by its checksum what is up, and takes the rest of an upload that was begun.
    useXet: false,
  });
  const oid = made?.commit.oid;
  if (!/^[0-9a-f]{40}$/.test(oid ?? '')) throw strange(hub);
  return oid!;
}

async function explained({ hub, token, repository }: Push, error: unknown): Promise<Error> {
  const { HubApiError } = await import('@huggingface/hub');
  if (error instanceof HubApiError) return refusalOf(error, { hub, token, repository });
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return error as Error;
  return strange(hub);
}

function brokenOff({ repository }: Push, cause: Broken): TiebreakError {
  const message = `${cause.message}. Nothing here was changed, and no file of ${repository} was: see whether this machine is online, and send it again. What is up is not sent a second time.`;
  return new TiebreakError('not-found', message, { cause });
}
