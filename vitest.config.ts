import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

/** Tests that mount the views without a browser: they alone have a document. */
const mounted = 'test/renderer/mounted/**/*.test.ts';

export default defineConfig({
  plugins: [vue()],
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      { extends: true, test: { name: 'node', include: ['test/**/*.test.ts'], exclude: [mounted] } },
      {
        extends: true,
        test: { name: 'mounted', include: [mounted], environment: './test/support/dom-environment.ts' },
      },
    ],
  },
});
