import { watch } from 'vue';
import { useRouter } from 'vue-router';
import { resultInWords } from '../../src-main/common/result-words.ts';
import { tasks } from './tasks.ts';
import { say } from './toasts.ts';

/** Says in every other view that a training has come to its end. */
export function useFinishedTrainings(): void {
  const router = useRouter();
  watch(tasks, (now, before) => {
    for (const task of now) {
      const was = before.find(({ id }) => id === task.id);
      if (task.state !== 'done' || was?.state !== 'running' || router.currentRoute.value.name === 'train') continue;
      if (task.kind === 'context' && task.result) {
        const query = { context: String(task.result.comparison) };
        say(task.result.says, { label: 'Look', run: () => router.push({ name: 'train', query }) });
      }
      if (task.kind !== 'train') continue;
      const look = (): unknown => router.push({ name: 'train', params: { run: String(task.run) } });
      const said = task.result?.evaluation ? resultInWords(task.result.evaluation) : null;
      say([`${task.result?.model ?? 'The model'} is trained.`, said].filter(Boolean).join(' '), {
        label: 'Look',
        run: look,
      });
    }
  });
}
