import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from 'electron-builder';

/** Installers around Electron's runtime. What goes into them was chosen before (tree.ts): the builder packs the whole folder. */

const here = import.meta.dirname;

/**
 * @param app the folder of the app's files, for one system
 * @param env says who signs: without their names the packages are unsigned
 * @param runtime a folder with Electron's runtime; without it the builder fetches the one of the version that is installed
 */
export function builderConfig(
  root: string,
  app: string,
  env: NodeJS.ProcessEnv,
  { electronVersion, runtime }: { readonly electronVersion: string; readonly runtime?: string | undefined },
): Configuration {
  const { author, homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly author: string;
    readonly homepage?: string;
  };
  return {
    appId: 'org.tiebreak.app',
    productName: 'Tiebreak',
    copyright: 'Under the MIT licence',
    directories: { app, output: join(root, 'dist'), buildResources: here },
    // By system and architecture, so that one build never overwrites another's.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the builder's own placeholders
    artifactName: 'tiebreak-${version}-${os}-${arch}.${ext}',
    electronVersion,
    ...(runtime === undefined ? {} : { electronDist: runtime }),
    files: ['**/*'],
    asar: true,
    // Libraries that the system loads, and files that are read piece by piece, lie beside the archive.
    asarUnpack: ['**/*.{node,dll,dylib}', '**/*.so.*', 'resources/**', 'node_modules/@energetic-ai/**'],
    // Every binary comes prebuilt inside a package of the registry.
    npmRebuild: false,
    nodeGypRebuild: false,
    buildDependenciesFromSource: false,
    electronFuses,
    electronLanguages: ['en-US'],
    // Nothing looks for updates, so nothing is published.
    publish: null,
    linux: {
      // A deb must say where its program is at home, and whom one can write to about it.
      target: homepage !== undefined && / <.+@.+>$/.test(author) ? ['AppImage', 'deb'] : ['AppImage'],
      executableName: 'tiebreak',
      category: 'Utility',
      synopsis: 'Compare comments, train a reward model, rank every post.',
      maintainer: author,
      icon: join(here, 'icon.png'),
    },
    win: { target: ['nsis'], icon: join(here, 'icon.png') },
    nsis: {
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: true,
      deleteAppDataOnUninstall: false,
    },
    mac: {
      target: ['dmg'],
      category: 'public.app-category.productivity',
      icon: join(here, 'icon.png'),
      hardenedRuntime: true,
      gatekeeperAssess: false,
      entitlements: join(here, 'entitlements.mac.plist'),
      entitlementsInherit: join(here, 'entitlements.mac.plist'),
      // The builder takes the certificate from CSC_LINK or the keychain. Apple looks at the result only where somebody signs in.
      notarize: signsInAtApple(env),
    },
  };
}

/**
 * Switches in Electron's own program. The engine is a utility process, so it needs neither ELECTRON_RUN_AS_NODE nor Node's options, and with
 * them off nobody can make of a signed Tiebreak a Node that runs something else. Nothing is loaded but the archive, whose sum stands in
 * the program (Electron checks it on macOS and Windows).
 */
export const electronFuses = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  // Pages come over a scheme of their own, never from file://.
  grantFileProtocolExtraPrivileges: false,
} as const satisfies Configuration['electronFuses'];

/** Either with a key of App Store Connect, or with an Apple ID and a password for this app alone. */
function signsInAtApple(env: NodeJS.ProcessEnv): boolean {
  const all = (...names: readonly string[]): boolean => names.every((name) => (env[name] ?? '') !== '');
  return (
    all('APPLE_API_KEY', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER') ||
    all('APPLE_ID', 'APPLE_APP_SPECIFIC_PASSWORD', 'APPLE_TEAM_ID')
  );
}
