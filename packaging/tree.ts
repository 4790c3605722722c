import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isKept, neededToRun } from './kept.ts';
import { nameOf, neededFolders, type Packages } from './needed.ts';
import type { Target } from './targets.ts';

/** The files of the app as a user gets them, without a runtime. */

/** A file that goes along: its place in the app's folder, which is its place in the project's, and its size. */
export type AppFile = { readonly path: string; readonly bytes: number; readonly of: string };

const own = ['out/main', 'out/preload', 'out/renderer', 'resources', 'LICENSE'];

/** Folders of the packages that run, relative to the project's. */
function packagesThatRun(root: string): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Packages };
  // What is optional is another system's runtime, or is built on request with a compiler.
  return neededFolders(packages, ({ dependencies }, folder) =>
    neededToRun(folder && nameOf(folder), dependencies),
  ).sort();
}

/** Everything but the app's package.json, which is written anew. */
export function filesOfApp(root: string, target: Target): readonly AppFile[] {
  const ours = own.flatMap((path) => filesUnder(root, join(root, path), path.replace(/^out\/.*/, 'out')));
  const others = packagesThatRun(root).flatMap((folder) => {
    const name = nameOf(folder);
    return filesUnder(root, join(root, folder), name).filter(({ path }) =>
      isKept(name, path.slice(folder.length + 1), target),
    );
  });
  return [...ours, ...others];
}

/** The app's package.json: what Node and the builder read of it. */
export function packageOfApp(root: string): string {
  const { name, version, description, author, homepage, license, type, main, engines, dependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  const all = {
    name,
    version,
    description,
    author,
    homepage,
    license,
    private: true,
    type,
    main,
    engines,
    dependencies,
  };
  return `${JSON.stringify(all, null, 2)}\n`;
}

/** Its own files: a package that is nested in another one is listed by itself. */
function filesUnder(root: string, place: string, of: string): readonly AppFile[] {
  const stats = statSync(place);
  if (!stats.isDirectory()) return [{ path: slashes(relative(root, place)), bytes: stats.size, of }];
  return readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && !entry.isSymbolicLink())
    .flatMap((entry) => filesUnder(root, join(place, entry.name), of));
}

const slashes = (path: string): string => path.split(sep).join('/');
