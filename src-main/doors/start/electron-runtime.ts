import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Time for fetching the runtime, about 110 MB. */
const fetchMs = 180_000;

/** Why there can be no window, as a clause that follows 'because'. */
export type NoWindow = { readonly because: string };

/**
 * The path of Electron's program. The package fetches it at its first use, which is tried here, in silence and not for ever.
 * @param say is told, in a sentence, before anything takes long
 * @param env of this process
 */
export async function electronProgram(
  root: string,
  say: (text: string) => void,
  env: NodeJS.ProcessEnv,
): Promise<string | NoWindow> {
  if (process.platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) {
    return { because: 'this session has no display' };
  }
  const folder = packageFolder(root);
  if (folder === null) return { because: "Electron is not installed ('npm install' adds it)" };
  const there = installed(folder, env);
  if (there !== null) return there;
  say(`Fetching Electron's runtime, once, for up to ${fetchMs / 60_000} minutes.`);
  await runSilently(join(folder, 'install.js'), env);
  return installed(folder, env) ?? { because: "Electron's runtime is not there and could not be fetched" };
}

/** The path of Electron's program where it is there already. */
export function fetchedElectron(root: string, env: NodeJS.ProcessEnv): string | null {
  const folder = packageFolder(root);
  return folder === null ? null : installed(folder, env);
}

function packageFolder(root: string): string | null {
  try {
    return dirname(createRequire(join(root, 'package.json')).resolve('electron/package.json'));
  } catch {
    return null;
  }
}

/** As the package itself looks for it. */
function installed(folder: string, env: NodeJS.ProcessEnv): string | null {
  const named = join(folder, 'path.txt');
  const name = existsSync(named) ? readFileSync(named, 'utf8') : null;
  const place = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (name === null && !place) return null;
  const program = join(place ?? join(folder, 'dist'), name ?? 'electron');
  return existsSync(program) ? program : null;
}

function runSilently(program: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program], { stdio: 'ignore', env, timeout: fetchMs });
    child.on('error', () => resolve());
    child.on('close', () => resolve());
  });
}
