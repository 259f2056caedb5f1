import tseslint from 'typescript-eslint';

/** Imports point one way: infra, dashboard, devices → ingest → fanout. Types included. */
const folders = ['infra', 'dashboard', 'devices', 'ingest', 'fanout', 'test'];
const mayImport = {
  fanout: [],
  ingest: ['fanout'],
  devices: ['ingest', 'fanout'],
  dashboard: ['ingest', 'fanout'],
  infra: ['dashboard', 'devices', 'ingest', 'fanout'],
};

/** A pattern group that forbids reaching into the given top-level folder by a relative path. */
const into = (folder, message) => ({ regex: `^(\\.\\./)+${folder}/`, message });

const direction = (folder) =>
  folders
    .filter((other) => other !== folder && !mayImport[folder].includes(other))
    .map((other) => into(other, `${folder}/ must not import ${other}/: imports point inward.`));

const sdk = [
  {
    regex: '^(@aws-sdk|@smithy|aws-)',
    message: 'Only aws/ folders, handlers and infra/ know AWS libraries.',
  },
];
const pure = [
  ...sdk,
  { regex: '^(node:|ws$|fastify$)', message: 'Rules are pure: no Node API here; take it as an argument.' },
  { regex: '/(aws|memory|handlers)/', message: 'Rules do not know their adapters or handlers.' },
];

/** Nothing outside infra/twin/ may be known inside it; `outside` is the prefix of a path that leaves it. */
const twin = (outside) => [
  ...folders.filter((f) => f !== 'infra').map((f) => into(f, 'infra/twin/ knows none of Fieldcast.')),
  { regex: `^${outside}`, message: 'infra/twin/ knows none of Fieldcast.' },
];

const forbid = (files, patterns, ignores = []) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const tests = ['**/*.test.ts', '**/*.test.tsx', '**/*.contract.ts', '**/*.property.ts', '**/*.testing.ts'];

export default tseslint.config(
  { ignores: ['**/dist/', 'cdk.out/', '.fieldcast/', 'eslint.config.js', 'devices/bin.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_+$', argsIgnorePattern: '^_' }],
      // A port in memory is async because its sibling on AWS is.
      '@typescript-eslint/require-await': 'off',
    },
  },
  ...Object.keys(mayImport).map((folder) => forbid([`${folder}/**/*.{ts,tsx}`], direction(folder))),
  forbid(['fanout/{*,actions/*}.ts'], [...direction('fanout'), ...pure], tests),
  forbid(['ingest/*.ts'], [...direction('ingest'), ...pure], tests),
  forbid(['fanout/memory/*.ts'], [...direction('fanout'), ...sdk], tests),
  forbid(['ingest/memory/*.ts'], [...direction('ingest'), ...sdk], tests),
  forbid(
    ['devices/**/*.ts', 'dashboard/web/**/*.{ts,tsx}'],
    [
      ...direction('devices'),
      {
        regex: '/(ingest|fanout)/(?!(topic|protocol|limits|names|client/)[^/]*)',
        message: 'devices/ and dashboard/web know only contracts: topic, protocol, limits, names, client.',
      },
    ],
    tests,
  ),
  // The twin runs any template of its resource types, so it knows nothing of Fieldcast.
  forbid(['infra/twin/*.ts'], twin('\\.\\./')),
  forbid(['infra/twin/*/**/*.ts'], twin('\\.\\./\\.\\./')),
);
