import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, needsBuild } from '../src-main/doors/start/building.ts';
import { budget, budgetInWords, sizesByPackage } from './budget.ts';
import { builderConfig } from './electron-builder.ts';
import { packPortable } from './portable.ts';
import { stage } from './stage.ts';
import { portableTargets, type TargetName, targets } from './targets.ts';
import { filesOfApp } from './tree.ts';

/**
 * npm run package -- portable            the app with Node's runtime, as an archive for Linux and one for Windows
 * npm run package -- linux|windows|mac   installers with Electron's runtime
 *     --arch x64|arm64                   for which processor, where it is not this one's
 *     --runtime FOLDER                   Electron's runtime, where it is not to be fetched
 *     --unpacked                         the folder alone, without an installer
 * npm run package -- --budget            what goes along, by package, for every system; fails where it is too much
 */
const usage =
  'Usage: npm run package -- linux|windows|mac|portable [--arch x64|arm64] [--runtime FOLDER] [--unpacked], or npm run package -- --budget';
const systems = { linux: 'linux', windows: 'win32', mac: 'darwin' } as const;
const root = join(import.meta.dirname, '..');

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      arch: { type: 'string', default: process.arch },
      runtime: { type: 'string' },
      unpacked: { type: 'boolean', default: false },
      budget: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const [kind, ...more] = positionals;
  if (more.length > 0 || (kind === undefined) !== values.budget) throw new Error(usage);
  if (needsBuild(root)) build(root);
  if (kind === undefined) return printBudget();
  if (kind === 'portable') {
    for (const target of portableTargets) process.stdout.write(`${await packPortable(root, target)}\n`);
    return;
  }
  if (!(kind in systems)) throw new Error(usage);
  const name = `${systems[kind as keyof typeof systems]}-${values.arch}`;
  if (!(name in targets)) {
    throw new Error(`There are no binaries for ${name}. Packages can be made for ${Object.keys(targets).join(', ')}.`);
  }
  await packInstallers(name as TargetName, values.runtime, values.unpacked);
}

function printBudget(): void {
  for (const [name, target] of Object.entries(targets)) {
    const files = filesOfApp(root, target);
    process.stdout.write(`${budgetInWords(name, files)}\n`);
    if (sizesByPackage(files).reduce((sum, [, bytes]) => sum + bytes, 0) > budget) process.exitCode = 1;
  }
}

async function packInstallers(name: TargetName, runtime: string | undefined, unpacked: boolean): Promise<void> {
  const app = join(root, 'dist', `app-${name}`);
  const target = targets[name];
  stage(root, filesOfApp(root, target), app);
  const electron = join(root, 'node_modules/electron/package.json');
  if (!existsSync(electron)) throw new Error("Electron is not installed: run 'npm install' first.");
  const { version } = JSON.parse(readFileSync(electron, 'utf8')) as { version: string };
  const { Arch, Platform, build: pack } = await import('electron-builder');
  const platform = { linux: Platform.LINUX, win32: Platform.WINDOWS, darwin: Platform.MAC }[target.os];
  const config = builderConfig(root, app, process.env, { electronVersion: version, runtime });
  if (target.os === 'linux' && !unpacked && ![config.linux?.target ?? []].flat().includes('deb'))
    process.stderr.write(
      "No deb is made: it must name the program's page, 'homepage' in package.json, and somebody with an address, 'author': 'Name <name@host>'.\n",
    );
  const made = await pack({
    projectDir: root,
    targets: platform.createTarget(unpacked ? 'dir' : null, Arch[target.arch]),
    config,
  });
  process.stdout.write(`${made.join('\n')}\n`);
}
