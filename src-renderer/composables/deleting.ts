import { nextTick } from 'vue';
import type { ModelLine, ReportPage, RunLine } from '../../src-main/contract/views.ts';
import { client } from '../api.ts';
import { say, succeeds } from './toasts.ts';

/** What can be deleted so that it can be taken back. */
export type Deletable = {
  readonly name: string;
  readonly delete: () => Promise<unknown>;
  readonly restore: () => Promise<unknown>;
  /** What stays, as a sentence. */
  readonly stays?: string;
};

export const deletableRun = ({ id, name, modelName }: Pick<RunLine, 'id' | 'name' | 'modelName'>): Deletable => ({
  name,
  delete: () => client.train.delete({ run: id }),
  restore: () => client.train.restore({ run: id }),
  ...(modelName === null ? {} : { stays: `Its model ${modelName} stays.` }),
});

export const deletableReport = ({ id, name }: Pick<ReportPage, 'id' | 'name'>): Deletable => ({
  name,
  delete: () => client.reports.delete({ report: id }),
  restore: () => client.reports.restore({ report: id }),
});

export const deletableModel = ({ name }: Pick<ModelLine, 'name'>): Deletable => ({
  name,
  delete: () => client.models.delete({ model: name }),
  restore: () => client.models.restore({ model: name }),
});

/** Deletes something, and offers to take that back. @returns whether it is gone */
export async function deleteWithUndo({ name, stays, ...thing }: Deletable): Promise<boolean> {
  const done = await succeeds(thing.delete);
  const said = stays === undefined ? `${name} was deleted.` : `${name} was deleted. ${stays}`;
  if (done) say(said, { label: 'Undo', run: thing.restore });
  return done;
}

/** Takes a deletion back. */
export async function restore(thing: Deletable): Promise<void> {
  if (await succeeds(thing.restore)) say(`${thing.name} is back.`);
}

/**
 * Deleting from a list.
 * @param shown the list
 * @param focus puts the focus on one of the list, or with null on what stands above it
 */
export function useDeleting<Item>(
  shown: () => readonly Item[],
  deletable: (item: Item) => Deletable,
  focus: (item: Item | null) => unknown,
) {
  return {
    /** The focus goes to what is next to it. */
    remove: async (item: Item): Promise<void> => {
      const place = shown().indexOf(item);
      const next = shown()[place + 1] ?? shown()[place - 1] ?? null;
      if (!(await deleteWithUndo(deletable(item)))) return;
      await nextTick();
      focus(next);
    },
    restore: async (item: Item): Promise<void> => {
      await restore(deletable(item));
      focus(null);
    },
  };
}
