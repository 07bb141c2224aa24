/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // `lib` must be listed: collectCoverageFrom only sees files below `roots`.
  roots: ['<rootDir>/lib', '<rootDir>/test', '<rootDir>/sample-app'],
  testMatch: ['<rootDir>/test/**/*.spec.ts', '<rootDir>/sample-app/test/**/*.spec.ts'],
  // ES modules have no `jest` global; import everything from '@jest/globals'.
  injectGlobals: false,
  modulePathIgnorePatterns: ['<rootDir>/sample-app/dist', '<rootDir>/test/consumers'],
  restoreMocks: true,
  // Only what hangs takes so long; a busy machine is slow, which is no fault.
  testTimeout: 20_000,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    // The package's own name, as applications write it, from the sources.
    '^nestjs-tencentcloud-sms$': '<rootDir>/lib/index.ts',
    '^nestjs-tencentcloud-sms/(.+)$': '<rootDir>/lib/$1/index.ts',
    // Sources import each other as './x.js', which is what Node needs after the build.
    '^(\\.{1,2}/(?!.*\\.json\\.js$).*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  collectCoverageFrom: ['lib/**/*.ts'],
  coverageReporters: ['text', 'lcov'],
};
