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
    // mdast is a package of types alone.
    { name: 'nothing unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^mdast$' } },
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
    only('analysis', [room('contract'), room('evaluation')]),
    only('report', [room('contract'), '^src-main/html-page\\.ts$']),
    only('labeling', [room('contract'), room('evaluation')]),
    only('engine', [room('contract'), room('evaluation')]),
    only('tracking', [room('contract'), '^src-main/html-', '^src-main/dataset/writers/csv\\.ts$']),
    only('engine-host', [room('contract')]),
    only('hub', [room('contract')]),
    {
      name: 'only the application asks the hub',
      severity: 'error',
      from: { path: '^src-', pathNot: ['^src-main/(app\\.ts$|app/models/)', room('hub')] },
      to: { path: room('hub') },
    },
    only('doors', [
      room('contract'),
      '^src-main/(app|root)\\.ts$',
      room('engine-host'),
      room('tracking'),
      '^src-main/app/sample',
    ]),
    {
      name: 'only three files know Electron',
      severity: 'error',
      from: { path: '^src-(main|renderer)/', pathNot: '^src-main/doors/window/(main|window|preload)\\.ts$' },
      to: { path: '^electron$|node_modules/electron/' },
    },
    {
      name: 'a page knows of the application only the contract',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^src-main/', pathNot: room('contract') },
    },
    {
      name: 'pages are made of what a browser has',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only the application implements the contract',
      severity: 'error',
      from: { path: '^src-', pathNot: '^src-main/(app\\.ts$|api/)' },
      to: { path: room('api') },
    },
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
      from: { path: '^src-main/', pathNot: room('doors') },
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
