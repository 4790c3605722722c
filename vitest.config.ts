import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import LongFirst from './test/support/long-first.ts';

// Most of the time of a command that a test starts goes into reading the same modules anew. Node keeps what it made of them,
// by their content, for this process and for all that it starts.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url));
enableCompileCache(process.env.NODE_COMPILE_CACHE);

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // How long a busy machine may take until something has come about; no test is about speed.
    expect: { poll: { timeout: 60_000, interval: 20 } },
    reporters: ['default', './test/support/closing-line.ts'],
  },
});
