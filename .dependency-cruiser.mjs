/** Imports point inwards: design rule of docs/decisions. One rule a room; a new room needs a rule here. */
const room = name => `^src/${name}/`;
const only = (name, ...allowed) => ({
  name: `${name}-points-inwards`,
  severity: 'error',
  from: { path: room(name) },
  to: { path: '^src/', pathNot: [name, ...allowed].map(room) },
});
const DOMAIN_LIBRARIES = ['zod', 'luxon'];

export default {
  forbidden: [
    only('domain'),
    only('application', 'domain'),
    only('projections', 'domain'),
    only('platform', 'domain'),
    only('documents', 'domain'),
    only('api', 'application', 'projections', 'documents', 'domain'),
    only('workers', 'application', 'projections', 'documents', 'domain'),
    {
      name: 'client-stands-alone',
      comment:
        'A product installs the client alone, and it runs in browsers: no other room, no library, nothing of Node.',
      severity: 'error',
      from: { path: room('client') },
      to: { pathNot: room('client') },
    },
    {
      name: 'domain-is-pure',
      comment: 'No I/O, clock or environment: node:crypto primitives and buffers are the one door to Node.',
      severity: 'error',
      from: { path: room('domain') },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    {
      name: 'domain-libraries',
      severity: 'error',
      from: { path: room('domain') },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'],
        pathNot: DOMAIN_LIBRARIES.map(name => `node_modules/${name}/`),
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['^src/cli/main\\.ts$'] },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
