import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { maximum } from '../../common/lists.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Library } from './find.ts';

const name = '@tensorflow/tfjs-node-gpu';

/** The program that is to load the binding: this Node, or Electron. */
export type Host = { readonly program: string; readonly env: NodeJS.ProcessEnv };

export type Built = { readonly path: string; readonly version: string; readonly gpu: boolean };

/**
 * Compiles the package's binding, two files in C++, against a library, tries it in the host, and only then puts it where the package
 * looks for it. The library stays where it is: its place is written into the binding, so moving it means building again.
 * @throws TiebreakError bad-input where it can't be compiled or doesn't load; what was there before stays
 */
export function buildBinding(root: string, library: Library, compiler: string, nodeHeaders: string, host: Host): Built {
  const folder = bindingPackage(root);
  const lib = join(folder, 'lib');
  mkdirSync(lib, { recursive: true });
  const place = mkdtempSync(join(lib, '.building-'));
  try {
    const made = join(place, 'tfjs_binding.node');
    compile(folder, library, compiler, nodeHeaders, made);
    const tried = tryBinding(made, host);
    const target = join(lib, `napi-v${interfaceVersion(folder, tried.napi)}`);
    mkdirSync(target, { recursive: true });
    const path = join(target, 'tfjs_binding.node');
    // Renamed into its place: one that a running program has loaded stays whole for it.
    renameSync(made, path);
    return { path, version: tried.version, gpu: tried.gpu };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** @throws TiebreakError not-found where the optional package isn't installed */
function bindingPackage(root: string): string {
  try {
    const folder = dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`));
    if (existsSync(join(folder, 'binding/tfjs_backend.cc'))) return folder;
  } catch {
    // Said below.
  }
  throw new TiebreakError(
    'not-found',
    `The optional package ${name} isn't installed. Nothing was changed. Run 'npm install', and try again.`,
  );
}

function compile(folder: string, library: Library, compiler: string, nodeHeaders: string, out: string): void {
  const args = [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8'],
    ...[nodeHeaders, folder, library.headers].map((path) => `-I${path}`),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => join(folder, 'binding', source)),
    ...library.libraries,
    `-Wl,-rpath,${library.folder}`,
    // What Node itself provides is there when it loads the binding.
    ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
    ...['-o', out],
  ];
  const { status, stderr, error } = spawnSync(compiler, args, { encoding: 'utf8' });
  if (status === 0) return;
  const said = (error?.message ?? stderr).split('\n').filter((line) => /error|undefined|cannot find/i.test(line));
  const text = `The binding could not be compiled with ${compiler} against ${library.folder}: ${(said[0] ?? 'it gives no reason').trim()}. What was there before stays. A newer compiler or another version of TensorFlow may help; 2.21 is known to work.`;
  throw new TiebreakError('bad-input', text);
}

type Tried = { readonly version: string; readonly gpu: boolean; readonly napi: number };

/** Loads a binding in a process of its own, which a library that doesn't fit can end. */
function tryBinding(path: string, { program, env }: Host): Tried {
  const script = `const binding = require(${JSON.stringify(path)});
    console.log(JSON.stringify({ version: binding.TF_Version, gpu: binding.isUsingGpuDevice(), napi: Number(process.versions.napi) }));`;
  const { status, signal, stdout, stderr } = spawnSync(program, ['-e', script], {
    encoding: 'utf8',
    env,
    timeout: 120_000,
  });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1)!) as Tried;
  const lines = stderr.split('\n').map((line) => line.trim());
  const why = signal
    ? `it ends the process (${signal})`
    : (lines.find((line) => /Error: /.test(line)) ?? lines.find(Boolean));
  throw new TiebreakError(
    'bad-input',
    `The binding was compiled, but does not load in ${program}: ${why ?? 'it gives no reason'}. What was there before stays.`,
  );
}

/** The newest version of Node-API that both the package and the host know: it names the folder that the package looks in. */
function interfaceVersion(folder: string, host: number): number {
  const { binary } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    binary: { napi_versions: number[] };
  };
  return maximum(binary.napi_versions.filter((version) => version <= host));
}
