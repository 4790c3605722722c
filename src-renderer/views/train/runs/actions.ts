import type { ContextComparison } from '../../../../src-main/contract/context-comparison.ts';
import type { RunLine } from '../../../../src-main/contract/views.ts';
import { client } from '../../../api.ts';
import { attempt, say } from '../../../composables/toasts.ts';

/** Deletes a run so that it can be taken back. @returns whether it is gone */
export async function deleteRun({ id, name, modelName }: Pick<RunLine, 'id' | 'name' | 'modelName'>): Promise<boolean> {
  const done = await attempt(async () => {
    await client.train.delete({ run: id });
    return true;
  });
  const model = modelName === null ? '' : ` Its model ${modelName} stays.`;
  if (done) say(`${name} was deleted.${model}`, { label: 'Undo', run: () => client.train.restore({ run: id }) });
  return done === true;
}

/** Goes on with a run. @returns whether it does */
export async function resumeRun({ id }: Pick<RunLine, 'id'>): Promise<boolean> {
  return (await attempt(() => client.train.resume({ run: id }))) !== undefined;
}

/** Goes on with a comparison with and without the post. @returns whether it does */
export async function goOnWith({ id }: Pick<ContextComparison, 'id'>): Promise<boolean> {
  return (await attempt(() => client.contextComparisons.goOn({ comparison: id }))) !== undefined;
}
