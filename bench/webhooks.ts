import { fork, type ChildProcess } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { startSandbox, type Sandbox } from '../src/sandbox/sandbox.js';
import { projectRoot } from '../src/shared/project-root.js';
import { BuiltApp } from '../test/support/built-app.js';
import { until } from '../test/support/until.js';
import type { BareIntakeSettings } from './bare-intake.js';
import { connected, type BenchServer } from './bench-server.js';
import type { Line } from './line.js';
import { percentile } from './percentile.js';

const deliveriesPerRound = 1_500;
const rounds = 7;
const connections = 32;
const steadyPerSecond = 200;
const warmUpSeconds = 3;
const steadySeconds = 15;
const answeredWithinMs = 50;
const eventTypeId = 1;

interface Target {
  readonly url: string;
  readonly secret: string;
}

/** Deliveries a second, one right after the other. */
interface Turn {
  readonly ours: number;
  readonly least: number;
}

/** How long each took at one pace. */
interface Steady {
  readonly ours: readonly number[];
  readonly least: readonly number[];
}

/**
 * The webhook of Cal.com in the built app, against the least that such a receiver can do, both over HTTP and on the
 * same Postgres: taking turns, so that a moment in which the machine is slow falls on both.
 */
export async function measureWebhooks(server: BenchServer): Promise<Line[]> {
  const databaseUrl = await server.createDatabase();
  const client = await connected(databaseUrl);
  const sandbox = await startSandbox();
  const app = await BuiltApp.start({
    ...server.environment,
    DATABASE_URL: databaseUrl,
    CAL_COM_API_URL: sandbox.apiUrl,
    CAL_COM_API_KEY: sandbox.apiKey,
    CAL_COM_ALLOWED_HOSTS: '127.0.0.1',
  });
  const bare = fork(join(projectRoot, 'bench', 'bare-intake.ts'), {
    execArgv: ['--import', join(projectRoot, 'test', 'support', 'run-typescript.mjs')],
  });
  try {
    const ours = await registered(sandbox);
    const least = await listening(bare, databaseUrl);
    const steady = { ours: await steadily(ours), least: await steadily(least) };
    return linesOf(await inTurns(client, ours, least), steady);
  } finally {
    bare.kill();
    await app.stop();
    await sandbox.stop();
    await client.end();
    await server.dropDatabase(databaseUrl);
  }
}

function linesOf(turns: readonly Turn[], steady: Steady): Line[] {
  const middle = turns.toSorted((one, other) => ratioOf(one) - ratioOf(other))[Math.floor(turns.length / 2)]!;
  const p99Ms = percentile(steady.ours, 0.99);
  return [
    {
      what: 'webhook intake per second over a bare verify-and-insert loop',
      figure: ratioOf(middle),
      bound: { atLeast: 0.5 },
      against: `${middle.least.toFixed(0)} a second bare, ${middle.ours.toFixed(0)} in the app, in the middle of ${turns.length} turns`,
    },
    {
      what: `webhook p99 at ${steadyPerSecond} per second over ${answeredWithinMs} ms`,
      figure: p99Ms / answeredWithinMs,
      bound: { atMost: 1 },
      against: `${p99Ms.toFixed(1)} ms, half of them within ${percentile(steady.ours, 0.5).toFixed(1)} ms; bare ${percentile(steady.least, 0.99).toFixed(1)} ms`,
    },
  ];
}

function ratioOf({ ours, least }: Turn): number {
  return ours / least;
}

/** The first turn warms up. What is to be read again waits for nobody here. */
async function inTurns(client: Client, ours: Target, least: Target): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    turns.push({ least: await atOnce(least), ours: await atOnce(ours) });
    await client.query(`delete from pgboss.job where name = 'booking-hint'; truncate webhook_deliveries`);
  }
  return turns.slice(1);
}

/** As many as go through, over a few connections; how many a second that were. */
async function atOnce(target: Target): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const bodies = Array.from({ length: deliveriesPerRound }, delivery);
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let body = bodies.pop(); body; body = bodies.pop()) {
        await post(target, body, agent);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  return deliveriesPerRound / seconds;
}

/** At one pace, whatever the answers do, once the target is warm. How long each took. */
async function steadily(target: Target): Promise<number[]> {
  await atOnePace(target, warmUpSeconds);
  return atOnePace(target, steadySeconds);
}

async function atOnePace(target: Target, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const beginsAt = performance.now();
  const tookMs = await Promise.all(
    Array.from({ length: steadyPerSecond * seconds }, async (_, turn) => {
      const body = delivery();
      await pause(Math.max(0, beginsAt + (turn * 1000) / steadyPerSecond - performance.now()));
      const sentAt = performance.now();
      await post(target, body, agent);
      return performance.now() - sentAt;
    }),
  );
  agent.destroy();
  return tookMs;
}

async function post({ url, secret }: Target, body: string, agent: Agent): Promise<void> {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'X-Cal-Signature-256': signature,
  };
  const sent = request(url, { method: 'POST', agent, headers }).end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) {
    throw new Error(`A webhook was answered with ${answer.statusCode}.`);
  }
}

/** Each of another booking, and as long as the recorded ones. */
function delivery(): string {
  const uid = randomBytes(11).toString('hex');
  return JSON.stringify({
    triggerEvent: 'BOOKING_CREATED',
    createdAt: new Date().toISOString(),
    payload: { uid, eventTypeId, title: 'Interview', status: 'ACCEPTED', description: 'x'.repeat(1_800) },
  });
}

async function registered(sandbox: Sandbox): Promise<Target> {
  const [webhook] = await until(
    () => sandbox.state.webhooks,
    (webhooks) => webhooks.length === 1,
    30_000,
  );
  return { url: webhook!.subscriberUrl, secret: webhook!.secret! };
}

async function listening(bare: ChildProcess, databaseUrl: string): Promise<Target> {
  const secret = randomBytes(32).toString('base64url');
  bare.send({ databaseUrl, secret } satisfies BareIntakeSettings);
  const [port] = (await once(bare, 'message')) as [number];
  return { url: `http://127.0.0.1:${port}/`, secret };
}
