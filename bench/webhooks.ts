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
const rounds = 5;
const connections = 16;
const steadyPerSecond = 200;
const steadySeconds = 5;
const answeredWithinMs = 50;
const eventTypeId = 1;

interface Target {
  readonly url: string;
  readonly secret: string;
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
    await client.query('create table bare_deliveries (id bigserial primary key, payload text not null)');
    const ours = await registered(sandbox);
    const least = await listening(bare, databaseUrl);
    const perSecond = await inTurns(client, { ours, least });
    const tookMs = await steadily(ours);
    return linesOf(perSecond, tookMs);
  } finally {
    bare.kill();
    await app.stop();
    await sandbox.stop();
    await client.end();
    await server.dropDatabase(databaseUrl);
  }
}

function linesOf(perSecond: { ours: number; least: number }, tookMs: readonly number[]): Line[] {
  const p99Ms = percentile(tookMs, 0.99);
  return [
    {
      what: 'webhook intake per second over a bare verify-and-insert loop',
      figure: perSecond.ours / perSecond.least,
      bound: { atLeast: 0.5 },
      against: `${perSecond.least.toFixed(0)} a second bare, ${perSecond.ours.toFixed(0)} in the app`,
    },
    {
      what: `webhook p99 at ${steadyPerSecond} per second over ${answeredWithinMs} ms`,
      figure: p99Ms / answeredWithinMs,
      bound: { atMost: 1 },
      against: `${p99Ms.toFixed(1)} ms, half of them within ${percentile(tookMs, 0.5).toFixed(1)} ms`,
    },
  ];
}

/** The middle of the rounds of each; the first round warms up. What was to be read again waits for nobody here. */
async function inTurns(
  client: Client,
  targets: Readonly<Record<'ours' | 'least', Target>>,
): Promise<Record<'ours' | 'least', number>> {
  const rates = { ours: [] as number[], least: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of ['least', 'ours'] as const) {
      const rate = await atOnce(targets[name]);
      if (round > 0) {
        rates[name].push(rate);
      }
      await client.query(`delete from pgboss.job where name = 'booking-hint'`);
    }
  }
  return { ours: percentile(rates.ours, 0.5), least: percentile(rates.least, 0.5) };
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

/** At one pace, whatever the answers do. How long each took. */
async function steadily(target: Target): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const beginsAt = performance.now();
  const tookMs = await Promise.all(
    Array.from({ length: steadyPerSecond * steadySeconds }, async (_, turn) => {
      const body = delivery();
      await pause(beginsAt + (turn * 1000) / steadyPerSecond - performance.now());
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
