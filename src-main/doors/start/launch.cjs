// Starts a TypeScript program with the Node that `npm run` found, or says in one sentence why it can't.
// CommonJS and plain old syntax, so that an outdated Node can read it far enough to print that sentence.
'use strict';
var path = require('node:path');

var version = process.versions.node.split('.').map(Number);
if (version[0] < 22 || (version[0] === 22 && version[1] < 15)) {
  console.error(
    'Tiebreak needs Node 22.15 or newer, and this is Node ' +
      process.versions.node +
      '. Install a newer Node from https://nodejs.org and run the command again.',
  );
  process.exit(1);
}

// What Node made of the program's modules is kept, so that the next start, and every process that is started from here, is spared that.
// Beside the packages, where nobody else writes; where it can't be written, there is none.
var compileCache = path.join(__dirname, '../../../node_modules/.cache/node');
process.env.NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE || compileCache;
var enable = require('node:module').enableCompileCache;
if (enable) enable(process.env.NODE_COMPILE_CACHE);

var program = path.resolve(process.argv[2]);
process.argv.splice(1, 2, program);
if (process.features.typescript) {
  import(require('node:url').pathToFileURL(program).href).catch((error) => {
    console.error(error);
    process.exit(1);
  });
} else {
  runBehindFlag();
}

/** Node 22.15 to 22.17 reads TypeScript only behind a flag. */
function runBehindFlag() {
  var flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
  var child = require('node:child_process').spawn(process.execPath, flags.concat(process.argv.slice(1)), {
    stdio: 'inherit',
  });
  // Ctrl-C reaches the child as well: it ends its run cleanly, and this process waits for it.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {
    child.kill('SIGTERM');
  });
  child.on('exit', (code, signal) => {
    process.exit(code === null ? 128 + (signal === 'SIGINT' ? 2 : 15) : code);
  });
}
