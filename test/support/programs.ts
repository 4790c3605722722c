import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What tests start again and again. */
const programs = ['src-main/doors/terminal/cli.ts', 'src-main/doors/start/start.ts'] as const;

/** Where the bundled programs are, for this process. */
let bundle: string | null = null;

/**
 * The file to start a program with: bundled, so that it starts in half the time. The bundle is made once, until the source changes. Where no tests
 * run, it is the source itself.
 */
export function startable(program: (typeof programs)[number]): string {
  if (process.env.VITEST === undefined) return join(root, program);
  bundle ??= upToDate();
  return join(bundle, `${basename(program, '.ts')}.mjs`);
}

function upToDate(): string {
  // Within the installation, so that its packages are found.
  const bundles = join(root, 'node_modules/.cache/programs');
  const place = join(bundles, String(newest(['src-main', 'package-lock.json', 'test/support/bundle.mjs'])));
  if (existsSync(place)) return place;
  rmSync(bundles, { recursive: true, force: true });
  mkdirSync(bundles, { recursive: true });
  const fresh = mkdtempSync(`${bundles}-`);
  const args = [join(root, 'test/support/bundle.mjs'), fresh, ...programs];
  execFileSync(process.execPath, args, { cwd: root, stdio: 'pipe' });
  try {
    renameSync(fresh, place);
  } catch (error) {
    // Another process has put its own there at this moment, which is as good.
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(place)) throw error;
  }
  return place;
}

/** When one of these files and folders was changed last. */
function newest(paths: readonly string[]): number {
  const files = paths.flatMap((path) =>
    statSync(join(root, path)).isFile()
      ? [join(root, path)]
      : readdirSync(join(root, path), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name)),
  );
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
