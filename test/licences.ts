/**
 * `npm run licences` writes resources/licences-of-others.txt: every package that goes along with the app, with its licence's text. Those
 * are what package.json lists as dependencies, what of the others the pages are built with, and all that these need.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { build, type Plugin } from 'vite';
import { type Locked, nameOf, neededFolders, type Packages } from '../packaging/needed.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
export const licencesFile = join(root, 'resources', 'licences-of-others.txt');

export type OtherPackage = {
  readonly name: string;
  readonly version: string;
  /** By SPDX, as its package.json has it. */
  readonly licence: string;
  /** Its folder, relative to the project's. */
  readonly folder: string;
};

/**
 * The packages that go along with the app, by name.
 * @param built folders of those that the pages are built with
 */
export function packagesOfOthers(built: readonly string[]): readonly OtherPackage[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Packages };
  return [...new Set([...neededFolders(packages, namesNeeded), ...built])]
    .map((folder) => {
      const { version, license = 'none named' } = packages[folder]!;
      return { name: nameOf(folder), version, licence: license, folder };
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version, 'en'));
}

const namesNeeded = ({ dependencies, optionalDependencies }: Locked): readonly string[] =>
  Object.keys({ ...dependencies, ...optionalDependencies });

/** Folders of the packages whose code or styles are in the built pages. */
async function builtIntoPages(): Promise<readonly string[]> {
  const folders = new Set<string>();
  const noted: Plugin = {
    name: 'noted',
    generateBundle() {
      for (const id of this.getModuleIds()) {
        const folder = /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(id)?.[0];
        if (folder) folders.add(folder);
      }
    },
  };
  const options = { configFile: false, root: join(root, 'src-renderer'), logLevel: 'error' } as const;
  await build({ ...options, plugins: [vue(), noted], build: { write: false } });
  return [...folders];
}

/** The texts that a package brings along; one for other systems may not be here. */
function textsOf({ folder }: OtherPackage): string {
  let names: readonly string[];
  try {
    names = readdirSync(join(root, folder));
  } catch {
    return 'Its text comes with the package, which is for another system.';
  }
  const texts = names
    .filter((name) => /^(licen[cs]e|copying|notice|thirdpartynotices)([.-].*)?$/i.test(name))
    .sort()
    .map((name) => readFileSync(join(root, folder, name), 'utf8').trim());
  return texts.length > 0 ? texts.join('\n\n') : 'It brings no text along: the licence named above holds.';
}

if (import.meta.filename === process.argv[1]) {
  const others = packagesOfOthers(await builtIntoPages());
  const parts = others.map((one) => `${one.name} ${one.version}\n${one.licence}\n\n${textsOf(one)}\n`);
  writeFileSync(
    licencesFile,
    ['Tiebreak is under the MIT licence. With it go the following packages of others, under theirs.\n', ...parts].join(
      `\n${'-'.repeat(80)}\n\n`,
    ),
  );
  console.log(`${others.length} packages: ${licencesFile}`);
}
