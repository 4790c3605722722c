import { mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import LongFirst from './test/support/long-first.ts';

// Most of the time of a command that a test starts goes into reading the same modules anew. Node keeps what it made of them,
// by their content, for this process and for all that it starts.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url));
enableCompileCache(process.env.NODE_COMPILE_CACHE);
// Tests that ask ONNX Runtime themselves send its maker nothing either.
process.env.ORT_DISABLE_TELEMETRY = '1';

// Apps that tests start keep their list of projects here, and new ones, and not with those of whoever runs the tests.
const projects = fileURLToPath(new URL('node_modules/.cache/projects', import.meta.url));
rmSync(projects, { recursive: true, force: true });
process.env.TIEBREAK_CONFIG = projects;
process.env.TIEBREAK_PROJECTS = fileURLToPath(new URL('node_modules/.cache/projects/new', import.meta.url));
// So is the usual data folder, on Linux.
process.env.XDG_DATA_HOME = fileURLToPath(new URL('node_modules/.cache/projects/usual', import.meta.url));

// Data folders that several files of tests begin with are filled once for all of them.
const stages = mkdtempSync(join(tmpdir(), 'tiebreak-stages-'));
process.env.TIEBREAK_TEST_STAGES = stages;
process.on('exit', () => {
  try {
    rmSync(stages, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    // A browser that is ending still writes there.
  }
});

/** Tests that mount the views without a browser: they alone have a document. */
const mounted = 'test/renderer/mounted/**/*.test.ts';

/** Tests that change what a process has once, so that each needs one of its own. */
const apart = [
  'test/app/backup/automatic.test.ts',
  'test/doors/window/**/*.test.ts',
  // A page never ends asking whether the app is back.
  'test/renderer/started-task.test.ts',
];

/** A file finds the modules that one before it has read: reading them anew for each takes minutes. */
const shared = { isolate: false, setupFiles: './test/support/as-it-was.ts' } as const;

export default defineConfig({
  plugins: [vue()],
  test: {
    pool: 'forks',
    // One more than the two cores it is meant for: many tests wait for pages and processes.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // How long a busy machine may take until something has come about; no test is about speed.
    expect: { poll: { timeout: 60_000, interval: 20 } },
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'node', include: ['test/**/*.test.ts'], exclude: [mounted, ...apart], ...shared },
      },
      { extends: true, test: { name: 'apart', include: apart } },
      {
        extends: true,
        test: { name: 'mounted', include: [mounted], environment: './test/support/dom-environment.ts', ...shared },
      },
    ],
  },
});
