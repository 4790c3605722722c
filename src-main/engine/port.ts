/** How the engine's process talks to the application that started it. */

import type { FromEngine, ToEngine } from '../contract/engine.ts';

export type Port = { send(message: FromEngine): void; onMessage(listener: (message: ToEngine) => void): void };

/** Opens the port of a child process of Node, or of a utility process of Electron. Throws where this is neither. */
export function openPort(): Port {
  const parent = (
    process as {
      parentPort?: { postMessage(m: unknown): void; on(e: 'message', f: (e: { data: ToEngine }) => void): void };
    }
  ).parentPort;
  if (parent) {
    return {
      send: (message) => parent.postMessage(message),
      onMessage: (listener) => parent.on('message', ({ data }) => listener(data)),
    };
  }
  if (!process.send) throw new Error('The engine is started by the application, not by hand');
  // Without its parent the engine has nobody to work for.
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches the whole process group; the parent decides what it means.
  process.on('SIGINT', () => {});
  return {
    send: (message) => process.send!(message),
    onMessage: (listener) => process.on('message', listener),
  };
}
