import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { unpacked } from './common/unpacked.ts';

/**
 * Where the installation's files are, and a person's data. Only this file knows: it finds the folder of package.json above itself, whether it runs from
 * the source or from what the build wrote, so that moving any other file breaks no path.
 */
export const installation = folderOfPackage(dirname(fileURLToPath(import.meta.url)));

/** The built pages. */
export const builtPages = join(installation, 'out/renderer');
/** The built preload script of the window. */
export const builtPreload = join(installation, 'out/preload/preload.cjs');
/** What the window's main process is built to. */
export const builtMain = join(installation, 'out/main/main.js');

/** The program of the engine's process. */
export const engineProgram = programOf('engine', 'src-main/engine/process.ts');
/** The program of the worker thread. */
export const workerProgram = programOf('worker', 'src-main/worker/worker.ts');
/** The program of a thread that helps the engine with a training's steps. */
export const stepHelper = programOf('step-helper', 'src-main/engine/train/helper-thread.ts');

/** Whether this is a package as users get it, and no clone of the source with npm beside it. */
const isPackage = !existsSync(join(installation, 'src-main'));

/** How the app is started in a terminal, as one types it, with options behind it. */
export const startCommand = !isPackage
  ? 'npm start --'
  : process.platform === 'win32'
    ? '.\\Tiebreak.cmd'
    : './tiebreak';

/** The path of a file or folder under resources/. */
export function resource(...names: readonly string[]): string {
  return unpacked(join(installation, 'resources', ...names));
}

/** The absolute path of the data folder; without a name TIEBREAK_HOME, or the system's place for application data. */
export function dataFolder(home: string | undefined): string {
  return resolve(home || process.env.TIEBREAK_HOME || envPaths('tiebreak', { suffix: '' }).data);
}

/** The version of this program. */
export function appVersion(): string {
  return (JSON.parse(readFileSync(join(installation, 'package.json'), 'utf8')) as { version: string }).version;
}

/** A program beside the application: the source where that runs, else what was built of it. */
function programOf(built: string, source: string): string {
  return join(installation, import.meta.url.endsWith('.ts') ? source : `out/main/${built}.js`);
}

function folderOfPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error('The files of Tiebreak are not complete: package.json is missing.');
  return folderOfPackage(above);
}
