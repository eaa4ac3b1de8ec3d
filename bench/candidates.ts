import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Client } from 'pg';
import { startSandbox, type Sandbox } from '../src/sandbox/sandbox.js';
import { projectRoot } from '../src/shared/project-root.js';
import { BuiltApp } from '../test/support/built-app.js';
import { AdminBrowser } from './admin-browser.js';
import type { BareCandidatesSettings } from './bare-candidates.js';
import { connected, type BenchServer } from './bench-server.js';
import { addCrowd } from './candidate-crowd.js';
import type { Line } from './line.js';
import { sampled } from './memory.js';
import { percentile } from './percentile.js';

const few = 1_000;
const selected = 10_000;
const visits = 300;
/** Until the compiler has settled. */
const warmPages = 2_000;
const rounds = 11;
const pagesPerRound = 300;
const atOnce = 8;
const searches = 200;
const searchWithinMs = 150;
const actWithinMs = 2_000;

const list = '/app/scheduling';
/** What is looked at: the list, by its filters and orders. */
const pages = [
  list,
  `${list}?scheduling_status=booked`,
  `${list}?status=submitted,reviewed`,
  `${list}?sort=activity`,
  `${list}?scheduling_status=failed&sort=submitted`,
  `${list}?needs_attention=yes`,
];
/** Rare, common, short, in the address, in nobody. */
const sought = ['amara okaf', 'silva', 'an', 'people.example', 'theo.weber.4', 'nobody at all', '@people', 'Ünknown'];

