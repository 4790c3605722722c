import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { minimum } from '../../common/lists.ts';
import { TiebreakError } from '../../contract/errors.ts';

const built = ['out/main/main.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];
const sources = ['src-main', 'src-renderer', 'electron.vite.config.ts', 'package.json'];

/** Whether what the build writes is missing, or older than what it is made of. */
export function needsBuild(root: string): boolean {
  const times = built.map((path) => changedAt(join(root, path)));
  const oldest = minimum(times.map((time) => time ?? Number.NEGATIVE_INFINITY));
  return sources.some((path) => newest(join(root, path)) > oldest);
}

/** Builds the window's programs and pages. They change places with the last ones all at once, so that nobody finds half. */
export function build(root: string): void {
  // By its path: the package doesn't export its program.
  const program = join(
    createRequire(join(root, 'package.json')).resolve('electron-vite/package.json'),
    '../bin/electron-vite.js',
  );
  const fresh = join(root, 'node_modules/.cache', `tiebreak-build-${process.pid}`);
  const args = [program, 'build', '--outDir', fresh];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) {
    try {
      replace(join(root, 'out'), fresh);
    } catch (error) {
      // Another start has put its own there at this moment, which is as good.
      rmSync(fresh, { recursive: true, force: true });
      if (needsBuild(root)) throw error;
    }
    return;
  }
  rmSync(fresh, { recursive: true, force: true });
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  const message =
    "The pages could not be built: what went wrong stands above. No data was touched: run 'npm install' and try again.";
  throw new TiebreakError('bad-input', message);
}

function replace(place: string, fresh: string): void {
  const last = `${fresh}-last`;
  if (existsSync(place)) renameSync(place, last);
  renameSync(fresh, place);
  rmSync(last, { recursive: true, force: true });
}

function newest(path: string): number {
  const time = changedAt(path) ?? Number.NEGATIVE_INFINITY;
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return time;
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.reduce((last, entry) => Math.max(last, changedAt(join(entry.parentPath, entry.name)) ?? last), 0);
}

function changedAt(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
