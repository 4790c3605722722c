// Node's own import, past the test runner's: what the build wrote runs as it is, but for Electron.
'use strict';
const { registerHooks } = require('node:module');

let count = 0;

/** Imports the module anew, with this in the place of Electron. */
module.exports = async (path, electron) => {
  const name = `electron-stand-in-${++count}`;
  globalThis[name] = electron;
  const source = `export const { ${Object.keys(electron).join(', ')} } = globalThis['${name}'];`;
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'electron' ? { url, shortCircuit: true } : next(specifier, context),
  });
  try {
    await import(`${require('node:url').pathToFileURL(path).href}?${count}`);
  } finally {
    hooks.deregister();
  }
};
