/**
 * node test/packaging/try-unpacked.ts
 *
 * What electron-builder makes of the app, as far as that goes without Electron's runtime: Node stands in for it, with Electron's mark for fuses behind its end.
 * The folder is packed, the fuses are read, every file of app.asar is held against its sum, and what is in it starts: an import, a quick training, an export.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { electronFuses } from '../../packaging/electron-builder.ts';

type Entry = { readonly files?: Entries; readonly integrity?: { readonly hash: string }; readonly unpacked?: boolean };
type Entries = Readonly<Record<string, Entry>>;
/** What the builder itself packs and marks with. */
const ofBuilder = createRequire(createRequire(import.meta.url).resolve('app-builder-lib/package.json'));
const asar = ofBuilder('@electron/asar') as {
  readonly extractAll: (archive: string, folder: string) => void;
  readonly getRawHeader: (archive: string) => { readonly header: { readonly files: Entries } };
};
const fuses = ofBuilder('@electron/fuses') as {
  readonly getCurrentFuseWire: (program: string) => Promise<Readonly<Record<string, number | string>>>;
  readonly FuseV1Options: Readonly<Record<string, number>>;
};

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'tiebreak-unpacked-'));
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
try {
  run(process.execPath, [
    'packaging/package.ts',
    'linux',
    '--unpacked',
    '--runtime',
    standIn(join(scratch, 'runtime')),
  ]);
  const made = join(root, 'dist/linux-unpacked');
  await checkFuses(join(made, 'tiebreak'));
  const [archive, app] = [join(made, 'resources/app.asar'), join(scratch, 'app')];
  asar.extractAll(archive, app);
  say(`app.asar: ${checkSums(asar.getRawHeader(archive).header.files, app)} files are what their sums say`);
  for (const path of libraries(app))
    assert(existsSync(join(`${archive}.unpacked`, path)), `${path} lies in the archive`);
  say(`${libraries(app).length} libraries lie beside it`);
  use(join(made, 'tiebreak'), join(app, 'out/main/packed.js'));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** A folder as Electron's runtime is one: its program is Node, with the mark behind which fuses stand, none of them set. */
function standIn(folder: string): string {
  for (const name of ['', 'locales', 'resources']) mkdirSync(join(folder, name), { recursive: true });
  copyFileSync(process.execPath, join(folder, 'electron'));
  const mark = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
  appendFileSync(
    join(folder, 'electron'),
    Buffer.concat([Buffer.from(mark), Buffer.from([1, 8]), Buffer.from('00000000')]),
  );
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string;
  };
  const others = { version, LICENSE: '', 'LICENSES.chromium.html': '', 'locales/en-US.pak': '' };
  for (const [name, content] of Object.entries(others)) writeFileSync(join(folder, name), content);
  return folder;
}

async function checkFuses(program: string): Promise<void> {
  const wire = await fuses.getCurrentFuseWire(program);
  for (const [name, wanted] of Object.entries(electronFuses)) {
    const option = `${name[0]!.toUpperCase()}${name.slice(1)}`;
    assert.equal(wire[fuses.FuseV1Options[option]!], (wanted ? '1' : '0').charCodeAt(0), option);
  }
  say(`${Object.keys(electronFuses).length} fuses are as they are configured`);
}

function checkSums(entries: Entries, folder: string): number {
  return Object.entries(entries).reduce((count, [name, { files, integrity }]) => {
    const path = join(folder, name);
    if (files) return count + checkSums(files, path);
    assert.equal(createHash('sha256').update(readFileSync(path)).digest('hex'), integrity?.hash, path);
    return count + 1;
  }, 0);
}

function libraries(app: string): readonly string[] {
  const all = readdirSync(app, { recursive: true, encoding: 'utf8' });
  return all.filter((path) => /\.(node|dll|dylib)$|\.so(\.\d+)*$/.test(path));
}

function use(program: string, entry: string): void {
  const home = join(scratch, 'home');
  const tiebreak = (...args: string[]) =>
    JSON.parse(
      run(program, [entry, '--home', home, '--json', ...args])
        .trim()
        .split('\n')
        .at(-1)!,
    );
  tiebreak('import', join(root, 'resources/sample/ukp-test.jsonl'), '--split', 'train');
  assert.equal(tiebreak('train', 'quick', '--device', 'cpu').model, 'quick-1');
  assert(tiebreak('export', join(scratch, 'ranking.csv')).rows > 0);
  say('it imports, trains and exports');
}

function run(program: string, args: readonly string[]): string {
  const { status, stdout } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.equal(status, 0, `${program} ${args.join(' ')}`);
  return stdout;
}
