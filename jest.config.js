import { PROJECTS, sortSpecs } from './test/support/projects.mjs';

const SPECS = sortSpecs(import.meta.dirname);

const shared = {
  testEnvironment: 'node',
  // `lib` must be listed: collectCoverageFrom only sees files below `roots`.
  roots: ['<rootDir>/lib', '<rootDir>/test', '<rootDir>/sample-app'],
  // ES modules have no `jest` global; import everything from '@jest/globals'.
  injectGlobals: false,
  modulePathIgnorePatterns: ['<rootDir>/sample-app/dist', '<rootDir>/test/consumers'],
  restoreMocks: true,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    // The package's own name, as applications write it, from the sources.
    '^nestjs-tencentcloud-sms$': '<rootDir>/lib/index.ts',
    '^nestjs-tencentcloud-sms/(.+)$': '<rootDir>/lib/$1/index.ts',
    '^@nestjs/throttler$': '<rootDir>/test/support/throttler.mjs',
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
};
const OWN_SETTINGS = {
  unit: { setupFilesAfterEnv: ['<rootDir>/test/support/no-sockets.ts'] },
  browser: {
    globalSetup: '<rootDir>/test/support/start-browser.mjs',
    globalTeardown: '<rootDir>/test/support/stop-browser.mjs',
  },
};

function configOf(project) {
  const own = SPECS.filter((spec) => spec.project === project);
  const testMatch = own.map(({ path }) => `<rootDir>/${path}`);
  return { ...shared, ...OWN_SETTINGS[project], displayName: project, testMatch };
}

/** @type {import('jest').Config} */
export default {
  // Only what hangs takes so long; a busy machine is slow, which is no fault.
  testTimeout: 20_000,
  // Many specs wait for sockets and processes: a worker for each core, where Jest leaves one out.
  maxWorkers: '100%',
  // Modules of a spec file outlive it. A worker that keeps those of a hundred is busy with collecting them.
  workerIdleMemoryLimit: '1GB',
  projects: PROJECTS.map(configOf),
  reporters: ['default', '<rootDir>/scripts/folder-times.mjs'],
  collectCoverageFrom: ['lib/**/*.ts'],
  coverageReporters: ['text', 'lcov'],
};
