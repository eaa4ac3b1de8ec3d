export default {
  // Modules are those of Node itself, once for every worker: `native-runtime.cjs` says why.
  runtime: '<rootDir>/test/support/jest/native-runtime.cjs',
  testEnvironment: '<rootDir>/test/support/jest/native-environment.js',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testRegex: '\\.(spec|test)\\.ts$',
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  reporters: ['default', '<rootDir>/test/support/log-reporter.js', '<rootDir>/test/support/summary-reporter.js'],
  testTimeout: 180_000,
  // Many wait for jobs, for time to pass or for a browser: with two, a third of two cores idles.
  maxWorkers: 3,
};
