// Who may import whom. ARCHITECTURE.md says why. Rooms stand on the rooms that their rule names, and on nothing else of the house.
const room = (name) => `^src-main/${name}/`;
const root = '^src-main/root\\.ts$';
/** What a full disk is called. */
const unwritable = '^src-main/disk/unwritable\\.ts$';
/** Asked by all who left a number of a process behind. */
const lives = '^src-main/disk/lives\\.ts$';
const only = (name, rooms, files = []) => ({
  name: `${name} keeps to its neighbours`,
  severity: 'error',
  from: { path: room(name) },
  to: { path: '^src-(main|renderer)/', pathNot: [room(name), ...rooms.map(room), ...files] },
});
/** Rooms inside a room: each may import those of its list, and what its whole room may. */
const inside = (whole, rooms) =>
  Object.entries(rooms).map(([name, allowed]) => ({
    name: `${whole}/${name} keeps to its neighbours`,
    severity: 'error',
    from: { path: room(`${whole}/${name}`) },
    to: { path: room(whole), pathNot: [name, ...allowed].map((one) => room(`${whole}/${one}`)) },
  }));
/** Everything below the application. */
const below = [
  ...[
    'contract',
    'common',
    'evaluation',
    'disk',
    'store',
    'dataset',
    'labeling',
    'tokenizer',
    'checkpoint',
    'hub',
    'threads',
    'log',
  ],
  ...['projects', 'engine-host', 'analysis', 'report', 'tracking', 'recipe', 'worker', 'transfer'],
];

module.exports = {
  forbidden: [
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
    // mdast and hast are packages of types alone; the scripts that made fixtures use programs that are no part of the project.
    {
      name: 'nothing unresolved',
      severity: 'error',
      from: { pathNot: '^test/fixtures/' },
      to: { couldNotResolve: true, pathNot: '^(mdast|hast)$' },
    },
    {
      name: 'no loose files beside the application',
      severity: 'error',
      from: {},
      to: { path: '^src-main/[^/]+$', pathNot: '^src-main/(app|root).ts$' },
    },
    only('contract', []),
    {
      name: 'contract imports only its schema libraries',
      severity: 'error',
      from: { path: room('contract') },
      to: { path: 'node_modules', pathNot: 'node_modules/(zod|@orpc/contract)' },
    },
    only('common', ['contract']),
    {
      name: 'common is pure: it runs in a page as well',
      severity: 'error',
      from: { path: room('common') },
      to: { dependencyTypes: ['core'] },
    },
    only('evaluation', ['contract', 'common']),
    only('disk', ['contract', 'common']),
    only('store', ['contract', 'common'], [lives]),
    only('dataset', ['contract', 'common', 'disk']),
    only('labeling', ['contract', 'common', 'evaluation']),
    only('tokenizer', ['contract', 'common']),
    only('checkpoint', ['contract', 'common', 'disk', 'tokenizer']),
    only('log', ['contract', 'common']),
    only('hub', ['contract', 'common', 'disk']),
    only('threads', ['contract', 'common']),
    only('engine-host', ['contract', 'common']),
    only('analysis', ['contract', 'common', 'evaluation']),
    only('report', ['contract', 'common']),
    only('tracking', ['contract', 'common', 'disk', 'report']),
    only('recipe', ['contract', 'common', 'evaluation']),
    only(
      'worker',
      ['contract', 'common', 'evaluation', 'store', 'dataset', 'labeling', 'analysis', 'tracking', 'transfer'],
      [root],
    ),
    only('transfer', ['contract', 'common', 'disk', 'store', 'dataset', 'labeling', 'recipe']),
    only('projects', ['contract', 'disk'], [root]),
    only('engine', ['contract', 'common', 'evaluation', 'tokenizer', 'checkpoint'], [root, lives, unwritable]),
    ...inside('engine', {
      graph: [],
      runtime: ['graph'],
      model: ['graph', 'runtime'],
      batch: ['runtime', 'model'],
      run: [],
      head: ['runtime', 'model', 'batch', 'run'],
      score: ['graph', 'runtime', 'model', 'batch', 'head'],
      train: ['graph', 'runtime', 'model', 'batch', 'run', 'head', 'score'],
      forecast: ['graph', 'runtime', 'model', 'batch', 'run', 'head', 'train'],
      export: ['graph', 'runtime', 'model', 'batch', 'head'],
    }),
    only('app', below, [root, '^src-main/engine/(export/|forecast/available-memory\\.ts$)']),
    ...inside('app', {
      kernel: [],
      settings: ['kernel'],
      embedding: ['kernel', 'settings'],
      choosing: ['kernel', 'settings', 'embedding'],
      comparing: ['kernel', 'settings', 'choosing'],
      drift: ['kernel', 'settings', 'embedding'],
      ranking: ['kernel', 'settings', 'embedding', 'comparing'],
      models: ['kernel', 'settings'],
      runs: ['kernel'],
      data: ['kernel', 'settings', 'embedding', 'drift', 'backup'],
      training: ['kernel', 'settings', 'embedding', 'ranking', 'models', 'runs'],
      backup: ['kernel', 'settings'],
      projects: ['kernel', 'settings', 'data', 'backup'],
      deleted: ['kernel', 'models', 'runs'],
      erasing: ['kernel', 'settings', 'data', 'runs', 'backup'],
    }),
    only('api', ['contract', 'common', 'recipe', 'app']),
    only('doors', ['contract', 'common', 'disk', 'projects', 'engine-host', 'log'], [root, '^src-main/app\\.ts$']),
    ...inside('doors', {
      shared: [],
      window: ['shared'],
      browser: ['shared'],
      terminal: ['shared'],
      start: ['browser', 'terminal'],
      tensorflow: ['start'],
    }),
    {
      name: 'only the application asks the hub',
      severity: 'error',
      from: { path: '^src-', pathNot: ['^src-main/(app\\.ts$|app/models/|app/data/fetching\\.ts$)', room('hub')] },
      to: { path: room('hub') },
    },
    {
      name: 'only fetching asks for threads',
      severity: 'error',
      from: { path: '^src-', pathNot: ['^src-main/app/data/fetching\\.ts$', room('threads')] },
      to: { path: room('threads') },
    },
    {
      name: 'only three files know Electron',
      severity: 'error',
      from: { path: '^src-(main|renderer)/', pathNot: '^src-main/doors/window/(main|window|preload)\\.ts$' },
      to: { path: '^electron$|node_modules/electron/' },
    },
    {
      name: 'a page knows of the application only the contract and the common rules',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^src-main/', pathNot: [room('contract'), room('common')] },
    },
    {
      name: 'pages are made of what a browser has',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'what all views share knows none of them',
      severity: 'error',
      from: { path: '^src-renderer/(components|composables)/' },
      to: { path: '^src-renderer/views/' },
    },
    {
      name: 'the rooms of the train view stand beside each other: only the curves are drawn in several',
      severity: 'error',
      from: { path: '^src-renderer/views/train/(start|run|runs|curves|context)/' },
      to: { path: '^src-renderer/views/train/', pathNot: '^src-renderer/views/train/($1|curves)/' },
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
      name: 'ONNX Runtime is imported where it is kept from sending events',
      severity: 'error',
      from: { path: '^src-main/', pathNot: '^src-main/engine/runtime/onnxruntime\\.ts$' },
      to: { path: 'onnxruntime', pathNot: '^src-main/' },
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
