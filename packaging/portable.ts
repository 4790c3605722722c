import {
  chmodSync,
  copyFileSync,
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import { addNode, type Portable, programName, run } from './node-runtime.ts';
import { stage } from './stage.ts';
import { targets } from './targets.ts';
import { filesOfApp } from './tree.ts';

/** The app with Node's runtime: one archive, to be unpacked anywhere and started by a double click. */

const launchers = {
  'linux-x64': ['tiebreak', 'Tiebreak.desktop', 'README-linux.txt'],
  'win32-x64': ['Tiebreak.cmd', 'README-windows.txt'],
} as const satisfies Record<Portable, readonly string[]>;

/** Writes the folder and its archive into dist/, and gives the archive's path. */
export async function packPortable(root: string, target: Portable): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const folder = join(root, 'dist', `tiebreak-${version}-${target}`);
  rmSync(folder, { recursive: true, force: true });
  stage(root, filesOfApp(root, targets[target]), join(folder, 'app'));
  addNode(root, target, folder);
  for (const name of launchers[target]) {
    const place = join(folder, name.replace(/^README-.*/, 'README.txt'));
    copyFileSync(join(import.meta.dirname, 'launchers', name), place);
    chmodSync(place, 0o755);
  }
  chmodSync(join(folder, 'README.txt'), 0o644);
  chmodSync(join(folder, programName(target)), 0o755);
  return target === 'win32-x64' ? zip(folder) : tar(folder);
}

function tar(folder: string): string {
  const archive = `${folder}.tar.gz`;
  rmSync(archive, { force: true });
  run('tar', ['-czf', `${archive}.part`, '--owner=0', '--group=0', basename(folder)], dirname(folder));
  renameSync(`${archive}.part`, archive);
  return archive;
}

async function zip(folder: string): Promise<string> {
  const archive = `${folder}.zip`;
  const file = new yazl.ZipFile();
  const add = (place: string, name: string): void => {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const [path, inside] = [join(place, entry.name), `${name}/${entry.name}`];
      if (entry.isDirectory()) add(path, inside);
      else file.addFile(path, inside);
    }
  };
  add(folder, basename(folder));
  file.end();
  mkdirSync(dirname(archive), { recursive: true });
  await pipeline(file.outputStream, createWriteStream(`${archive}.part`));
  renameSync(`${archive}.part`, archive);
  return archive;
}
