import type { Target } from './targets.ts';

/** What of the packages a user needs: no more than what runs, for one system. */

/** What a package asks for only while it is installed, compiled or typed. */
const onlyForBuilding: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-node': ['adm-zip', 'global-agent'],
  'better-sqlite3': ['node-addon-api'],
  '@tensorflow/tfjs-core': ['@types/long', '@types/offscreencanvas', '@types/seedrandom', '@webgpu/types'],
  '@tensorflow/tfjs-backend-cpu': ['@types/seedrandom'],
};

/** Of the large packages, the files that are read. Paths are relative to the package, with slashes. */
const parts: Readonly<Record<string, (path: string, target: Target) => boolean>> = {
  'onnxruntime-node': (path, { os, arch }) =>
    path.startsWith('bin/')
      ? // The same library lies there twice; the binding asks for this name.
        path.startsWith(`bin/napi-v6/${os}/${arch}/`) && !/\.\d+\.\d+\.\d+\.dylib$/.test(path)
      : path.startsWith('dist/'),
  'better-sqlite3': (path, { os, arch }) => path.startsWith('lib/') || path === `prebuilds/${os}-${arch}.node`,
  '@tensorflow/tfjs-core': (path) => path === 'dist/tf-core.node.js',
  '@tensorflow/tfjs-backend-cpu': (path) => path === 'dist/tf-backend-cpu.node.js',
  protobufjs: (path) => !path.startsWith('dist/'),
  'csv-parse': (path) => !/^dist\/(umd|iife)\//.test(path),
  'csv-stringify': (path) => !/^dist\/(umd|iife)\//.test(path),
};

const asides = /^(test|tests|__tests__|docs?|examples?|bench|benchmarks?|coverage|\.github)\//;
const notRun = /\.(map|md|markdown|flow|[cm]?tsx?|ts\.map|c|cc|cpp|h|gyp)$/i;
const always = /^(package\.json|(licen[cs]e|copying|notice|thirdpartynotices)([.-][^/]*)?)$/i;

/** Names of the packages that one needs where it runs. */
export function neededToRun(name: string, dependencies: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.keys(dependencies).filter((other) => !onlyForBuilding[name]?.includes(other));
}

/** Whether a file of a package goes along. */
export function isKept(name: string, path: string, target: Target): boolean {
  if (always.test(path)) return true;
  if (asides.test(path) || notRun.test(path)) return false;
  return parts[name]?.(path, target) ?? true;
}
