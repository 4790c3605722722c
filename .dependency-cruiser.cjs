// Who may import whom. ARCHITECTURE.md says why.
const room = (name) => `^src-main/${name}/`;
const only = (name, allowed) => ({
  name: `${name} keeps to its neighbours`,
  severity: 'error',
  from: { path: room(name) },
  to: { path: '^src-(main|renderer)/', pathNot: [room(name), ...allowed] },
});

module.exports = {
  forbidden: [
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('contract', []),
    {
      name: 'contract imports only its schema libraries',
      severity: 'error',
      from: { path: room('contract') },
      to: { path: 'node_modules', pathNot: 'node_modules/(zod|@orpc/contract)' },
    },
    only('store', [room('contract')]),
    only('evaluation', [room('contract')]),
    only('dataset', [room('contract'), room('evaluation')]),
    only('labeling', [room('contract'), room('evaluation')]),
    only('engine', [room('contract')]),
    only('engine-host', [room('contract')]),
    {
      name: 'only the store speaks SQL',
      severity: 'error',
      from: { path: '^src-main/', pathNot: room('store') },
      to: { path: 'better-sqlite3' },
    },
    {
      name: 'only the runtimes know ONNX Runtime and TensorFlow',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '^src-main/engine/runtime/' },
      to: { path: 'onnxruntime|@tensorflow' },
    },
    {
      name: 'only the doors import the application',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '^src-main/(main|web|cli|demo)\\.ts$|^src-main/cli/' },
      to: { path: '^src-main/app\\.ts$' },
    },
    {
      name: 'the product reads nothing of the tests',
      severity: 'error',
      from: { path: '^src-' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
