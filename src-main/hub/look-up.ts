import { z } from 'zod';
import { neededFiles } from '../common/model-files.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { HubFile, HubModel } from '../contract/views.ts';
import { ask, Broken, silenceMs } from './request.ts';

const longestAnswer = 8 << 20;
/** No file of a GPT-2 is larger. */
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

/** A name as the hub has them: OWNER/NAME, or NAME alone. The address of its page is understood as well. Throws TiebreakError. */
function repositoryOf(text: string, hub: string): string {
  const plain = text.trim().replace(/\/+$/, '');
  const path = plain.startsWith(`${hub}/`) ? plain.slice(hub.length + 1).replace(/\/(tree|blob)\/.*$/, '') : plain;
  const parts = path.split('/');
  const sound = parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,95}$/.test(part) && !part.includes('..'));
  if (sound && parts.length <= 2) return path;
  const shown = JSON.stringify(plain.slice(0, 100));
  throw new TiebreakError('bad-input', `${shown} is no name of a model: it looks like openai-community/gpt2.`);
}

/**
 * Asks the hub what a model is made of. Nothing but its list of files is fetched.
 * @throws TiebreakError where there is no such model, or none that can be used, or no connection
 */
export async function lookUp(
  hub: string,
  { model, revision }: { readonly model: string; readonly revision: string },
  signal: AbortSignal,
): Promise<HubModel> {
  const repository = repositoryOf(model, hub);
  if (!/^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/.test(revision) || revision.includes('..')) {
    throw new TiebreakError('bad-input', `${JSON.stringify(revision.slice(0, 100))} is no name of a revision.`);
  }
  const address = `${hub}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const what = revision === 'main' ? `model ${repository}` : `model ${repository} in the revision ${revision}`;
  const silence = AbortSignal.timeout(silenceMs);
  const answer = await readAnswer(hub, address, what, AbortSignal.any([signal, silence])).catch((error: unknown) => {
    if (signal.aborted) throw new TiebreakError('cancelled', 'Cancelled. Nothing was changed.', { cause: error });
    if (error instanceof TiebreakError) throw error;
    throw offline(error instanceof Broken ? error.message : `${new URL(hub).host} doesn't answer`, error);
  });
  const { data, success } = answerSchema.safeParse(answer);
  if (!success) throw strange(hub);
  // Only files of the folder itself: what lies deeper is of other programs.
  const listed = new Map(
    data.siblings.filter(({ rfilename }) => !/[/\\]/.test(rfilename)).map((file) => [file.rfilename, file]),
  );
  const needed = neededFiles([...listed.keys()].filter((file) => !/\.(md|py|gitattributes)$/.test(file)));
  if ('problem' in needed)
    throw new TiebreakError('bad-input', `${repository} can't be used. ${needed.problem} Nothing was changed.`);
  const names = [...(needed.config ? [needed.config] : []), ...needed.tokenizer, ...needed.weights];
  const files = names.map((file): HubFile => {
    const { size: plain, blobId, lfs } = listed.get(file)!;
    const bytes = lfs?.size ?? plain;
    const sum = lfs ? lfs.sha256 : blobId;
    if (typeof bytes !== 'number' || !sum || !(lfs ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{40}$/).test(sum)) throw strange(hub);
    return { name: file, bytes, sum: `${lfs ? 'sha256' : 'git'}:${sum}` };
  });
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { model: repository, revision: data.sha, host: new URL(hub).host, files, bytes };
}

async function readAnswer(hub: string, address: string, what: string, signal: AbortSignal): Promise<unknown> {
  const response = await ask(address, what, { accept: 'application/json' }, signal);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.length;
    if (length > longestAnswer) throw strange(hub);
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    throw strange(hub);
  }
}

/** One sentence for no connection. */
function offline(why: string, cause: unknown): TiebreakError {
  const message = `${why}. Nothing was changed: see whether this machine is online, or download the model elsewhere and import its folder.`;
  return new TiebreakError('not-found', message, { cause });
}

function strange(hub: string): TiebreakError {
  const message = `${new URL(hub).host} answered in a way that is not understood here. Nothing was changed: download the model in a browser, and import its folder.`;
  return new TiebreakError('bad-input', message);
}
