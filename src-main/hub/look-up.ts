import { isPooling, neededFiles } from '../common/model-files.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { HubModel } from '../contract/views.ts';
import { listFiles, repositoryOf } from './list-files.ts';

/**
 * Asks the hub what a model is made of. Nothing but its list of files is fetched.
 * @throws TiebreakError where there is no such model, or none that can be used, or no connection
 */
export async function lookUp(
  hub: string,
  { model, revision }: { readonly model: string; readonly revision: string },
  signal: AbortSignal,
): Promise<HubModel> {
  const repository = repositoryOf(model, hub, 'model');
  if (!/^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/.test(revision) || revision.includes('..')) {
    throw new TiebreakError('bad-input', `${JSON.stringify(revision.slice(0, 100))} is no name of a revision.`);
  }
  const listed = await listFiles(hub, 'model', repository, revision, signal);
  // Only files of the folder itself, and how an encoder pools: what else lies deeper is of other programs.
  const own = listed.names.filter((file) => !/[/\\]/.test(file) || isPooling(file));
  const needed = neededFiles(own.filter((file) => !/\.(md|py|gitattributes)$/.test(file)));
  if ('problem' in needed)
    throw new TiebreakError('bad-input', `${repository} can't be used. ${needed.problem} Nothing was changed.`);
  const names = [...(needed.config ? [needed.config] : []), ...needed.tokenizer, ...needed.beside, ...needed.weights];
  const files = names.map(listed.file);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { model: repository, revision: listed.revision, host: new URL(hub).host, files, bytes };
}