interface Site {
  readonly count: number;
  readonly app: BuiltApp;
  readonly admin: AdminBrowser;
  readonly client: Client;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/** The list of a great organization, against that of a small one, and against the least that such a page does. */
export async function measureCandidates(server: BenchServer, many = 1_000_000): Promise<Line[]> {
  const sandbox = await startSandbox();
  const small = await open(server, few, sandbox);
  const great = await open(server, many, sandbox);
  try {
    const lines = [await pageLine(small, great), await paceLine(great), await searchLine(great)];
    return [...lines, ...(await actLines(great, sandbox)), await exportLine(great)];
  } finally {
    await small.close();
    await great.close();
    await sandbox.stop();
  }
}

async function open(
  server: BenchServer,
  count: number,
  { apiUrl, apiKey }: { apiUrl: string; apiKey: string },
): Promise<Site> {
  const databaseUrl = await server.createDatabase();
  await addCrowd(databaseUrl, count);
  const app = await BuiltApp.start({
    ...server.environment,
    DATABASE_URL: databaseUrl,
    CAL_COM_API_URL: apiUrl,
    CAL_COM_API_KEY: apiKey,
    CAL_COM_ALLOWED_HOSTS: '127.0.0.1',
  });
  const client = await connected(databaseUrl);
  const close = async () => {
    await app.stop();
    await client.end();
    await server.dropDatabase(databaseUrl);
  };
  return { count, app, admin: await AdminBrowser.signIn(app), client, databaseUrl, close };
}

/** In turns, so that a moment in which the machine is slow falls on both. */
async function pageLine(small: Site, great: Site): Promise<Line> {
  const tookMs = { small: [] as number[], great: [] as number[] };
  for (let turn = -pages.length; turn < visits; turn += 1) {
    const path = pages.at(turn % pages.length)!;
    const ofSmall = await took(() => small.admin.page(path));
    const ofGreat = await took(() => great.admin.page(path));
    if (turn >= 0) {
      tookMs.small.push(ofSmall);
      tookMs.great.push(ofGreat);
    }
  }
  const [smallMs, greatMs] = [percentile(tookMs.small, 0.99), percentile(tookMs.great, 0.99)];
  return {
    what: `page p99 of ${great.count} invitations over ${few}`,
    figure: greatMs / smallMs,
    bound: { atMost: 2 },
    against: `${greatMs.toFixed(0)} ms to ${smallMs.toFixed(0)} ms, half within ${percentile(tookMs.great, 0.5).toFixed(0)} ms and ${percentile(tookMs.small, 0.5).toFixed(0)} ms, of ${visits} visits each to ${pages.length} views`,
  };
}

async function paceLine(site: Site): Promise<Line> {
  const bare = fork(join(projectRoot, 'bench', 'bare-candidates.ts'), {
    execArgv: ['--import', join(projectRoot, 'test', 'support', 'run-typescript.mjs')],
  });
  try {
    const url = await listening(bare, { databaseUrl: site.databaseUrl, environment: site.app.environment });
    const visitBare = async () => (await fetch(url)).text();
    const visitOurs = () => site.admin.page(list);
    await perSecond(visitBare, warmPages);
    await perSecond(visitOurs, warmPages);
    const turns: { ours: number; least: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      turns.push({ least: await perSecond(visitBare, pagesPerRound), ours: await perSecond(visitOurs, pagesPerRound) });
    }
    const middle = turns.toSorted((one, other) => one.ours / one.least - other.ours / other.least)[
      Math.floor(rounds / 2)
    ]!;
    return {
      what: 'pages a second over bare Node, pg and the same template',
      figure: middle.ours / middle.least,
      bound: { atLeast: 0.75 },
      against: `${middle.ours.toFixed(0)} a second to ${middle.least.toFixed(0)}, ${atOnce} at a time, in the middle of ${rounds} turns`,
    };
  } finally {
    bare.kill();
  }
}

async function searchLine({ count, admin }: Site): Promise<Line> {
  const tookMs: number[] = [];
  for (let turn = -sought.length; turn < searches; turn += 1) {
    const q = encodeURIComponent(sought.at(turn % sought.length)!);
    const ms = await took(() => admin.page(`${list}?q=${q}`));
    if (turn >= 0) {
      tookMs.push(ms);
    }
  }
  const p99Ms = percentile(tookMs, 0.99);
  return {
    what: `search p99 over ${searchWithinMs} ms`,
    figure: p99Ms / searchWithinMs,
    bound: { atMost: 1 },
    against: `${p99Ms.toFixed(0)} ms, half within ${percentile(tookMs, 0.5).toFixed(0)} ms, of ${searches} searches for ${sought.length} texts in ${count}`,
  };
}

/** From the click to the page that follows. */
async function actLines({ count, admin, client }: Site, { requests }: Sandbox): Promise<Line[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from invitations i where status = 'submitted'
        and not exists (select from booking_links l where l.invitation_id = i.id) limit $1`,
    [selected],
  );
  const form = new URLSearchParams([
    ['event_type_id', '1'],
    ...rows.map(({ id }): [string, string] => ['invitation_ids[]', id]),
  ]);
  const act = (path: string) => took(async () => admin.page(await admin.post(path, form)));
  const before = requests.length;
  const linksMs = await act('/app/scheduling/booking-links');
  const calls = requests.slice(before).filter((call) => !isByTheClock(call));
  const draftMs = await act('/app/scheduling/sends');
  const line = (what: string, ms: number): Line => ({
    what: `${what} of ${selected} over ${actWithinMs} ms`,
    figure: ms / actWithinMs,
    bound: { atMost: 1 },
    against: `${ms.toFixed(0)} ms, with the page that follows, among ${count}`,
  });
  return [
    line('links', linksMs),
    { what: 'Cal.com calls for the links', figure: calls.length, bound: { atMost: 0 }, against: 'none needed' },
    line('preview', draftMs),
  ];
}

/** Bookings and free times are read again and again, whatever anybody clicks on. */
function isByTheClock({ method, path }: Sandbox['requests'][number]): boolean {
  return method === 'GET' && /^\/v2\/(bookings|slots)\b/.test(path);
}

async function exportLine({ count, app, admin }: Site): Promise<Line> {
  const path = '/app/scheduling/candidates.csv';
  const lesser = await sampled(app, () => admin.download(`${path}?scheduling_status=failed`));
  const startedAt = performance.now();
  let bytes = 0;
  const all = await sampled(app, async () => (bytes = await admin.download(path)));
  const seconds = (performance.now() - startedAt) / 1000;
  const [lesserMiB, allMiB] = [Math.max(...lesser), Math.max(...all)];
  return {
    what: `memory while ${count} rows are exported`,
    figure: allMiB / lesserMiB,
    bound: { atMost: 1.3 },
    against: `${lesserMiB.toFixed(0)} MiB at most for a few, ${allMiB.toFixed(0)} MiB for all: ${(bytes / 2 ** 20).toFixed(0)} MiB in ${seconds.toFixed(0)} s`,
  };
}

/** As many as go through, a few at a time; how many a second that were. */
async function perSecond(visit: () => Promise<unknown>, pages: number): Promise<number> {
  let left = pages;
  const ms = await took(() =>
    Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (; left > 0;) {
          left -= 1;
          await visit();
        }
      }),
    ),
  );
  return (pages * 1000) / ms;
}

async function listening(bare: ChildProcess, settings: BareCandidatesSettings): Promise<string> {
  bare.send(settings);
  const [port] = (await once(bare, 'message')) as [number];
  return `http://127.0.0.1:${port}/`;
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
