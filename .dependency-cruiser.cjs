// Which part of lib/ may import which: docs of the tool at https://github.com/sverweij/dependency-cruiser.

/** Layers of lib/, lowest first. A module imports itself and lower layers. */
const LAYERS = [
  ['api', 'time', 'signing', 'privacy'],
  ['errors'],
  ['recipients', 'templates'],
  ['http'],
  ['credentials'],
  ['client'],
  ['sending'],
  ['sms\\.[^/]+\\.ts$'],
  ['filters', 'config', 'account', 'delivery', 'verification'],
  ['guard'],
  ['redis'],
  ['queue'],
  ['health', 'otel', 'cli'],
];

/** Layers of lib/emulator/, lowest first. */
const EMULATOR_LAYERS = [
  ['memory'],
  ['errors', 'wire', 'clock'],
  ['faults'],
  ['contract'],
  ['protocol'],
  ['records'],
  ['carrier'],
  ['actions'],
  ['engine'],
  ['control-api', 'inbox'],
  ['server'],
  ['sms-emulator\\.ts$'],
];

/** What the emulator takes from the rest of lib/. */
const BELOW_EMULATOR = ['api', 'time', 'signing', 'privacy', 'errors', 'recipients', 'templates'];

/** Outside packages that one file or module has to itself. */
const OWNERS = [
  ['axios', '^lib/http/axios\\.(?:adapter|transport)\\.ts$'],
  ['undici', '^lib/http/undici\\.(?:adapter|transport)\\.ts$'],
  ['libphonenumber-js', '^lib/recipients/'],
  ['@nestjs/config', '^lib/config/'],
  ['@nestjs/terminus', '^lib/health/'],
  ['@opentelemetry/[^/]+', '^lib/otel/'],
  ['bullmq', '^lib/queue/'],
  ['@nestjs/bullmq', '^lib/queue/'],
];

/** A folder names a subject: a type or a helper lives with what it serves. */
const NAMED_BY_KIND = ['utils', 'common', 'helpers', 'types', 'interfaces', 'constants'].flatMap(
  (kind) => [`^lib/${kind}/`, `^lib/.+/${kind}/`],
);

/** The entry point that has the guard, which stands above the module that it is named after. */
const GUARD_ENTRY = '^lib/delivery/index\\.ts$';

const pathsOf = (base, names) =>
  `^${base}/(?:${names.map((name) => (name.endsWith('$') ? name : `${name}/`)).join('|')})`;

/** One rule a layer: nothing of a higher layer, nothing of a sibling. */
function layerRules(base, layers, what) {
  return layers.flatMap((names, index) => {
    const above = layers.slice(index + 1).flat();
    return names.flatMap((name) => {
      const beside = names.filter((other) => other !== name);
      const label = name.replace(/\\\.(?:\[\^\/\]\+\\\.)?ts\$$/, '');
      return above.length + beside.length === 0
        ? []
        : [
            {
              name: `${what}-${label}`,
              comment: `${base}/${label} imports itself and lower layers only.`,
              severity: 'error',
              from: { path: pathsOf(base, [name]), pathNot: GUARD_ENTRY },
              to: { path: pathsOf(base, [...above, ...beside]) },
            },
          ];
    });
  });
}

/** Every file is in a module of a known layer: one that imports something, and one that is imported. */
function placedRules(name, path, places) {
  const comment =
    'Give the module a layer in .dependency-cruiser.cjs, and the name of its subject.';
  const misplaced = { path, pathNot: places };
  return [
    { name, comment, severity: 'error', from: misplaced, to: {} },
    { name, comment, severity: 'error', from: {}, to: misplaced },
  ];
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'No circle of imports, types included.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(?:bullmq|@nestjs/bullmq)$' },
    },
    ...layerRules('lib', LAYERS, 'layer'),
    ...layerRules('lib/emulator', EMULATOR_LAYERS, 'emulator'),
    {
      name: 'emulator-below',
      comment: `The emulator imports ${BELOW_EMULATOR.join(', ')} and nothing else of lib/.`,
      severity: 'error',
      from: { path: '^lib/emulator/' },
      to: { path: '^lib/', pathNot: pathsOf('lib', ['emulator', ...BELOW_EMULATOR]) },
    },
    {
      name: 'emulator-users',
      comment: 'Only lib/testing/ and lib/cli/ start an emulator.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/(?:emulator|testing|cli)/' },
      to: { path: '^lib/emulator/' },
    },
    {
      name: 'testing-users',
      comment: 'Nothing imports lib/testing/.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/testing/' },
      to: { path: '^lib/testing/' },
    },
    {
      name: 'entry-points',
      comment: 'Entry points are for users: no file of lib/ imports one.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: ['^lib/index\\.ts$', '^lib/[^/]+/index\\.ts$'] },
    },
    {
      name: 'own-name',
      comment: 'No file of lib/ imports the package by its name.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^nestjs-tencentcloud-sms(?:/|$)' },
    },
    {
      name: 'root-loads-no-feature',
      comment: 'The root entry point loads no feature that has an entry point of its own.',
      severity: 'error',
      from: { path: '^lib/index\\.ts$' },
      to: {
        path: '^lib/(?:config|delivery|verification|guard|redis|queue|health|otel|cli|emulator|testing)/',
      },
    },
    {
      name: 'guard-entry',
      comment: 'The entry point of deliveries has the guard, and nothing above it.',
      severity: 'error',
      from: { path: GUARD_ENTRY },
      to: { path: pathsOf('lib', [...LAYERS.slice(-3).flat(), 'emulator', 'testing']) },
    },
    ...placedRules('placed', '^lib/', [
      '^lib/index\\.ts$',
      pathsOf('lib', ['emulator', 'testing', ...LAYERS.flat()]),
    ]),
    ...placedRules('placed-emulator', '^lib/emulator/', [
      pathsOf('lib/emulator', EMULATOR_LAYERS.flat()),
    ]),
    ...placedRules('no-kinds', NAMED_BY_KIND, []),
    {
      name: 'pure',
      comment: 'Layers 0 to 2 do no I/O and ask the machine nothing.',
      severity: 'error',
      from: { path: pathsOf('lib', LAYERS.slice(0, 3).flat()) },
      to: {
        dependencyTypes: ['core'],
        path: '^(?:node:)?(?:child_process|cluster|dgram|diagnostics_channel|dns|fs|http|http2|https|net|os|process|readline|timers|tls|worker_threads)(?:/|$)',
      },
    },
    {
      name: 'no-nest-below-service',
      comment: 'Layers 0 to 6 and the emulator know no Nest.',
      severity: 'error',
      from: { path: pathsOf('lib', ['emulator', ...LAYERS.slice(0, 7).flat()]) },
      to: { path: '^(?:node_modules/)?@nestjs/' },
    },
    ...OWNERS.map(([name, owner]) => ({
      name: `one-place-${name.replace(/\W+/g, '-').replace(/^-|-$/g, '')}`,
      comment: `${name} is imported in one place only.`,
      severity: 'error',
      from: { path: '^lib/', pathNot: owner },
      to: { path: `^(?:node_modules/)?${name}(?:/|$)` },
    })),
    {
      name: 'no-redis-client',
      comment: 'Stores take the client of the user by its shape.',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(?:node_modules/)?(?:ioredis|iovalkey|redis|@redis/[^/]+)(?:/|$)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
