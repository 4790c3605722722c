/** Which packages others need, by the lock file. */
export type Locked = {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
/** By their folder, relative to the project's; '' is the project itself. */
export type Packages = Readonly<Record<string, Locked>>;

/**
 * Folders of the packages that the project needs, and of all that these need in turn.
 * @param needs names of what one of them needs
 */
export function neededFolders(
  packages: Packages,
  needs: (locked: Locked, folder: string) => readonly string[],
): string[] {
  const found = new Set<string>();
  const waiting = needs(packages['']!, '').map((name) => `node_modules/${name}`);
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const locked = packages[folder];
    if (!locked || found.has(folder)) continue;
    found.add(folder);
    for (const name of needs(locked, folder)) waiting.push(placeOf(packages, folder, name));
  }
  return [...found];
}

/** The name of the package in a folder. */
export const nameOf = (folder: string): string =>
  folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Where Node finds a package that another one needs: beside or above it. */
function placeOf(packages: Packages, folder: string, name: string): string {
  for (let at = folder; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const inside = `${at}/node_modules/${name}`;
    if (packages[inside]) return inside;
  }
  return `node_modules/${name}`;
}
