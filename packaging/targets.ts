/** What a package is made for, in the words of process.platform and process.arch. */
export type Target = { readonly os: 'linux' | 'win32' | 'darwin'; readonly arch: 'x64' | 'arm64' };

/** Those that ONNX Runtime and SQLite have binaries for. */
export const targets = {
  'linux-x64': { os: 'linux', arch: 'x64' },
  'linux-arm64': { os: 'linux', arch: 'arm64' },
  'win32-x64': { os: 'win32', arch: 'x64' },
  'win32-arm64': { os: 'win32', arch: 'arm64' },
  'darwin-arm64': { os: 'darwin', arch: 'arm64' },
} as const satisfies Record<string, Target>;
export type TargetName = keyof typeof targets;

/** The targets for which the registry has Node's runtime in the version that the tests run with. */
export const portableTargets = ['linux-x64', 'win32-x64'] as const satisfies readonly TargetName[];
