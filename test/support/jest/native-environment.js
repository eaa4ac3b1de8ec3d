import { ModuleMocker } from 'jest-mock';

/** The worker itself, instead of a `vm` context for every test file: see `NativeRuntime`. */
export default class NativeEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  exit = process.exit;

  constructor({ projectConfig }) {
    Object.assign(globalThis, projectConfig.globals);
  }

  /** Jest has just put its own reading of source maps in the place of Node's, which knows the maps inside the code. */
  async setup() {
    Error.prepareStackTrace = undefined;
    process.setSourceMapsEnabled(true);
  }

  async teardown() {
    this.moduleMocker.restoreAllMocks();
    process.exit = this.exit;
  }

  getVmContext() {
    return null;
  }
}
