import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Binding } from './tensorflow-binding.ts';
import type { Tensorflow } from './tensorflow-operators.ts';

const nativePackage = '@tensorflow/tfjs-node-gpu';

/** Builds the native library. The package's own download is for systems that are no more. */
export const tensorflowInstallCommand = 'npm run tensorflow';

export type LoadedTensorflow = {
  readonly tf: Tensorflow;
  /** Whether TensorFlow's own library does the work; otherwise tfjs's plain backend does, in JavaScript. */
  readonly native: boolean;
  readonly gpu: boolean;
  /** What runs, or what is missing for the native library, in one sentence. */
  readonly detail: string;
};

/** Whether the native library is here and loads, and then whether it finds a GPU; null where that isn't known before. */
export type CheckedTensorflow = { readonly loads: boolean; readonly gpu: boolean | null; readonly detail: string };

let loaded: Promise<LoadedTensorflow> | undefined;
let checked: CheckedTensorflow | undefined;

/** tfjs with the best backend there is: the native one where its library loads, else the plain one. */
export function loadTensorflow(): Promise<LoadedTensorflow> {
  loaded ??= load();
  return loaded;
}

/** Tries the native library, once in the life of the process and without loading it here. */
export function checkNativeTensorflow(): CheckedTensorflow {
  checked ??= check();
  return checked;
}

/** The native package's binding, where it is what tfjs runs on. */
export function nativeBinding(tf: Tensorflow): Binding {
  return (tf.backend() as unknown as { binding: Binding }).binding;
}

function check(): CheckedTensorflow {
  const folder = packageFolder();
  if (!folder)
    return fails(
      `The optional package ${nativePackage} is no part of this installation; in a clone of the source, npm install brings it.`,
    );
  const binding = findBinding(folder);
  if (!binding) {
    const missing = `The native library of ${nativePackage} (lib/napi-v8/tfjs_binding.node) is missing`;
    return fails(`${missing}; this builds it with the TensorFlow of a Python: ${tensorflowInstallCommand}`);
  }
  // Electron may not serve as Node; there the library is tried in the engine's own process.
  if (process.versions.electron) return { loads: true, gpu: null, detail: '' };
  // A library that doesn't fit the machine can end the whole process: another one tries first.
  const script = `const binding = require(${JSON.stringify(binding)});
    console.log(JSON.stringify({ version: binding.TF_Version, gpu: binding.isUsingGpuDevice() }));`;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '0' },
  });
  if (status !== 0) return fails(doesNotLoad(signal ? `it ends the process (${signal})` : reasonOf(stderr)));
  const { version, gpu } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { version: string; gpu: boolean };
  return { loads: true, gpu, detail: describe(version, gpu, stderr) };
}

const fails = (detail: string): CheckedTensorflow => ({ loads: false, gpu: false, detail });

/** Version and device, as the log of a start names it. */
function describe(version: string, gpu: boolean, log: string): string {
  if (!gpu) return `TensorFlow ${version} on the processor${missingCuda(log)}`;
  const name = /\bname: ([^,\n]+), pci bus id/.exec(log)?.[1];
  return `TensorFlow ${version} on ${name ? `the graphics card ${name}` : 'the graphics card'}, through CUDA`;
}

async function load(): Promise<LoadedTensorflow> {
  const tf = await import('@tensorflow/tfjs-core');
  const { loads, detail: said } = checkNativeTensorflow();
  let detail = said;
  if (loads) {
    try {
      quietly(requireNative);
      await tf.ready();
      const gpu = (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
      return { tf, native: true, gpu, detail: said || describe(nativeBinding(tf).TF_Version, gpu, '') };
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

const doesNotLoad = (why: string): string =>
  `The native library of ${nativePackage} does not load: ${why}. This builds it anew: ${tensorflowInstallCommand}`;

/** What TensorFlow's log says of libraries for a graphics card that it looked for in vain. */
function missingCuda(log: string): string {
  const names = new Set([...log.matchAll(/Could not load dynamic library '([^']+)'/g)].map(([, name]) => name));
  if (names.size > 0) return `, since these libraries are missing: ${[...names].join(', ')}`;
  if (/Cannot dlopen some GPU libraries/.test(log))
    return ", since libraries of CUDA are missing ('tensorflow[and-cuda]' brings them)";
  return '';
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
