import { BundledServer } from './bundled-server.js';

export interface BundledPostgresOptions {
  readonly dataDir: string;
  readonly log?: (sentence: string) => void;
  /** For tests alone: trades the safety of a power cut for speed. */
  readonly fast?: boolean;
}

export interface BundledPostgres {
  readonly url: string;
  /** Leaves the server; it stops with the last process that uses this data folder. */
  stop(): Promise<void>;
}

const watchEveryMs = 500;
const revivalsPerMinute = 5;

/** Runs the Postgres from the npm package on `dataDir`, or joins the one already running there, and revives it if it dies. */
export async function startBundledPostgres(options: BundledPostgresOptions): Promise<BundledPostgres> {
  const log = options.log ?? (() => undefined);
  const server = await BundledServer.open(options.dataDir, options.fast ?? false);
  const stopWatching = watch(server, log);
  const leaveAtOnce = () => server.leaveAtOnce();
  process.once('exit', leaveAtOnce);
  log(
    `Bundled Postgres ${server.version} serves ${options.dataDir}; it is for a single machine: set DATABASE_URL for more.`,
  );
  return {
    url: server.url,
    stop: async () => {
      await stopWatching();
      process.off('exit', leaveAtOnce);
      await server.leave();
    },
  };
}

function watch(server: BundledServer, log: (sentence: string) => void): () => Promise<void> {
  const revivals: number[] = [];
  let reviving: Promise<void> | null = null;
  const timer = setInterval(() => {
    if (reviving || server.isAlive || !mayReviveAgain(revivals)) {
      return;
    }
    reviving = revive(server, log, revivals.length === revivalsPerMinute).finally(() => (reviving = null));
  }, watchEveryMs).unref();
  return async () => {
    clearInterval(timer);
    await reviving;
  };
}

function mayReviveAgain(revivals: number[]): boolean {
  const recent = revivals.filter((at) => at > Date.now() - 60_000);
  revivals.splice(0, revivals.length, ...recent);
  return recent.length < revivalsPerMinute && revivals.push(Date.now()) > 0;
}

async function revive(server: BundledServer, log: (sentence: string) => void, isLast: boolean): Promise<void> {
  try {
    await server.revive();
    log('Bundled Postgres ended unexpectedly and runs again.');
  } catch (error) {
    const outlook = isLast ? 'no further try for a minute' : 'trying again';
    log(`Bundled Postgres ended unexpectedly and could not be started: ${(error as Error).message} (${outlook})`);
  }
}
