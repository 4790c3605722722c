import { parseArgs } from 'node:util';
import { TiebreakError } from '../../contract/errors.ts';
import { installation } from '../../root.ts';
import { fetchedElectron } from '../start/electron-runtime.ts';
import { buildBinding, type Host } from './binding.ts';
import { findCompiler, findLibrary, findNodeHeaders, libraryOfPython } from './find.ts';

/**
 * npm run tensorflow                       with the TensorFlow that python3 has
 * npm run tensorflow -- --python PATH      with that of another Python, such as one of a virtual environment
 * npm run tensorflow -- --library FOLDER   with the package tensorflow in FOLDER
 *                      [--electron]        tried in Electron instead of this Node
 *
 * Builds the native library of TensorFlow for Node: what `--device tensorflow` needs to be fast.
 */
try {
  const { values } = parseArgs({
    options: {
      library: { type: 'string' },
      python: { type: 'string', default: 'python3' },
      electron: { type: 'boolean', default: false },
    },
  });
  if (process.platform === 'win32') {
    const text =
      "TensorFlow's wheels for Windows bring no library that Node could be linked with, so this builds on Linux and macOS only. Nothing was changed. ONNX Runtime's devices (--device auto) work on Windows.";
    throw new TiebreakError('bad-input', text);
  }
  const library = findLibrary(values.library ?? libraryOfPython(values.python));
  const compiler = findCompiler(process.env);
  const headers = findNodeHeaders(installation);
  const host = values.electron ? electron() : node();
  process.stdout.write(
    `Building TensorFlow's binding with ${compiler} against ${library.folder}, which takes some seconds.\n`,
  );
  const { path, version, gpu } = buildBinding(installation, library, compiler, headers, host);
  process.stdout.write(
    `TensorFlow ${version} is there, on the ${gpu ? 'GPU' : 'CPU'}: --device tensorflow uses it, and 'npm run -s tiebreak -- doctor' says how fast it is.\n` +
      `The binding is ${path}; the library stays in ${library.folder}. After an 'npm install', or when that folder moves, run this again.\n`,
  );
} catch (error) {
  const isOurs = error instanceof TiebreakError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  if (!isOurs) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

function node(): Host {
  return { program: process.execPath, env: process.env };
}

function electron(): Host {
  const program = fetchedElectron(installation, process.env);
  if (program) return { program, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } };
  const text =
    "Electron's runtime is not here, so the binding can't be tried in it. Nothing was changed. 'npm start' fetches it where there is a display; the binding is the same for Node and Electron, so this command without --electron serves both.";
  throw new TiebreakError('not-found', text);
}
