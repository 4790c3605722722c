import { fork } from 'node:child_process';
import type { FromEngine, ToEngine } from '../contract/engine.ts';

/** A process that runs the engine, whatever kind of process it is. */
export type EngineProcess = {
  readonly pid: number | undefined;
  /** A message to a process that is ending is dropped. */
  readonly send: (message: ToEngine) => void;
  readonly onMessage: (listener: (message: FromEngine) => void) => void;
  /** What it writes on standard error. */
  readonly onText: (listener: (text: string) => void) => void;
  /** Called when it has ended, and perhaps once more when everything it said has been read. */
  readonly onEnd: (listener: (end: EngineEnd) => void) => void;
  /** Lets it end by itself once it is done. */
  readonly disconnect: () => void;
  /** Ends it at once. */
  readonly kill: () => void;
};

type EngineEnd = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not even be started. */
  readonly failure: string | null;
  /** Whether everything it said has been read. */
  readonly complete: boolean;
};

export type SpawnEngine = (entry: string, env: NodeJS.ProcessEnv, execArgv: readonly string[]) => EngineProcess;

/** Runs the engine as a child process of Node. */
export const spawnChild: SpawnEngine = (entry, env, execArgv) => {
  // Standard output belongs to the answers of the command line, so what the engine prints goes to standard error.
  // In a process group of its own, Ctrl-C in a terminal reaches only us, and we cancel in an orderly way.
  const child = fork(entry, [], {
    execArgv: [...execArgv],
    env,
    serialization: 'advanced',
    stdio: ['ignore', 2, 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  child.stderr?.setEncoding('utf8');
  return {
    pid: child.pid,
    send: (message) => {
      // A failure to send means that the process is ending, which is reported when it has ended.
      if (child.connected) child.send(message, () => {});
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as FromEngine)),
    onText: (listener) => child.stderr?.on('data', listener),
    onEnd: (listener) => {
      child.on('error', (error) => {
        if (child.pid === undefined) listener({ code: null, signal: null, failure: error.message, complete: true });
      });
      // 'close' comes after 'exit', once everything the process said has been read; but not where a descendant holds on.
      child.on('exit', (code, signal) => listener({ code, signal, failure: null, complete: false }));
      child.on('close', (code, signal) => listener({ code, signal, failure: null, complete: true }));
    },
    disconnect: () => {
      if (child.connected) child.disconnect();
    },
    kill: () => child.kill('SIGKILL'),
  };
};
