import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { TiebreakError } from '../../contract/errors.ts';

/** The pages and what they are made of, by the path of their address. */
type Assets = ReadonlyMap<string, Asset>;
type Asset = { readonly content: Uint8Array<ArrayBuffer>; readonly type: string; readonly hashed: boolean };

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/**
 * Reads all files of the built pages. Later requests are looked up in this list, so that no address ever becomes a path.
 * @param folder what the build wrote for the renderer
 */
function readAssets(folder: string): Assets {
  const assets = new Map<string, Asset>();
  for (const path of filesIn(folder)) {
    const type = types[extname(path)];
    if (type === undefined) continue;
    const address = `/${relative(folder, path).split(sep).join('/')}`;
    // What the build puts into assets/ has the hash of its content in its name.
    assets.set(address, { content: new Uint8Array(readFileSync(path)), type, hashed: address.startsWith('/assets/') });
  }
  const page = assets.get('/index.html');
  if (!page) {
    throw new TiebreakError('not-found', `The pages are not built (there is no ${folder}): run 'npm run build' first.`);
  }
  assets.delete('/index.html');
  return assets.set('/', page);
}

/** What is served as pages, as it is when a page is loaded. */
export type Pages = () => Assets;

/** @param developing reads the files anew for each load of the page */
export function pagesIn(folder: string, developing: boolean): Pages {
  const first = readAssets(folder);
  return developing ? () => readAssets(folder) : () => first;
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
