import { computed, type MaybeRefOrGetter, shallowRef, toValue, watch } from 'vue';
import type { Started } from '../../src-main/contract/api.ts';
import {
  passingKinds,
  type Task,
  type TaskKind,
  type TaskResults,
  trainingKinds,
} from '../../src-main/contract/tasks.ts';
import { client } from '../api.ts';

/** All long work of the application, in whichever tab it was started. */
export const tasks = shallowRef<readonly Task[]>([]);
export const runningTasks = computed(() => tasks.value.filter(({ state }) => state === 'running'));

/** Those that would be missed if they were ended. */
export const tasksOfWeight = computed(() => runningTasks.value.filter(({ kind }) => !passingKinds.includes(kind)));

/** The training that goes on: there is one at a time. */
export const trainingTask = computed(() => runningTasks.value.find(({ kind }) => trainingKinds.includes(kind)) ?? null);

/** Listens as long as the page lives. */
export async function followTasks(): Promise<void> {
  for await (const list of await client.tasks.watch()) {
    // One that has ended changes no more, and what it gave came with the news of that alone.
    const ended = new Map(tasks.value.flatMap((task) => (task.state === 'running' ? [] : [[task.id, task] as const])));
    tasks.value = list.map((task) => {
      const known = ended.get(task.id);
      return known?.startedAt === task.startedAt ? known : task;
    });
  }
}

/** The task with this number, as it stands; null without a number, or once it was dismissed. */
export function useTask(id: MaybeRefOrGetter<number | null>) {
  return computed(() => tasks.value.find((task) => task.id === toValue(id)) ?? null);
}

/** Resolves with the task when it has ended, however it ended. */
export async function whenEnded({ task: id }: Started): Promise<Task> {
  const found = (): Task | undefined => tasks.value.find((task) => task.id === id && task.state !== 'running');
  return new Promise((resolve) => {
    const stop = watch(
      tasks,
      () => {
        const task = found();
        if (!task) return;
        // It may have ended already: then there is nothing to stop before watch has returned.
        queueMicrotask(() => stop());
        resolve(task);
      },
      { immediate: true },
    );
  });
}

/** What a task gave that has ended; null where it failed or was cancelled. */
export const resultIn = <K extends TaskKind>(task: Task, kind: K): TaskResults[K] | null =>
  task.kind === kind && task.state === 'done' ? (task.result as TaskResults[K] | null) : null;

/** What a task gives in the end; null where it comes to none: then the list of tasks says why. */
export const resultOf = async <K extends TaskKind>(kind: K, started: Started): Promise<TaskResults[K] | null> =>
  resultIn(await whenEnded(started), kind);
