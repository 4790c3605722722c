import { fork } from 'node:child_process';
import type { EngineRequest, EngineResult, FromEngine, Progress, ToEngine } from '../contract/engine.ts';
import { type ErrorCode, TiebreakError } from '../contract/errors.ts';
import { engineEnvironment } from './environment.ts';
import { exitReason } from './exit-reason.ts';

export type EngineOptions = {
  /** The program to run in a process of its own. */
  readonly entry: string;
  readonly execArgv?: readonly string[];
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
  readonly child: ReturnType<typeof fork>;
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
    engine?.child.kill('SIGKILL');
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
      if (closing.child.connected) closing.child.disconnect();
      const timer = setTimeout(() => closing.child.kill('SIGKILL'), closeGraceMs);
      await closing.ended;
      clearTimeout(timer);
    },
  };
}

function startProcess({ entry, execArgv }: EngineOptions, onEnd: () => void): Engine {
  // Standard output belongs to the answers of the command line, so what the engine prints goes to standard error.
  // In a process group of its own, Ctrl-C in a terminal reaches only us, and we cancel in an orderly way.
  const child = fork(entry, [], {
    execArgv: [...(execArgv ?? [])],
    env: engineEnvironment(),
    serialization: 'advanced',
    stdio: ['ignore', 2, 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  const pending = new Map<number, Pending>();
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-4096);
    process.stderr.write(text);
  });
  child.on('message', (message) => receive(pending, message as FromEngine));

  const ended = new Promise<void>((resolve) => {
    const end = (reason: string): void => {
      onEnd();
      const message = `The engine ended unexpectedly: ${reason}. Nothing was lost: data, labels and earlier models are as they were.`;
      for (const { reject } of pending.values()) reject(new TiebreakError('engine-failed', message));
      pending.clear();
      resolve();
    };
    child.on('error', (error) => {
      if (child.pid === undefined) end(`it could not be started (${error.message})`);
    });
    // 'close' comes after 'exit', once everything the process said has been read; but not where a descendant holds on.
    child.on('exit', (code, signal) => {
      onEnd();
      setTimeout(() => end(exitReason(code, signal, lastWords)), lastWordsMs);
    });
    child.on('close', (code, signal) => end(exitReason(code, signal, lastWords)));
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
  const send = (message: ToEngine): void => {
    // A failure to send means that the process is ending, which is reported when it has ended.
    if (child.connected) child.send(message, () => {});
  };
  let timer: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    send({ kind: 'cancel', id });
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
  send({ kind: 'request', id, request });
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
  busy: true,
};

function knownCode(code: string): ErrorCode {
  return Object.hasOwn(codes, code) ? (code as ErrorCode) : 'engine-failed';
}

function cancelledError(): TiebreakError {
  return new TiebreakError('cancelled', 'Cancelled. Earlier models and all data are as they were.');
}
