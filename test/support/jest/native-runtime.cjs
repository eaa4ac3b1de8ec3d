const { pathToFileURL } = require('node:url');

/**
 * Test files as Node itself loads them, `run-typescript.mjs` before it. Jest's own runtime loads every module of the app
 * once more for every test file, which was half of the time of a run; here a worker loads it once.
 */
class NativeRuntime {
  constructor(_config, environment) {
    this.mocker = environment.moduleMocker;
  }

  /** The framework keeps its state for as long as its module lives: every test file begins with a new one. */
  requireInternalModule(path) {
    delete require.cache[path];
    globalThis[Symbol.for('EVENT_HANDLERS')] = undefined;
    return require(path);
  }

  requireModule(path) {
    return require(path);
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  unstable_importModule(path) {
    return import(pathToFileURL(path).href);
  }

  setGlobalsForRuntime() {
    const { mocker } = this;
    globalThis.jest = {
      fn: mocker.fn.bind(mocker),
      spyOn: mocker.spyOn.bind(mocker),
      restoreAllMocks: () => this.restoreAllMocks(),
    };
  }

  restoreAllMocks() {
    this.mocker.restoreAllMocks();
  }

  getSourceMaps() {
    return null;
  }

  getAllCoverageInfoCopy() {}

  enterTestCode() {}

  leaveTestCode() {}

  teardown() {}
}

module.exports = { __esModule: true, default: NativeRuntime };
