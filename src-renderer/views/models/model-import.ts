import { shallowRef } from 'vue';
import { arrivedModelInWords } from '../../../src-main/common/model-words.ts';
import type { Started } from '../../../src-main/contract/api.ts';
import type { HubModel } from '../../../src-main/contract/views.ts';
import { chooseFiles, client } from '../../api.ts';
import type { useStartedTask } from '../../composables/started-task.ts';
import { say } from '../../composables/toasts.ts';

/** Brings models in: from files of this computer or from the hub. */
export function useModelImport(run: ReturnType<typeof useStartedTask>['run']) {
  /** Files on their way to the application, before there is a task. */
  const sending = shallowRef<{ readonly words: string; readonly stop: AbortController } | null>(null);

  /** Asks for files, and starts to bring in the model they are; null where that was stopped before. */
  async function start(purpose: 'model' | 'model-folder'): Promise<Started | null> {
    const stop = new AbortController();
    const onFile = (name: string, number: number, of: number): void => {
      sending.value = { words: `Handing over ${name}${of > 1 ? `, ${number} of ${of}` : ''}`, stop };
    };
    try {
      const files = await chooseFiles(purpose, { onFile, signal: stop.signal });
      const folder = files[0]?.folder;
      const handles = files.map(({ handle }) => handle);
      return handles.length > 0 ? await client.models.import({ files: handles, ...(folder ? { folder } : {}) }) : null;
    } catch (reason) {
      if (stop.signal.aborted) return null;
      throw reason;
    } finally {
      sending.value = null;
    }
  }

  return {
    sending,
    importModel: async (purpose: 'model' | 'model-folder'): Promise<void> => {
      const result = await run('model-import', () => start(purpose));
      if (result) say(arrivedModelInWords(result));
    },
    fetchModel: async ({ model, revision }: HubModel): Promise<void> => {
      const result = await run('model-fetch', () => client.hub.fetch({ model, revision }));
      if (result) say(arrivedModelInWords(result));
    },
  };
}
