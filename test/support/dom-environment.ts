import { Window } from 'happy-dom';
import { type Environment, populateGlobal } from 'vitest/runtime';

/**
 * A page without a browser, for tests that mount the views: happy-dom's document, at the address that the window's page has. What the
 * application behind it works with stays Node's own.
 */
const keptOfNode = [
  ...['URL', 'URLSearchParams', 'AbortController', 'AbortSignal', 'MessageChannel', 'MessagePort', 'Blob', 'File'],
  ...['fetch', 'Headers', 'Request', 'Response', 'FormData', 'ReadableStream', 'WritableStream', 'TransformStream'],
  ...['performance', 'crypto', 'structuredClone', 'queueMicrotask', 'Buffer', 'TextEncoder', 'TextDecoder', 'process'],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'console'],
] as const;

export default {
  name: 'page',
  viteEnvironment: 'client',
  async setup(global) {
    const kept = keptOfNode.map((key) => [key, Object.getOwnPropertyDescriptor(global, key)] as const);
    const window = new Window({ url: 'tiebreak://app/', width: 1280, height: 800 });
    const before = Object.getOwnPropertyDescriptors(global);
    const { keys } = populateGlobal(global, window, { bindFunctions: true });
    for (const [key, descriptor] of kept)
      if (descriptor) Object.defineProperty(global, key, { ...descriptor, configurable: true });
    return {
      async teardown() {
        await window.happyDOM.close();
        // What ends late still finds Node's own.
        for (const key of keys) {
          const own = before[key];
          if (own) Object.defineProperty(global, key, own);
          else delete global[key];
        }
      },
    };
  },
} satisfies Environment;
