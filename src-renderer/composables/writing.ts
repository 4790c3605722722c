import { shallowRef } from 'vue';

/** What was last done, for the line that says so; `count` tells the same thing done twice apart. */
export type Said = { readonly count: number; readonly text: string; readonly detail: string };

/** One thing is written at a time; what goes wrong is kept, and what was done is said. */
export function useWriting() {
  const writing = shallowRef(false);
  const failure = shallowRef<unknown>(null);
  const said = shallowRef<Said>({ count: 0, text: '', detail: '' });

  const tell = (text: string, detail = ''): void => {
    said.value = { count: said.value.count + 1, text, detail };
  };

  /** Writes one thing, unless another is being written; keeps what goes wrong. */
  async function write(work: () => Promise<void>): Promise<void> {
    if (writing.value) return;
    writing.value = true;
    failure.value = null;
    try {
      await work();
    } catch (error) {
      failure.value = error;
      said.value = { ...said.value, text: '' };
    } finally {
      writing.value = false;
    }
  }

  return { failure, said, tell, write };
}
