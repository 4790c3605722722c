import type { EngineRequest, EngineResult, FromEngine, Progress } from '../contract/engine.ts';
import { type ErrorCode, TiebreakError } from '../contract/errors.ts';
import { engineEnvironment } from './environment.ts';
import { exitReason } from './exit-reason.ts';
import { type EngineProcess, type SpawnEngine, spawnChild } from './spawn.ts';

export type EngineOptions = {
  /** The program to run in a process of its own. */
  readonly entry: string;
  readonly execArgv?: readonly string[];
  /** Starts the process; a child process of Node without it. */
  readonly spawn?: SpawnEngine | undefined;
  /** Where the engine keeps what it measured of the machine's devices. */
  readonly devicesFile?: string;
  /** How long an engine that was told to cancel may go on before it is ended. */
  readonly cancelGraceMs?: number;
};

type RequestOptions = {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onLog?: ((message: string) => void) | undefined;
  /** Aborting it cancels the request, which then fails with the code 'cancelled'. */
  readonly signal?: AbortSignal | undefined;
};

/** A door to the engine process. */
export type EngineHost = {
  /** Asks the engine for something. The process is started when it is first needed, and again after it died. */
  readonly request: <R extends EngineRequest>(request: R, options?: RequestOptions) => Promise<EngineResult<R>>;
  /** Number of the engine process, or null while there is none. */
  readonly pid: () => number | null;
  /** Ends the engine process at once; open requests fail. The next request starts another one. */
  readonly kill: () => void;
  /** Lets the engine process end, and waits until it has. */
  readonly close: () => Promise<void>;
};

type Pending = RequestOptions & {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
};

/** One running engine process and the requests it has not answered. */
type Engine = {
  readonly child: EngineProcess;
  readonly pending: Map<number, Pending>;
  readonly ended: Promise<void>;
};

const defaultGraceMs = 60_000;
const closeGraceMs = 2_000;
const lastWordsMs = 200;

/** Gives a door to the engine; the process itself starts with the first request. */
export function startEngine(options: EngineOptions): EngineHost {
  let engine: Engine | null = null;
  let lastId = 0;

  const running = (): Engine => {
    if (engine) return engine;
    const started = startProcess(options, () => {
      if (engine === started) engine = null;
    });
    engine = started;
    return started;
  };

  const kill = (): void => {
    engine?.child.kill();
    engine = null;
  };

  return {
    pid: () => engine?.child.pid ?? null,
    kill,
    request: (request, requestOptions = {}) => {
      if (requestOptions.signal?.aborted) return Promise.reject(cancelledError());
      const id = ++lastId;
      return ask(running(), kill, id, request, requestOptions, options.cancelGraceMs ?? defaultGraceMs);
    },
    close: async () => {
      const closing = engine;
      engine = null;
      if (!closing) return;
      closing.child.disconnect();
      const timer = setTimeout(closing.child.kill, closeGraceMs);
      await closing.ended;
      clearTimeout(timer);
    },
  };
}

function startProcess({ entry, execArgv, spawn, devicesFile }: EngineOptions, onEnd: () => void): Engine {
  const child = (spawn ?? spawnChild)(entry, engineEnvironment(devicesFile), execArgv ?? []);
  const pending = new Map<number, Pending>();
  let lastWords = '';
  child.onText((text) => {
    lastWords = (lastWords + text).slice(-4096);
    process.stderr.write(text);
  });
  child.onMessage((message) => receive(pending, message));

  const ended = new Promise<void>((resolve) => {
    child.onEnd(({ code, signal, failure, complete }) => {
      onEnd();
      const end = (): void => {
        const reason = failure === null ? exitReason(code, signal, lastWords) : `it could not be started (${failure})`;
        const message = `The engine ended unexpectedly: ${reason}. Nothing was lost: data, labels and earlier models are as they were.`;
        for (const { reject } of pending.values()) reject(new TiebreakError('engine-failed', message));
        pending.clear();
        resolve();
      };
      if (complete) end();
      else setTimeout(end, lastWordsMs);
    });
  });
  return { child, pending, ended };
}

function ask<R extends EngineRequest>(
  { child, pending }: Engine,
  abandon: () => void,
  id: number,
  request: R,
  options: RequestOptions,
  graceMs: number,
): Promise<EngineResult<R>> {
  let timer: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    child.send({ kind: 'cancel', id });
    timer = setTimeout(() => {
      pending.get(id)?.reject(cancelledError());
      pending.delete(id);
      abandon();
    }, graceMs);
  };
  const answer = new Promise<EngineResult<R>>((resolve, reject) => {
    pending.set(id, { ...options, resolve: resolve as (result: never) => void, reject });
  });
  options.signal?.addEventListener('abort', cancel, { once: true });
  child.send({ kind: 'request', id, request });
  return answer.finally(() => {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', cancel);
  });
}

function receive(pending: Map<number, Pending>, message: FromEngine): void {
  if (message.kind === 'ready') return;
  const request = pending.get(message.id);
  if (!request) return;
  if (message.kind === 'progress') request.onProgress?.(message.progress);
  else if (message.kind === 'log') request.onLog?.(message.message);
  else {
    pending.delete(message.id);
    if (message.kind === 'result') request.resolve(message.result as never);
    else request.reject(new TiebreakError(knownCode(message.code), message.message));
  }
}

const codes: Readonly<Record<ErrorCode, true>> = {
  'bad-input': true,
  'not-found': true,
  'nothing-to-do': true,
  'newer-database': true,
  damaged: true,
  cancelled: true,
  'engine-failed': true,
  'device-unavailable': true,
  'too-large': true,
  busy: true,
  answered: true,
};

function knownCode(code: string): ErrorCode {
  return Object.hasOwn(codes, code) ? (code as ErrorCode) : 'engine-failed';
}

function cancelledError(): TiebreakError {
  return new TiebreakError('cancelled', 'Cancelled. Earlier models and all data are as they were.');
}
