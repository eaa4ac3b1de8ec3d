import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import request from 'supertest';
import { projectRoot } from '../../src/shared/project-root.js';
import { KeptLog } from './kept-log.js';

export type Environment = Readonly<Record<string, string>>;

export interface Surroundings {
  readonly databaseUrl: string;
  readonly resendUrl: string;
  readonly calComUrl: string;
  readonly calComKey: string;
}

export interface EndedRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

const [, ...startArguments] = startCommand();
const preload = pathToFileURL(join(projectRoot, 'test', 'support', 'built-app-preload.mjs')).href;
const secretNames = [
  'SESSION_SECRET',
  'ADMIN_PASSWORD',
  'RESEND_API_KEY',
  'CAL_COM_API_KEY',
  'DATABASE_URL',
  'ENCRYPTION_KEYS',
];
const readyWithinMs = 60_000;
const stopWithinMs = 10_000;
const portTries = 50;

/** What a host would set, with every outside service named; random secrets, so that none can be in a log by chance. */
export function productionEnvironment({ databaseUrl, resendUrl, calComUrl, calComKey }: Surroundings): Environment {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEYS: `prod:${randomBytes(32).toString('base64')}`,
    SESSION_SECRET: randomBytes(32).toString('base64url'),
    ADMIN_EMAIL: 'asha@acme.example',
    ADMIN_PASSWORD: randomBytes(12).toString('base64url'),
    ORGANIZATION_NAME: 'Acme',
    UNDO_WINDOW_SECONDS: '0',
    EMAIL_TRANSPORT: 'resend',
    EMAIL_FROM: 'Acme Interviews <interviews@acme.example>',
    RESEND_API_KEY: `re_${randomBytes(12).toString('hex')}`,
    RESEND_BASE_URL: resendUrl,
    RESEND_REQUESTS_PER_SECOND: '50',
    CAL_COM_API_URL: calComUrl,
    CAL_COM_API_KEY: calComKey,
  };
}

/** What `npm start` runs, in a process of its own, with nothing in its environment but what a test gives it. */
export class BuiltApp {
  private readonly output = { stdout: '', stderr: '', destinations: '' };
  /** When the process has ended, whatever ended it. */
  readonly ended: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    readonly environment: Environment,
  ) {
    for (const [descriptor, name] of [
      [1, 'stdout'],
      [2, 'stderr'],
      [3, 'destinations'],
    ] as const) {
      (child.stdio[descriptor] as Readable)
        .setEncoding('utf8')
        .on('data', (text: string) => (this.output[name] += text));
    }
    this.ended = once(child, 'close').then(() => this.keepLog());
  }

  /** Started and ready; on a free port, which `PUBLIC_URL` names unless it is given. */
  static async start(environment: Environment): Promise<BuiltApp> {
    const app = BuiltApp.spawn(await listening(environment));
    try {
      await app.ready();
    } catch (error) {
      await app.kill();
      throw error;
    }
    return app;
  }

  /** Run until it ends by itself. */
  static async run(environment: Environment): Promise<EndedRun> {
    const startedAt = performance.now();
    const app = BuiltApp.spawn(environment);
    await Promise.race([app.ended, pause(readyWithinMs, undefined, { ref: false })]);
    const tookMs = performance.now() - startedAt;
    const code = app.child.exitCode;
    await app.kill();
    return { code, stdout: app.stdout, stderr: app.stderr, tookMs };
  }

  private static spawn(environment: Environment): BuiltApp {
    const child = spawn(process.execPath, startArguments, {
      cwd: projectRoot,
      env: { PATH: process.env.PATH ?? '', NODE_OPTIONS: `--import=${preload}`, ...environment },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    return new BuiltApp(child, environment);
  }

  get url(): string {
    return `http://127.0.0.1:${this.environment['PORT']}`;
  }

  /** Of the process; 0 where there is none. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  get stdout(): string {
    return this.output.stdout;
  }

  get stderr(): string {
    return this.output.stderr;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The code it ended with; null while it runs, and when it was killed. */
  get endedBy(): number | null {
    return this.child.exitCode;
  }

  /** `host:port` or the path of a socket, each once. */
  get destinations(): string[] {
    return [...new Set(this.output.destinations.split('\n').filter(Boolean))];
  }

  /** A browser on our own pages. */
  visitor(): ReturnType<typeof request.agent> {
    return request.agent(this.url).set('Origin', this.url);
  }

  /** A browser in which the admin of the environment has signed in. */
  async admin(): Promise<ReturnType<typeof request.agent>> {
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = this.environment;
    const browser = this.visitor();
    await browser.post('/sign-in').type('form').send({ email, password }).expect(303);
    return browser;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await Promise.race([this.ended, pause(stopWithinMs, undefined, { ref: false })]);
    await this.kill();
  }

  /** Ended as by a power cut. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** For the reporter that reads all logs. The address of the first run is printed outside of the log. */
  private keepLog(): void {
    if (process.env.TEST_LOG_DIR) {
      const log = new KeptLog();
      log.write(`${this.stdout.replace(/^First run: .*$/gm, '')}\n${this.stderr}`);
      log.hide(...secretNames.map((name) => this.environment[name] ?? ''));
    }
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + readyWithinMs;
    while (!(await this.answersReady())) {
      if (this.child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`The built app did not get ready.\n${this.stderr}\n${this.stdout}`);
      }
      await pause(50);
    }
  }

  private async answersReady(): Promise<boolean> {
    return fetch(`${this.url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

async function listening(environment: Environment): Promise<Environment> {
  const port = environment['PORT'] ?? `${await freePort()}`;
  return { PUBLIC_URL: `http://127.0.0.1:${port}`, ...environment, PORT: port };
}

/** Below the ports that systems hand out to others by themselves. */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < portTries; tries += 1) {
    const port = randomInt(20_000, 30_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (free) {
      await new Promise((resolve) => server.close(resolve));
      return port;
    }
  }
  throw new Error('There is no free port.');
}

function startCommand(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  return scripts.start.split(' ');
}
