// Four suites: unit (pure, fast), integration (real adapters: store, bus, git, processes), e2e (the whole platform) and
// conformance (the embedded event store, or the one that SLIPWAY_EVENTSTORE names, held to EventStoreDB's promises).
// The export condition makes jest read the sources of our packages, so no build is needed before a test.
const common = {
  rootDir: __dirname,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@slipway/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: [],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.(ts|js)$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // ESM-only packages that jest's own module system has to see as CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!@marcbachmann/cel-js/)'],
  modulePathIgnorePatterns: ['/dist/'],
};

module.exports = {
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs}/*/src/**/*.spec.ts', '<rootDir>/test/repository/*.spec.ts'], testPathIgnorePatterns: ['\\.(int|e2e)\\.spec\\.ts$'] },
    { ...common, displayName: 'integration', testMatch: ['<rootDir>/{apps,libs}/*/src/**/*.int.spec.ts', '<rootDir>/test/repository/*.int.spec.ts'] },
    { ...common, displayName: 'e2e', testMatch: ['<rootDir>/test/**/*.e2e.spec.ts'] },
    { ...common, displayName: 'conformance', testMatch: ['<rootDir>/test/conformance/**/*.conformance.ts'], globalSetup: '<rootDir>/test/conformance/target.js', globalTeardown: '<rootDir>/test/conformance/target-stop.js' },
  ],
};
