import { troubleInWords } from '../../common/trouble-words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { commentKinds, type Task, type TaskError, type TaskKind, type TaskResults } from '../../contract/tasks.ts';
import { noteDefect } from '../../log/defects.ts';
import type { Log } from '../../log/log.ts';
import { createNotifier } from './notifier.ts';

/** What the work of a task gets: hooks to report by and to be cancelled by. */
export type TaskHooks = Required<CallHooks> & { readonly signal: AbortSignal; readonly setRun: (run: number) => void };

/** The long work of this process. It goes on while no view looks; every view sees all of it. */
export type Tasks = {
  /**
   * Starts work, and gives the number of its task at once. What goes wrong is kept in the task. Throws TiebreakError busy for work on
   * comments while an import is undone or something erased, whose comments would vanish under it.
   */
  readonly start: <K extends TaskKind>(
    kind: K,
    title: string,
    work: (hooks: TaskHooks) => Promise<TaskResults[K]>,
  ) => number;
  /** Cancels a task in an orderly way. An ended one stays as it is. */
  readonly cancel: (id: number) => void;
  /** Takes an ended task off the list. */
  readonly dismiss: (id: number) => void;
  readonly list: () => readonly Task[];
  /** The task with this number; says so where there is none. */
  readonly find: (id: number) => Task;
  /** All tasks, now and whenever one changes. What one gave comes once, with the news of its end, and null after that: it may be large. */
  readonly watch: (signal: AbortSignal | undefined) => AsyncGenerator<readonly Task[], void, void>;
  /** Resolves when the task has ended, however it ended. */
  readonly ended: (id: number) => Promise<void>;
  /** Resolves when none is running. */
  readonly settled: () => Promise<void>;
};

type Entry = { task: Task; readonly controller: AbortController; readonly ended: Promise<void> };

/** @param log is told when each began and how it ended, but not what its title says */
export function createTasks(log: Pick<Log, 'write'>): Tasks {
  const entries = new Map<number, Entry>();
  const notifier = createNotifier();
  let lastId = 0;

  const change = (id: number, part: Partial<Task>): void => {
    const entry = entries.get(id);
    if (!entry) return;
    entry.task = { ...entry.task, ...part } as Task;
    notifier.notify();
  };
  const find = (id: number): Entry => {
    const entry = entries.get(id);
    if (!entry)
      throw new TiebreakError('not-found', `There is no task ${id}: the list of tasks begins anew at every start.`);
    return entry;
  };
  const list = (): readonly Task[] => [...entries.values()].map(({ task }) => task);

  return {
    list,
    find: (id) => find(id).task,
    ended: (id) => find(id).ended,
    start: (kind, title, work) => {
      const undoing = list().find(
        ({ kind: other, state }) => (other === 'undo-import' || other === 'erase') && state === 'running',
      );
      if (undoing && commentKinds.includes(kind)) {
        const message = `'${undoing.title}' is still going on. Nothing was changed: wait until it is done, or cancel it, and try again.`;
        throw new TiebreakError('busy', message);
      }
      const id = ++lastId;
      const controller = new AbortController();
      const hooks: TaskHooks = {
        signal: controller.signal,
        onProgress: ({ point: _, samples: __, ...progress }) => change(id, { progress }),
        onLog: (message) => console.error(message),
        setRun: (run) => change(id, { run }),
      };
      const task = {
        id,
        kind,
        title,
        state: 'running',
        startedAt: new Date().toISOString(),
        endedAt: null,
        progress: null,
        run: null,
        cancelling: false,
        error: null,
        result: null,
      } as Task;
      const begun = performance.now();
      log.write('info', 'task began', { task: id, kind });
      const end = (part: Partial<Task>): void => {
        const seconds = Math.round((performance.now() - begun) / 100) / 10;
        const { state = 'done', error } = part;
        const run = entries.get(id)?.task.run ?? null;
        const facts = { task: id, kind, state, seconds, ...(run === null ? {} : { run }) };
        if (error) log.write(state === 'failed' ? 'warn' : 'info', 'task ended', { ...facts, code: error.code });
        else log.write('info', 'task ended', facts);
        change(id, { ...part, endedAt: new Date().toISOString(), cancelling: false });
      };
      // Not within this turn, so that the task is on the list before its work begins.
      const ended = Promise.resolve()
        .then(() => work(hooks))
        .then(
          (result) => end({ state: 'done', result } as Partial<Task>),
          (error: unknown) => {
            const found = explained(error);
            end({ state: found.code === 'cancelled' ? 'cancelled' : 'failed', error: found });
          },
        );
      entries.set(id, { task, controller, ended });
      notifier.notify();
      return id;
    },
    cancel: (id) => {
      const { task, controller } = find(id);
      if (task.state !== 'running') return;
      change(id, { cancelling: true });
      controller.abort();
    },
    dismiss: (id) => {
      if (find(id).task.state === 'running') return;
      entries.delete(id);
      notifier.notify();
    },
    watch: async function* (signal) {
      const given = new Set<number>();
      const once = (): readonly Task[] =>
        list().map((task) => {
          if (task.state === 'running') return task;
          if (given.has(task.id)) return { ...task, result: null };
          given.add(task.id);
          return task;
        });
      yield once();
      for await (const _ of notifier.heard(signal)) yield once();
    },
    settled: async () => {
      await Promise.all([...entries.values()].map(({ ended }) => ended));
    },
  };
}

/** Throws busy where a task of such a kind is running. What reads comments in the background is in nobody's way. */
export function refuseWhile({ tasks }: { readonly tasks: Tasks }, isSuch: (kind: TaskKind) => boolean): void {
  const running = tasks.list().find(({ state, kind }) => state === 'running' && kind !== 'embed' && isSuch(kind));
  if (!running) return;
  const message = `'${running.title}' is still going on. Nothing was changed: wait until it is done, or cancel it, and try again.`;
  throw new TiebreakError('busy', message);
}

/** What a door may show of an error. What is neither ours nor trouble of the disk is a defect, and goes to the log as well. */
export function explained(error: unknown): TaskError {
  if (error instanceof TiebreakError) return { code: error.code, message: error.message };
  noteDefect(error);
  const trouble = troubleInWords(error);
  if (trouble !== null) return { code: 'bad-input', message: trouble };
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'defect',
    message: `Something went wrong inside Tiebreak (${reason}). What was saved before is as it was: try again, and start Tiebreak anew if it happens again.`,
  };
}
