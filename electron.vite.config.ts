import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Main, its three helpers' programs and the start of a package without Electron, the preload script, and the pages. Packages in `dependencies` stay outside main. */
export default defineConfig({
  main: {
    build: {
      rolldownOptions: {
        input: {
          main: here('src-main/doors/window/main.ts'),
          engine: here('src-main/engine/process.ts'),
          worker: here('src-main/worker/worker.ts'),
          'step-helper': here('src-main/engine/train/helper-thread.ts'),
          packed: here('src-main/doors/start/packed.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      rolldownOptions: {
        input: here('src-main/doors/window/preload.ts'),
        // A preload script in a sandbox can't be an ES module.
        output: { format: 'cjs', entryFileNames: 'preload.cjs' },
      },
    },
  },
  renderer: {
    root: here('src-renderer'),
    plugins: [vue()],
    build: {
      emptyOutDir: true,
      minify: true,
      // Everything comes from a file of its own: the policy allows no data in style sheets or scripts.
      assetsInlineLimit: 0,
      rolldownOptions: { input: here('src-renderer/index.html') },
    },
  },
});
