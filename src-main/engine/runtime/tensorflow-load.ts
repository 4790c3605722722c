import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Tensorflow } from './tensorflow-operators.ts';

const nativePackage = '@tensorflow/tfjs-node-gpu';

/** Downloads the native library: install scripts don't run in this project by themselves. */
export const tensorflowInstallCommand = `npm rebuild --ignore-scripts=false ${nativePackage}`;

export type LoadedTensorflow = {
  readonly tf: Tensorflow;
  /** Whether TensorFlow's own library does the work; otherwise tfjs's plain backend does, in JavaScript. */
  readonly native: boolean;
  readonly gpu: boolean;
  /** What runs, or what is missing for the native library, in one sentence. */
  readonly detail: string;
};

let loaded: Promise<LoadedTensorflow> | undefined;

/** tfjs with the best backend there is: the native one where its library loads, else the plain one. */
export function loadTensorflow(): Promise<LoadedTensorflow> {
  loaded ??= load();
  return loaded;
}

/** Whether the native library is here and loads, without loading it into this process. */
export function checkNativeTensorflow(): { readonly loads: boolean; readonly detail: string } {
  const folder = packageFolder();
  if (!folder)
    return { loads: false, detail: `The optional package ${nativePackage} isn't installed: run npm install.` };
  const binding = findBinding(folder);
  if (!binding) {
    const missing = `The native library of ${nativePackage} (lib/napi-v8/tfjs_binding.node) is missing`;
    return { loads: false, detail: `${missing}; this fetches it: ${tensorflowInstallCommand}` };
  }
  // Electron may not serve as Node; there the library is tried in the engine's own process.
  if (process.versions.electron) return { loads: true, detail: '' };
  // A library that doesn't fit the machine can end the whole process: another one tries first.
  const { status, signal, stderr } = spawnSync(process.execPath, ['-e', `require(${JSON.stringify(binding)})`], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status === 0) return { loads: true, detail: missingCuda(stderr) };
  return { loads: false, detail: doesNotLoad(signal ? `it ends the process (${signal})` : reasonOf(stderr)) };
}

async function load(): Promise<LoadedTensorflow> {
  const tf = await import('@tensorflow/tfjs-core');
  const checked = checkNativeTensorflow();
  let detail = checked.detail;
  if (checked.loads) {
    try {
      quietly(requireNative);
      await tf.ready();
      const gpu = (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
      return { tf, native: true, gpu, detail: gpu ? 'TensorFlow on the GPU' : `TensorFlow on the CPU${detail}` };
    } catch (error) {
      detail = doesNotLoad(reasonOf(String(error)));
    }
  }
  await import('@tensorflow/tfjs-backend-cpu');
  // Otherwise tfjs advertises its native package on the console.
  tf.enableProdMode();
  await tf.setBackend('cpu');
  return { tf, native: false, gpu: false, detail };
}

/** Loads the native package, which registers and chooses its backend. Throws where it can't. */
function requireNative(): void {
  const require = createRequire(import.meta.url);
  // The package's last release calls functions that Node 23 removed.
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  require(nativePackage);
}

function packageFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${nativePackage}/package.json`));
  } catch {
    return null;
  }
}

/** The library's path: one folder for each version of Node's interface for native modules. */
function findBinding(folder: string): string | null {
  try {
    const versions = readdirSync(join(folder, 'lib')).filter((name) => name.startsWith('napi-v'));
    const paths = versions.map((name) => join(folder, 'lib', name, 'tfjs_binding.node'));
    return paths.find((path) => existsSync(path)) ?? null;
  } catch {
    return null;
  }
}

const doesNotLoad = (why: string): string => `The native library of ${nativePackage} does not load: ${why}`;

/** What TensorFlow's log says of libraries that it looked for in vain. */
function missingCuda(log: string): string {
  const libraries = new Set([...log.matchAll(/Could not load dynamic library '([^']+)'/g)].map(([, name]) => name));
  return libraries.size === 0 ? '' : `, since these libraries are missing: ${[...libraries].join(', ')}`;
}

/** The one line of an error's output that says what happened, such as the name of a missing library. */
function reasonOf(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const line = lines.find((text) => /^\w*Error: |cannot open shared object/.test(text)) ?? lines.find(Boolean);
  return (line ?? 'it gives no reason').replace(/^\w*Error: /, '');
}

/** Standard output belongs to our own results: whatever a package logs there while it loads goes to standard error. */
function quietly(work: () => void): void {
  const { log, info } = console;
  console.log = console.error;
  console.info = console.error;
  try {
    work();
  } finally {
    console.log = log;
    console.info = info;
  }
}
