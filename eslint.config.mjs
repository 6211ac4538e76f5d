import nx from '@nx/eslint-plugin';
import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

/** The bounded contexts. Outside its own service, a context is only its `/contract`: events, commands, questions. */
const CONTEXTS = ['planning', 'admission', 'build', 'deployment', 'query'];
const SERVICES = readdirSync(new URL('./apps', import.meta.url));

const contractsOnly = (names, why) => ({
  '@typescript-eslint/no-restricted-imports': [
    'error',
    { paths: names.map((name) => ({ name: `@slipway/${name}`, message: `${why}: import @slipway/${name}/contract` })) },
  ],
});

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.slipway/**', '**/*.js', '**/*.mjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true, allowNullish: true }],
      '@typescript-eslint/require-await': 'off',
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          banTransitiveDependencies: true,
          depConstraints: [
            { sourceTag: 'type:pure', onlyDependOnLibsWithTags: ['type:pure'], allowedExternalImports: ['class-validator', 'class-transformer', 'reflect-metadata', '@marcbachmann/cel-js', 'fast-check'] },
            { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:pure', 'type:lib'] },
            { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:pure', 'type:lib'] },
            { sourceTag: 'type:test', onlyDependOnLibsWithTags: ['type:pure', 'type:lib', 'type:app'] },
          ],
        },
      ],
    },
  },
  {
    name: 'pure: no I/O, no clock, no random',
    files: CONTEXTS.concat('kernel', 'provenance').map((name) => `libs/${name}/src/**/*.ts`),
    // Keys are made, kept and used in two files; what is done with them is pure.
    ignores: ['**/*.spec.ts', 'libs/provenance/src/{ed25519,signing-key,attestation.fixtures}.ts'],
    rules: {
      'no-restricted-globals': ['error', ...['process', 'Buffer', 'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'crypto', 'performance'].map((name) => ({ name, message: 'a pure lib takes data and returns data' }))],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: 'time arrives as data' }, { object: 'Math', property: 'random', message: 'ids arrive as data' }],
      'no-restricted-syntax': ['error', { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'time arrives as data' }],
      'no-restricted-imports': ['error', { patterns: [{ group: ['node:*', 'fs', 'path'], message: 'a pure lib does no I/O' }] }],
    },
  },
  // Pure contexts meet each other by contract.
  ...CONTEXTS.map((context) => ({
    files: [`libs/${context}/src/**/*.ts`],
    rules: contractsOnly(CONTEXTS.filter((other) => other !== context), 'contexts share a language, not their insides'),
  })),
  // So do services; each may use the whole of its own context.
  ...SERVICES.map((service) => ({
    files: [`apps/${service}/src/**/*.ts`],
    rules: contractsOnly(CONTEXTS.filter((other) => other !== service && other !== 'query'), 'no service uses the insides of another context'),
  })),
  {
    files: ['libs/{messaging,steps,service-kit,platform}/src/**/*.ts'],
    rules: contractsOnly(CONTEXTS, 'libs share a language with the contexts, not their insides'),
  },
  {
    files: ['**/*.spec.ts', '**/*.fixtures.ts', '**/*.contract.ts', 'test/**/*.ts'],
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
);
